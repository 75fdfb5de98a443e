#ifndef HUBWIRE_TESTS_SUPPORT_NAIVE_TOPIC_HPP
#define HUBWIRE_TESTS_SUPPORT_NAIVE_TOPIC_HPP

#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "naive_text.hpp"

/// The topics of the hub read by their patterns, a character at a time, for tests and fuzzers to compare with. What was
/// read is a text of its own: the kind, and the fields in the order of the pattern, each with a | in front.
namespace support {

namespace iothub = hubwire::iothub;

/// A pattern is text, and in it: D a level that may not be empty, S a status, B a slash and a bag, Q a query with a
/// request identifier and perhaps a version, V one with a version.
inline std::string_view pattern_of(iothub::topic_kind kind, bool of_module) {
    using enum iothub::topic_kind;
    switch (kind) {
        case telemetry:
            return of_module ? "devices/{D}/modules/{D}/messages/events{B}" : "devices/{D}/messages/events{B}";
        case twin_get:
            return "$iothub/twin/GET/?{Q}";
        case twin_reported:
            return "$iothub/twin/PATCH/properties/reported/?{Q}";
        case method_response:
            return "$iothub/methods/res/{S}/?{Q}";
        case devicebound:
            return "devices/{D}/messages/devicebound{B}";
        case input:
            return "devices/{D}/modules/{D}/inputs/{D}{B}";
        case twin_response:
            return "$iothub/twin/res/{S}/?{Q}";
        case twin_desired:
            return "$iothub/twin/PATCH/properties/desired/?{V}";
        case method_request:
            break;
    }
    return "$iothub/methods/POST/{D}/?{Q}";
}

class naive_topic_reader {
public:
    naive_topic_reader(std::string_view text, bool may_lack_slash) : text_{text}, may_lack_slash_{may_lack_slash} {}

    outcome<std::string> read(iothub::topic_kind kind) {
        std::string_view pattern = pattern_of(kind, false);
        if (kind == iothub::topic_kind::telemetry && text_.substr(0, 8) == "devices/") {
            const std::size_t slash = text_.find('/', 8);
            if (slash != std::string_view::npos && text_.substr(slash, 3) == "/mo") pattern = pattern_of(kind, true);
        }
        const bool has_version = kind != iothub::topic_kind::twin_get && pattern.find("methods") == pattern.npos;
        std::string fields{name_of(kind)};
        for (std::size_t i = 0; i != pattern.size() && !wrong_; ++i) {
            if (pattern[i] != '{') {
                take(pattern[i]);
                continue;
            }
            fields += '|';
            fields += field(pattern[i + 1], has_version);
            i += 2;
        }
        if (wrong_) return *wrong_;
        return fields;
    }

private:
    void refuse(errc code, std::size_t at) {
        if (!wrong_) wrong_ = refusal{code, at};
    }
    void take(char wanted) {
        if (at_ == text_.size() || text_[at_] != wanted) return refuse(errc::iothub_topic, at_);
        ++at_;
    }

    std::string field(char what, bool has_version) {
        const std::size_t begin = at_;
        if (what == 'D') {
            while (at_ != text_.size() && text_[at_] != '/') ++at_;
            if (at_ == begin) refuse(errc::iothub_topic_level, begin);
            return std::string{text_.substr(begin, at_ - begin)};
        }
        if (what == 'S') {
            while (at_ != text_.size() && at_ - begin != 3 && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
            const bool ends = at_ == text_.size() || text_[at_] == '/';
            if (at_ == begin || !ends) refuse(errc::iothub_topic_status, at_);
            return at_ == begin ? "" : std::to_string(std::stoi(std::string{text_.substr(begin, at_ - begin)}));
        }
        if (what == 'B') {
            if (at_ == text_.size() && may_lack_slash_) return "";
            take('/');
            if (wrong_) return "";
            at_ = text_.size();
            return std::string{text_.substr(begin + 1)};
        }
        return query(what, has_version);
    }

    std::string query(char what, bool has_version) {
        std::optional<std::string> rid;
        std::optional<std::string> version;
        while (at_ != text_.size() && !wrong_) {
            const std::size_t end = std::min(text_.find('&', at_), text_.size());
            const std::string_view parameter = text_.substr(at_, end - at_);
            const std::size_t equals = parameter.find('=');
            const std::string_view key = parameter.substr(0, equals);
            if (equals != std::string_view::npos && key == "$rid" && !rid) {
                rid = parameter.substr(5);
                if (rid->empty()) refuse(errc::iothub_topic_rid, at_ + 5);
            }
            if (equals != std::string_view::npos && key == "$version" && !version) {
                const auto number =
                    naive_decimal(parameter.substr(9), true, "9223372036854775807", "9223372036854775808", false);
                if (const auto* bad = std::get_if<refusal>(&number)) {
                    refuse(errc::iothub_topic_version, at_ + 9 + bad->at);
                } else {
                    version = std::get<std::string>(number);
                }
            }
            at_ = end == text_.size() ? end : end + 1;
        }
        if (what == 'Q' && !rid) refuse(errc::iothub_topic_rid, text_.size());
        if (what == 'V' && !version) refuse(errc::iothub_topic_version, text_.size());
        if (what == 'V') return version.value_or("");
        return rid.value_or("") + (has_version ? '|' + version.value_or("none") : "");
    }

    std::string_view text_;
    bool may_lack_slash_;
    std::size_t at_ = 0;
    std::optional<refusal> wrong_{};
};

inline outcome<std::string> naive_topic(iothub::topic_kind kind, std::string_view text, bool may_lack_slash = false) {
    return naive_topic_reader{text, may_lack_slash}.read(kind);
}

/// What the library has read, in the same form.
inline std::string shown(const std::optional<std::int64_t>& version) {
    return version ? std::to_string(*version) : "none";
}
inline std::string shown(const iothub::wire_text& text) { return std::string{text.raw()}; }
template <class... Fields>
std::string joined(iothub::topic_kind kind, const Fields&... fields) {
    std::string all{name_of(kind)};
    ((all += '|', all += fields), ...);
    return all;
}
inline std::string shown(const iothub::telemetry_topic& t) {
    return t.sender.is_module() ? joined(t.kind, t.sender.device_id, t.sender.module_id, t.bag)
                                : joined(t.kind, t.sender.device_id, t.bag);
}
inline std::string shown(const iothub::twin_get_topic& t) { return joined(t.kind, shown(t.rid)); }
inline std::string shown(const iothub::twin_reported_topic& t) {
    return joined(t.kind, shown(t.rid), shown(t.version));
}
inline std::string shown(const iothub::method_response_topic& t) {
    return joined(t.kind, std::to_string(t.status), shown(t.rid));
}
inline std::string shown(const iothub::devicebound_topic& t) { return joined(t.kind, t.device_id, t.bag); }
inline std::string shown(const iothub::input_topic& t) {
    return joined(t.kind, t.receiver.device_id, t.receiver.module_id, shown(t.input), t.bag);
}
inline std::string shown(const iothub::twin_response_topic& t) {
    return joined(t.kind, std::to_string(t.status), shown(t.rid), shown(t.version));
}
inline std::string shown(const iothub::twin_desired_topic& t) { return joined(t.kind, std::to_string(t.version)); }
inline std::string shown(const iothub::method_request_topic& t) { return joined(t.kind, shown(t.name), shown(t.rid)); }
template <class... Topics>
std::string shown(const iothub::any_topic<Topics...>& t) {
    return t.visit([](const auto& topic) { return shown(topic); });
}

template <class T>
outcome<std::string> shown_outcome(const hubwire::result<T>& said) {
    if (said) return shown(*said);
    return refusal{said.error().code, said.error().offset};
}

/// One of the kinds, as naive_topic reads it: the kind that takes it, or else the refusal that comes latest.
inline outcome<std::string> naive_topic_of(std::initializer_list<iothub::topic_kind> kinds, std::string_view text,
                                           bool may_lack_slash = false) {
    std::optional<refusal> furthest;
    for (const iothub::topic_kind kind : kinds) {
        const auto read = naive_topic(kind, text, may_lack_slash);
        const auto* refused = std::get_if<refusal>(&read);
        if (refused == nullptr) return read;
        if (!furthest || refused->at > furthest->at) furthest = *refused;
    }
    return *furthest;
}
inline outcome<std::string> naive_topic_to_client(std::string_view text, bool may_lack_slash = false) {
    using enum iothub::topic_kind;
    return naive_topic_of({devicebound, input, twin_response, twin_desired, method_request}, text, may_lack_slash);
}
inline outcome<std::string> naive_topic_to_hub(std::string_view text, bool may_lack_slash = false) {
    using enum iothub::topic_kind;
    return naive_topic_of({telemetry, twin_get, twin_reported, method_response}, text, may_lack_slash);
}

/// A name or an identifier that can be in a topic and in a user name, made of any bytes.
inline std::string as_level(std::string_view bytes) {
    std::string level;
    for (const char c : bytes) level += c == '/' || c == '#' || c == '+' || c == '\0' ? '_' : c;
    return level.empty() ? "x" : level;
}

}  // namespace support

#endif
