#ifndef HUBWIRE_FUZZ_SUPPORT_NAIVE_AMQP_HPP
#define HUBWIRE_FUZZ_SUPPORT_NAIVE_AMQP_HPP

// g++ 12 sees a std::string overlap with itself where one is put before another (its bug 105651).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wrestrict"
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/naive_utf8.hpp"

// AMQP 1.0 written down a second time, as plainly as the specification puts it and as slowly as that takes: values are
// parsed into trees of strings and vectors. Nothing is shared with the library but the names of types and options.

namespace fuzz::naive {

namespace amqp = hubwire::amqp;
using amqp::type;

// Values (AMQP 1.2 and 1.6)

/// The tables of AMQP 1.6: what each format code encodes, in so many bytes.
enum class layout { fixed, variable, list_or_map, array };
struct encoding {
    type of;
    layout form;
    std::size_t width;  // of the value, or of its size and its count
};

inline const std::map<unsigned, encoding>& encodings() {
    static const std::map<unsigned, encoding> all = {
        {0x40, {type::null, layout::fixed, 0}},        {0x41, {type::boolean, layout::fixed, 0}},
        {0x42, {type::boolean, layout::fixed, 0}},     {0x56, {type::boolean, layout::fixed, 1}},
        {0x50, {type::ubyte, layout::fixed, 1}},       {0x60, {type::ushort, layout::fixed, 2}},
        {0x70, {type::uint, layout::fixed, 4}},        {0x52, {type::uint, layout::fixed, 1}},
        {0x43, {type::uint, layout::fixed, 0}},        {0x80, {type::ulong, layout::fixed, 8}},
        {0x53, {type::ulong, layout::fixed, 1}},       {0x44, {type::ulong, layout::fixed, 0}},
        {0x51, {type::byte, layout::fixed, 1}},        {0x61, {type::short_, layout::fixed, 2}},
        {0x71, {type::int_, layout::fixed, 4}},        {0x54, {type::int_, layout::fixed, 1}},
        {0x81, {type::long_, layout::fixed, 8}},       {0x55, {type::long_, layout::fixed, 1}},
        {0x72, {type::float_, layout::fixed, 4}},      {0x82, {type::double_, layout::fixed, 8}},
        {0x74, {type::decimal32, layout::fixed, 4}},   {0x84, {type::decimal64, layout::fixed, 8}},
        {0x94, {type::decimal128, layout::fixed, 16}}, {0x73, {type::char_, layout::fixed, 4}},
        {0x83, {type::timestamp, layout::fixed, 8}},   {0x98, {type::uuid, layout::fixed, 16}},
        {0xA0, {type::binary, layout::variable, 1}},   {0xB0, {type::binary, layout::variable, 4}},
        {0xA1, {type::string, layout::variable, 1}},   {0xB1, {type::string, layout::variable, 4}},
        {0xA3, {type::symbol, layout::variable, 1}},   {0xB3, {type::symbol, layout::variable, 4}},
        {0x45, {type::list, layout::fixed, 0}},        {0xC0, {type::list, layout::list_or_map, 1}},
        {0xD0, {type::list, layout::list_or_map, 4}},  {0xC1, {type::map, layout::list_or_map, 1}},
        {0xD1, {type::map, layout::list_or_map, 4}},   {0xE0, {type::array, layout::array, 1}},
        {0xF0, {type::array, layout::array, 4}},
    };
    return all;
}

/// How many bytes a type takes where none are left out.
inline std::size_t full_width(type of) {
    switch (of) {
        case type::boolean:
        case type::ubyte:
        case type::byte:
            return 1;
        case type::ushort:
        case type::short_:
            return 2;
        case type::uint:
        case type::int_:
        case type::float_:
        case type::decimal32:
        case type::char_:
            return 4;
        case type::ulong:
        case type::long_:
        case type::double_:
        case type::decimal64:
        case type::timestamp:
            return 8;
        case type::decimal128:
        case type::uuid:
            return 16;
        default:
            return 0;
    }
}

struct item {
    type of = type::null;
    std::string octets{};        // of what contains no values: the number at its full width, or the text
    std::vector<item> items{};   // of a list; keys and values of a map in turn; descriptor and content; elements
    std::uint64_t count = 0;     // of values, or of elements: those without a width are in items once only
    std::string_view content{};  // of a list, a map or an array: what stands behind the count
    std::string_view whole{};    // with its constructor; not for elements of arrays
    unsigned levels = 0;         // how deep it nests
};

enum class state { good, wrong, wanting };

/// Walks through an input from front to back, and stops at the first thing that is wrong or not there yet.
class walker {
public:
    walker(std::string_view input, const amqp::options& rules) : input_{input}, rules_{&rules} {}

    /// One value, which may nest so deep.
    item value(unsigned depth) { return value(no_end, depth); }

    [[nodiscard]] state how() const { return state_; }
    [[nodiscard]] std::size_t offset() const { return at_; }

private:
    /// Ends are sums of what an input says: with 64 bits they do not wrap, on any machine.
    static constexpr std::uint64_t no_end = ~std::uint64_t{0};

    void refuse() {
        if (state_ == state::good) state_ = state::wrong;
    }

    /// The next bytes, of which the value or the part that ends there consists.
    std::string_view take(std::uint64_t n, std::uint64_t end) {
        if (state_ != state::good) return {};
        if (n > end - at_) {
            state_ = state::wrong;
            return {};
        }
        if (n > input_.size() - at_) {
            state_ = state::wanting;
            return {};
        }
        const auto size = static_cast<std::size_t>(n);
        at_ += size;
        return input_.substr(at_ - size, size);
    }

    std::uint64_t number(std::size_t n, std::uint64_t end) {
        std::uint64_t all = 0;
        for (const char c : take(n, end)) all = all << 8 | static_cast<unsigned char>(c);
        return all;
    }

    unsigned deeper(unsigned depth) {
        if (depth == 0) refuse();
        return depth - 1;
    }

    item value(std::uint64_t end, unsigned depth) {
        const std::size_t begin = at_;
        const auto code = static_cast<unsigned>(number(1, end));
        if (state_ != state::good) return {};
        item it = code == 0 ? described(end, depth) : behind(code, end, depth);
        it.whole = input_.substr(begin, at_ - begin);
        return it;
    }

    item described(std::uint64_t end, unsigned depth) {
        item it{.of = type::described};
        depth = deeper(depth);
        if (state_ != state::good) return it;
        it.items.push_back(value(end, depth));
        if (state_ != state::good) return it;
        it.items.push_back(value(end, depth));
        return with_levels(std::move(it));
    }

    static item with_levels(item it) {
        it.levels = 1;
        for (const item& inner : it.items) it.levels = std::max(it.levels, 1 + inner.levels);
        return it;
    }

    item behind(unsigned code, std::uint64_t end, unsigned depth) {
        const auto found = encodings().find(code);
        if (found == encodings().end()) {
            refuse();
            return {};
        }
        const encoding& e = found->second;
        switch (e.form) {
            case layout::fixed:
                return fixed(code, e, end);
            case layout::variable:
                return variable(e, end);
            case layout::list_or_map:
                return list_or_map(e, end, depth);
            case layout::array:
                break;
        }
        return array(e, end, depth);
    }

    item fixed(unsigned code, const encoding& e, std::uint64_t end) {
        item it{.of = e.of};
        std::string octets{take(e.width, end)};
        if (state_ != state::good) return it;
        if (code == 0x41) octets = "\1";
        const bool negative = (code == 0x54 || code == 0x55) && (octets[0] & 0x80) != 0;
        if (const std::size_t width = full_width(e.of); octets.size() < width)
            octets.insert(0, width - octets.size(), negative ? '\xFF' : '\0');
        if (e.of == type::boolean && octets != std::string_view{"\0", 1} && octets != "\1") refuse();
        if (e.of == type::char_) {
            std::uint32_t c = 0;
            for (const char octet : octets) c = c << 8 | static_cast<unsigned char>(octet);
            if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) refuse();
        }
        it.octets = octets;
        return it;
    }

    item variable(const encoding& e, std::uint64_t end) {
        item it{.of = e.of};
        const std::uint64_t size = number(e.width, end);
        it.octets = take(size, end);
        if (e.of == type::string && support::naive_utf8_prefix(it.octets, hubwire::nul::allowed) != it.octets.size())
            refuse();
        if (e.of == type::symbol && !rules_->any_symbol &&
            std::any_of(it.octets.begin(), it.octets.end(), [](char c) { return (c & 0x80) != 0; }))
            refuse();
        return it;
    }

    /// The size and the count of a list, a map or an array. Returns where it ends.
    std::uint64_t head(item& it, const encoding& e, std::uint64_t end) {
        const std::uint64_t size = number(e.width, end);
        if (state_ == state::good && size < e.width) refuse();
        it.count = number(e.width, end);
        if (state_ != state::good) return at_;
        if (end != no_end && size - e.width > end - at_) refuse();
        return at_ + (size - e.width);
    }

    item list_or_map(const encoding& e, std::uint64_t end, unsigned depth) {
        item it{.of = e.of};
        depth = deeper(depth);
        const std::uint64_t own_end = head(it, e, end);
        if (state_ != state::good) return it;
        if (it.count > own_end - at_ || (e.of == type::map && it.count % 2 != 0)) refuse();
        const std::size_t begin = at_;
        for (std::uint64_t i = 0; i != it.count && state_ == state::good; ++i)
            it.items.push_back(value(own_end, depth));
        leave(it, begin, own_end);
        return with_levels(std::move(it));
    }

    void leave(item& it, std::size_t begin, std::uint64_t end) {
        if (state_ != state::good) return;
        if (at_ != end) state_ = state::wrong;  // whatever is still to come
        it.content = input_.substr(begin, at_ - begin);
    }

    item array(const encoding& e, std::uint64_t end, unsigned depth) {
        item it{.of = e.of};
        depth = deeper(depth);
        const std::uint64_t own_end = head(it, e, end);
        const std::size_t begin = at_;
        std::vector<item> descriptors;
        auto code = static_cast<unsigned>(number(1, own_end));
        while (state_ == state::good && code == 0) {
            depth = deeper(depth);
            if (state_ != state::good) return it;
            descriptors.push_back(value(own_end, std::min(depth, 2u)));
            code = static_cast<unsigned>(number(1, own_end));
        }
        if (state_ != state::good) return it;
        const auto found = encodings().find(code);
        if (found == encodings().end()) {
            refuse();
            return it;
        }
        const std::uint64_t room = own_end - at_;
        const std::size_t width = found->second.width;
        if (found->second.form == layout::fixed ? it.count * width != room : it.count > room) {
            refuse();
            return it;
        }
        const std::uint64_t times =
            found->second.form == layout::fixed && width == 0 ? std::min<std::uint64_t>(it.count, 1) : it.count;
        for (std::uint64_t i = 0; i != times && state_ == state::good; ++i) {
            item element = behind(code, own_end, depth);
            for (auto d = descriptors.rbegin(); d != descriptors.rend(); ++d) {
                item outer{.of = type::described, .items = {*d, std::move(element)}};
                element = with_levels(std::move(outer));
            }
            it.items.push_back(std::move(element));
        }
        leave(it, begin, own_end);
        it = with_levels(std::move(it));
        // No element is needed for descriptors to nest.
        for (std::size_t i = 0; i != descriptors.size(); ++i)
            it.levels = std::max(it.levels, 2 + static_cast<unsigned>(i) + descriptors[i].levels);
        return it;
    }

    std::string_view input_;
    const amqp::options* rules_;
    std::size_t at_ = 0;
    state state_ = state::good;
};

struct parsed {
    state how = state::good;
    item value;
};

/// The value that the input is: all of it.
inline parsed parse(std::string_view input, const amqp::options& rules) {
    walker walk{input, rules};
    parsed all;
    all.value = walk.value(rules.max_depth);
    all.how = walk.how();
    if (all.how == state::good && walk.offset() != input.size()) all.how = state::wrong;
    return all;
}

/// Whether they are the same value, in whatever encoding.
inline bool same(const item& a, const item& b) {
    return a.of == b.of && a.octets == b.octets && a.count == b.count &&
           std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same);
}

// Writing: the smallest encoding

inline std::string big_endian(std::uint64_t n, std::size_t width) {
    std::string octets(width, '\0');
    for (; width != 0; n >>= 8) octets[--width] = static_cast<char>(static_cast<unsigned char>(n & 0xFF));
    return octets;
}
inline std::string byte(unsigned b) { return big_endian(b, 1); }

/// Format code, size and count of a list, map or array whose content is known.
inline std::string compound(unsigned code8, std::uint64_t count, std::string_view content) {
    const bool small = content.size() + 1 <= 255 && count <= 255;
    const std::size_t width = small ? 1 : 4;
    return byte(small ? code8 : code8 + 0x10) + big_endian(content.size() + width, width) + big_endian(count, width) +
           std::string{content};
}

/// A value that contains no others.
inline std::string scalar(const item& it) {
    const auto all_zero = [&](std::size_t n) { return it.octets.find_first_not_of('\0') >= n; };
    const std::size_t size = it.octets.size();
    switch (it.of) {
        case type::null:
            return byte(0x40);
        case type::boolean:
            return byte(it.octets == "\1" ? 0x41 : 0x42);
        case type::uint:
        case type::ulong: {
            const bool is_uint = it.of == type::uint;
            if (all_zero(size)) return byte(is_uint ? 0x43 : 0x44);
            if (all_zero(size - 1)) return byte(is_uint ? 0x52 : 0x53) + it.octets.substr(size - 1);
            break;
        }
        case type::int_:
        case type::long_: {
            const bool negative = (it.octets.back() & 0x80) != 0;
            if (it.octets.substr(0, size - 1) == std::string(size - 1, negative ? '\xFF' : '\0'))
                return byte(it.of == type::int_ ? 0x54 : 0x55) + it.octets.substr(size - 1);
            break;
        }
        case type::binary:
        case type::string:
        case type::symbol: {
            const unsigned code8 = it.of == type::binary ? 0xA0 : it.of == type::string ? 0xA1 : 0xA3;
            if (size <= 255) return byte(code8) + byte(static_cast<unsigned>(size)) + it.octets;
            return byte(code8 + 0x10) + big_endian(size, 4) + it.octets;
        }
        default:
            break;
    }
    for (const auto& [code, e] : encodings()) {
        if (e.of == it.of && e.form == layout::fixed && e.width == size) return byte(code) + it.octets;
    }
    return {};
}

/// As a value is sent on that was not looked into: what it contains stays as it came.
inline std::string forwarded(const item& it) {
    switch (it.of) {
        case type::list:
            return it.count == 0 ? byte(0x45) : compound(0xC0, it.count, it.content);
        case type::map:
            return compound(0xC1, it.count, it.content);
        case type::array:
            return compound(0xE0, it.count, it.content);
        case type::described:
            return std::string{it.whole};
        default:
            return scalar(it);
    }
}

/// As it is written if its lists, maps and described values are put together anew. Arrays stay as they came.
inline std::string rewritten(const item& it) {
    std::string content;
    if (it.of != type::array) {
        for (const item& inner : it.items) content += rewritten(inner);
    }
    switch (it.of) {
        case type::list:
            return it.count == 0 ? byte(0x45) : compound(0xC0, it.count, content);
        case type::map:
            return compound(0xC1, it.count, content);
        case type::described:
            return byte(0) + content;
        default:
            return forwarded(it);
    }
}

// Composite types (AMQP 1.3, 1.4 and parts 2 to 5)

/// The tables of the specification: name and code of each descriptor, and the types of the fields. "!" is a mandatory
/// field, "*" one that may have several values.
struct composite {
    std::string name;
    std::vector<std::string> fields;
};
inline const std::map<std::uint64_t, composite>& composites() {
    static const std::map<std::uint64_t, composite> all = {
        {0x10,
         {"amqp:open:list",
          {"string!", "string", "uint", "ushort", "uint", "symbol*", "symbol*", "symbol*", "symbol*", "fields"}}},
        {0x11, {"amqp:begin:list", {"ushort", "uint!", "uint!", "uint!", "uint", "symbol*", "symbol*", "fields"}}},
        {0x12,
         {"amqp:attach:list",
          {"string!", "uint!", "boolean!", "ubyte<=2", "ubyte<=1", "source", "target", "map", "boolean", "uint",
           "ulong", "symbol*", "symbol*", "fields"}}},
        {0x13,
         {"amqp:flow:list",
          {"uint", "uint!", "uint!", "uint!", "uint", "uint", "uint", "uint", "boolean", "boolean", "fields"}}},
        {0x14,
         {"amqp:transfer:list",
          {"uint!", "uint", "tag", "uint", "boolean", "boolean", "ubyte<=1", "delivery-state", "boolean", "boolean",
           "boolean"}}},
        {0x15, {"amqp:disposition:list", {"boolean!", "uint!", "uint", "boolean", "delivery-state", "boolean"}}},
        {0x16, {"amqp:detach:list", {"uint!", "boolean", "error"}}},
        {0x17, {"amqp:end:list", {"error"}}},
        {0x18, {"amqp:close:list", {"error"}}},
        {0x1D, {"amqp:error:list", {"symbol!", "string", "fields"}}},
        {0x23, {"amqp:received:list", {"uint!", "ulong!"}}},
        {0x24, {"amqp:accepted:list", {}}},
        {0x25, {"amqp:rejected:list", {"error"}}},
        {0x26, {"amqp:released:list", {}}},
        {0x27, {"amqp:modified:list", {"boolean", "boolean", "fields"}}},
        {0x28,
         {"amqp:source:list",
          {"string", "uint<=2", "expiry-policy", "uint", "boolean", "fields", "symbol", "filter-set", "outcome",
           "symbol*", "symbol*"}}},
        {0x29, {"amqp:target:list", {"string", "uint<=2", "expiry-policy", "uint", "boolean", "fields", "symbol*"}}},
        {0x2B, {"amqp:delete-on-close:list", {}}},
        {0x2C, {"amqp:delete-on-no-links:list", {}}},
        {0x2D, {"amqp:delete-on-no-messages:list", {}}},
        {0x2E, {"amqp:delete-on-no-links-or-messages:list", {}}},
        {0x30, {"amqp:coordinator:list", {"symbol*"}}},
        {0x31, {"amqp:declare:list", {"any"}}},
        {0x32, {"amqp:discharge:list", {"txn!", "boolean"}}},
        {0x33, {"amqp:declared:list", {"txn!"}}},
        {0x34, {"amqp:transactional-state:list", {"txn!", "outcome"}}},
        {0x40, {"amqp:sasl-mechanisms:list", {"symbol*!"}}},
        {0x41, {"amqp:sasl-init:list", {"symbol!", "binary", "string"}}},
        {0x42, {"amqp:sasl-challenge:list", {"binary!"}}},
        {0x43, {"amqp:sasl-response:list", {"binary!"}}},
        {0x44, {"amqp:sasl-outcome:list", {"ubyte<=4!", "binary"}}},
        {0x70, {"amqp:header:list", {"boolean", "ubyte", "uint", "boolean", "uint"}}},
        {0x73,
         {"amqp:properties:list",
          {"message-id", "binary", "string", "string", "string", "message-id", "symbol", "symbol", "timestamp",
           "timestamp", "string", "uint", "string"}}},
    };
    return all;
}

/// Fields that can be of several composite types, or of others that nobody here knows.
inline const std::map<std::string, std::vector<std::uint64_t>>& choices() {
    static const std::map<std::string, std::vector<std::uint64_t>> all = {
        {"source", {0x28}},
        {"target", {0x29, 0x30}},
        {"outcome", {0x24, 0x25, 0x26, 0x27, 0x33}},
        {"delivery-state", {0x23, 0x24, 0x25, 0x26, 0x27, 0x33, 0x34}},
    };
    return all;
}

inline const std::map<std::string, type>& field_types() {
    static const std::map<std::string, type> all = {
        {"boolean", type::boolean}, {"ubyte", type::ubyte},   {"ushort", type::ushort},
        {"uint", type::uint},       {"ulong", type::ulong},   {"timestamp", type::timestamp},
        {"binary", type::binary},   {"string", type::string}, {"symbol", type::symbol},
    };
    return all;
}

inline bool has_descriptor(const item& it, std::uint64_t code, std::string_view name) {
    const item& d = it.items[0];
    return (d.of == type::ulong && d.octets == big_endian(code, 8)) || (d.of == type::symbol && d.octets == name);
}

/// The maps that restrict their keys.
inline bool is_map_of(std::string_view kind, const item& it, const amqp::options& rules) {
    if (it.of != type::map) return false;
    for (std::size_t i = 0; i != it.items.size(); i += 2) {
        const type key = it.items[i].of;
        const type value = it.items[i + 1].of;
        const bool right_key = kind == "map" || (kind == "application-properties" ? key == type::string
                                                 : kind == "annotations" ? key == type::symbol || key == type::ulong
                                                                         : key == type::symbol);
        if (!right_key && !rules.any_key) return false;
        if (rules.any_property) continue;
        if (kind == "filter-set" && value != type::described && value != type::null) return false;
        if (kind == "application-properties" && (value == type::list || value == type::map || value == type::array))
            return false;
    }
    return true;
}

using written = std::optional<std::string>;
inline written composite_of(std::uint64_t code, const item& it, unsigned depth, const amqp::options& rules);

/// What a field is written as, if it may be what it is; empty if it is as good as absent. Pre: it is not null.
inline written field_of(std::string kind, const item& it, unsigned depth, const amqp::options& rules) {
    if (kind == "any") return forwarded(it);
    if (kind == "symbol*") {
        if (it.of == type::symbol) return scalar(it);
        if (it.of != type::array) return {};
        if (it.count == 0) return "";
        if (it.items[0].of != type::symbol) return {};
        if (it.count == 1) return scalar(it.items[0]);
        const bool wide =
            std::any_of(it.items.begin(), it.items.end(), [](const item& i) { return i.octets.size() > 255; });
        std::string content = byte(wide ? 0xB3 : 0xA3);
        for (const item& name : it.items) content += big_endian(name.octets.size(), wide ? 4 : 1) + name.octets;
        return compound(0xE0, it.count, content);
    }
    if (kind == "map" || kind == "fields" || kind == "filter-set")
        return is_map_of(kind, it, rules) ? written{forwarded(it)} : written{};
    if (kind == "error") return composite_of(0x1D, it, depth, rules);
    if (const auto found = choices().find(kind); found != choices().end()) {
        if (it.of != type::described) return {};
        for (const std::uint64_t code : found->second) {
            if (has_descriptor(it, code, composites().at(code).name)) return composite_of(code, it, depth, rules);
        }
        return std::string{it.whole};
    }
    if (kind == "message-id") {
        const bool is_one =
            it.of == type::ulong || it.of == type::uuid || it.of == type::binary || it.of == type::string;
        return is_one ? written{scalar(it)} : written{};
    }
    if (kind == "expiry-policy") {
        const bool is_one = it.of == type::symbol && (it.octets == "link-detach" || it.octets == "session-end" ||
                                                      it.octets == "connection-close" || it.octets == "never");
        return is_one ? written{scalar(it)} : written{};
    }
    if (kind == "tag" || kind == "txn")
        return it.of == type::binary && it.octets.size() <= 32 ? written{scalar(it)} : written{};
    std::string most;
    if (const std::size_t at = kind.find("<="); at != std::string::npos) {
        most = kind.substr(at + 2);
        kind.resize(at);
    }
    if (it.of != field_types().at(kind)) return {};
    if (!most.empty() && it.octets > big_endian(static_cast<std::uint64_t>(most[0] - '0'), it.octets.size())) return {};
    return scalar(it);
}

/// What a composite is written as, if the value is one. It takes two levels: the descriptor and the list.
inline written composite_of(std::uint64_t code, const item& it, unsigned depth, const amqp::options& rules) {
    const composite& known = composites().at(code);
    if (depth < 2 || it.of != type::described || !has_descriptor(it, code, known.name)) return {};
    const item& list = it.items[1];
    if (list.of != type::list || list.count > known.fields.size()) return {};
    std::string content;
    std::string nulls;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i != known.fields.size(); ++i) {
        std::string kind = known.fields[i];
        const bool mandatory = kind.back() == '!';
        if (mandatory) kind.pop_back();
        std::string field;
        if (i < list.count && list.items[i].of != type::null) {
            const written as = field_of(kind, list.items[i], depth - 2, rules);
            if (!as) return {};
            field = *as;
        }
        if (field.empty()) {
            if (mandatory) return {};
            nulls += byte(0x40);
        } else {
            content += nulls + field;
            nulls.clear();
            count = i + 1;
        }
    }
    // AMQP 2.7.3: the attach of a sender says how many deliveries there were.
    const auto is_there = [&](std::size_t i) { return i < list.count && list.items[i].of != type::null; };
    if (code == 0x12 && scalar(list.items[2]) == byte(0x42) && !is_there(9)) return {};
    // AMQP 2.7.4: a flow that names no link says nothing about one.
    if (code == 0x13 && !is_there(4)) {
        const bool drains = is_there(8) && scalar(list.items[8]) == byte(0x41);
        if (is_there(5) || is_there(6) || is_there(7) || drains) return {};
    }
    return byte(0) + byte(0x53) + byte(static_cast<unsigned>(code)) +
           (count == 0 ? byte(0x45) : compound(0xC0, count, content));
}

// Messages (AMQP 3.2)

struct message {
    bool valid = false;
    std::vector<unsigned> kinds{};  // of the sections, in their order: 0x70 to 0x78
    std::vector<item> sections{};
    std::vector<std::string> wires{};  // what each is written as
};

inline written section_of(unsigned kind, const item& it, const amqp::options& rules) {
    const item& content = it.items[1];
    const std::string head = byte(0) + byte(0x53) + byte(kind);
    switch (kind) {
        case 0x70:
        case 0x73:
            return composite_of(kind, it, rules.max_depth, rules);
        case 0x71:
        case 0x72:
        case 0x78:
            return is_map_of("annotations", content, rules) ? written{head + forwarded(content)} : written{};
        case 0x74:
            return is_map_of("application-properties", content, rules) ? written{head + forwarded(content)} : written{};
        case 0x75:
            return content.of == type::binary ? written{head + forwarded(content)} : written{};
        case 0x76:
            return content.of == type::list ? written{head + forwarded(content)} : written{};
        default:
            return head + forwarded(content);
    }
}

/// Whether sections of these kinds make a message.
inline bool in_order(const std::vector<unsigned>& kinds, const amqp::options& rules) {
    std::vector<unsigned> runs;  // each kind that may repeat counts once where it stands in a row
    for (const unsigned kind : kinds) {
        const bool goes_on = !runs.empty() && runs.back() == kind && (kind == 0x75 || kind == 0x76);
        if (!goes_on) runs.push_back(kind);
    }
    std::vector<unsigned> sorted = runs;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) return false;
    if (sorted != runs && !rules.any_order) return false;
    const auto bodies = std::count_if(runs.begin(), runs.end(), [](unsigned k) { return 0x75 <= k && k <= 0x77; });
    return bodies == 1 || (bodies == 0 && rules.no_body);
}

inline message read_message(std::string_view input, const amqp::options& rules) {
    static const std::map<std::string, unsigned, std::less<>> names = {
        {"amqp:header:list", 0x70},
        {"amqp:delivery-annotations:map", 0x71},
        {"amqp:message-annotations:map", 0x72},
        {"amqp:properties:list", 0x73},
        {"amqp:application-properties:map", 0x74},
        {"amqp:data:binary", 0x75},
        {"amqp:amqp-sequence:list", 0x76},
        {"amqp:amqp-value:*", 0x77},
        {"amqp:footer:map", 0x78},
    };
    message m;
    walker walk{input, rules};
    while (walk.offset() != input.size()) {
        const item it = walk.value(rules.max_depth);
        if (walk.how() != state::good || it.of != type::described) return m;
        unsigned kind = 0;
        for (const auto& [name, code] : names) {
            if (has_descriptor(it, code, name)) kind = code;
        }
        const written wire = kind == 0 ? written{} : section_of(kind, it, rules);
        if (!wire) return m;
        m.kinds.push_back(kind);
        m.sections.push_back(it);
        m.wires.push_back(*wire);
    }
    m.valid = in_order(m.kinds, rules);
    return m;
}

/// The sections of these kinds, in their order.
inline std::string wire_of(const message& m, unsigned first = 0x70, unsigned last = 0x78) {
    std::string all;
    for (unsigned kind = first; kind <= last; ++kind) {
        for (std::size_t i = 0; i != m.kinds.size(); ++i) {
            if (m.kinds[i] == kind) all += m.wires[i];
        }
    }
    return all;
}

}  // namespace fuzz::naive

#endif
