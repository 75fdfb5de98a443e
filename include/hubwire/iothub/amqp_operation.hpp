#ifndef HUBWIRE_IOTHUB_AMQP_OPERATION_HPP
#define HUBWIRE_IOTHUB_AMQP_OPERATION_HPP

#include <hubwire/amqp/message.hpp>
#include <hubwire/amqp/section.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// What the hub and those connected to it ask of each other and answer, each an AMQP message with certain properties or
/// annotations: cbs.hpp, amqp_twin.hpp and amqp_method.hpp have an aggregate for every one of them. All are written and
/// read by the functions here:
///     auto wire = iothub::encode(memory, cbs::put_token{.message_id = 1, .audience = "...", .token = token});
///     auto reply = iothub::decode<cbs::reply>(received);
namespace hubwire::iothub {

namespace detail {

/// Why a message is not what it is read as, and the section that is to blame.
struct refusal {
    errc code = errc::none;
    amqp::section_kind section = amqp::section_kind::header;
};

/// How T is a message: `use_message(operation, use)` calls use with it, `take_from(message, operation)` is the way
/// back, and `broken_rule(operation)` is what both of them refuse.
template <class T>
struct operation_form;

/// Entries of a map of which some may be left out.
template <std::size_t Most>
class entry_list {
public:
    /// Pre: there are fewer than Most.
    constexpr void add(const amqp::value& key, const amqp::value& value) noexcept { items_[size_++] = {key, value}; }

    /// The same if there is a value.
    template <class Optional>
        requires requires(const Optional& v) { amqp::value{*v}; }
    constexpr void add(const amqp::value& key, const Optional& value) noexcept {
        if (value) add(key, amqp::value{*value});
    }

    [[nodiscard]] constexpr amqp::map view() const noexcept HUBWIRE_LIFETIMEBOUND {
        return std::span<const amqp::entry>{items_, size_};
    }

private:
    amqp::entry items_[Most]{};
    std::size_t size_ = 0;
};

/// The values of these keys, strings or symbols, in one pass over the map: of each the first, or null.
template <std::same_as<std::string_view>... Names>
constexpr auto pick(const amqp::map& entries, Names... names) noexcept {
    std::array<amqp::value, sizeof...(Names)> found{};
    for (const amqp::entry e : entries) {
        const auto key = e.key.text();
        if (!key) continue;
        std::size_t index = 0;
        static_cast<void>(
            ((*key == names ? (found[index].is_null() ? found[index] = e.value : e.value, true) : (++index, false)) ||
             ...));
    }
    return found;
}

/// A copy. In constant expressions clang does not assign an optional that is empty.
template <class T>
constexpr void assign(std::optional<T>& to, const std::optional<T>& from) noexcept {
    to.reset();
    if (from) to.emplace(*from);
}

/// The properties or annotations of a message that may have none.
template <class Map>
constexpr amqp::map entries_of(const std::optional<Map>& section) noexcept {
    return section ? amqp::map{*section} : amqp::map{};
}

/// Reads a text, a string or a symbol, or a number, an integer of any type that fits.
constexpr errc read_value(const amqp::value& v, std::string_view& text) noexcept {
    const auto found = v.text();
    if (!found) return v.is_null() ? errc::iothub_amqp_absent : errc::iothub_amqp_type;
    text = *found;
    return errc::none;
}
constexpr errc read_value(const amqp::value& v, std::int64_t& number) noexcept {
    const auto found = v.integer();
    if (!found) return v.is_null() ? errc::iothub_amqp_absent : errc::iothub_amqp_type;
    number = *found;
    return errc::none;
}
constexpr errc read_value(const amqp::value& v, std::int32_t& number) noexcept {
    std::int64_t wide = 0;
    const errc wrong = read_value(v, wide);
    if (wrong != errc::none) return wrong;
    number = static_cast<std::int32_t>(wide);
    return number == wide ? errc::none : errc::iothub_amqp_type;
}
template <class Optional>
    requires requires(Optional& member) { member.emplace(); }
constexpr errc read_value(const amqp::value& v, Optional& member) noexcept {
    if (v.is_null()) return errc::none;
    return read_value(v, member.emplace());
}

/// Whether there is no body, or only a null, which the SDK for Node sends in its place.
constexpr bool is_no_body(const amqp::message_body& body) noexcept {
    if (body.kind() == amqp::body_kind::none) return true;
    const auto value = body.single_value();
    return value && value->is_null();
}

/// Reads the bytes that a body is, if there is one.
constexpr errc read_body(const amqp::message& m, bytes& body) noexcept {
    if (is_no_body(m.body)) return errc::none;
    const auto content = m.body.single_data();
    if (!content) return errc::iothub_amqp_body;
    body = *content;
    return errc::none;
}

/// Operations that come nearly always in one form, which can be read without looking at them as a message.
template <class T>
concept has_usual_form = requires(bytes message, T& operation, const amqp::options& rules) {
    { operation_form<T>::take_usual(message, operation, rules) } -> std::same_as<bool>;
};

constexpr bool is_of_body(amqp::section_kind kind) noexcept {
    return amqp::section_kind::data <= kind && kind <= amqp::section_kind::amqp_value;
}

/// Where in the message the refusal is to blame: at the beginning of the section, or at the end if it is not there.
HUBWIRE_COLD constexpr error located(bytes message, const refusal& why) noexcept {
    bytes rest = message;
    while (!rest.empty()) {
        const auto next = amqp::cut_section(rest);
        if (!next || next->kind == why.section || (is_of_body(next->kind) && is_of_body(why.section))) break;
        rest = rest.without_first(next->whole.size());
    }
    return {.code = why.code, .offset = message.size() - rest.size()};
}

}  // namespace detail

/// An aggregate that stands for an AMQP message of the hub.
template <class T>
concept amqp_operation = requires(const T& operation, T& read, const amqp::message& m) {
    { detail::operation_form<T>::broken_rule(operation) } -> std::same_as<errc>;
    { detail::operation_form<T>::take_from(m, read) } -> std::same_as<detail::refusal>;
};

/// Calls use with the message that the operation is, and returns what that returns: for a message that is to be sent
/// in parts, by amqp::encode_head, or with sections of the caller's own. The maps in it live no longer than the call.
/// What is wrong with the operation is not looked at.
template <amqp_operation T, class Use>
constexpr auto as_message(const T& operation, Use use) noexcept {
    return detail::operation_form<T>::use_message(operation, use);
}

/// Writes the operation as a message.
template <amqp_operation T, room Room>
constexpr void put_message(basic_writer<Room>& out, const T& operation, const amqp::options& rules = {}) noexcept {
    if (const errc wrong = detail::operation_form<T>::broken_rule(operation); wrong != errc::none)
        return out.fail(wrong);
    as_message(operation,
               [&](const amqp::message& m) { amqp::detail::write_message(out, m, amqp::detail::scope{rules}); });
}

/// The same, as the message that the bytes returned are.
template <amqp_operation T>
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const T& operation,
                                             const amqp::options& rules = {}) noexcept {
    if (const errc wrong = detail::operation_form<T>::broken_rule(operation); wrong != errc::none)
        return error{.code = wrong};
    return as_message(operation, [&](const amqp::message& m) { return amqp::encode(output, m, rules); });
}

/// How many bytes encode would write, or why it would not.
template <amqp_operation T>
[[nodiscard]] constexpr result<std::size_t> encoded_size(const T& operation, const amqp::options& rules = {}) noexcept {
    counting_writer out;
    put_message(out, operation, rules);
    return out.finish();
}

/// The operation that a message is, if it is a T. What T says nothing of is passed over. The offset of an error is 0.
template <amqp_operation T>
[[nodiscard]] constexpr result<T> decode(const amqp::message& m) noexcept {
    result<T> answer{T{}};
    const detail::refusal why = detail::operation_form<T>::take_from(m, *answer);
    if (why.code != errc::none) answer = error{.code = why.code};
    return answer;
}

/// The same of a message as bytes, all of which is checked. Texts and bodies are views into the input. Where it is a
/// message but not a T, the offset of the error is that of the section to blame, or the end if that is not there.
/// The hub and its SDKs leave empty bodies out: options{.no_body = true} accepts that.
template <amqp_operation T>
[[nodiscard]] constexpr result<T> decode(bytes message HUBWIRE_LIFETIMEBOUND,
                                         const amqp::options& rules = {}) noexcept {
    result<T> answer{T{}};
    if constexpr (detail::has_usual_form<T>) {
        if (detail::operation_form<T>::take_usual(message, *answer, rules)) return answer;
    }
    const auto m = amqp::decode<amqp::message>(message, rules);
    if (!m) {
        answer = m.error();
        return answer;
    }
    const detail::refusal why = detail::operation_form<T>::take_from(*m, *answer);
    if (why.code != errc::none) answer = detail::located(message, why);
    return answer;
}

}  // namespace hubwire::iothub

#endif
