#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

// Runs a fuzz target on the files, and the files below the folders, that it is given: for compilers without libFuzzer.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void replay(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    const std::string content{std::istreambuf_iterator<char>{file}, {}};
    // A heap block of exactly its size, as libFuzzer gives it: a read past the input is past the block.
    const std::unique_ptr<std::uint8_t[]> block{new std::uint8_t[content.size()]};
    std::copy(content.begin(), content.end(), block.get());
    LLVMFuzzerTestOneInput(block.get(), content.size());
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
