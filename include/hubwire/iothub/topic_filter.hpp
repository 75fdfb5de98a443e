#ifndef HUBWIRE_IOTHUB_TOPIC_FILTER_HPP
#define HUBWIRE_IOTHUB_TOPIC_FILTER_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/name_in.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/iothub/topic_field.hpp>
#include <hubwire/mqtt/subscribe.hpp>
#include <hubwire/mqtt/types.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubwire::iothub {

/// What a device or a module can subscribe to: the messages of one kind of topic each.
enum class feed : std::uint8_t {
    devicebound,     // messages from the cloud, of devices only
    inputs,          // of modules only
    twin_responses,  // without which no twin can be asked for
    twin_desired,
    method_requests,
};

namespace detail {

inline constexpr std::string_view feed_names[]{
    "devicebound", "inputs", "twin responses", "twin desired", "method requests",
};

}  // namespace detail

[[nodiscard]] constexpr std::string_view name_of(feed which) noexcept {
    return detail::name_in(detail::feed_names, which);
}

// The filters that are the same for everybody.
inline constexpr std::string_view twin_response_filter = "$iothub/twin/res/#";
inline constexpr std::string_view twin_desired_filter = "$iothub/twin/PATCH/properties/desired/#";
inline constexpr std::string_view method_request_filter = "$iothub/methods/POST/#";

struct filter_options {
    /// Take the filters of methods and of desired properties with anything in place of their #, or nothing, as edgeHub
    /// does (decoding only).
    bool allow_any_end = false;

    /// Take devices/{device}/modules/{module}/# for the inputs of the module, as edgeHub does (decoding only).
    bool allow_whole_module = false;
};

/// Writes the filter by which a client subscribes to a feed. Refused where it has no such feed, or an identifier that
/// cannot stand in a topic.
template <room Room>
constexpr void put_filter(basic_writer<Room>& out, feed wanted, const identity& client) noexcept {
    switch (wanted) {
        case feed::devicebound:
            detail::put_client(out, client);
            if (client.is_module()) return out.fail(errc::iothub_topic_filter);
            return out.put(std::string_view{"/messages/devicebound/#"});
        case feed::inputs:
            detail::put_client(out, client);
            if (!client.is_module()) return out.fail(errc::iothub_topic_filter);
            return out.put(std::string_view{"/inputs/#"});
        case feed::twin_responses:
            return out.put(twin_response_filter);
        case feed::twin_desired:
            return out.put(twin_desired_filter);
        case feed::method_requests:
            break;
    }
    out.put(method_request_filter);
}
[[nodiscard]] constexpr result<bytes> encode_filter(buffer output HUBWIRE_LIFETIMEBOUND, feed wanted,
                                                    const identity& client) noexcept {
    writer out{output};
    put_filter(out, wanted, client);
    return out.finish();
}

namespace detail {

/// Reads a filter, and knows of what was wrong how far it was right.
class filter_reader {
public:
    constexpr filter_reader(std::string_view filter, const identity& client, const filter_options& rules) noexcept
        : filter_{filter}, client_{client}, rules_{rules} {}

    [[nodiscard]] constexpr result<feed> find_feed() noexcept {
        if (is(twin_response_filter)) return feed::twin_responses;
        if (is_with_end(twin_desired_filter)) return feed::twin_desired;
        if (is_with_end(method_request_filter)) return feed::method_requests;
        if (begins_as_client()) {
            if (!client_.is_module()) {
                if (is("/messages/devicebound/#")) return feed::devicebound;
            } else if (is("/inputs/#") || (rules_.allow_whole_module && is("/#"))) {
                return feed::inputs;
            }
        }
        return error{.code = errc::iothub_topic_filter, .offset = right_};
    }

private:
    /// Whether the text goes on like this, behind what was taken already; how far, if not.
    constexpr bool goes_on(std::string_view wanted) noexcept {
        const std::size_t same = common_prefix(rest_of(filter_, taken_), wanted);
        if (taken_ + same > right_) right_ = taken_ + same;
        return same == wanted.size();
    }
    constexpr bool take(std::string_view wanted) noexcept {
        if (!goes_on(wanted)) return false;
        taken_ += wanted.size();
        return true;
    }
    constexpr bool is(std::string_view wanted) noexcept {
        return goes_on(wanted) && filter_.size() - taken_ == wanted.size();
    }
    constexpr bool is_with_end(std::string_view wanted) noexcept {
        return is(wanted) || (rules_.allow_any_end && goes_on(part_of(wanted, 0, wanted.size() - 1)));
    }

    /// An identifier that can be a wildcard is in no filter: there it would mean everybody's messages.
    constexpr bool begins_as_client() noexcept {
        const auto take_identifier = [this](std::string_view id) {
            return !id.empty() && find_if(id, ends_level) == id.size() && take(id);
        };
        return take("devices/") && take_identifier(client_.device_id) &&
               (!client_.is_module() || (take("/modules/") && take_identifier(client_.module_id)));
    }

    std::string_view filter_;
    const identity& client_;
    const filter_options& rules_;
    std::size_t taken_ = 0;
    std::size_t right_ = 0;
};

}  // namespace detail

/// What the client that is connected subscribes to by this filter. The hub has no filters but those that it documents,
/// and no client has those of another one. The offset of an error is that of the first character that none of its
/// filters has there.
[[nodiscard]] constexpr result<feed> decode_filter(std::string_view filter, const identity& client,
                                                   const filter_options& rules = {}) noexcept {
    return detail::filter_reader{filter, client, rules}.find_feed();
}

/// What becomes of a subscription: which feed the client gets from now on, and how.
struct subscription_answer {
    std::optional<feed> granted{};            // nothing where it is refused
    mqtt::qos qos = mqtt::qos::at_most_once;  // the most that its messages are sent with

    /// What SUBACK has for it.
    [[nodiscard]] constexpr mqtt::suback_code code() const noexcept {
        return granted ? mqtt::suback_code{static_cast<std::uint8_t>(qos)} : mqtt::suback_code::failure;
    }

    friend constexpr bool operator==(const subscription_answer&, const subscription_answer&) noexcept = default;
};

/// What the hub answers to a subscription of the client that is connected: QoS 1 at most, and failure for any filter
/// that it has not. (decode_filter says why.)
[[nodiscard]] constexpr subscription_answer answer_to_subscription(const mqtt::subscription& wanted,
                                                                   const identity& client,
                                                                   const filter_options& rules = {}) noexcept {
    const auto granted = decode_filter(wanted.filter, client, rules);
    if (!granted) return {};
    return {.granted = *granted,
            .qos = wanted.qos == mqtt::qos::at_most_once ? mqtt::qos::at_most_once : mqtt::qos::at_least_once};
}

}  // namespace hubwire::iothub

#endif
