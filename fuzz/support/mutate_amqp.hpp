#ifndef HUBWIRE_FUZZ_SUPPORT_MUTATE_AMQP_HPP
#define HUBWIRE_FUZZ_SUPPORT_MUTATE_AMQP_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mutate.hpp"
#include "naive_amqp.hpp"

// AMQP, bent: values as trees, in a message or in the frames of a stream.

namespace fuzz {

/// A value, a frame, a protocol header, or bytes that are none of these.
struct amqp_node {
    enum class form { raw, value, described, frame };

    form is = form::raw;
    unsigned code = 0x40;  // of a value; of the elements of an array
    std::string octets{};  // of what contains no others; of a frame, what stands before its body, its size aside
    std::vector<amqp_node> parts{};        // what a value or a frame contains; descriptor and content
    std::vector<amqp_node> descriptors{};  // of the elements of an array
    unsigned array = 0;                    // the code of an array, whose elements have the other
    long size_off = 0;                     // by how much its size, and its count, are not what they should be
    long count_off = 0;
};

namespace detail {

using form = amqp_node::form;
using naive::layout;

inline const naive::encoding* encoding_of(unsigned code) {
    const auto found = naive::encodings().find(code);
    return found == naive::encodings().end() ? nullptr : &found->second;
}

/// Reads what there is. What makes no sense is raw, to its end.
class amqp_parser {
public:
    explicit amqp_parser(std::string_view input) : rest_{input} {}

    std::vector<amqp_node> values() {
        std::vector<amqp_node> all;
        while (!rest_.empty()) all.push_back(value(0));
        return all;
    }

    std::vector<amqp_node> frames() {
        std::vector<amqp_node> all;
        while (!rest_.empty()) all.push_back(frame());
        return all;
    }

private:
    static amqp_node raw(std::string_view octets) { return {.octets = std::string{octets}}; }

    std::string_view take(std::size_t n) {
        const std::string_view taken = rest_.substr(0, n);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    std::size_t number(std::size_t width) {
        std::size_t n = 0;
        for (const char c : take(width)) n = n << 8 | static_cast<unsigned char>(c);
        return n;
    }

    amqp_node frame() {
        if (rest_.front() == 'A') return raw(take(8));
        const std::size_t size = number(4);
        const std::size_t front = 4 * (rest_.empty() ? 2u : static_cast<unsigned char>(rest_[0]));
        amqp_parser body{take(std::max<std::size_t>(size, 8) - 4)};
        amqp_node f{.is = form::frame, .octets = std::string{body.take(std::max<std::size_t>(front, 8) - 4)}};
        f.parts = body.values();
        return f;
    }

    amqp_node value(unsigned depth) {
        const std::string_view whole = rest_;
        const auto code = static_cast<unsigned>(number(1));
        if (depth > 80) return raw(take_all(whole));
        if (code != 0) return behind(code, whole, depth);
        amqp_node d{.is = form::described};
        for (int i = 0; i != 2 && !rest_.empty(); ++i) d.parts.push_back(value(depth + 1));
        return d;
    }

    std::string_view take_all(std::string_view whole) {
        rest_ = {};
        return whole;
    }

    amqp_node behind(unsigned code, std::string_view whole, unsigned depth) {
        const naive::encoding* e = encoding_of(code);
        if (e == nullptr) return raw(take_all(whole));
        amqp_node v{.is = form::value, .code = code};
        if (e->form == layout::fixed) {
            v.octets = take(e->width);
            return v;
        }
        const std::size_t size = number(e->width);
        amqp_parser inner{take(size)};
        if (e->form == layout::variable) {
            v.octets = inner.rest_;
            return v;
        }
        const std::size_t count = inner.number(e->width);
        if (e->form == layout::array) {
            v.array = code;
            v.code = static_cast<unsigned>(inner.number(1));
            while (v.code == 0 && !inner.rest_.empty()) {
                v.descriptors.push_back(inner.value(depth + 1));
                v.code = static_cast<unsigned>(inner.number(1));
            }
            while (v.parts.size() != std::min<std::size_t>(count, 1000) && !inner.rest_.empty())
                v.parts.push_back(inner.behind(v.code, inner.rest_, depth + 1));
            v.count_off = static_cast<long>(count) - static_cast<long>(v.parts.size());
            if (encoding_of(v.code) == nullptr || encoding_of(v.code)->width != 0) v.count_off = 0;
        } else {
            while (!inner.rest_.empty()) v.parts.push_back(inner.value(depth + 1));
        }
        return v;
    }

    std::string_view rest_;
};

inline std::string emit(const amqp_node& n);

inline std::string emit_all(const std::vector<amqp_node>& all) {
    std::string wire;
    for (const amqp_node& n : all) wire += emit(n);
    return wire;
}

inline std::string emit_behind(unsigned code, const amqp_node& n);

/// What stands behind the count of a list, a map or an array.
inline std::string content_of(const amqp_node& n, bool is_array) {
    if (!is_array) return emit_all(n.parts);
    std::string content;
    for (const amqp_node& d : n.descriptors) content += '\0' + emit(d);
    content += of_width(n.code, 1);
    for (const amqp_node& element : n.parts) content += emit_behind(n.code, element);
    return content;
}

/// What stands behind a format code; content is that of what has a count.
inline std::string emit_behind(const naive::encoding& e, const amqp_node& n, const std::string& content) {
    const auto number = [&](std::size_t what, long off) {
        return of_width(what + static_cast<std::size_t>(off), e.width);
    };
    if (e.form == layout::fixed) {
        std::string padded(e.width, '\0');
        std::copy_n(n.octets.rbegin(), std::min(e.width, n.octets.size()), padded.rbegin());
        return padded;
    }
    if (e.form == layout::variable) return number(n.octets.size(), n.size_off) + n.octets;
    return number(content.size() + e.width, n.size_off) + number(n.parts.size(), n.count_off) + content;
}

inline std::string content_behind(const naive::encoding& e, const amqp_node& n) {
    const bool has_count = e.form == layout::list_or_map || e.form == layout::array;
    return has_count ? content_of(n, e.form == layout::array) : std::string{};
}

inline std::string emit_behind(unsigned code, const amqp_node& n) {
    const naive::encoding* e = encoding_of(code);
    return e == nullptr ? n.octets : emit_behind(*e, n, content_behind(*e, n));
}

inline std::string emit(const amqp_node& n) {
    if (n.is == form::raw) return n.octets;
    if (n.is == form::described) return '\0' + emit_all(n.parts);
    if (n.is == form::frame) {
        const std::string body = emit_all(n.parts);
        return of_width(4 + n.octets.size() + body.size() + static_cast<std::size_t>(n.size_off), 4) + n.octets + body;
    }
    unsigned code = n.array != 0 ? n.array : n.code;
    const naive::encoding* e = encoding_of(code);
    if (e == nullptr) return of_width(code, 1) + n.octets;
    const std::string content = content_behind(*e, n);  // once: what is written twice at each level takes for ever
    // What has become too long for a size of one byte gets one of four.
    const bool is_small = e->form != layout::fixed && e->width == 1;
    const std::size_t size = e->form == layout::variable ? n.octets.size() : content.size() + 1;
    if (is_small && n.size_off == 0 && (size > 255 || n.parts.size() > 255)) code += 0x10;
    return of_width(code, 1) + emit_behind(*encoding_of(code), n, content);
}

// Generating

inline amqp_node scalar(unsigned code, std::string octets) {
    return {.is = form::value, .code = code, .octets = std::move(octets)};
}
inline amqp_node text(unsigned code, dice& d) {
    constexpr std::string_view words[] = {
        "",       "a",     "message",         "amqp:link:redirect", "x-opt-name",
        "\u00E9", "never", "PLAIN",           "link-detach",        "amqp:accepted:list",
        "$cbs",   "hub",   "hub.example.net", "application/json",   "\xF0\x9F\x98\x80"};
    return scalar(code, std::string{d.pick(words)});
}
inline amqp_node any_scalar(dice& d) {
    const auto& all = naive::encodings();
    for (;;) {
        const auto& [code, e] = *std::next(all.begin(), static_cast<std::ptrdiff_t>(d.below(all.size())));
        if (e.form == layout::fixed) return scalar(code, of_width(code == 0x56 ? d.below(2) : edge(d), e.width));
        if (e.form == layout::variable) return text(code, d);
    }
}
inline amqp_node any_value(dice& d, unsigned depth = 3);
inline amqp_node map_of(const std::vector<unsigned>& keys, dice& d, unsigned depth) {
    amqp_node m{.is = form::value, .code = 0xC1};
    for (std::size_t n = d.below(4); n != 0; --n) {
        m.parts.push_back(keys.empty() ? any_scalar(d) : text(d.pick(keys), d));
        m.parts.push_back(any_value(d, depth));
    }
    return m;
}
inline amqp_node described(std::uint64_t code, amqp_node content, dice& d) {
    const auto known = naive::composites().find(code);
    amqp_node descriptor = scalar(0x53, of_width(code, 1));
    if (known != naive::composites().end() && d.one_in(6)) descriptor = scalar(0xA3, known->second.name);
    return {.is = form::described, .parts = {std::move(descriptor), std::move(content)}};
}
inline amqp_node any_value(dice& d, unsigned depth) {
    if (depth == 0 || d.one_in(2)) return any_scalar(d);
    amqp_node v{.is = form::value};
    switch (d.below(4)) {
        case 0:
            v.code = 0xC0;
            for (std::size_t n = d.below(5); n != 0; --n) v.parts.push_back(any_value(d, depth - 1));
            return v;
        case 1:
            return map_of({}, d, depth - 1);
        case 2: {
            amqp_node element = any_value(d, depth - 1);
            v.array = 0xE0;
            v.code = element.array != 0 ? 0xC0 : element.is == form::value ? element.code : 0x71;
            v.parts.assign(d.below(4), element);
            if (d.one_in(3)) v.descriptors.push_back(any_scalar(d));
            return v;
        }
        default:
            return described(edge(d), any_value(d, depth - 1), d);
    }
}

/// A composite with fields of the types they have in the tables of the specification, some of them missing.
inline amqp_node composite(std::uint64_t code, dice& d, unsigned depth = 3) {
    const auto field = [&](std::string kind) -> amqp_node {
        const bool mandatory = kind.back() == '!';
        if (mandatory) kind.pop_back();
        if (!mandatory && d.one_in(2)) return scalar(0x40, "");
        if (d.one_in(40)) return any_value(d, 1);
        std::uint64_t most = ~std::uint64_t{0};
        if (const std::size_t limit = kind.find("<="); limit != std::string::npos) {
            most = static_cast<std::uint64_t>(kind[limit + 2] - '0');
            kind.resize(limit);
        }
        if (kind == "symbol*") {
            amqp_node a{.is = form::value, .code = 0xA3, .array = 0xE0};
            for (std::size_t n = d.below(4); n != 0; --n) a.parts.push_back(text(0xA3, d));
            return a.parts.size() == 1 ? a.parts[0] : a;
        }
        if (kind == "fields" || kind == "map") return map_of({0xA3}, d, 1);
        if (kind == "filter-set") {
            amqp_node m = map_of({0xA3}, d, 1);
            for (std::size_t i = 1; i < m.parts.size(); i += 2) m.parts[i] = described(edge(d), text(0xA1, d), d);
            return m;
        }
        if (kind == "tag") return text(0xA0, d);
        if (kind == "expiry-policy") return scalar(0xA3, d.one_in(2) ? "session-end" : "never");
        if (kind == "message-id") {
            if (d.one_in(2)) return text(d.one_in(2) ? 0xA0 : 0xA1, d);
            return d.one_in(2) ? scalar(0x80, of_width(edge(d), 8)) : scalar(0x98, of_width(edge(d), 16));
        }
        if (const auto of = naive::field_types().find(kind); of != naive::field_types().end()) {
            std::vector<unsigned> codes;
            for (const auto& [c, e] : naive::encodings()) {
                if (e.of == of->second && (most == ~std::uint64_t{0} || e.width != 0)) codes.push_back(c);
            }
            const unsigned c = d.pick(codes);
            const naive::encoding& e = *encoding_of(c);
            if (e.form == layout::variable) return text(c, d);
            std::uint64_t n = edge(d);
            if (c == 0x56) most = 1;
            if (most != ~std::uint64_t{0} && !d.one_in(20)) n %= most + 1;
            return scalar(c, of_width(n, e.width));
        }
        if (depth == 0) return scalar(0x40, "");
        if (kind == "error") return composite(0x1D, d, depth - 1);
        if (const auto found = naive::choices().find(kind); found != naive::choices().end())
            return d.one_in(12) ? described(edge(d), any_value(d, 1), d)
                                : composite(d.pick(found->second), d, depth - 1);
        return any_value(d, 1);
    };
    amqp_node list{.is = form::value, .code = 0xC0};
    if (const auto known = naive::composites().find(code); known != naive::composites().end()) {
        for (const std::string& kind : known->second.fields) list.parts.push_back(field(kind));
    }
    while (!list.parts.empty() && list.parts.back().is == form::value && list.parts.back().code == 0x40)
        list.parts.pop_back();
    if (list.parts.empty() && d.one_in(2)) list.code = 0x45;
    return described(code, std::move(list), d);
}
inline amqp_node any_composite(dice& d) {
    const auto& all = naive::composites();
    return composite(std::next(all.begin(), static_cast<std::ptrdiff_t>(d.below(all.size())))->first, d);
}

inline amqp_node section(std::uint64_t code, dice& d) {
    switch (code) {
        case 0x70:
        case 0x73:
            return composite(code, d);
        case 0x71:
        case 0x72:
        case 0x78:
            return described(code, map_of({0xA3}, d, 2), d);
        case 0x74:
            return described(code, map_of({0xA1}, d, 0), d);
        case 0x75:
            return described(code, text(0xA0, d), d);
        case 0x76: {
            amqp_node list{.is = form::value, .code = 0xC0};
            for (std::size_t n = d.below(4); n != 0; --n) list.parts.push_back(any_value(d, 1));
            return described(code, std::move(list), d);
        }
        default:
            return described(code, any_value(d), d);
    }
}
inline std::vector<amqp_node> message(dice& d) {
    std::vector<amqp_node> sections;
    for (std::uint64_t code = 0x70; code != 0x75; ++code) {
        if (d.one_in(2)) sections.push_back(section(code, d));
    }
    const std::uint64_t body = 0x75 + d.below(3);
    for (std::size_t n = body == 0x77 ? 1 : 1 + d.below(2); n != 0; --n) sections.push_back(section(body, d));
    if (d.one_in(3)) sections.push_back(section(0x78, d));
    return sections;
}
inline amqp_node frame(dice& d) {
    const bool is_sasl = d.one_in(4);
    amqp_node f{.is = form::frame, .octets = of_width(2, 1) + of_width(is_sasl ? 1 : 0, 1) + of_width(edge(d), 2)};
    if (d.one_in(8)) f.octets.replace(0, 1, of_width(3, 1)).append(4, 'x');
    if (d.one_in(10)) return f;
    const std::uint64_t code = is_sasl ? 0x40 + d.below(5) : 0x10 + d.below(9);
    f.parts.push_back(composite(code, d));
    if (code == 0x14 && d.one_in(2)) f.parts.push_back({.octets = emit_all(message(d))});
    return f;
}

// Bending

struct place {
    amqp_node* node;
    std::vector<amqp_node>* among;
};
inline void collect(std::vector<amqp_node>& all, std::vector<place>& places) {
    for (amqp_node& n : all) {
        places.push_back({&n, &all});
        collect(n.parts, places);
        collect(n.descriptors, places);
    }
}

inline unsigned other_code(unsigned code, dice& d) {
    std::vector<unsigned> alike;
    const naive::encoding* own = encoding_of(code);
    for (const auto& [c, e] : naive::encodings()) {
        if (own == nullptr || d.one_in(20) || (d.one_in(2) ? e.of == own->of : e.form == own->form)) alike.push_back(c);
    }
    return alike.empty() || d.one_in(40) ? static_cast<unsigned>(d.below(256)) : d.pick(alike);
}

inline void nest(amqp_node& n, dice& d) {
    amqp_node inner = std::move(n);
    n = {.is = form::value};
    switch (d.below(4)) {
        case 0:
            n.code = 0xC0;
            n.parts.push_back(std::move(inner));
            break;
        case 1:
            n.code = 0xC1;
            n.parts.push_back(text(d.one_in(2) ? 0xA1 : 0xA3, d));
            n.parts.push_back(std::move(inner));
            break;
        case 2:
            n.array = 0xE0;
            n.code = inner.array != 0 ? inner.array : inner.code;
            n.parts.push_back(std::move(inner));
            break;
        default:
            n = described(edge(d), std::move(inner), d);
    }
}

/// One change, somewhere in the tree.
inline void bend(std::vector<amqp_node>& tree, dice& d) {
    std::vector<place> places;
    collect(tree, places);
    if (places.empty() || places.size() > 2000) return;  // it grows no further
    const place here = d.pick(places);
    amqp_node& n = *here.node;
    switch (d.below(12)) {
        case 0:
            n.code = other_code(n.code, d);
            break;
        case 1:
            (d.one_in(2) ? n.size_off : n.count_off) = d.off();
            break;
        case 2:
            bend_list(*here.among, d);
            break;
        case 3:
            bend_list(n.parts, d);
            break;
        case 4: {
            amqp_node copy = *d.pick(places).node;
            n = std::move(copy);
            break;
        }
        case 5:
            for (std::size_t times = d.one_in(20) ? d.below(70) : 1; times != 0; --times) nest(n, d);
            break;
        case 6:
            n = d.one_in(3) ? any_composite(d) : any_value(d);
            break;
        case 7: {
            if (n.parts.empty()) break;
            amqp_node part = d.pick(n.parts);
            n = std::move(part);
            break;
        }
        case 8:
            n.parts.push_back(any_value(d, 1));
            break;
        case 9:
            n.octets = of_width(edge(d), std::max<std::size_t>(n.octets.size() % 32, 1));
            break;
        default:
            bend_text(n.octets, d);
    }
}

}  // namespace detail

/// What an input for AMQP is made of.
enum class amqp_input { value, message, frames };

inline void bend_amqp(std::string& input, amqp_input kind, dice& d) {
    detail::amqp_parser parser{input};
    std::vector<amqp_node> tree = kind == amqp_input::frames ? parser.frames() : parser.values();
    if (tree.empty() || d.one_in(kind == amqp_input::frames ? 8 : 16)) {
        if (kind == amqp_input::message) {
            tree = detail::message(d);
        } else if (kind == amqp_input::value) {
            tree = {d.one_in(2) ? detail::any_value(d) : detail::any_composite(d)};
        } else {
            const auto at = tree.begin() + static_cast<std::ptrdiff_t>(d.below(tree.size() + 1));
            tree.insert(at, d.one_in(12) ? amqp_node{.octets = {"AMQP\0\1\0\0", 8}} : detail::frame(d));
        }
    } else {
        if (kind == amqp_input::message && d.one_in(8)) tree.push_back(detail::section(0x70 + d.below(9), d));
        for (std::size_t times = 1 + d.below(3); times != 0; --times) detail::bend(tree, d);
    }
    input = detail::emit_all(tree);
}

}  // namespace fuzz

#endif
