#ifndef HUBWIRE_FUZZ_SUPPORT_MUTATE_MQTT_HPP
#define HUBWIRE_FUZZ_SUPPORT_MUTATE_MQTT_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mutate.hpp"

// Packets of MQTT, bent: as they lie in a stream one behind the other, each as its fields.

namespace fuzz {

struct mqtt_field {
    std::string octets{};
    bool is_sized = false;  // behind two bytes for its length
    long size_off = 0;      // by how much that is not what it should be
};

struct mqtt_parts {
    unsigned first = 0;  // type and flags
    std::vector<mqtt_field> fields{};
    long size_off = 0;        // likewise of the remaining length
    std::size_t padding = 0;  // bytes more than that takes
};

namespace detail {

class mqtt_parser {
public:
    explicit mqtt_parser(std::string_view input) : rest_{input} {}

    std::vector<mqtt_parts> packets() {
        std::vector<mqtt_parts> all;
        while (!rest_.empty()) all.push_back(packet());
        return all;
    }

private:
    std::string_view take(std::size_t n) {
        const std::string_view taken = rest_.substr(0, n);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    unsigned octet() {
        const std::string_view one = take(1);
        return one.empty() ? 0 : static_cast<unsigned char>(one[0]);
    }

    mqtt_parts packet() {
        mqtt_parts p{.first = octet()};
        std::size_t remaining = 0;
        for (std::size_t shift = 0; shift != 28; shift += 7) {
            const unsigned digit = octet();
            remaining |= std::size_t{digit & 127} << shift;
            if (digit < 128) break;
        }
        mqtt_parser body{take(remaining)};
        body.fields(p.first, p.fields);
        return p;
    }

    mqtt_field fixed(std::size_t n) { return {.octets = std::string{take(n)}}; }
    mqtt_field sized() {
        const std::size_t high = octet();
        const std::size_t size = high << 8 | octet();
        return {.octets = std::string{take(size)}, .is_sized = true};
    }

    void fields(unsigned first, std::vector<mqtt_field>& all) {
        const auto more = [&](mqtt_field f) { all.push_back(std::move(f)); };
        switch (first >> 4) {
            case 1:
                more(sized());
                more(fixed(1));
                more(fixed(1));
                more(fixed(2));
                while (rest_.size() >= 2) more(sized());
                break;
            case 3:
                more(sized());
                if ((first & 6) != 0) more(fixed(2));
                break;
            case 8:
            case 10:
                more(fixed(2));
                while (rest_.size() >= 2) {
                    more(sized());
                    if (first >> 4 == 8) more(fixed(1));
                }
                break;
            case 9:
                more(fixed(2));
                while (!rest_.empty()) more(fixed(1));
                break;
            default:
                break;
        }
        if (!rest_.empty()) more(fixed(rest_.size()));
    }

    std::string_view rest_;
};

inline std::string emit(const mqtt_parts& p) {
    std::string body;
    for (const mqtt_field& f : p.fields) {
        if (f.is_sized) body += of_width(f.octets.size() + static_cast<std::size_t>(f.size_off), 2);
        body += f.octets;
    }
    std::string wire = of_width(p.first, 1);
    std::size_t remaining = (body.size() + static_cast<std::size_t>(p.size_off)) & 0xFFF'FFFF;
    std::size_t padding = p.padding;
    do {
        const std::size_t digit = remaining % 128;
        remaining /= 128;
        wire += of_width(digit | (remaining != 0 || padding != 0 ? 128u : 0u), 1);
        if (remaining == 0 && padding != 0) {
            --padding;
            if (padding == 0) wire += '\0';
        }
    } while (remaining != 0 || padding != 0);
    return wire + body;
}

inline mqtt_field any_text(dice& d) {
    constexpr std::string_view words[] = {"",
                                          "a",
                                          "a/b",
                                          "#",
                                          "+/#",
                                          "a/+/b",
                                          "/",
                                          "$SYS/#",
                                          "$share/g/a",
                                          "\u00E9",
                                          "\xF0\x9F\x98\x80",
                                          "\xED\xA0\x80",
                                          "devices/d/messages/events/a=b",
                                          "$iothub/methods/POST/#"};
    mqtt_field f{.octets = std::string{d.pick(words)}, .is_sized = true};
    if (d.one_in(12)) f.octets.append(d.below(300), 'x');
    return f;
}

inline mqtt_parts packet(dice& d) {
    const auto fixed = [](std::uint64_t n, std::size_t width) { return mqtt_field{.octets = of_width(n, width)}; };
    const auto id = [&] { return fixed(d.one_in(8) ? edge(d) : 1 + d.below(0xFFFF), 2); };
    const unsigned type = 1 + static_cast<unsigned>(d.below(14));
    mqtt_parts p{.first = type << 4 | (type == 6 || type == 8 || type == 10 ? 2u : 0u)};
    switch (type) {
        case 1: {
            const bool old = d.one_in(6);
            const unsigned will =
                d.one_in(2) ? 0 : 4u | static_cast<unsigned>(d.below(3)) << 3 | (d.one_in(2) ? 32u : 0u);
            const unsigned names = d.one_in(3) ? 0 : d.one_in(2) ? 128 : 192;
            p.fields.push_back({.octets = old ? "MQIsdp" : "MQTT", .is_sized = true});
            p.fields.push_back(fixed((old ? 3u : 4u) | (d.one_in(8) ? 128u : 0u), 1));
            p.fields.push_back(fixed(names | will | (d.one_in(3) ? 0u : 2u), 1));
            p.fields.push_back(fixed(edge(d), 2));
            for (int n = 1 + (will != 0 ? 2 : 0) + (names == 192 ? 2 : names != 0 ? 1 : 0); n != 0; --n)
                p.fields.push_back(any_text(d));
            break;
        }
        case 2:
            p.fields.push_back(fixed(d.below(2), 1));
            p.fields.push_back(fixed(d.below(6), 1));
            break;
        case 3: {
            const auto quality = static_cast<unsigned>(d.below(3));
            p.first |= quality << 1 | (d.one_in(2) ? 1u : 0u) | (quality != 0 && d.one_in(2) ? 8u : 0u);
            p.fields.push_back(any_text(d));
            if (quality != 0) p.fields.push_back(id());
            p.fields.push_back({.octets = any_text(d).octets});
            break;
        }
        case 8:
        case 9:
        case 10:
            p.fields.push_back(id());
            for (std::size_t n = 1 + d.below(4); n != 0; --n) {
                if (type != 9) p.fields.push_back(any_text(d));
                if (type == 8) p.fields.push_back(fixed(d.below(3), 1));
                if (type == 9) p.fields.push_back(fixed(d.one_in(3) ? 128 : d.below(3), 1));
            }
            break;
        default:
            if (type < 12) p.fields.push_back(id());
    }
    return p;
}

inline void bend(mqtt_parts& p, dice& d) {
    if (p.fields.empty() || d.one_in(6)) {
        switch (d.below(4)) {
            case 0:
                p.first ^= 1u << d.below(8);
                break;
            case 1:
                p.size_off = d.off();
                break;
            case 2:
                p.padding = 1 + d.below(3);
                break;
            default:
                p.fields.push_back(any_text(d));
        }
        return;
    }
    mqtt_field& f = d.pick(p.fields);
    switch (d.below(6)) {
        case 0:
            f.size_off = d.off();
            break;
        case 1:
            bend_list(p.fields, d);
            break;
        case 2:
            if (f.is_sized) {
                f = any_text(d);
            } else {
                f.octets = of_width(edge(d), std::min<std::size_t>(f.octets.size(), 64));
            }
            break;
        case 3:
            if (!f.octets.empty()) f.octets[0] = static_cast<char>(f.octets[0] ^ 1 << d.below(8));
            break;
        default:
            bend_text(f.octets, d);
    }
}

}  // namespace detail

inline void bend_mqtt(std::string& input, dice& d) {
    std::vector<mqtt_parts> packets = detail::mqtt_parser{input}.packets();
    if (packets.empty() || d.one_in(8)) {
        const auto at = packets.begin() + static_cast<std::ptrdiff_t>(d.below(packets.size() + 1));
        packets.insert(at, detail::packet(d));
    } else if (d.one_in(8)) {
        d.pick(packets) = detail::packet(d);
    } else if (d.one_in(8)) {
        bend_list(packets, d);
    } else {
        for (std::size_t times = 1 + d.below(3); times != 0; --times) detail::bend(d.pick(packets), d);
    }
    input.clear();
    for (const mqtt_parts& p : packets) input += detail::emit(p);
}

}  // namespace fuzz

#endif
