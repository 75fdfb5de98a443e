#ifndef HUBWIRE_TESTS_INTEROP_HUB_EVENTS_HPP
#define HUBWIRE_TESTS_INTEROP_HUB_EVENTS_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "amqp_connection.hpp"
#include "hub_amqp_session.hpp"
#include "hub_core.hpp"
#include "hub_message.hpp"
#include "hub_stream.hpp"
#include "must.hpp"

namespace interop {

/// A connection of a service that reads what devices send, where the hub has sent it to: as Event Hubs has it.
class event_hub_session final : public amqp_session, public service_connection {
public:
    event_hub_session(hub_core& hub, hub_stream stream) : amqp_session{hub, std::move(stream)} {
        hub_.event_readers.insert(this);
    }

    void deliver_events() override {
        if (!is_let_in()) return;
        attempt([this] {
            for (auto& [link, r] : readers_) send_events(link, r);
        });
    }

private:
    static constexpr iothub::selector first{.number = -1};  // events behind this one: all
    static constexpr std::string_view latest = "@latest";

    /// A link on which a service reads a partition.
    struct reader {
        std::uint32_t partition = 0;
        iothub::selector from = first;
        std::size_t next = 0;  // among all events of the hub
    };

    bool lets_in(const amqp::plain_credentials& shown) override {
        const auto policy = hub_.policies.find(std::string{shown.user});
        const bool good = policy != hub_.policies.end() && policy->second == shown.password;
        if (good) let_in_until_ = for_ever;
        return good;
    }
    bool lets_in(const iothub::cbs::put_token& shown) override {
        const std::string why = hub_.why_reader_refused(shown.token);
        if (why.empty()) {
            let_in_until_ = must(iothub::decode_sas_token(shown.token)).expiry;
        } else {
            hub_.refusals.push_back(why);
        }
        return why.empty();
    }

    [[nodiscard]] bool is_let_in() const { return !hub_.has_passed(let_in_until_); }

    void end_expired() override {
        if (is_let_in()) return;
        for (const auto& [link, r] : readers_) end_link(link, an_old_token);
        readers_.clear();
        if (answers_) end_link(*answers_, an_old_token);
        answers_.reset();
    }

    void attach(link_id link, std::string_view address) override {
        if (!is_let_in()) return refuse(link, amqp::condition::unauthorized_access, "show a token first");
        const auto where = iothub::decode_address(address);
        if (where && where->kind == iothub::endpoint::management) {
            if (!receives(link)) return accept_questions(link);
            answers_ = link;
            return accept(link);
        }
        if (!where || where->kind != iothub::endpoint::partition || where->event_hub != hub_.event_hub.name)
            return refuse(link, amqp::condition::not_found, "no such thing");
        const auto partition =
            hubwire::text::decode_decimal<std::uint32_t>(text_of(iothub::wire_text{where->partition}));
        if (!partition || *partition >= hub_.event_hub.partitions)
            return refuse(link, amqp::condition::not_found, "no such partition");
        if (!receives(link)) return refuse(link, amqp::condition::not_allowed, "events come from devices");
        const auto from = selector_of_link(link);
        if (!from) return refuse(link, amqp::condition::invalid_field, from.error().message());
        reader& r = readers_[link] = {.partition = *partition, .from = *from};
        if (from->offset == latest) r = {.partition = *partition, .next = hub_.events.size()};
        accept(link);
    }

    /// From where a reader wants events. An offset is one of ours, and a number; or it says which event it means.
    hubwire::result<iothub::selector> selector_of_link(link_id link) const {
        const auto* const source = connection_.peer_of(link).source.get_if<amqp::source>();
        const auto wanted = iothub::selector_of(source->filter.value_or(amqp::filter_set{}));
        if (!wanted) return wanted.error();
        iothub::selector from = wanted->value_or(first);
        if (from.key != iothub::selector_key::offset || from.offset == latest) return from;
        const auto offset = hubwire::text::decode_decimal<std::int64_t>(from.offset);
        if (!offset) return offset.error();
        from.number = *offset;
        from.offset = {};
        return from;
    }

    static bool is_wanted(const reader& r, const hub_event& e) {
        if (e.partition != r.partition) return false;
        std::int64_t place = e.sequence_number;
        if (r.from.key == iothub::selector_key::offset) place = e.offset;
        if (r.from.key == iothub::selector_key::enqueued_time) place = timestamp_of(e.enqueued).milliseconds;
        return r.from.inclusive ? place >= r.from.number : place > r.from.number;
    }

    void send_events(link_id link, reader& r) {
        for (; r.next != hub_.events.size() && has_credit(link); ++r.next) {
            const hub_event& e = hub_.events[r.next];
            if (!is_wanted(r, e)) continue;
            const std::string offset = std::to_string(e.offset);
            iothub::message m = e.message.view();
            m.sequence_number = e.sequence_number;
            m.offset = offset;
            m.event_enqueued_time = timestamp_of(e.enqueued);
            m.enqueued_time = timestamp_of(e.enqueued);
            send(link, m);
        }
    }

    void flowed(link_id link) override {
        const auto found = readers_.find(link);
        if (found != readers_.end()) send_events(link, found->second);
    }

    void detached(link_id link) override {
        readers_.erase(link);
        if (answers_ == link) answers_.reset();
    }

    void ended() override { hub_.event_readers.erase(this); }

    /// A question to the management node: what partitions there are, or what is in one.
    hubwire::result<void> take(const amqp_event::received& e) override {
        const auto question = amqp::decode<amqp::message>(e.message);
        if (!question) return question.error();
        const amqp::map asked = question->application_properties.value_or(amqp::application_properties{});
        const auto text = [&](std::string_view name) { return asked.get<std::string_view>(name).value_or(""); };
        if (text("operation") != "READ" || text("name") != hub_.event_hub.name)
            return answer(*question, 404, "Not Found", {});
        std::array<char, 1'024> memory;
        amqp::builder body{memory};
        if (text("type") == "com.microsoft:eventhub") {
            describe_event_hub(body);
        } else if (!describe_partition(body, text("partition"))) {
            return answer(*question, 404, "Not Found", {});
        }
        return answer(*question, 200, "OK", must(body.finish()));
    }

    void describe_event_hub(amqp::builder& body) const {
        const auto count = static_cast<std::int32_t>(hub_.event_hub.partitions);
        body.map([&] {
            body.entry("name", hub_.event_hub.name);
            body.entry("type", "com.microsoft:eventhub");
            body.entry("partition_count", count);
            body.add("partition_ids");
            body.array([&] {
                for (std::int32_t i = 0; i != count; ++i) body.add(std::string_view{std::to_string(i)});
            });
        });
    }

    bool describe_partition(amqp::builder& body, std::string_view id) const {
        const auto partition = hubwire::text::decode_decimal<std::uint32_t>(id);
        if (!partition || *partition >= hub_.event_hub.partitions) return false;
        const auto is_in_it = [&](const hub_event& e) { return e.partition == *partition; };
        const auto last = std::find_if(hub_.events.rbegin(), hub_.events.rend(), is_in_it);
        const bool is_empty = last == hub_.events.rend();
        const std::string offset = is_empty ? "-1" : std::to_string(last->offset);
        body.map([&] {
            body.entry("name", hub_.event_hub.name);
            body.entry("type", "com.microsoft:partition");
            body.entry("partition", id);
            body.entry("begin_sequence_number", std::int64_t{is_empty ? -1 : 0});
            body.entry("last_enqueued_sequence_number", is_empty ? std::int64_t{-1} : last->sequence_number);
            body.entry("last_enqueued_offset", std::string_view{offset});
            body.entry("last_enqueued_time_utc", is_empty ? amqp::timestamp{0} : timestamp_of(last->enqueued));
            body.entry("is_partition_empty", is_empty);
        });
        return true;
    }

    hubwire::result<void> answer(const amqp::message& question, std::int32_t status, std::string_view description,
                                 const amqp::value& body) {
        if (!answers_ || !is_there(*answers_)) return {};
        const amqp::entry outcome[] = {{"status-code", status}, {"status-description", description}};
        amqp::properties properties{};
        if (question.properties) properties.correlation_id = question.properties->message_id;
        connection_.send(*answers_, to_wire(amqp::message{.properties = properties,
                                                          .application_properties = amqp::map{outcome},
                                                          .body = amqp::amqp_value{body}}));
        return {};
    }

    static constexpr std::uint64_t for_ever = static_cast<std::uint64_t>(-1);

    std::uint64_t let_in_until_ = 0;  // seconds since 1970
    std::map<link_id, reader> readers_;
    std::optional<link_id> answers_{};  // of the management node
};

}  // namespace interop

#endif
