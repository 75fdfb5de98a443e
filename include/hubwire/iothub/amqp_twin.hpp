#ifndef HUBWIRE_IOTHUB_AMQP_TWIN_HPP
#define HUBWIRE_IOTHUB_AMQP_TWIN_HPP

#include <hubwire/amqp/message.hpp>
#include <hubwire/amqp/section.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/maybe.hpp>
#include <hubwire/iothub/amqp_operation.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// The twin of a device or a module over AMQP: what is sent on the two links to .../twin, and its JSON as bytes. encode
/// and decode are in amqp_operation.hpp.
namespace hubwire::iothub::amqp_twin {

/// What is done with a resource. To put the resource of desired properties is to subscribe to their updates, to delete
/// it is to unsubscribe.
enum class operation : std::uint8_t { get, patch, put, delete_ };

namespace resource {
inline constexpr std::string_view reported{"/properties/reported"};
inline constexpr std::string_view desired{"/properties/desired"};
inline constexpr std::string_view desired_updates{"/notifications/twin/properties/desired"};
}  // namespace resource

/// What a device asks. Without a resource it is the whole twin.
struct request {
    std::optional<amqp::message_id> correlation_id{};  // there has to be one
    amqp_twin::operation operation = amqp_twin::operation::get;
    std::optional<std::string_view> resource{};
    maybe<std::int64_t> version{};  // for a patch: only if the properties are still of this version
    bytes body{};                   // empty, or JSON

    friend constexpr bool operator==(const request&, const request&) noexcept = default;
};

/// What the hub answers.
struct reply {
    std::optional<amqp::message_id> correlation_id{};  // that of the request; there has to be one
    std::int32_t status = 200;                         // as in HTTP
    maybe<std::int64_t> version{};                     // of the properties, after a patch
    std::optional<std::string_view> resource{};
    bytes body{};  // empty, or JSON

    [[nodiscard]] constexpr bool is_success() const noexcept { return 200 <= status && status < 300; }
    friend constexpr bool operator==(const reply&, const reply&) noexcept = default;
};

/// What the hub sends by itself where desired properties have changed.
struct desired_update {
    std::string_view resource{amqp_twin::resource::desired_updates};  // or resource::desired
    maybe<std::int64_t> version{};
    bytes body{};

    friend constexpr bool operator==(const desired_update&, const desired_update&) noexcept = default;
};

/// Whether a message on the link to the device answers nothing, so that it is a desired_update, and no reply.
[[nodiscard]] constexpr bool is_desired_update(const amqp::message& m) noexcept {
    return !m.properties || !m.properties->correlation_id;
}

// So that a call finds them by the operation, as it finds those of every other aggregate.
using iothub::encode;
using iothub::encoded_size;
using iothub::put_message;

}  // namespace hubwire::iothub::amqp_twin

namespace hubwire::iothub::detail {

inline constexpr std::string_view twin_operations[] = {"GET", "PATCH", "PUT", "DELETE"};

/// A request without a body has one space in its place, as the SDKs have it. What the hub sends has nothing there: the
/// SDK for Node takes whatever is there for JSON.
inline constexpr std::string_view no_twin_body{" "};

constexpr errc read_twin_body(const amqp::message& m, bytes& body) noexcept {
    const errc wrong = read_body(m, body);
    if (body.text() == no_twin_body) body = {};
    return wrong;
}

constexpr errc read_twin_operation(const amqp::value& v, amqp_twin::operation& operation) noexcept {
    std::string_view name;
    if (const errc wrong = read_value(v, name); wrong != errc::none) return wrong;
    for (std::size_t index = 0; index != std::size(twin_operations); ++index) {
        if (name != twin_operations[index]) continue;
        operation = static_cast<amqp_twin::operation>(index);
        return errc::none;
    }
    return errc::iothub_amqp_operation;
}

/// What stands in the way of an answer to a request, or to the one that this answers.
template <class T>
constexpr refusal read_correlation_id(const amqp::message& m, T& operation) noexcept {
    if (m.properties) assign(operation.correlation_id, m.properties->correlation_id);
    return {operation.correlation_id ? errc::none : errc::iothub_amqp_absent, amqp::section_kind::properties};
}

template <>
struct operation_form<amqp_twin::request> {
    static constexpr errc broken_rule(const amqp_twin::request& r) noexcept {
        if (static_cast<std::size_t>(r.operation) >= std::size(twin_operations)) return errc::iothub_amqp_operation;
        return r.correlation_id ? errc::none : errc::iothub_amqp_absent;
    }

    template <class Use>
    static constexpr auto use_message(const amqp_twin::request& r, Use& use) noexcept {
        entry_list<3> annotations;
        annotations.add(amqp::symbol{"operation"}, twin_operations[static_cast<std::size_t>(r.operation)]);
        annotations.add(amqp::symbol{"resource"}, r.resource);
        annotations.add(amqp::symbol{"version"}, r.version);
        return use(amqp::message{.message_annotations = annotations.view(),
                                 .properties = amqp::properties{.correlation_id = r.correlation_id},
                                 .body = amqp::data{r.body.empty() ? bytes{no_twin_body} : r.body}});
    }

    static constexpr refusal take_from(const amqp::message& m, amqp_twin::request& r) noexcept {
        using namespace std::string_view_literals;
        const auto [operation, resource, version] =
            pick(entries_of(m.message_annotations), "operation"sv, "resource"sv, "version"sv);
        errc wrong = read_twin_operation(operation, r.operation);
        if (wrong == errc::none) wrong = read_value(resource, r.resource);
        if (wrong == errc::none) wrong = read_value(version, r.version);
        if (wrong != errc::none) return {wrong, amqp::section_kind::message_annotations};
        if (const refusal why = read_correlation_id(m, r); why.code != errc::none) return why;
        return {read_twin_body(m, r.body), amqp::section_kind::data};
    }
};

template <>
struct operation_form<amqp_twin::reply> {
    static constexpr errc broken_rule(const amqp_twin::reply& r) noexcept {
        return r.correlation_id ? errc::none : errc::iothub_amqp_absent;
    }

    template <class Use>
    static constexpr auto use_message(const amqp_twin::reply& r, Use& use) noexcept {
        entry_list<3> annotations;
        annotations.add(amqp::symbol{"status"}, r.status);
        annotations.add(amqp::symbol{"version"}, r.version);
        annotations.add(amqp::symbol{"resource"}, r.resource);
        return use(amqp::message{.message_annotations = annotations.view(),
                                 .properties = amqp::properties{.correlation_id = r.correlation_id},
                                 .body = amqp::data{r.body}});
    }

    static constexpr refusal take_from(const amqp::message& m, amqp_twin::reply& r) noexcept {
        using namespace std::string_view_literals;
        if (const refusal why = read_correlation_id(m, r); why.code != errc::none) return why;
        const auto [status, version, resource] =
            pick(entries_of(m.message_annotations), "status"sv, "version"sv, "resource"sv);
        errc wrong = read_value(status, r.status);
        if (wrong == errc::none) wrong = read_value(version, r.version);
        if (wrong == errc::none) wrong = read_value(resource, r.resource);
        if (wrong != errc::none) return {wrong, amqp::section_kind::message_annotations};
        return {read_twin_body(m, r.body), amqp::section_kind::data};
    }
};

template <>
struct operation_form<amqp_twin::desired_update> {
    static constexpr errc broken_rule(const amqp_twin::desired_update& u) noexcept {
        const bool is_known =
            u.resource == amqp_twin::resource::desired_updates || u.resource == amqp_twin::resource::desired;
        return is_known ? errc::none : errc::iothub_amqp_operation;
    }

    template <class Use>
    static constexpr auto use_message(const amqp_twin::desired_update& u, Use& use) noexcept {
        entry_list<2> annotations;
        annotations.add(amqp::symbol{"resource"}, u.resource);
        annotations.add(amqp::symbol{"version"}, u.version);
        return use(amqp::message{.message_annotations = annotations.view(), .body = amqp::data{u.body}});
    }

    static constexpr refusal take_from(const amqp::message& m, amqp_twin::desired_update& u) noexcept {
        using namespace std::string_view_literals;
        if (!amqp_twin::is_desired_update(m)) return {errc::iothub_amqp_operation, amqp::section_kind::properties};
        const auto [resource, version] = pick(entries_of(m.message_annotations), "resource"sv, "version"sv);
        errc wrong = read_value(resource, u.resource);
        if (wrong == errc::none) wrong = broken_rule(u);
        if (wrong == errc::none) wrong = read_value(version, u.version);
        if (wrong != errc::none) return {wrong, amqp::section_kind::message_annotations};
        return {read_twin_body(m, u.body), amqp::section_kind::data};
    }
};

}  // namespace hubwire::iothub::detail

#endif
