#ifndef HUBWIRE_TESTS_SUPPORT_NAIVE_UTF8_HPP
#define HUBWIRE_TESTS_SUPPORT_NAIVE_UTF8_HPP

#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string_view>

namespace support {

/// The definition, read literally: take the bits of a sequence together, then look whether the character exists and
/// could not have been written shorter.
inline std::size_t naive_utf8_prefix(std::string_view text, hubwire::nul zero) {
    std::size_t at = 0;
    while (at != text.size()) {
        const auto lead = static_cast<unsigned char>(text[at]);
        std::size_t size = 1;
        if (lead >= 0xf8) return at;
        if (lead >= 0xf0) {
            size = 4;
        } else if (lead >= 0xe0) {
            size = 3;
        } else if (lead >= 0xc0) {
            size = 2;
        } else if (lead >= 0x80) {
            return at;
        }
        if (size > text.size() - at) return at;
        std::uint32_t character = size == 1 ? lead : lead & (0x7fu >> size);
        for (std::size_t i = 1; i != size; ++i) {
            const auto byte = static_cast<unsigned char>(text[at + i]);
            if (byte < 0x80 || byte > 0xbf) return at;
            character = character << 6 | (byte & 0x3fu);
        }
        constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (character < least[size] || character > 0x10ffff) return at;
        if (character >= 0xd800 && character <= 0xdfff) return at;
        if (character == 0 && zero == hubwire::nul::refused) return at;
        at += size;
    }
    return at;
}

}  // namespace support

#endif
