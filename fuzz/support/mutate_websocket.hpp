#ifndef HUBWIRE_FUZZ_SUPPORT_MUTATE_WEBSOCKET_HPP
#define HUBWIRE_FUZZ_SUPPORT_MUTATE_WEBSOCKET_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mutate.hpp"

// Frames of WebSocket, bent: as they lie in a stream, their payloads without masks.

namespace fuzz {

struct websocket_parts {
    unsigned first = 0x82;  // FIN, reserved bits and opcode
    bool is_masked = false;
    std::string key{};
    std::string payload{};
    std::size_t width = 0;  // of an extended length that is longer than needed
    long size_off = 0;      // by how much the length is not what it should be
};

namespace detail {

inline std::string masked(std::string text, const std::string& key) {
    if (key.size() != 4) return text;
    for (std::size_t i = 0; i != text.size(); ++i) text[i] = static_cast<char>(text[i] ^ key[i % 4]);
    return text;
}

inline std::vector<websocket_parts> websocket_frames(std::string_view rest) {
    const auto take = [&](std::size_t n) {
        const std::string_view taken = rest.substr(0, n);
        rest.remove_prefix(taken.size());
        return taken;
    };
    const auto number = [&](std::size_t width) {
        std::size_t n = 0;
        for (const char c : take(width)) n = n << 8 | static_cast<unsigned char>(c);
        return n;
    };
    std::vector<websocket_parts> all;
    while (!rest.empty()) {
        websocket_parts f{.first = static_cast<unsigned>(number(1))};
        const std::size_t second = number(1);
        f.is_masked = second >= 128;
        std::size_t size = second % 128;
        if (size >= 126) size = number(size == 126 ? 2 : 8);
        if (f.is_masked) f.key = take(4);
        f.payload = masked(std::string{take(size)}, f.key);
        all.push_back(std::move(f));
    }
    return all;
}

inline std::string emit(const websocket_parts& f) {
    const std::size_t size = f.payload.size() + static_cast<std::size_t>(f.size_off);
    const std::size_t width = std::max<std::size_t>(f.width, size > 0xFFFF ? 8 : size > 125 ? 2 : 0);
    std::string wire = of_width(f.first, 1);
    wire += of_width((f.is_masked ? 128u : 0u) | (width == 0 ? size : width == 2 ? 126u : 127u), 1);
    wire += of_width(size, width);
    if (!f.is_masked) return wire + f.payload;
    return wire + f.key + masked(f.payload, f.key);
}

inline websocket_parts any_frame(bool is_masked, dice& d) {
    constexpr unsigned firsts[] = {0x81, 0x82, 0x80, 0x01, 0x02, 0x00, 0x89, 0x8A, 0x88};
    constexpr std::string_view words[] = {"",     "a",        "\u00E9",   "\xC3",     "\xA9", "\xE2\x82",
                                          "\xAC", "\xF0\x9F", "\x98\x80", "\xED\xA0", "text", "\x10\x00"};
    websocket_parts f{.first = d.pick(firsts), .is_masked = is_masked};
    if (is_masked) f.key = of_width(d.one_in(3) ? 0 : d.next(), 4);
    if (f.first == 0x88 && !d.one_in(4)) f.payload = of_width(d.one_in(3) ? edge(d) : 1000 + d.below(16), 2);
    if (f.first != 0x88 || f.payload.size() == 2) {
        for (std::size_t n = d.below(4); n != 0; --n) f.payload += d.pick(words);
    }
    if (d.one_in(8)) f.payload.append(120 + d.below(10), 'x');
    return f;
}

inline void bend(websocket_parts& f, dice& d) {
    constexpr unsigned opcodes[] = {0, 1, 2, 8, 9, 10};
    switch (d.below(8)) {
        case 0:
            f.first ^= 1u << d.below(8);
            break;
        case 1:
            f.first = (f.first & 0xF0u) | d.pick(opcodes);
            break;
        case 2:
            f.size_off = d.off();
            break;
        case 3:
            f.width = d.one_in(2) ? 2 : 8;
            break;
        case 4:
            if (f.is_masked) f.key = of_width(d.next(), 4);
            break;
        case 5:
            f.payload = any_frame(false, d).payload;
            break;
        default:
            bend_text(f.payload, d);
    }
}

/// A message of one frame becomes one of two.
inline void divide(std::vector<websocket_parts>& frames, std::size_t at, dice& d) {
    websocket_parts rest = frames[at];
    const std::size_t size = d.below(rest.payload.size() + 1);
    frames[at].first &= 0x7Fu;
    frames[at].payload.resize(size);
    rest.first &= 0xF0u;
    rest.payload.erase(0, size);
    frames.insert(frames.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(rest));
}

}  // namespace detail

/// is_masked: whether the frames of this side are.
inline void bend_websocket(std::string& input, bool is_masked, dice& d) {
    std::vector<websocket_parts> frames = detail::websocket_frames(input);
    if (!d.one_in(20)) {
        for (websocket_parts& f : frames) {
            f.is_masked = is_masked;
            f.key.resize(4);
        }
    }
    if (frames.empty() || d.one_in(6)) {
        const auto at = frames.begin() + static_cast<std::ptrdiff_t>(d.below(frames.size() + 1));
        frames.insert(at, detail::any_frame(is_masked, d));
    } else if (d.one_in(6)) {
        bend_list(frames, d);
    } else if (d.one_in(6)) {
        detail::divide(frames, d.below(frames.size()), d);
    } else {
        for (std::size_t times = 1 + d.below(3); times != 0; --times) detail::bend(d.pick(frames), d);
    }
    input.clear();
    for (const websocket_parts& f : frames) input += detail::emit(f);
}

}  // namespace fuzz

#endif
