#ifndef HUBWIRE_IOTHUB_TOPIC_FIELD_HPP
#define HUBWIRE_IOTHUB_TOPIC_FIELD_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/maybe.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/iothub/topic_kind.hpp>
#include <hubwire/iothub/wire_text.hpp>
#include <hubwire/text/decimal.hpp>
#include <hubwire/text/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// The parts that the topics of the hub have in common: how each is written, and how it is read.
namespace hubwire::iothub::detail {

using namespace hubwire::detail;

/// Whether these characters stand at `at`.
template <std::size_t N>
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool stands_at(std::string_view text, std::size_t at,
                                                             const char (&wanted)[N]) noexcept {
    return text.size() - at >= N - 1 && std::string_view{text.data() + at, N - 1} == std::string_view{wanted, N - 1};
}

// ---- writing

/// What a level of a topic can never hold: what would end it, a wildcard, and U+0000 [MQTT-1.5.3-2].
[[nodiscard]] constexpr bool ends_level(char c) noexcept { return c == '/' || c == '#' || c == '+' || c == '\0'; }

/// What a value behind a ? can never hold. (A / may stand there.)
[[nodiscard]] constexpr bool ends_value(char c) noexcept { return c == '&' || c == '#' || c == '+' || c == '\0'; }

HUBWIRE_NEVER_INLINE constexpr std::size_t find_if(std::string_view text, bool (*is_wanted)(char) noexcept) noexcept {
    std::size_t at = 0;
    while (at != text.size() && !is_wanted(text[at])) ++at;
    return at;
}

/// The first n characters of a text that has more, or so many. (g++ would see a text of known size that n goes beyond.)
template <room Room>
constexpr void put_first(basic_writer<Room>& out, std::string_view text, std::size_t n) noexcept {
    out.put(bytes{opaque(text.data()), n});
}

/// Whether an identifier can be a level of a topic as it is.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_plain_level(std::string_view text) noexcept {
    static_assert(('#' | 0x08) == '+');  // so that one comparison does for both
    return all_words_pass(text.data(), text.size(), [](word w) {
        return nul_or_non_ascii_bytes(w) | bytes_equal_to<'+'>(w | every_byte<0x08>) | bytes_equal_to<'/'>(w);
    });
}

/// A bag as it is, which may hold a /.
template <room Room>
constexpr void put_bag(basic_writer<Room>& out, std::string_view bag) noexcept {
    static_assert(('#' | 0x08) == '+');
    const bool is_plain = all_words_pass(bag.data(), bag.size(), [](word w) {
        return nul_or_non_ascii_bytes(w) | bytes_equal_to<'+'>(w | every_byte<0x08>);
    });
    const auto ends_topic = [](char c) noexcept { return c == '#' || c == '+' || c == '\0'; };
    const std::size_t fault = is_plain ? bag.size() : find_if(bag, ends_topic);
    put_first(out, bag, fault);
    if (fault != bag.size()) out.fail(errc::iothub_topic_character);
}

/// An identifier, which is never percent-encoded.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void put_identifier(basic_writer<Room>& out, std::string_view id) noexcept {
    if (id.empty()) [[unlikely]]
        return out.fail(errc::iothub_topic_level);
    if (!is_plain_level(id)) [[unlikely]] {
        const std::size_t fault = find_if(id, ends_level);
        if (fault != id.size()) {
            put_first(out, id, fault);
            return out.fail(errc::iothub_topic_character);
        }
    }
    out.put(id);
}

/// devices/{device}, or devices/{device}/modules/{module}
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void put_client(basic_writer<Room>& out, const identity& client) noexcept {
    out.put(std::string_view{"devices/"});
    put_identifier(out, client.device_id);
    if (!client.is_module()) return;
    out.put(std::string_view{"/modules/"});
    put_identifier(out, client.module_id);
}

/// A text in its encoded form: a plain one with these characters bare, a received one as it came. That one may hold
/// what would end it, and is refused there.
template <room Room>
constexpr void put_wire_text(basic_writer<Room>& out, const wire_text& value, const text::bare_characters& bare,
                             bool (*ends)(char) noexcept, errc when_wrong) noexcept {
    if (!value.is_encoded()) return text::put_percent(out, value.raw(), {.bare = bare});
    const std::size_t fault = find_if(value.raw(), ends);
    put_first(out, value.raw(), fault);
    if (fault != value.raw().size()) out.fail(when_wrong);
}

/// What is bare in the name of a method or of an input: whatever can be, so that names are what most peers take them
/// for, who decode nothing.
inline constexpr text::bare_characters name_characters{"~!*'()$,;:=@"};

template <room Room>
constexpr void put_name(basic_writer<Room>& out, const wire_text& name) noexcept {
    if (name.empty()) return out.fail(errc::iothub_topic_level);
    put_wire_text(out, name, name_characters, ends_level, errc::iothub_topic_character);
}

/// /?$rid={rid}
template <room Room>
constexpr void put_rid(basic_writer<Room>& out, const wire_text& rid) noexcept {
    out.put(std::string_view{"/?$rid="});
    if (rid.empty()) return out.fail(errc::iothub_topic_rid);
    put_wire_text(out, rid, text::unreserved, ends_value, errc::iothub_topic_character);
}

template <room Room>
constexpr void put_version(basic_writer<Room>& out, maybe<std::int64_t> version) noexcept {
    if (!version) return;
    out.put(std::string_view{"&$version="});
    text::put_decimal(out, *version);
}

inline constexpr std::int32_t max_status = 999;

template <room Room>
constexpr void put_status(basic_writer<Room>& out, std::int32_t status) noexcept {
    if (status < 0 || status > max_status) return out.fail(errc::iothub_topic_status);
    text::put_decimal(out, static_cast<std::uint16_t>(status));
}

// ---- reading

/// Reads a topic from left to right. The first failure sticks: nothing is left then, and views are empty.
class topic_reader {
public:
    constexpr topic_reader(std::string_view topic, const topic_options& rules) noexcept
        : topic_{topic}, may_lack_slash_{rules.allow_missing_slash} {}

    [[nodiscard]] constexpr bool ok() const noexcept { return code_ == errc::none; }
    [[nodiscard]] constexpr hubwire::error error() const noexcept { return {.code = code_, .offset = failed_at_}; }

    /// Characters that have to be there. The first that is another one is the failure.
    template <std::size_t N>
    HUBWIRE_ALWAYS_INLINE constexpr void literal(const char (&wanted)[N]) noexcept {
        if (stands_at(topic_, at_, wanted)) [[likely]] {
            at_ += N - 1;
        } else {
            fail(errc::iothub_topic, at_ + common_prefix(rest_of(topic_, at_), {wanted, N - 1}));
        }
    }

    /// Whether they are there.
    template <std::size_t N>
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool next_is(const char (&wanted)[N]) const noexcept {
        return stands_at(topic_, at_, wanted);
    }

    /// A level, which may not be empty, up to the / behind it.
    HUBWIRE_ALWAYS_INLINE constexpr std::string_view level() noexcept {
        const std::size_t begin = at_;
        at_ = find_or_end<'/'>(topic_, begin);
        if (at_ == begin) [[unlikely]]
            fail(errc::iothub_topic_level, begin);
        return {topic_.data() + begin, at_ - begin};
    }
    HUBWIRE_ALWAYS_INLINE constexpr wire_text name() noexcept { return text::percent_text{level()}; }

    /// devices/{device}
    HUBWIRE_ALWAYS_INLINE constexpr std::string_view device() noexcept {
        literal("devices/");
        return level();
    }

    /// / and the bag, to the end.
    HUBWIRE_ALWAYS_INLINE constexpr std::string_view bag() noexcept {
        if (at_ == topic_.size() && may_lack_slash_) return {};
        literal("/");
        const std::size_t begin = at_;
        at_ = topic_.size();
        return {topic_.data() + begin, at_ - begin};
    }

    HUBWIRE_ALWAYS_INLINE constexpr std::int32_t status() noexcept {
        const std::size_t begin = at_;
        std::uint32_t value = 0;
        for (unsigned digits = 0; digits != 3 && at_ != topic_.size(); ++digits, ++at_) {
            const unsigned digit = text::detail::digit_value(topic_[at_]);
            if (digit > 9) break;
            value = value * 10 + digit;
        }
        if (at_ == begin || (at_ != topic_.size() && topic_[at_] != '/')) [[unlikely]]
            fail(errc::iothub_topic_status, at_);
        return static_cast<std::int32_t>(value);
    }

    /// What stands behind a /?, up to the end of the topic, in any order; what nobody asks for is skipped, and of two
    /// the first counts. There has to be a request identifier, or a version.
    HUBWIRE_ALWAYS_INLINE constexpr void query_of_rid(wire_text& rid, maybe<std::int64_t>& version) noexcept {
        const query found = any_query();
        if (!found.has_rid) [[unlikely]]
            fail(errc::iothub_topic_rid, topic_.size());
        rid = text::percent_text{found.rid};
        if (found.has_version) version = found.version;
    }
    HUBWIRE_ALWAYS_INLINE constexpr void query_of_rid(wire_text& rid) noexcept {
        maybe<std::int64_t> version;
        query_of_rid(rid, version);
    }
    HUBWIRE_ALWAYS_INLINE constexpr std::int64_t query_of_version() noexcept {
        const query found = any_query();
        if (!found.has_version) [[unlikely]]
            fail(errc::iothub_topic_version, topic_.size());
        return found.version;
    }

private:
    struct query {
        std::string_view rid{};
        std::int64_t version = 0;
        bool has_rid = false;
        bool has_version = false;
    };

    HUBWIRE_ALWAYS_INLINE constexpr query any_query() noexcept {
        literal("/?");
        query found;
        while (at_ != topic_.size()) {
            const std::size_t begin = at_;
            const std::size_t end = find_or_end<'&'>(topic_, begin);
            const std::string_view parameter{topic_.data() + begin, end - begin};
            at_ = end == topic_.size() ? end : end + 1;
            if (stands_at(parameter, 0, "$rid=")) {
                if (found.has_rid) continue;
                found.rid = rest_of(parameter, 5);
                found.has_rid = true;
                if (found.rid.empty()) [[unlikely]]
                    fail(errc::iothub_topic_rid, end);
            } else if (stands_at(parameter, 0, "$version=")) {
                if (found.has_version) continue;
                const auto version = text::decode_decimal<std::int64_t>(rest_of(parameter, 9));
                if (version) [[likely]] {
                    found.version = *version;
                } else {
                    fail(errc::iothub_topic_version, begin + 9 + version.error().offset);
                }
                found.has_version = true;
            }
        }
        return found;
    }

    // Inline, although it is rare: a reader whose address goes nowhere can live in registers.
    HUBWIRE_ALWAYS_INLINE constexpr void fail(errc code, std::size_t at) noexcept {
        if (ok()) {
            code_ = code;
            failed_at_ = at;
        }
        at_ = topic_.size();
    }

    std::string_view topic_;
    std::size_t at_ = 0;
    std::size_t failed_at_ = 0;
    errc code_ = errc::none;
    bool may_lack_slash_;
};

}  // namespace hubwire::iothub::detail

#endif
