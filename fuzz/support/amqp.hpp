#ifndef HUBWIRE_FUZZ_SUPPORT_AMQP_HPP
#define HUBWIRE_FUZZ_SUPPORT_AMQP_HPP

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "naive_amqp.hpp"
#include "oracle.hpp"
#include "support/allocations.hpp"
#include "support/exact_block.hpp"

// What the targets for AMQP have in common: how what the library says compares with what the naive walker says, and
// the ways in which everything that encodes has to encode.

namespace fuzz {

namespace amqp = hubwire::amqp;
using hubwire::bytes;
using hubwire::errc;

template <class Call>
auto without_allocations(Call call) {
    const std::size_t before = support::allocations();
    const auto answer = call();
    expect(support::allocations() == before, "no allocation");
    return answer;
}

template <class T>
void expect_sound(bytes input, const hubwire::result<T>& answer) {
    if (answer) return;
    const hubwire::error& error = answer.error();
    expect(error.code != errc::none && !error.message().empty(), "an error that says what is wrong");
    expect(error.offset <= input.size(), "an error within the input");
    expect(error.incomplete() == (error.needed != 0), "a need if and only if it is incomplete");
    expect(!error.incomplete() || error.offset == input.size(), "incomplete at the end of the input");
}

inline bool inside(bytes part, bytes whole) {
    return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// A decoder's answers for what the input begins with: nothing yet, or what is wrong with the whole.
/// decode takes the bytes and returns a result.
template <class Decode>
void check_prefixes(bytes input, Decode decode) {
    const auto whole = decode(input);
    const std::size_t step = input.size() <= 64 ? 1 : 1 + input.size() / 32;
    for (std::size_t size = 0; size < input.size(); size += size < 16 ? 1 : step) {
        const support::exact_block prefix{input.first(size)};
        const auto part = decode(bytes{prefix});
        expect_sound(prefix, part);
        if (part.incomplete()) {
            if (whole) expect(part.error().needed <= input.size() - size, "no more is needed than is missing");
        } else if (part) {
            expect(!whole && whole.error() == hubwire::error{errc::leftover, size, 0}, "a value, and bytes behind it");
        } else if (part.error().code != errc::leftover) {
            expect(!whole && whole.error() == part.error(), "what is wrong already stays so");
        }
    }
    if (whole.incomplete() && whole.error().needed <= 4096) {
        std::string longer{input.text()};
        longer.append(whole.error().needed - 1, '@');
        expect(!decode(bytes{support::exact_block{longer}}), "less than what is needed is not enough");
    }
}

/// Encodes what has to encode to these bytes, in every way there is.
template <class T>
void expect_encodes(const T& v, std::string_view expected, const amqp::options& rules) {
    const auto size = without_allocations([&] { return amqp::encoded_size(v, rules); });
    expect(size && *size == expected.size(), "the size that it has");

    support::exact_block memory{expected.size()};
    const auto written = without_allocations([&] { return amqp::encode(memory, v, rules); });
    expect(written && written->data() == memory.data() && written->text() == expected, "into a buffer of its size");

    support::exact_block roomy{expected.size() + 1024};
    const auto again = amqp::encode(roomy, v, rules);
    expect(again && again->text() == expected, "the same where there is more room than it takes");

    if (expected.empty()) return;
    for (const std::size_t room : {expected.size() - 1, expected.size() / 2, std::size_t{0}}) {
        support::exact_block less{room};
        const auto refused = amqp::encode(less, v, rules);
        expect(!refused && refused.error() == hubwire::error{errc::no_space, room, expected.size() - room},
               "what it lacks is what it needs");
    }
}

/// Whether the library reads the value as the walker does.
inline bool same(const amqp::value& v, const naive::item& it);

template <class T, std::size_t Width>
bool same_number(const amqp::value& v, const naive::item& it) {
    const auto n = v.as<T>();
    return n && naive::big_endian(static_cast<std::uint64_t>(*n), Width) == it.octets;
}

inline std::string text_of(const std::array<std::uint8_t, 16>& octets) { return {octets.begin(), octets.end()}; }

template <class Range>
bool same_items(const Range& range, const naive::item& it) {
    if (range.size() != it.count || range.empty() != (it.count == 0)) return false;
    auto at = range.begin();
    for (const naive::item& expected : it.items) {
        if (at == range.end() || !same(*at++, expected)) return false;
    }
    return (at == range.end()) == (it.items.size() == it.count);
}

inline bool same(const amqp::map& m, const naive::item& it) {
    if (m.size() * 2 != it.count) return false;
    std::size_t index = 0;
    for (const amqp::entry e : m) {
        if (!same(e.key, it.items[index]) || !same(e.value, it.items[index + 1])) return false;
        std::size_t first = 0;  // the first entry with an equal key is the one that is found
        while (!naive::same(it.items[first], it.items[index])) first += 2;
        const auto found = m.find(e.key);
        if (!found || !same(*found, it.items[first + 1])) return false;
        index += 2;
    }
    return index == it.count;
}

inline bool same(const amqp::value& v, const naive::item& it) {
    using amqp::type;
    if (v.type() != it.of || v.is_null() != (it.of == type::null)) return false;
    switch (it.of) {
        case type::null:
            return !v.integer() && !v.text();
        case type::boolean:
            return same_number<bool, 1>(v, it);
        case type::ubyte:
            return same_number<std::uint8_t, 1>(v, it) && v.integer() == *v.as<std::uint8_t>();
        case type::ushort:
            return same_number<std::uint16_t, 2>(v, it) && v.integer() == *v.as<std::uint16_t>();
        case type::uint:
            return same_number<std::uint32_t, 4>(v, it) && v.integer() == *v.as<std::uint32_t>();
        case type::ulong:
            return same_number<std::uint64_t, 8>(v, it) &&
                   v.integer().has_value() == (*v.as<std::uint64_t>() < std::uint64_t{1} << 63);
        case type::byte:
            return same_number<std::int8_t, 1>(v, it) && v.integer() == *v.as<std::int8_t>();
        case type::short_:
            return same_number<std::int16_t, 2>(v, it) && v.integer() == *v.as<std::int16_t>();
        case type::int_:
            return same_number<std::int32_t, 4>(v, it) && v.integer() == *v.as<std::int32_t>();
        case type::long_:
            return same_number<std::int64_t, 8>(v, it) && v.integer() == *v.as<std::int64_t>();
        case type::float_:
            return naive::big_endian(std::bit_cast<std::uint32_t>(*v.as<float>()), 4) == it.octets;
        case type::double_:
            return naive::big_endian(std::bit_cast<std::uint64_t>(*v.as<double>()), 8) == it.octets;
        case type::decimal32:
            return naive::big_endian(v.as<amqp::decimal32>()->bits, 4) == it.octets;
        case type::decimal64:
            return naive::big_endian(v.as<amqp::decimal64>()->bits, 8) == it.octets;
        case type::decimal128:
            return text_of(v.as<amqp::decimal128>()->octets) == it.octets;
        case type::char_:
            return same_number<char32_t, 4>(v, it);
        case type::timestamp:
            return naive::big_endian(static_cast<std::uint64_t>(v.as<amqp::timestamp>()->milliseconds), 8) == it.octets;
        case type::uuid:
            return text_of(v.as<amqp::uuid>()->octets) == it.octets;
        case type::binary:
            return v.as<bytes>()->text() == it.octets && !v.text();
        case type::string:
            return *v.as<std::string_view>() == it.octets && v.text() == it.octets;
        case type::symbol:
            return v.as<amqp::symbol>()->text == it.octets && v.text() == it.octets;
        case type::list:
            return same_items(*v.as<amqp::list>(), it);
        case type::map:
            return same(*v.as<amqp::map>(), it);
        case type::array: {
            const auto a = *v.as<amqp::array>();
            return same_items(a, it) && (it.items.empty() || a.element_type() == it.items[0].of);
        }
        case type::described:
            break;
    }
    const auto d = *v.as<amqp::described>();
    return same(d.descriptor(), it.items[0]) && same(d.content(), it.items[1]);
}

}  // namespace fuzz

#endif
