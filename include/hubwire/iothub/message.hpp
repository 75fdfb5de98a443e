#ifndef HUBWIRE_IOTHUB_MESSAGE_HPP
#define HUBWIRE_IOTHUB_MESSAGE_HPP

#include <hubwire/amqp/message.hpp>
#include <hubwire/amqp/section.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/same_items.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/property_bag.hpp>
#include <hubwire/iothub/property_value.hpp>
#include <hubwire/iothub/system_property.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/text/timestamp.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

/// What the hub takes for a message, whatever carries it. A gateway decodes it from one carrier and encodes it for the
/// other (message_mqtt.hpp, message_amqp.hpp); in between nothing is copied.
namespace hubwire::iothub {

/// What the application says of its message, in order, a name twice if it is there twice: an array of the caller's, or
/// what a decoder has found among the properties of the system, which are left out here. All look the same.
class application_properties {
public:
    constexpr application_properties() noexcept = default;

    /// Of an array, a vector or a span of properties.
    template <class Range>
        requires(std::convertible_to<const Range&, std::span<const property>> && !hubwire::detail::borrowed<Range>)
    constexpr application_properties(const Range& properties HUBWIRE_LIFETIMEBOUND) noexcept
        : items_{std::span<const property>{properties}} {}
    template <class Range>
        requires(std::convertible_to<const Range&, std::span<const property>> && hubwire::detail::borrowed<Range>)
    constexpr application_properties(const Range& properties) noexcept
        : items_{std::span<const property>{properties}} {}

    constexpr application_properties(const property_bag& bag) noexcept : bag_{bag} {}

    constexpr application_properties(const amqp::map& map) noexcept : map_{map} {}

    [[nodiscard]] constexpr bool empty() const noexcept { return begin() == end(); }

    class iterator {
    public:
        using value_type = property;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr property operator*() const noexcept { return current_; }
        [[nodiscard]] constexpr const property* operator->() const noexcept HUBWIRE_LIFETIMEBOUND { return &current_; }
        constexpr iterator& operator++() noexcept {
            if (!items_.empty()) {
                items_ = items_.last(items_.size() - 1);
            } else if (in_bag_ != property_bag::iterator{}) {
                ++in_bag_;
            } else {
                ++in_map_;
            }
            load();
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept {
            return a.items_.size() == b.items_.size() && a.in_bag_ == b.in_bag_ && a.in_map_ == b.in_map_;
        }

    private:
        friend application_properties;
        constexpr explicit iterator(const application_properties& all) noexcept
            : items_{all.items_}, in_bag_{all.bag_.begin()}, in_map_{all.map_.begin()} {
            load();
        }
        constexpr void load() noexcept;

        property current_{};
        std::span<const property> items_{};
        property_bag::iterator in_bag_{};
        amqp::map::iterator in_map_{};
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{*this}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    /// The value of the first property with this name, which is null if it has none. Linear in the size.
    [[nodiscard]] constexpr std::optional<property_value> find(std::string_view name) const noexcept {
        for (const property p : *this) {
            if (p.name == name) return p.value;
        }
        return std::nullopt;
    }

    friend constexpr bool operator==(const application_properties& a, const application_properties& b) noexcept {
        return hubwire::detail::same_items(a, b);
    }

private:
    // One of them, the others are empty.
    std::span<const property> items_{};
    property_bag bag_{};
    amqp::map map_{};
};

namespace detail {

/// The property with this name in a bag, encoded or not.
HUBWIRE_ALWAYS_INLINE constexpr std::optional<system_property> system_property_in_bag(
    const property_value& name) noexcept {
    const std::string_view raw = name.raw();
    if (raw.empty()) return {};
    const char first = raw.front();
    if (first != '$' && first != '%' && first != 'i') return {};
    if (const auto text = name.plain()) return find_mqtt_name(*text);
    if (!name.is_encoded()) return {};  // as binary, it is none
    constexpr std::string_view usual = "%24.";
    if (begins_with(raw, usual)) {
        const std::string_view behind{raw.data() + usual.size(), raw.size() - usual.size()};
        if (text::percent_text{behind}.is_plain()) return dollar_property(behind);
    }
    std::array<char, 24> memory{};  // as long as the longest of them
    const auto decoded = name.decode(buffer{memory.data(), memory.size()});
    return decoded ? find_mqtt_name(decoded->text()) : std::nullopt;
}

/// The property with this name among the application properties of AMQP. All that the system has there begin alike.
constexpr std::optional<system_property> system_property_in_map(const property_value& name) noexcept {
    if (!name.is_text()) return {};
    const std::string_view raw = name.raw();
    if (!raw.starts_with('i') && !raw.starts_with('%')) return {};
    for (std::size_t at = first_in_application_properties; at != first_in_annotations; ++at) {
        if (name == system_properties[at].amqp) return system_properties[at].property;
    }
    return {};
}

}  // namespace detail

/// Goes on to the next that is not the system's. What the caller has put together is taken as it is.
constexpr void application_properties::iterator::load() noexcept {
    if (!items_.empty()) {
        current_ = items_.front();
        return;
    }
    for (; in_bag_ != property_bag::iterator{}; ++in_bag_) {
        current_ = *in_bag_;
        if (!detail::system_property_in_bag(current_.name)) return;
    }
    for (; in_map_ != amqp::map::iterator{}; ++in_map_) {
        const amqp::entry e = *in_map_;
        current_ = {.name = e.key, .value = e.value};
        if (!detail::system_property_in_map(current_.name)) return;
    }
}

/// The bytes of a message: one piece or, in AMQP, several.
class message_body {
public:
    constexpr message_body() noexcept = default;
    template <class Bytes>
        requires(std::convertible_to<const Bytes&, bytes> && !hubwire::detail::borrowed<Bytes>)
    constexpr message_body(const Bytes& content HUBWIRE_LIFETIMEBOUND) noexcept
        : sections_{amqp::data{bytes{content}}} {}
    template <class Bytes>
        requires(std::convertible_to<const Bytes&, bytes> && hubwire::detail::borrowed<Bytes>)
    constexpr message_body(const Bytes& content) noexcept : sections_{amqp::data{bytes{content}}} {}
    constexpr message_body(const amqp::body_sections<amqp::data>& sections) noexcept : sections_{sections} {}

    /// The pieces, as AMQP calls them.
    [[nodiscard]] constexpr const amqp::body_sections<amqp::data>& sections() const noexcept HUBWIRE_LIFETIMEBOUND {
        return sections_;
    }

    /// All of it, if it is one piece; nearly all bodies are. One that is not there is an empty piece.
    [[nodiscard]] constexpr std::optional<bytes> single() const noexcept {
        if (sections_.empty()) return bytes{};
        if (sections_.size() != 1) return std::nullopt;
        return (*sections_.begin()).content;
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept {
        std::size_t sum = 0;
        for (const amqp::data piece : sections_) sum += piece.content.size();
        return sum;
    }

    /// Whether the bytes are the same, in whatever pieces.
    friend constexpr bool operator==(const message_body& a, const message_body& b) noexcept {
        if (a.size() != b.size()) return false;
        auto at = a.sections_.begin();
        auto other = b.sections_.begin();
        bytes piece;
        bytes other_piece;
        for (std::size_t left = a.size(); left != 0;) {
            while (piece.empty()) piece = (*at++).content;
            while (other_piece.empty()) other_piece = (*other++).content;
            const std::size_t n = piece.size() < other_piece.size() ? piece.size() : other_piece.size();
            if (!(piece.first(n) == other_piece.first(n))) return false;
            piece = piece.without_first(n);
            other_piece = other_piece.without_first(n);
            left -= n;
        }
        return true;
    }

private:
    amqp::body_sections<amqp::data> sections_{};
};

/// A message, from a device or to one: views, as all that is decoded or encoded. What is null is not there.
///
/// Whoever is connected can write anything into most of these: a gateway that knows who that is overwrites the four
/// connection_ properties with what it knows, by set_sender, and a service believes them only of the hub.
struct message {
    // The thirteen properties of AMQP (AMQP 3.2.4). Ids are a ulong, a UUID, a binary or a text; a user id is a binary.
    property_value message_id{};
    property_value user_id{};
    property_value to{};
    property_value subject{};
    property_value reply_to{};
    property_value correlation_id{};
    property_value content_type{};
    property_value content_encoding{};
    property_value absolute_expiry_time{};  // an amqp::timestamp, or the text of one; the text 0 means that it has none
    property_value creation_time{};         // likewise
    property_value group_id{};
    property_value group_sequence{};
    property_value reply_to_group_id{};

    // What application properties carry in AMQP.
    property_value ack{};  // what feedback the service wants: see requested_ack
    property_value operation{};
    property_value creation_time_utc{};  // in UTC: see check_creation_time_utc
    property_value message_schema{};
    property_value output_name{};

    // What annotations carry in AMQP.
    property_value interface_id{};
    property_value dt_subject{};
    property_value dt_dataschema{};
    property_value diagnostic_id{};
    property_value correlation_context{};
    property_value input_name{};
    property_value lock_token{};
    property_value sequence_number{};
    property_value offset{};
    property_value enqueued_time{};        // iothub-enqueuedtime: when the hub has taken it
    property_value event_enqueued_time{};  // x-opt-enqueued-time: when it came to its partition
    property_value partition_key{};        // events with the same are in the same partition, in their order
    property_value delivery_count{};
    property_value connection_device_id{};
    property_value connection_module_id{};
    property_value connection_auth_generation_id{};
    property_value connection_auth_method{};  // JSON, as encode_auth_method writes it

    iothub::application_properties application_properties{};
    message_body body{};  // "text"sv, not "text"

    /// A property of the system by what it is. Pre: it is one, or the program traps.
    [[nodiscard]] constexpr property_value& operator[](system_property which) noexcept HUBWIRE_LIFETIMEBOUND;
    [[nodiscard]] constexpr const property_value& operator[](system_property which) const noexcept
        HUBWIRE_LIFETIMEBOUND;

    /// Says who has sent it, in place of whatever it says of that itself. What is empty is not there afterwards.
    constexpr void set_sender(const identity& who, std::string_view generation_id = {},
                              std::string_view auth_method = {}) noexcept {
        const auto known = [](std::string_view text) { return text.empty() ? property_value{} : property_value{text}; };
        connection_device_id = known(who.device_id);
        connection_module_id = known(who.module_id);
        connection_auth_generation_id = known(generation_id);
        connection_auth_method = known(auth_method);
    }

    friend constexpr bool operator==(const message&, const message&) noexcept = default;
};

namespace detail {

/// In the order of system_property.
inline constexpr property_value message::* system_members[] = {
    &message::message_id,
    &message::user_id,
    &message::to,
    &message::subject,
    &message::reply_to,
    &message::correlation_id,
    &message::content_type,
    &message::content_encoding,
    &message::absolute_expiry_time,
    &message::creation_time,
    &message::group_id,
    &message::group_sequence,
    &message::reply_to_group_id,
    &message::ack,
    &message::operation,
    &message::creation_time_utc,
    &message::message_schema,
    &message::output_name,
    &message::interface_id,
    &message::dt_subject,
    &message::dt_dataschema,
    &message::diagnostic_id,
    &message::correlation_context,
    &message::input_name,
    &message::lock_token,
    &message::sequence_number,
    &message::offset,
    &message::enqueued_time,
    &message::event_enqueued_time,
    &message::partition_key,
    &message::delivery_count,
    &message::connection_device_id,
    &message::connection_module_id,
    &message::connection_auth_generation_id,
    &message::connection_auth_method,
};
static_assert(std::extent_v<decltype(system_members)> == system_property_count);

}  // namespace detail

/// Not a message as such: what it is depends on the carrier.
result<bytes> encode(buffer output, const message& m) = delete;  // call encode_amqp_message or encode_mqtt_bag

constexpr property_value& message::operator[](system_property which) noexcept {
    const auto index = static_cast<std::size_t>(which);
    hubwire::detail::require(index < system_property_count);
    return this->*detail::system_members[index];
}
constexpr const property_value& message::operator[](system_property which) const noexcept {
    const auto index = static_cast<std::size_t>(which);
    hubwire::detail::require(index < system_property_count);
    return this->*detail::system_members[index];
}

/// What becomes of a message to a device: which feedback the service asks for.
enum class ack_request : std::uint8_t { none, positive, negative, full, unknown };

/// As it is written; unknown has no name.
[[nodiscard]] constexpr std::string_view to_text(ack_request ack) noexcept {
    constexpr std::string_view names[] = {"none", "positive", "negative", "full", ""};
    const auto index = static_cast<std::size_t>(ack);
    hubwire::detail::require(index <= static_cast<std::size_t>(ack_request::unknown));
    return names[index];
}

/// What message::ack asks for, in upper case or in lower. Null asks for nothing; what nobody knows is still there as a
/// text.
[[nodiscard]] constexpr ack_request requested_ack(const property_value& ack) noexcept {
    if (ack.is_null()) return ack_request::none;
    std::array<char, 8> memory{};
    const auto decoded = ack.decode(buffer{memory.data(), memory.size()});
    if (!decoded) return ack_request::unknown;
    for (std::size_t i = 0; i != decoded->size(); ++i) {
        if (memory[i] >= 'A' && memory[i] <= 'Z') memory[i] = static_cast<char>(memory[i] + ('a' - 'A'));
    }
    for (const ack_request known :
         {ack_request::none, ack_request::positive, ack_request::negative, ack_request::full}) {
        if (decoded->text() == to_text(known)) return known;
    }
    return ack_request::unknown;
}

/// Where carriers differ, or peers.
struct message_options {
    bag_options bag{};
    amqp::options amqp{};

    /// How times are read that come as texts and go as AMQP timestamps. The SDK for Python sends them without a Z.
    text::timestamp_options times{};

    /// Take a system property that is there twice for the last one, as SDKs do that keep them in a map. By default it
    /// is refused: who reads the first and who reads the last would see different messages.
    bool last_repeated_counts = false;

    /// Refuse to encode for MQTT what has no name there. By default it stays behind, as it does at the hub (encoding
    /// only).
    bool refuse_loss = false;
};

/// What applies where nothing else is said.
inline constexpr message_options default_message_options{};

namespace detail {

/// Sets the properties of the system, each once, be it to null.
class system_setter {
public:
    constexpr system_setter(message& m, const message_options& rules) noexcept : m_{m}, rules_{rules} {}

    /// Whether that is allowed.
    constexpr bool set(system_property which, const property_value& value) noexcept {
        bool& seen = seen_[static_cast<std::size_t>(which)];
        if (seen && !rules_.last_repeated_counts) return false;
        seen = true;
        m_[which] = value;
        return true;
    }

private:
    message& m_;
    const message_options& rules_;
    bool seen_[system_property_count]{};
};

}  // namespace detail

}  // namespace hubwire::iothub

#endif
