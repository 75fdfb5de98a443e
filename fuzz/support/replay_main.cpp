#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "mutate.hpp"

// Runs a fuzz target on the files, and the files below the folders, that it is given: for compilers without libFuzzer.
// Where the target has a mutator, each input is run in a few bent forms as well.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
#if defined(HUBWIRE_FUZZ_MUTATOR)
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed);
#endif

// In libFuzzer's place: a byte that is changed, put in or taken out.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size) {
    static fuzz::dice d{0};
    if (max_size == 0) return 0;
    if (size != 0 && d.one_in(4)) {
        const std::size_t at = d.below(size);
        std::copy(data + at + 1, data + size, data + at);
        return size - 1;
    }
    if (size == 0 || (size < max_size && d.one_in(3))) {
        data[size] = static_cast<std::uint8_t>(d.below(256));
        return size + 1;
    }
    data[d.below(size)] = static_cast<std::uint8_t>(d.below(256));
    return size;
}

namespace {

void run(const std::uint8_t* data, std::size_t size) {
    // A heap block of exactly its size, as libFuzzer gives it: a read past the input is past the block.
    const std::unique_ptr<std::uint8_t[]> block{new std::uint8_t[size]};
    std::copy_n(data, size, block.get());
    LLVMFuzzerTestOneInput(block.get(), size);
}

void replay(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        std::printf("%s cannot be read\n", path.string().c_str());
        std::exit(1);
    }
    std::string content{std::istreambuf_iterator<char>{file}, {}};
    run(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
#if defined(HUBWIRE_FUZZ_MUTATOR)
    constexpr std::size_t max_size = 4096;
    std::size_t size = std::min(content.size(), max_size);
    content.resize(max_size);
    for (unsigned seed = 0; seed != 8; ++seed) {
        auto* const data = reinterpret_cast<std::uint8_t*>(content.data());
        size = LLVMFuzzerCustomMutator(data, size, max_size, seed);
        run(data, size);
    }
#endif
}

}  // namespace

int main(int count, char** arguments) {
    std::size_t inputs = 0;
    for (int i = 1; i != count; ++i) {
        if (!std::filesystem::is_directory(arguments[i])) {
            replay(arguments[i]);
            ++inputs;
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator{arguments[i]}) {
            if (!entry.is_regular_file()) continue;
            replay(entry.path());
            ++inputs;
        }
    }
    std::printf("%zu inputs replayed\n", inputs);
    return inputs != 0 ? 0 : 1;  // a replay of nothing would be a test that cannot fail
}
