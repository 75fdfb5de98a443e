#ifndef HUBWIRE_FUZZ_SUPPORT_NAIVE_MQTT_HPP
#define HUBWIRE_FUZZ_SUPPORT_NAIVE_MQTT_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/naive_utf8.hpp"

// MQTT 3.1.1 written down a second time, as plainly as the specification puts it and as slowly as that takes. Nothing
// is shared with the library but the names of types, options and errors.

namespace fuzz::naive {

namespace mqtt = hubwire::mqtt;
using hubwire::errc;

struct verdict {
    errc code = errc::none;
    std::size_t offset = 0;
    friend bool operator==(const verdict&, const verdict&) = default;
};

inline verdict verdict_of(const hubwire::result<void>& checked) {
    return checked ? verdict{} : verdict{checked.error().code, checked.error().offset};
}

// Text and topics

/// The character in UTF-8. Pre: it has one to four bytes there.
inline std::string encoded(std::uint32_t character) {
    const auto byte = [](std::uint32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
    const auto more = [&](unsigned shift) { return byte(0x80 | (character >> shift & 0x3F)); };
    if (character < 0x80) return {byte(character)};
    if (character < 0x800) return {byte(0xC0 | character >> 6), more(0)};
    if (character < 0x10000) return {byte(0xE0 | character >> 12), more(6), more(0)};
    return {byte(0xF0 | character >> 18), more(12), more(6), more(0)};
}

/// The characters that MQTT 1.5.3 says SHOULD NOT be in a text, each in UTF-8. (U+0000 has a rule of its own.)
inline const std::set<std::string, std::less<>>& discouraged() {
    static const auto all = [] {
        std::set<std::string, std::less<>> some;
        for (std::uint32_t c = 0x01; c <= 0x1F; ++c) some.insert(encoded(c));
        for (std::uint32_t c = 0x7F; c <= 0x9F; ++c) some.insert(encoded(c));
        for (std::uint32_t c = 0xFDD0; c <= 0xFDEF; ++c) some.insert(encoded(c));
        for (std::uint32_t plane = 0; plane <= 0x10; ++plane) {
            some.insert(encoded(plane << 16 | 0xFFFE));
            some.insert(encoded(plane << 16 | 0xFFFF));
        }
        return some;
    }();
    return all;
}

inline verdict text_verdict(std::string_view text, const mqtt::options& rules) {
    if (text.size() > 65535) return {errc::too_long, 65535};
    const std::size_t valid = support::naive_utf8_prefix(text, hubwire::nul::refused);
    if (valid != text.size()) return {text[valid] == '\0' ? errc::mqtt_nul_in_text : errc::mqtt_invalid_utf8, valid};
    if (!rules.refuse_discouraged_characters) return {};
    for (std::size_t at = 0, end = 0; at != text.size(); at = end) {
        end = at + 1;
        while (end != text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
        if (discouraged().contains(text.substr(at, end - at))) return {errc::mqtt_discouraged_character, at};
    }
    return {};
}

inline verdict name_verdict(std::string_view topic, const mqtt::options& rules) {
    if (topic.empty()) return {errc::mqtt_empty_topic, 0};
    if (topic.size() > 65535) return {errc::mqtt_topic_too_long, 65535};
    if (const verdict wrong = text_verdict(topic, rules); wrong != verdict{}) return wrong;
    for (std::size_t at = 0; at != topic.size(); ++at) {
        if (topic[at] == '#' || topic[at] == '+') return {errc::mqtt_wildcard_in_topic, at};
    }
    return {};
}

inline std::vector<std::string_view> levels_of(std::string_view topic) {
    std::vector<std::string_view> levels;
    std::size_t begin = 0;
    for (std::size_t at = 0; at != topic.size(); ++at) {
        if (topic[at] != '/') continue;
        levels.push_back(topic.substr(begin, at - begin));
        begin = at + 1;
    }
    levels.push_back(topic.substr(begin));
    return levels;
}

inline verdict filter_verdict(std::string_view filter, const mqtt::options& rules) {
    if (filter.empty()) return {errc::mqtt_empty_topic, 0};
    if (filter.size() > 65535) return {errc::mqtt_topic_too_long, 65535};
    if (const verdict wrong = text_verdict(filter, rules); wrong != verdict{}) return wrong;
    const std::vector<std::string_view> levels = levels_of(filter);
    std::size_t begin = 0;
    for (std::size_t i = 0; i != levels.size(); begin += levels[i++].size() + 1) {
        const std::size_t wildcard = levels[i].find_first_of("#+");
        if (wildcard == std::string_view::npos || levels[i] == "+") continue;
        if (levels[i] == "#" && i + 1 == levels.size()) continue;
        const bool multi = levels[i][wildcard] == '#';
        return {multi ? errc::mqtt_multi_level_wildcard : errc::mqtt_single_level_wildcard, begin + wildcard};
    }
    return {};
}

using levels = std::vector<std::string_view>;

inline bool matches(const levels& filter, std::size_t f, const levels& topic, std::size_t t) {
    if (f == filter.size()) return t == topic.size();
    if (filter[f] == "#") return true;
    if (t == topic.size()) return false;
    return (filter[f] == "+" || filter[f] == topic[t]) && matches(filter, f + 1, topic, t + 1);
}

/// Pre: both are valid.
inline bool topic_matches(std::string_view filter, std::string_view topic) {
    if (topic[0] == '$' && (filter[0] == '+' || filter[0] == '#')) return false;
    return matches(levels_of(filter), 0, levels_of(topic), 0);
}

/// The group and the filter of "$share/group/filter".
inline std::optional<std::vector<std::string>> parse_shared_filter(std::string_view filter) {
    const levels all = levels_of(filter);
    if (all.size() < 3 || all[0] != "$share" || all[1].empty()) return {};
    if (all[1].find('#') != std::string_view::npos || all[1].find('+') != std::string_view::npos) return {};
    std::string rest{all[2]};
    for (std::size_t i = 3; i != all.size(); ++i) rest += '/' + std::string{all[i]};
    if (rest.empty()) return {};
    return std::vector<std::string>{std::string{all[1]}, rest};
}

// The fixed header

/// The table of MQTT 2.2.1 and 2.2.2: each first byte there may be, and the remaining lengths of such a packet.
struct kind {
    std::size_t least;
    std::size_t most;
};

inline std::optional<kind> kind_of(unsigned char first) {
    const std::size_t any = 268435455;
    switch (first) {
        case 0x10:
            return kind{7, any};
        case 0x20:
            return kind{2, 2};
        case 0x30:
        case 0x31:
            return kind{2, any};
        case 0x32:
        case 0x33:
        case 0x34:
        case 0x35:
            return kind{4, any};
        case 0x3A:
        case 0x3B:
        case 0x3C:
        case 0x3D:
            return kind{4, any};
        case 0x40:
        case 0x50:
        case 0x62:
        case 0x70:
        case 0xB0:
            return kind{2, 2};
        case 0x82:
            return kind{5, any};
        case 0x90:
            return kind{3, any};
        case 0xA2:
            return kind{4, any};
        case 0xC0:
        case 0xD0:
        case 0xE0:
            return kind{0, 0};
        default:
            return {};
    }
}

inline errc why_not(unsigned char first) {
    switch (first >> 4) {
        case 0:
        case 15:
            return errc::mqtt_packet_type;
        case 3:
            return (first & 6) == 6 ? errc::mqtt_qos : errc::mqtt_dup_at_qos_0;
        case 6:
            return errc::mqtt_pubrel_flags;
        case 8:
            return errc::mqtt_subscribe_flags;
        case 10:
            return errc::mqtt_unsubscribe_flags;
        case 14:
            return errc::mqtt_disconnect_flags;
        default:
            return errc::mqtt_flags;
    }
}

inline errc why_not(unsigned char first, std::size_t remaining) {
    if (remaining == 2 && first == 0x82) return errc::mqtt_no_subscriptions;
    if (remaining == 2 && first == 0x90) return errc::mqtt_suback_count;
    if (remaining == 2 && first == 0xA2) return errc::mqtt_no_filters;
    return errc::mqtt_impossible_length;
}

/// What an input begins with.
enum class progress { wanting, refused, complete };
struct header {
    progress state = progress::wanting;
    verdict wrong{};       // if it is refused
    std::size_t size = 0;  // if it is complete
    std::size_t remaining = 0;
    bool hopeless = false;  // if it is wanting, but no length that could still come would do (limit and padding aside)
};

/// Never refuses before the last byte of the header, but for what its first byte or a fifth byte of length says.
inline header read_header(std::string_view input, const mqtt::options& rules) {
    using enum progress;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(input[at]); };
    if (input.empty()) return {};
    const std::optional<kind> known = kind_of(byte(0));
    if (!known) return {.state = refused, .wrong = {why_not(byte(0)), 0}};
    std::size_t remaining = 0;
    std::size_t unit = 1;  // what the next digit counts
    for (std::size_t at = 1; at != input.size(); ++at) {
        if (at == 4 && byte(at) >= 128) return {.state = refused, .wrong = {errc::mqtt_remaining_length, 4}};
        remaining += byte(at) % 128 * unit;
        unit *= 128;
        if (byte(at) >= 128) continue;
        header whole{.state = refused, .size = at + 1, .remaining = remaining};
        if (at > 1 && byte(at) == 0 && rules.refuse_padded_length) {
            whole.wrong = {errc::mqtt_padded_length, 1};
        } else if (remaining < known->least || remaining > known->most) {
            whole.wrong = {why_not(byte(0), remaining), 1};
        } else if (whole.size + remaining > rules.max_packet_size) {
            whole.wrong = {errc::over_limit, 1};
        } else {
            whole.state = complete;
        }
        return whole;
    }
    // What may come adds a multiple of `unit`.
    return {.remaining = remaining,
            .hopeless = remaining > known->most || (known->most < unit && remaining < known->least)};
}

// Whole packets

/// Reads fields, and remembers whether there were less than it was asked for.
struct fields {
    std::string_view rest;
    bool short_of = false;

    std::string_view take(std::size_t n) {
        if (n > rest.size()) {
            short_of = true;
            n = 0;
            rest = {};
        }
        const std::string_view taken = rest.substr(0, n);
        rest = rest.substr(n);
        return taken;
    }
    std::size_t number(std::size_t bytes) {
        std::size_t value = 0;
        for (const char c : take(bytes)) value = value * 256 + static_cast<unsigned char>(c);
        return value;
    }
    std::string_view sized() { return take(number(2)); }
};

inline bool accepts_connect(fields& in, const mqtt::options& rules) {
    const auto text = [&](std::string_view some) { return text_verdict(some, rules) == verdict{}; };
    const std::string_view name = in.sized();
    const std::size_t level = in.number(1);
    const std::size_t version = level % 128;
    if (level >= 128 && !rules.allow_bridge) return false;
    if (!(name == "MQTT" && version == 4) && !(name == "MQIsdp" && version == 3 && rules.allow_mqtt_3_1)) return false;

    const std::size_t flags = in.number(1);
    const bool user = (flags & 128) != 0;
    const bool password = (flags & 64) != 0;
    const bool retain = (flags & 32) != 0;
    const std::size_t quality = flags / 8 % 4;
    const bool will = (flags & 4) != 0;
    const bool clean = (flags & 2) != 0;
    if (flags % 2 != 0 || quality == 3 || (password && !user)) return false;
    if (!will && (retain || quality != 0)) return false;
    in.number(2);

    const std::string_view id = in.sized();
    if (!text(id) || (id.empty() && (!clean || version == 3))) return false;
    if (will) {
        if (name_verdict(in.sized(), rules) != verdict{}) return false;
        in.sized();
    }
    if (user && !text(in.sized())) return false;
    if (password) in.sized();
    return true;
}

inline bool accepts_body(unsigned char first, fields& in, const mqtt::options& rules) {
    const auto filter = [&] { return filter_verdict(in.sized(), rules) == verdict{}; };
    switch (first >> 4) {
        case 1:
            return accepts_connect(in, rules);
        case 2: {
            const std::size_t flags = in.number(1);
            const std::size_t code = in.number(1);
            return code == 0 ? flags <= 1 : code <= 5 && flags == 0;
        }
        case 3: {
            if (name_verdict(in.sized(), rules) != verdict{}) return false;
            if ((first & 6) != 0 && in.number(2) == 0) return false;
            in.rest = {};
            return true;
        }
        case 12:
        case 13:
        case 14:
            return true;
        default:
            break;
    }
    if (in.number(2) == 0) return false;
    while (!in.rest.empty() && !in.short_of) {
        if (first == 0x82 && (!filter() || in.number(1) > 2)) return false;
        if (first == 0xA2 && !filter()) return false;
        if (first == 0x90) {
            const std::size_t code = in.number(1);
            if (code > 2 && code != 128) return false;
        }
        if (first != 0x82 && first != 0xA2 && first != 0x90) break;
    }
    return true;
}

/// Whether the input is one packet, whole and valid.
inline bool accepts(std::string_view input, const mqtt::options& rules) {
    const header begin = read_header(input, rules);
    if (begin.state != progress::complete || begin.size + begin.remaining != input.size()) return false;
    fields in{input.substr(begin.size)};
    return accepts_body(static_cast<unsigned char>(input[0]), in, rules) && !in.short_of && in.rest.empty();
}

// Writing: whatever the packet holds, valid or not. Fields longer than their length field can say are the caller's
// care.

inline std::string number(std::size_t value, std::size_t bytes) {
    std::string wire;
    while (bytes-- != 0) wire += static_cast<char>(static_cast<unsigned char>(value >> (8 * bytes)));
    return wire;
}
inline std::string sized(hubwire::bytes field) { return number(field.size(), 2) + std::string{field.text()}; }

inline std::string with_header(unsigned first, std::size_t remaining, const std::string& body) {
    std::string wire = number(first, 1);
    do {
        wire += number(remaining % 128 + (remaining >= 128 ? 128 : 0), 1);
        remaining /= 128;
    } while (remaining != 0);
    return wire + body;
}

inline std::string wire_of(const mqtt::publish_head& p) {
    const auto quality = static_cast<unsigned>(p.qos);
    const std::string body = sized(p.topic) + (quality != 0 ? number(p.packet_id, 2) : "");
    return with_header(0x30u | (p.dup ? 8u : 0u) | quality << 1 | (p.retain ? 1u : 0u), body.size() + p.payload_size,
                       body);
}

inline std::string wire_of(const mqtt::publish& p) {
    return wire_of(mqtt::publish_head{.topic = p.topic,
                                      .payload_size = p.payload.size(),
                                      .qos = p.qos,
                                      .packet_id = p.packet_id,
                                      .dup = p.dup,
                                      .retain = p.retain}) +
           std::string{p.payload.text()};
}

inline std::string wire_of(const mqtt::connect& p) {
    const bool old = p.level % 128 == 3;
    unsigned flags = p.clean_session ? 2 : 0;
    std::string rest = sized(p.client_id);
    if (p.will) {
        flags |= 4u | static_cast<unsigned>(p.will->qos) << 3 | (p.will->retain ? 32u : 0u);
        rest += sized(p.will->topic) + sized(p.will->payload);
    }
    if (p.username) {
        flags |= 128;
        rest += sized(*p.username);
    }
    if (p.password) {
        flags |= 64;
        rest += sized(*p.password);
    }
    const std::string body = sized(old ? std::string_view{"MQIsdp"} : std::string_view{"MQTT"}) + number(p.level, 1) +
                             number(flags, 1) + number(p.keep_alive, 2) + rest;
    return with_header(0x10, body.size(), body);
}

inline std::string wire_of(const mqtt::connack& p) {
    return with_header(0x20, 2, number(p.session_present ? 1 : 0, 1) + number(static_cast<std::size_t>(p.code), 1));
}

inline std::string wire_of(const mqtt::puback& p) { return with_header(0x40, 2, number(p.packet_id, 2)); }
inline std::string wire_of(const mqtt::pubrec& p) { return with_header(0x50, 2, number(p.packet_id, 2)); }
inline std::string wire_of(const mqtt::pubrel& p) { return with_header(0x62, 2, number(p.packet_id, 2)); }
inline std::string wire_of(const mqtt::pubcomp& p) { return with_header(0x70, 2, number(p.packet_id, 2)); }
inline std::string wire_of(const mqtt::unsuback& p) { return with_header(0xB0, 2, number(p.packet_id, 2)); }
inline std::string wire_of(const mqtt::pingreq&) { return with_header(0xC0, 0, ""); }
inline std::string wire_of(const mqtt::pingresp&) { return with_header(0xD0, 0, ""); }
inline std::string wire_of(const mqtt::disconnect&) { return with_header(0xE0, 0, ""); }

inline std::string wire_of(const mqtt::subscribe& p) {
    std::string body = number(p.packet_id, 2);
    for (const mqtt::subscription item : p.subscriptions)
        body += sized(item.filter) + number(static_cast<std::size_t>(item.qos), 1);
    return with_header(0x82, body.size(), body);
}
inline std::string wire_of(const mqtt::suback& p) {
    std::string body = number(p.packet_id, 2);
    for (const mqtt::suback_code code : p.codes) body += number(static_cast<std::size_t>(code), 1);
    return with_header(0x90, body.size(), body);
}
inline std::string wire_of(const mqtt::unsubscribe& p) {
    std::string body = number(p.packet_id, 2);
    for (const std::string_view filter : p.filters) body += sized(filter);
    return with_header(0xA2, body.size(), body);
}

}  // namespace fuzz::naive

#endif
