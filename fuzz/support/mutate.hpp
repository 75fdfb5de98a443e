#ifndef HUBWIRE_FUZZ_SUPPORT_MUTATE_HPP
#define HUBWIRE_FUZZ_SUPPORT_MUTATE_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define HUBWIRE_FUZZ_MEMORY_SANITIZER
#endif
#endif

// What the mutators have in common that know what they bend. Each reads the input as leniently as it can into parts,
// changes some of them, and writes them again with their lengths put right, so that what lies deep is reached; now and
// then a length is wrong on purpose. What a mutator makes depends on the input and the seed alone.

/// libFuzzer's own mutations, which know nothing of the input; replay_main.cpp has a few of its own in their place.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace fuzz {

/// What libFuzzer writes, MemorySanitizer does not see.
inline void is_written([[maybe_unused]] const void* data, [[maybe_unused]] std::size_t size) {
#if defined(HUBWIRE_FUZZ_MEMORY_SANITIZER)
    __msan_unpoison(data, size);
#endif
}

class dice {
public:
    explicit dice(std::uint64_t seed) : state_{seed} {}

    std::uint64_t next() {  // SplitMix64
        std::uint64_t z = state_ += 0x9E37'79B9'7F4A'7C15;
        z = (z ^ z >> 30) * 0xBF58'476D'1CE4'E5B9;
        z = (z ^ z >> 27) * 0x94D0'49BB'1331'11EB;
        return z ^ z >> 31;
    }
    /// Pre: n is not 0.
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
    bool one_in(std::size_t n) { return below(n) == 0; }
    template <class List>
    auto& pick(List& list) {
        return *(std::begin(list) + static_cast<std::ptrdiff_t>(below(std::size(list))));
    }
    /// A small number below or above zero, or one that is far off.
    long off() { return one_in(8) ? static_cast<long>(next() % 0x1'0000) : static_cast<long>(below(5)) - 2; }

private:
    std::uint64_t state_;
};

inline std::string of_width(std::uint64_t n, std::size_t width) {
    std::string octets(width, '\0');
    for (; width != 0; n >>= 8) octets[--width] = static_cast<char>(static_cast<unsigned char>(n & 0xFF));
    return octets;
}

/// A number such as bounds are tested with.
inline std::uint64_t edge(dice& d) {
    constexpr std::uint64_t edges[] = {
        0,      1,      2,        127,         128,         255,         256,        0x7FFF,
        0x8000, 0xFFFF, 0x1'0000, 0x7FFF'FFFF, 0x8000'0000, 0xFFFF'FFFF, ~0ull >> 1, ~0ull >> 1 | 1ull << 63};
    return d.one_in(3) ? d.next() >> d.below(64) : d.pick(edges);
}

/// Changed as libFuzzer would change it, its dictionary included.
inline void bend_text(std::string& text, dice& d) {
    const std::size_t size = text.size();
    text.resize(size + (d.one_in(16) ? 300 : 24));
    text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), size, text.size()));
    is_written(text.data(), text.size());
}

/// One that is there is left out, doubled, repeated, or changes places with another.
template <class T>
void bend_list(std::vector<T>& list, dice& d) {
    if (list.empty()) return;
    const std::size_t at = d.below(list.size());
    const std::size_t other = d.below(list.size());
    const auto place = [&](std::size_t n) { return list.begin() + static_cast<std::ptrdiff_t>(n); };
    switch (d.below(4)) {
        case 0:
            list.erase(place(at));
            break;
        case 1:
            std::swap(list[at], list[other]);
            break;
        case 2: {
            T copy = list[at];
            list.insert(place(other), std::move(copy));
            break;
        }
        default: {
            const T copy = list[at];
            list.insert(place(at), 1 + d.below(d.one_in(8) ? 40 : 4), copy);
        }
    }
}

/// A mutator of inputs that have some bytes in front which choose how the rest is used. bend takes the rest as a text,
/// those bytes and dice, and changes the text; every so often libFuzzer does as it would without.
template <class Bend>
std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed, std::size_t front,
                   Bend bend) {
    dice d{seed};
    if (size < front || max_size <= front || d.one_in(3)) return LLVMFuzzerMutate(data, size, max_size);
    is_written(data, size);
    std::string text{data + front, data + size};
    bend(text, data, d);
    if (text.size() > max_size - front) return LLVMFuzzerMutate(data, size, max_size);
    std::copy(text.begin(), text.end(), data + front);
    return front + text.size();
}

}  // namespace fuzz

#endif
