#ifndef HUBWIRE_IOTHUB_AMQP_METHOD_HPP
#define HUBWIRE_IOTHUB_AMQP_METHOD_HPP

#include <hubwire/amqp/message.hpp>
#include <hubwire/amqp/section.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/iothub/amqp_operation.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// Direct methods over AMQP: what is sent on the two links to .../methods/devicebound. encode and decode are in
/// amqp_operation.hpp.
namespace hubwire::iothub::amqp_method {

/// What the hub asks a device or a module to do.
struct request {
    std::optional<amqp::message_id> correlation_id{};  // a UUID of the hub's; there has to be one
    std::string_view name{};                           // not empty
    bytes payload{};                                   // empty, or JSON

    friend constexpr bool operator==(const request&, const request&) noexcept = default;
};

/// What came of it.
struct reply {
    std::optional<amqp::message_id> correlation_id{};  // that of the request, of the same type; there has to be one
    std::int32_t status = 200;                         // what the device and those who call it agree on
    bytes payload{};                                   // empty, or JSON

    friend constexpr bool operator==(const reply&, const reply&) noexcept = default;
};

// So that a call finds them by the operation, as it finds those of every other aggregate.
using iothub::encode;
using iothub::encoded_size;
using iothub::put_message;

}  // namespace hubwire::iothub::amqp_method

namespace hubwire::iothub::detail {

template <>
struct operation_form<amqp_method::request> {
    static constexpr errc broken_rule(const amqp_method::request& r) noexcept {
        return r.correlation_id && !r.name.empty() ? errc::none : errc::iothub_amqp_absent;
    }

    template <class Use>
    static constexpr auto use_message(const amqp_method::request& r, Use& use) noexcept {
        const amqp::entry properties[] = {{"IoThub-methodname", r.name}};
        return use(amqp::message{.properties = amqp::properties{.correlation_id = r.correlation_id},
                                 .application_properties = amqp::map{properties},
                                 .body = amqp::data{r.payload}});
    }

    static constexpr refusal take_from(const amqp::message& m, amqp_method::request& r) noexcept {
        using namespace std::string_view_literals;
        if (m.properties) assign(r.correlation_id, m.properties->correlation_id);
        if (!r.correlation_id) return {errc::iothub_amqp_absent, amqp::section_kind::properties};
        const auto [name] = pick(entries_of(m.application_properties), "IoThub-methodname"sv);
        errc wrong = read_value(name, r.name);
        if (wrong == errc::none) wrong = broken_rule(r);
        if (wrong != errc::none) return {wrong, amqp::section_kind::application_properties};
        return {read_body(m, r.payload), amqp::section_kind::data};
    }
};

template <>
struct operation_form<amqp_method::reply> {
    static constexpr errc broken_rule(const amqp_method::reply& r) noexcept {
        return r.correlation_id ? errc::none : errc::iothub_amqp_absent;
    }

    template <class Use>
    static constexpr auto use_message(const amqp_method::reply& r, Use& use) noexcept {
        const amqp::entry properties[] = {{"IoThub-status", r.status}};
        return use(amqp::message{.properties = amqp::properties{.correlation_id = r.correlation_id},
                                 .application_properties = amqp::map{properties},
                                 .body = amqp::data{r.payload}});
    }

    static constexpr refusal take_from(const amqp::message& m, amqp_method::reply& r) noexcept {
        using namespace std::string_view_literals;
        if (m.properties) assign(r.correlation_id, m.properties->correlation_id);
        if (!r.correlation_id) return {errc::iothub_amqp_absent, amqp::section_kind::properties};
        const auto [status] = pick(entries_of(m.application_properties), "IoThub-status"sv);
        if (const errc wrong = read_value(status, r.status); wrong != errc::none)
            return {wrong, amqp::section_kind::application_properties};
        return {read_body(m, r.payload), amqp::section_kind::data};
    }
};

}  // namespace hubwire::iothub::detail

#endif
