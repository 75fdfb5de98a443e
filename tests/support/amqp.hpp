#ifndef HUBWIRE_TESTS_SUPPORT_AMQP_HPP
#define HUBWIRE_TESTS_SUPPORT_AMQP_HPP

// g++ 12 sees a std::string overlap with itself where one is put before another (its bug 105651).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wrestrict"
#endif

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <vector>

#include "exact_block.hpp"
#include "sweep.hpp"

namespace support {

/// So many times the same bytes.
inline std::string repeated(hubwire::bytes part, std::size_t times) {
    std::string whole;
    for (std::size_t i = 0; i != times; ++i) whole += part.text();
    return whole;
}

/// A number in network byte order.
inline std::string be32(std::uint64_t number) {
    std::string text;
    for (const int shift : {24, 16, 8, 0})
        text += static_cast<char>(static_cast<unsigned char>(number >> shift & 0xFF));
    return text;
}

/// Floating point numbers are the same if their bits are, so that NaNs can be compared.
template <class T>
bool same(const T& a, const T& b) {
    if constexpr (std::same_as<T, float>) {
        return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
    } else if constexpr (std::same_as<T, double>) {
        return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
    } else {
        return a == b;
    }
}

/// The bytes decode to this, as a T and, if it can be one, as any value; and they survive being truncated and mutated.
/// Returns "", or what went wrong first.
template <class T>
std::string decodes_to(const T& expected, hubwire::bytes wire, const hubwire::amqp::options& rules = {}) {
    const exact_block block{wire};
    const hubwire::bytes input{block.data(), block.size()};
    const auto decoded = hubwire::amqp::decode<T>(input, rules);
    if (!decoded) return detail::complaint("it does not decode: " + std::string{decoded.error().message()}, wire);
    if (!same(*decoded, expected)) return detail::complaint("it decodes to another value", wire);

    const auto decode_this = [&](hubwire::bytes bytes) { return hubwire::amqp::decode<T>(bytes, rules); };
    const auto decode_any = [&](hubwire::bytes bytes) { return hubwire::amqp::decode<hubwire::amqp::value>(bytes); };
    if constexpr (std::constructible_from<hubwire::amqp::value, const T&> && !std::same_as<T, hubwire::amqp::value>) {
        const auto any = hubwire::amqp::decode<hubwire::amqp::value>(input, rules);
        if (!any || !(*any == hubwire::amqp::value{expected}))
            return detail::complaint("it decodes to another value when it may be any", wire);
        const auto read = any->template as<T>();
        if (!read || !same(*read, expected)) return detail::complaint("it is read as something else", wire);
    }
    if (std::string wrong = every_truncation(wire, decode_this); !wrong.empty()) return wrong;
    if (std::string wrong = every_mutation(wire, decode_this); !wrong.empty()) return wrong;
    return every_mutation(wire, decode_any);
}

/// It is encoded to these bytes, in every buffer, as a T and, if it can be one, as any value.
template <class T>
std::string encodes_to(const T& v, hubwire::bytes wire, const hubwire::amqp::options& rules = {}) {
    const auto size = hubwire::amqp::encoded_size(v, rules);
    if (!size) return detail::complaint("it does not encode: " + std::string{size.error().message()}, wire);
    if (*size != wire.size()) return detail::complaint("its encoded size is " + std::to_string(*size), wire);
    const auto encode = [&](hubwire::buffer output) { return hubwire::amqp::encode(output, v, rules); };
    if (std::string wrong = every_capacity(wire, encode); !wrong.empty()) return wrong;
    // In ample room no write looks whether it fits.
    std::vector<char> memory(2 * wire.size() + 1000);
    const auto ample = encode(memory);
    if (!ample || !(*ample == wire)) return detail::complaint("other bytes were written in ample room", wire);
    if constexpr (std::constructible_from<hubwire::amqp::value, const T&> && !std::same_as<T, hubwire::amqp::value>) {
        return encodes_to(hubwire::amqp::value{v}, wire, rules);
    } else {
        return "";
    }
}

/// A value and its bytes are the same thing.
template <class T>
std::string same_on_the_wire(const T& v, hubwire::bytes wire, const hubwire::amqp::options& rules = {}) {
    if (std::string wrong = encodes_to(v, wire, rules); !wrong.empty()) return wrong;
    return decodes_to(v, wire, rules);
}

/// Any value of these bytes is encoded to these bytes again, byte for byte, and is as long as they are.
inline std::string comes_back(hubwire::bytes wire, const hubwire::amqp::options& rules = {}) {
    const exact_block block{wire};
    const auto decoded = hubwire::amqp::decode<hubwire::amqp::value>({block.data(), block.size()}, rules);
    if (!decoded) return detail::complaint("it does not decode: " + std::string{decoded.error().message()}, wire);
    return same_on_the_wire(*decoded, wire, rules);
}

/// The bytes of a composite: 00, the descriptor as a ulong of one byte, and so many fields.
inline std::string composite_of(unsigned code, unsigned count, hubwire::bytes fields) {
    const auto byte = [](std::size_t number) { return static_cast<char>(static_cast<unsigned char>(number)); };
    std::string whole{'\0', '\x53', byte(code)};
    if (count == 0) return whole + '\x45';
    if (fields.size() <= 254) {
        whole += {'\xc0', byte(fields.size() + 1), byte(count)};
    } else {
        whole += '\xd0' + be32(fields.size() + 4) + be32(count);
    }
    return whole += fields.text();
}

/// A composite and its bytes are the same thing, which begin with 00 and the descriptor as a ulong of one byte; also if
/// the descriptor is one of eight bytes, or a symbol, and if the composite is first decoded as a described value.
template <hubwire::amqp::composite T>
std::string same_composite(const T& v, hubwire::bytes wire, const hubwire::amqp::options& rules = {}) {
    if (std::string wrong = same_on_the_wire(v, wire, rules); !wrong.empty()) return wrong;
    const std::string rest{wire.text().substr(3)};
    const std::string name{T::descriptor.name};
    const auto byte = [](std::size_t number) { return static_cast<char>(static_cast<unsigned char>(number)); };
    const std::string heads[] = {
        {'\0', '\x53', byte(T::descriptor.code)},
        std::string{'\0', '\x80'} + std::string(7, '\0') + byte(T::descriptor.code),
        std::string{'\0', '\xa3', byte(name.size())} + name,
        std::string{'\0', '\xb3'} + be32(name.size()) + name,
    };
    if (wire.text().substr(0, 3) != heads[0]) return detail::complaint("another descriptor", wire);
    for (const std::string& head : heads) {
        const exact_block block{head + rest};
        const hubwire::bytes input{block.data(), block.size()};
        const auto decoded = hubwire::amqp::decode<T>(input, rules);
        if (!decoded || !(*decoded == v)) return detail::complaint("another value by this descriptor", input);
        const auto described = hubwire::amqp::decode<hubwire::amqp::described>(input, rules);
        if (!described) return detail::complaint("it is not a described value", input);
        const auto again = hubwire::amqp::decode<T>(*described, rules);
        if (!again || !(*again == v)) return detail::complaint("another value if it is described", input);
    }
    std::vector<char> memory(wire.size());
    const auto any = hubwire::amqp::as_value(memory, v, rules);
    if (!any || !(*any == *hubwire::amqp::decode<hubwire::amqp::value>(wire, rules)))
        return detail::complaint("another value as any value", wire);
    return "";
}

/// The error with which bytes are refused as a T; errc::none if they are not.
template <class T>
hubwire::error refusal(hubwire::bytes wire, const hubwire::amqp::options& rules = {}) {
    const exact_block block{wire};
    const auto decoded = hubwire::amqp::decode<T>({block.data(), block.size()}, rules);
    return decoded ? hubwire::error{} : decoded.error();
}

/// The error with which a value is refused, whether it is encoded in ample room, in little, or only measured.
template <class T>
hubwire::error encode_refusal(const T& v, const hubwire::amqp::options& rules = {}) {
    std::vector<char> memory(200'000);
    const auto encoded = hubwire::amqp::encode(memory, v, rules);
    const auto size = hubwire::amqp::encoded_size(v, rules);
    if (encoded.has_value() != size.has_value() || (!size && !(size.error() == encoded.error())))
        return {.code = hubwire::errc::application};  // never a right answer
    if (size) return {};
    exact_block little{size.error().offset};
    const auto in_little = hubwire::amqp::encode(hubwire::buffer{little.data(), little.size()}, v, rules);
    if (in_little || (in_little.error().code != size.error().code && in_little.error().code != hubwire::errc::no_space))
        return {.code = hubwire::errc::application};
    return size.error();
}

}  // namespace support

#endif
