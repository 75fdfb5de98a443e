#include <algorithm>
#include <array>
#include <concepts>
#include <cstdio>
#include <optional>

#include "stream.hpp"

namespace wire {

namespace {

namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;

/// What peers do that the specification does not allow: looked at in a second attempt.
constexpr amqp::options lax{.any_symbol = true,
                            .any_key = true,
                            .any_property = true,
                            .any_sasl_frame_size = true,
                            .no_body = true,
                            .any_order = true};

/// A value in one line, which ends when it is long.
class inline_value {
public:
    explicit inline_value(std::size_t most = 256) : most_{most} {}

    [[nodiscard]] std::string of(const amqp::value& v) && {
        add(v);
        return std::move(text_);
    }
    [[nodiscard]] std::string of(const amqp::map& m) && {
        add(m);
        return std::move(text_);
    }

private:
    [[nodiscard]] bool is_full() const { return text_.size() >= most_; }

    void add(const amqp::value& v);
    void add(const amqp::map& entries) {
        text_ += '{';
        bool is_first = true;
        for (const amqp::entry e : entries) {
            if (!is_first) text_ += ", ";
            is_first = false;
            if (is_full()) {
                text_ += "...";
                break;
            }
            add(e.key);
            text_ += ": ";
            if (is_secret_name(e.key.text().value_or(""))) {
                text_ += "***";
            } else {
                add(e.value);
            }
        }
        text_ += '}';
    }
    template <class Items>
    void add_items(const Items& items) {
        text_ += '[';
        bool is_first = true;
        for (const amqp::value item : items) {
            if (!is_first) text_ += ", ";
            is_first = false;
            if (is_full()) {
                text_ += "... (" + std::to_string(items.size()) + ")";
                break;
            }
            add(item);
        }
        text_ += ']';
    }

    std::string text_;
    std::size_t most_;
};

// Each with the digits that it takes to be read as the same again.
std::string number(float n) {
    std::array<char, 40> memory{};
    const int size = std::snprintf(memory.data(), memory.size(), "%.9g", static_cast<double>(n));
    return {memory.data(), static_cast<std::size_t>(std::max(size, 0))};
}
std::string number(double n) {
    std::array<char, 40> memory{};
    const auto written = hubwire::json::encode_number(memory, n);
    return written ? std::string{written->text()} : number(static_cast<float>(n));  // infinite, or no number
}

std::string uuid_text(const amqp::uuid& id) {
    std::array<char, 36> memory{};
    const auto written = iothub::encode_uuid(memory, id);
    return written ? std::string{written->text()} : "";
}

std::string binary_text(hubwire::bytes value) {
    const bool is_text =
        !value.empty() && std::all_of(value.begin(), value.end(), [](unsigned char c) { return ' ' <= c && c <= '~'; });
    return is_text ? "b" + quoted(value.text(), 160) : "b[" + hex(value, 24) + "]";
}

void inline_value::add(const amqp::value& v) {
    switch (v.type()) {
        case amqp::type::null:
            text_ += "null";
            return;
        case amqp::type::boolean:
            text_ += v == amqp::value{true} ? "true" : "false";
            return;
        case amqp::type::ubyte:
        case amqp::type::ushort:
        case amqp::type::uint:
        case amqp::type::byte:
        case amqp::type::short_:
        case amqp::type::int_:
        case amqp::type::long_:
            text_ += std::to_string(v.integer().value_or(0));
            return;
        case amqp::type::ulong:
            text_ += std::to_string(v.as<std::uint64_t>().value_or(0));
            return;
        case amqp::type::float_:
            text_ += number(v.as<float>().value_or(0));
            return;
        case amqp::type::double_:
            text_ += number(v.as<double>().value_or(0));
            return;
        case amqp::type::decimal32:
        case amqp::type::decimal64:
        case amqp::type::decimal128:
            text_ += "(a decimal)";
            return;
        case amqp::type::char_: {
            const auto c = static_cast<std::uint32_t>(v.as<char32_t>().value_or(0));
            text_ += c > 0x20 && c < 0x7F ? std::string{'\'', static_cast<char>(c), '\''} : "U+" + hex_offset(c);
            return;
        }
        case amqp::type::timestamp:
            text_ += time_text(v.as<amqp::timestamp>().value_or(amqp::timestamp{}).milliseconds);
            return;
        case amqp::type::uuid:
            text_ += uuid_text(v.as<amqp::uuid>().value_or(amqp::uuid{}));
            return;
        case amqp::type::binary:
            text_ += binary_text(v.as<hubwire::bytes>().value_or(hubwire::bytes{}));
            return;
        case amqp::type::string:
            text_ += quoted(v.text().value_or(""), 512);
            return;
        case amqp::type::symbol:
            text_ += printable(v.text().value_or(""), 512);
            return;
        case amqp::type::list:
            return add_items(v.as<amqp::list>().value_or(amqp::list{}));
        case amqp::type::array:
            return add_items(v.as<amqp::array>().value_or(amqp::array{}));
        case amqp::type::map:
            return add(v.as<amqp::map>().value_or(amqp::map{}));
        case amqp::type::described: {
            const auto d = v.as<amqp::described>().value_or(amqp::described{});
            text_ += "@(";
            add(d.descriptor());
            text_ += ") ";
            if (is_full()) {
                text_ += "...";
            } else {
                add(d.content());
            }
            return;
        }
    }
}

/// With its type, where one does not see that.
std::string typed(const amqp::value& v) {
    std::string text = inline_value{}.of(v);
    const bool is_number = amqp::type::ubyte <= v.type() && v.type() <= amqp::type::decimal128;
    if (is_number) text += " " + std::string{amqp::name_of(v.type())};
    return text;
}

std::string id_text(const amqp::message_id& id) {
    if (const auto number = id.as<std::uint64_t>()) return std::to_string(*number) + " ulong";
    if (const auto uuid = id.as<amqp::uuid>()) return uuid_text(*uuid);
    if (const auto binary = id.as<hubwire::bytes>()) return binary_text(*binary);
    return quoted(id.as<std::string_view>().value_or(""));
}

std::string_view word(amqp::sender_settle_mode mode) {
    constexpr std::string_view words[] = {"unsettled", "settled", "mixed"};
    return words[static_cast<std::size_t>(mode)];
}
std::string_view word(amqp::receiver_settle_mode mode) {
    return mode == amqp::receiver_settle_mode::first ? "first" : "second";
}
std::string_view word(amqp::sasl_code code) {
    constexpr std::string_view words[] = {"0 ok", "1 auth: refused", "2 sys: a failure of the system",
                                          "3 sys-perm: a failure that stays", "4 sys-temp: a failure that passes"};
    return words[static_cast<std::size_t>(code)];
}
std::string_view word(amqp::terminus_durability durable) {
    constexpr std::string_view words[] = {"none", "configuration", "unsettled-state"};
    return words[static_cast<std::size_t>(durable)];
}
std::string_view word(amqp::terminus_expiry_policy policy) {
    constexpr std::string_view words[] = {"link-detach", "session-end", "connection-close", "never"};
    return words[static_cast<std::size_t>(policy)];
}

/// "amqp:open:list" is open.
template <amqp::composite T>
std::string_view name_of_type() {
    std::string_view name = T::descriptor.name;
    name.remove_prefix(name.find(':') + 1);
    return name.substr(0, name.find(':'));
}

/// The fields of composite types, each in a form of its own, those that are absent not at all.
class field_printer {
public:
    explicit field_printer(teller& to) : tell_{to} {}

    template <amqp::composite T>
    void all(const T& value) const {
        T::field_table.for_each(
            value, [&](std::string_view name, const auto& member, bool /*mandatory*/) { field(name, member); });
        tell_.out.flush();
    }

    void map(std::string_view name, const amqp::map& entries) const {
        tell_.out.line(name, entries.empty() ? "{}" : "");
        const page::level inner{tell_.out};
        std::size_t count = 0;
        for (const amqp::entry e : entries) {
            if (!tell_.how.everything && ++count > 64) {
                tell_.out.inner("... (" + counted(entries.size(), "entry; --all shows the rest") + ")", style::dim);
                break;
            }
            tell_.out.line(inline_value{}.of(e.key),
                           is_secret_name(e.key.text().value_or("")) ? "***" : typed(e.value));
        }
    }

private:
    template <class T>
    void field(std::string_view name, const hubwire::maybe<T>& value) const {
        field(name, std::optional<T>{value});
    }
    template <class T>
    void field(std::string_view name, const std::optional<T>& value) const {
        if (value) field(name, *value);
    }
    template <class T, T Default>
    void field(std::string_view name, const amqp::with_default<T, Default>& value) const {
        if (value.has_value()) field(name, *value);
    }
    void field(std::string_view name, std::string_view value) const {
        tell_.out.line(name, quoted(value));
        if (name == "address" || name == "to") tell_.address(value);
    }
    void field(std::string_view name, const amqp::symbol& value) const { tell_.out.brief(name, printable(value.text)); }
    template <std::same_as<bool> T>
    void field(std::string_view name, T value) const {
        tell_.out.brief(name, value ? "true" : "false");
    }
    template <std::unsigned_integral T>
        requires(!std::same_as<T, bool>)
    void field(std::string_view name, T value) const {
        tell_.out.brief(name, std::to_string(value));
    }
    template <class E>
        requires std::is_enum_v<E>
    void field(std::string_view name, E value) const {
        tell_.out.brief(name, word(value));
    }
    void field(std::string_view name, amqp::role value) const { tell_.out.brief(name, amqp::name_of(value)); }
    void field(std::string_view name, const amqp::milliseconds& value) const {
        tell_.out.brief(name, std::to_string(value.count) + " ms");
    }
    void field(std::string_view name, const amqp::timestamp& value) const {
        tell_.out.brief(name, time_text(value.milliseconds));
    }
    void field(std::string_view name, hubwire::bytes value) const { tell_.out.brief(name, binary_text(value)); }
    void field(std::string_view name, const amqp::message_id& value) const { tell_.out.brief(name, id_text(value)); }
    void field(std::string_view name, const amqp::value& value) const { tell_.out.brief(name, typed(value)); }
    void field(std::string_view name, const amqp::map& entries) const { map(name, entries); }
    void field(std::string_view name, const amqp::symbols& values) const {
        if (values.empty()) return;
        std::string text;
        for (const amqp::symbol value : values) {
            if (!text.empty()) text += ", ";
            if (text.size() > 256) {
                text += "...";
                break;
            }
            text += printable(value.text, 128);
        }
        tell_.out.line(name, text);
    }
    void field(std::string_view name, const amqp::error& why) const {
        tell_.out.line(name, printable(why.condition.text), style::wrong);
        const page::level inner{tell_.out};
        if (why.description) tell_.out.line("description", quoted(*why.description));
        if (why.info) map("info", *why.info);
        if (const auto to = amqp::redirect_of(why))
            tell_.out.meaning("go to " + printable(to->network_host.value_or("another host")));
        if (const auto id = iothub::tracking_id_of(why)) tell_.out.meaning("for support: " + printable(*id));
    }
    template <class... Ts>
    void field(std::string_view name, const amqp::choice<Ts...>& value) const {
        value.visit([&]<class T>(const T& alternative) {
            if constexpr (std::same_as<T, amqp::described>) {
                tell_.out.line(name, inline_value{}.of(amqp::value{alternative}));
            } else if constexpr (T::field_table.size == 0) {
                tell_.out.brief(name, name_of_type<T>());
            } else if (alternative == T{}) {
                tell_.out.brief(name, "{}");
            } else {
                tell_.out.line(name, std::same_as<T, amqp::source> || std::same_as<T, amqp::target>
                                         ? std::string_view{}
                                         : name_of_type<T>());
                const page::level inner{tell_.out};
                all(alternative);
            }
        });
    }

    teller& tell_;
};

std::string_view name_of_protocol(amqp::protocol asked) {
    switch (asked) {
        case amqp::protocol::amqp:
            return "AMQP 1.0.0";
        case amqp::protocol::tls:
            return "TLS within AMQP 1.0.0";
        case amqp::protocol::sasl:
            break;
    }
    return "SASL of AMQP 1.0.0";
}

bool begins_protocol_header(hubwire::bytes input) { return !input.empty() && input[0] == 'A'; }

/// The initial response of PLAIN, or of another mechanism.
void initial_response(teller& tell, const place& in, const amqp::sasl_init& init) {
    if (!init.initial_response) return;
    if (init.mechanism != amqp::sasl_mechanism::plain)
        return tell.out.line("initial-response", counted(init.initial_response->size(), "byte") + ", not shown");
    const auto who = amqp::decode_plain(*init.initial_response);
    if (!who) {
        const std::size_t at = in.within(init.initial_response->text());
        tell.out.line("initial-response", counted(init.initial_response->size(), "byte") + ", not shown");
        return tell.remark(in, "no credentials", who.error(), at);
    }
    if (!who->authorization_id.empty()) tell.out.line("authorization", quoted(who->authorization_id));
    tell.out.line("user", quoted(who->user));
    tell.plain_user(in, who->user);
    tell.out.line("password", counted(who->password.size(), "byte") + ", not shown");
    tell.sas_token(in, who->password);
}

/// What the properties of an attach and the filters of a source mean to the hub.
void hub_link(teller& tell, const amqp::attach& a) {
    const auto properties = iothub::link_properties_of(a.properties);
    if (properties.channel_correlation_id) {
        if (const auto channel = iothub::decode_channel_correlation(*properties.channel_correlation_id))
            tell.out.meaning(std::string{"one of the two links of the "} +
                             (channel->channel == iothub::link_channel::twin ? "twin" : "methods"));
    }
    const auto* source = a.source.get_if<amqp::source>();
    if (source == nullptr || !source->filter) return;
    const auto selected = iothub::selector_of(*source->filter);
    if (!selected) return tell.remark("no selector that hubwire knows: " + std::string{selected.error().message()});
    if (!*selected) return;
    const iothub::selector& s = **selected;
    const std::string from = s.inclusive ? "from " : "behind ";
    switch (s.key) {
        case iothub::selector_key::sequence_number:
            return tell.out.meaning("events " + from + "sequence number " + std::to_string(s.number));
        case iothub::selector_key::offset:
            return tell.out.meaning("events " + from + "offset " + printable(s.offset));
        case iothub::selector_key::enqueued_time:
            return tell.out.meaning("events " + from + time_text(s.number));
    }
}

std::string_view kind_name(amqp::section_kind kind) {
    constexpr std::string_view names[] = {
        "header", "delivery-annotations", "message-annotations", "properties", "application-properties",
        "data",   "amqp-sequence",        "amqp-value",          "footer"};
    return names[static_cast<std::size_t>(kind)];
}

bool has_annotation(const amqp::message& m, std::string_view key) {
    return m.message_annotations && m.message_annotations->find(key);
}
bool has_property(const amqp::message& m, std::string_view key) {
    return m.application_properties && m.application_properties->find(key);
}

/// What the hub and its clients ask of each other: known by the link, or by what is in it.
class operation {
public:
    operation(teller& to, const amqp::message& m) : tell_{to}, m_{m} {}

    void tell(std::string_view address) const {
        const auto at = iothub::decode_address(address);
        const bool of_cbs = at && at->kind == iothub::endpoint::cbs;
        const bool of_twin = at && at->kind == iothub::endpoint::twin;
        const bool of_methods = at && at->kind == iothub::endpoint::methods;
        if (const auto asked = iothub::cbs::operation_of(m_)) return cbs_request(*asked);
        if (of_cbs || has_property(m_, "status-code")) return cbs_reply();
        if (has_property(m_, "IoThub-methodname")) return method_request();
        if (of_methods || has_property(m_, "IoThub-status")) return method_reply();
        if (has_annotation(m_, "operation")) return twin_request();
        if (of_twin || has_annotation(m_, "resource") || has_annotation(m_, "status")) return twin_from_hub();
        events();
    }

private:
    template <class T, class Tell>
    void as(std::string_view what, Tell tell) const {
        const auto read = iothub::decode<T>(m_);
        if (read) return tell(*read);
        tell_.remark("no " + std::string{what} + ": " + std::string{read.error().message()});
    }
    static std::string version(const std::optional<std::int64_t>& number) {
        return number ? ", version " + std::to_string(*number) : "";
    }
    static std::string resource(const std::optional<std::string_view>& name) {
        return name ? " " + printable(*name) : "";
    }

    void cbs_request(iothub::cbs::operation asked) const {
        const auto audience = [](std::string_view text) { return shown(hubwire::text::percent_text{text, true}); };
        if (asked == iothub::cbs::operation::put_token) {
            as<iothub::cbs::put_token>("put-token", [&](const iothub::cbs::put_token& r) {
                tell_.out.meaning("shows a token for " + audience(r.audience));
                const place alone{.whole = r.token, .in_stream = false, .noun = "token"};
                if (!tell_.sas_token(alone, r.token))
                    tell_.out.meaning(counted(r.token.size(), "byte") + ", not shown");
            });
        } else {
            as<iothub::cbs::delete_token>("delete-token", [&](const iothub::cbs::delete_token& r) {
                tell_.out.meaning("takes back its token for " + audience(r.audience));
            });
        }
    }
    void cbs_reply() const {
        as<iothub::cbs::reply>("reply of $cbs", [&](const iothub::cbs::reply& r) {
            tell_.out.meaning(std::string{r.is_success() ? "token accepted, " : "token refused, "} +
                              std::to_string(r.status_code) + " " + printable(r.status_description.value_or("")));
        });
    }
    void method_request() const {
        as<iothub::amqp_method::request>("call of a method", [&](const iothub::amqp_method::request& r) {
            tell_.out.meaning("calls method " + printable(r.name));
        });
    }
    void method_reply() const {
        as<iothub::amqp_method::reply>("answer of a method", [&](const iothub::amqp_method::reply& r) {
            tell_.out.meaning("answer of a method, status " + std::to_string(r.status));
        });
    }
    void twin_request() const {
        as<iothub::amqp_twin::request>("request about the twin", [&](const iothub::amqp_twin::request& r) {
            constexpr std::string_view verbs[] = {"asks for the twin", "changes", "subscribes to", "unsubscribes from"};
            tell_.out.meaning(std::string{verbs[static_cast<std::size_t>(r.operation)]} + resource(r.resource) +
                              version(r.version));
        });
    }
    void twin_from_hub() const {
        if (iothub::amqp_twin::is_desired_update(m_)) {
            as<iothub::amqp_twin::desired_update>(
                "update of the twin", [&](const iothub::amqp_twin::desired_update& u) {
                    tell_.out.meaning("desired properties have changed" + version(u.version));
                });
        } else {
            as<iothub::amqp_twin::reply>("answer about the twin", [&](const iothub::amqp_twin::reply& r) {
                tell_.out.meaning("answer about the twin, status " + std::to_string(r.status) + version(r.version));
            });
        }
    }
    /// An event that a service reads says from whom it comes.
    void events() const {
        const auto event = iothub::event_annotations_of(m_.message_annotations);
        if (!event.sequence_number && !event.offset) return;
        std::string text = "event";
        if (event.sequence_number) text += " " + std::to_string(*event.sequence_number);
        const auto sender_id = m_.message_annotations->find("iothub-connection-device-id");
        if (sender_id && sender_id->text()) text += " of " + printable(*sender_id->text());
        if (event.enqueued_time) text += ", " + time_text(event.enqueued_time->milliseconds);
        tell_.out.meaning(text);
    }

    teller& tell_;
    const amqp::message& m_;
};

/// Whether a token is put in what these bytes are of.
bool has_token(hubwire::bytes whole) { return whole.text().find("put-token") != std::string_view::npos; }

/// Whether more of the same message comes, or may come, since it has not ended well.
bool may_go_on(const amqp::frame& f, bool is_wrong) {
    const auto* const t = f.get_if<amqp::transfer>();
    return t != nullptr && (is_wrong || *t->more);
}

}  // namespace

step amqp_stream::refused_header(hubwire::bytes input, std::size_t offset, const hubwire::error& wrong) {
    hubwire::reader in{input};
    const std::size_t size = in.u32();
    const bool is_size = in.ok() && size >= 8;
    const std::size_t shown = is_size && size < bytes_of_refused ? size : bytes_of_refused;
    if (input.size() < shown) return {};
    ++refusals_in_a_row_;
    tell_.out.head(offset, "frame", style::wrong, "");
    const std::size_t most = (in_doubt_ || refusals_in_a_row_ > 1) && shown > 8 ? 8 : shown;
    tell_.violation({.whole = input.first(most), .offset = offset, .noun = "frame", .in_doubt = in_doubt_}, wrong);
    in_doubt_ = true;
    if (is_size && refusals_in_a_row_ < most_refusals) {
        tell_.out.inner("goes on at " + hex_offset(offset + size) + ", if its size is right: " + counted(size, "byte"));
        return {.used = size};
    }
    tell_.out.inner(is_size ? "the third in a row: nothing more can be known"
                            : "its size cannot be, so nothing behind it can be known");
    return {.used = input.size(), .nothing_behind = true};
}

step amqp_stream::next(hubwire::bytes input, std::size_t offset) {
    if (begins_protocol_header(input)) {
        if (input.size() < amqp::protocol_header_size) return {};
        const hubwire::bytes whole = input.first(amqp::protocol_header_size);
        const auto asked = amqp::decode_protocol_header(whole);
        if (whole.text().starts_with("AMQP")) in_doubt_ = false;  // nothing else begins so, but by chance
        if (asked) {
            refusals_in_a_row_ = 0;
            tell_.out.head(offset, "protocol header", style::strong, name_of_protocol(*asked));
        } else {
            ++refusals_in_a_row_;
            tell_.out.head(offset, "protocol header", style::wrong, "");
            tell_.violation({.whole = whole, .offset = offset, .noun = "header", .in_doubt = in_doubt_}, asked.error());
            if (refusals_in_a_row_ == most_refusals) {
                tell_.out.inner("the third in a row: nothing more can be known");
                return {.used = input.size(), .nothing_behind = true};
            }
            tell_.out.inner("goes on at " + hex_offset(offset + whole.size()) + ", behind its eight bytes");
        }
        return {.used = whole.size()};
    }
    auto whole = amqp::cut(input, lax);
    if (whole.incomplete()) return {};
    if (!whole) return refused_header(input, offset, whole.error());
    refusals_in_a_row_ = 0;
    ++tell_.counts.packets;

    const std::size_t violations_before = tell_.counts.violations;
    auto frame = amqp::decode_frame(*whole);
    hubwire::error wrong{};
    if (!frame) {
        wrong = frame.error();
        frame = amqp::decode_frame(*whole, lax);
    }
    const place in{.whole = *whole, .offset = offset, .noun = "frame", .in_doubt = in_doubt_ && !frame};
    if (frame) {
        show(in, *frame);
    } else {
        const auto header = amqp::decode_frame_header(*whole, lax);
        std::string what = counted(whole->size(), "byte");
        if (header && header->type == amqp::frame_type::amqp) what += ", channel " + std::to_string(header->channel);
        tell_.out.head(offset, "frame", style::wrong, what);
    }
    if (wrong.code != hubwire::errc::none) tell_.violation(in, wrong);
    const bool is_wrong = tell_.counts.violations != violations_before;
    in_doubt_ = !frame || (may_go_on(*frame, is_wrong) && (in_doubt_ || has_token(*whole)));
    if (is_wrong) tell_.out.inner("goes on at " + hex_offset(offset + whole->size()) + ", behind this frame");
    return {.used = whole->size()};
}

void amqp_stream::show(const place& in, const amqp::frame& f) {
    std::string what = counted(in.whole.size(), "byte");
    if (f.is_heartbeat()) return tell_.out.head(in.offset, "heartbeat", style::dim, what);
    remember(f);
    f.body.visit([&]<class T>(const T& body) {
        if constexpr (amqp::frame_body<T>) {
            if constexpr (amqp::performative<T>) what += ", channel " + std::to_string(f.channel);
            if constexpr (requires { body.handle; }) {
                std::optional<std::uint32_t> handle = body.handle;
                const auto known = links_.find({f.channel, handle.value_or(0)});
                if (handle && known != links_.end()) {
                    what += ", link " + quoted(known->second.name, 48);
                }
            }
            tell_.out.head(in.offset, name_of_type<T>(), style::strong, what);
            if constexpr (std::same_as<T, amqp::sasl_init>) {
                amqp::sasl_init known = body;  // its response is for those who know the mechanism
                known.initial_response.reset();
                field_printer{tell_}.all(known);
                initial_response(tell_, in, body);
            } else if constexpr (std::same_as<T, amqp::sasl_challenge> || std::same_as<T, amqp::sasl_response>) {
                tell_.out.inner("not shown");
            } else {
                field_printer{tell_}.all(body);
            }
            if constexpr (std::same_as<T, amqp::attach>) hub_link(tell_, body);
            if constexpr (std::same_as<T, amqp::transfer>) transfer(in, f);
            if constexpr (std::same_as<T, amqp::detach>) links_.erase({f.channel, body.handle});
        }
    });
    tell_.out.flush();
}

void amqp_stream::remember(const amqp::frame& f) {
    const auto* attach = f.get_if<amqp::attach>();
    if (attach == nullptr) return;
    link& l = links_[{f.channel, attach->handle}];
    l = {};
    l.name = attach->name;
    const auto* source = attach->source.get_if<amqp::source>();
    const auto* target = attach->target.get_if<amqp::target>();
    // One of the two is at the hub, and says what the link is for.
    for (const auto& address :
         {source != nullptr ? source->address : std::nullopt, target != nullptr ? target->address : std::nullopt}) {
        if (address && (l.address.empty() || iothub::decode_address(*address))) l.address = *address;
    }
}

void amqp_stream::transfer(const place& in, const amqp::frame& f) {
    const auto& t = *f.get_if<amqp::transfer>();
    link& l = links_[{f.channel, t.handle}];
    const auto progress = l.delivery.add(t, f.payload);
    if (!progress) {
        tell_.violation(in, progress.error());
        tell_.out.inner("its payload, " + counted(f.payload.size(), "byte") + ", belongs to no message that is known");
        l.delivery = {};
        l.message.clear();
        l.parts = 0;
        return;
    }
    if (*progress == amqp::delivery_progress::aborted) {
        tell_.out.meaning("the message is given up");
        l.message.clear();
        l.parts = 0;
        return;
    }
    ++l.parts;
    if (*progress == amqp::delivery_progress::more || l.parts > 1) l.message += f.payload.text();
    if (*progress == amqp::delivery_progress::more) {
        tell_.out.line("payload", counted(f.payload.size(), "byte") + " of a message that goes on, " +
                                      std::to_string(l.message.size()) + " so far");
        return;
    }
    const bool is_batch = l.delivery.first_transfer().message_format == amqp::batch_message_format;
    if (l.parts == 1) {
        message({.whole = f.payload, .offset = in.offset + in.within(f.payload.text()), .noun = "message"}, l.address,
                is_batch);
    } else {
        tell_.out.line("message",
                       counted(l.message.size(), "byte") + " from " + std::to_string(l.parts) + " transfers");
        message({.whole = l.message, .in_stream = false, .noun = "message"}, l.address, is_batch);
    }
    l.message.clear();
    l.parts = 0;
}

void amqp_stream::message(const place& in, std::string_view address, bool is_batch) {
    page& out = tell_.out;
    const page::level inner{out};
    auto m = amqp::decode<amqp::message>(in.whole);
    if (!m) {
        tell_.violation(in, m.error());
        m = amqp::decode<amqp::message>(in.whole, lax);
    }
    if (!m) return sections(in);
    const field_printer print{tell_};
    const auto section = [&](amqp::section_kind kind) { out.line(kind_name(kind), ""); };
    if (m->header) {
        section(amqp::section_kind::header);
        const page::level deeper{out};
        print.all(*m->header);
    }
    if (m->delivery_annotations)
        print.map(kind_name(amqp::section_kind::delivery_annotations), *m->delivery_annotations);
    if (m->message_annotations) print.map(kind_name(amqp::section_kind::message_annotations), *m->message_annotations);
    if (m->properties) {
        section(amqp::section_kind::properties);
        const page::level deeper{out};
        print.all(*m->properties);
    }
    if (m->application_properties)
        print.map(kind_name(amqp::section_kind::application_properties), *m->application_properties);
    const bool is_secret = iothub::cbs::operation_of(*m) == iothub::cbs::operation::put_token;
    std::size_t count = 0;
    for (const amqp::data d : m->body.data_sections()) {
        if (!tell_.how.everything && ++count > 16) {
            out.inner("... (" + counted(m->body.data_sections().size(), "section") + "; --all shows the rest)",
                      style::dim);
            break;
        }
        if (is_batch) {
            out.line("message", counted(d.content.size(), "byte") + " of the batch");
            message({.whole = d.content,
                     .offset = in.offset + in.within(d.content.text()),
                     .in_stream = in.in_stream,
                     .noun = "message"},
                    {}, false);
        } else if (is_secret) {
            out.line("data", counted(d.content.size(), "byte") + ", not shown");
        } else {
            tell_.body(in, "data", d.content);
        }
    }
    for (const amqp::amqp_sequence q : m->body.sequences()) {
        if (!tell_.how.everything && ++count > 16) {
            out.inner("... (--all shows the rest)", style::dim);
            break;
        }
        out.line("amqp-sequence", is_secret ? "not shown" : inline_value{}.of(amqp::value{q.content}));
    }
    if (const auto value = m->body.single_value()) out.line("amqp-value", is_secret ? "not shown" : typed(*value));
    if (m->footer) print.map(kind_name(amqp::section_kind::footer), *m->footer);
    out.flush();
    if (!is_batch) operation{tell_, *m}.tell(address);
}

/// Of a message that cannot be read: how far it can be taken apart.
void amqp_stream::sections(const place& in) {
    for (hubwire::bytes rest = in.whole; !rest.empty();) {
        const auto section = amqp::cut_section(rest);
        if (!section) return tell_.out.line("?", counted(rest.size(), "byte") + " that are no section");
        tell_.out.line(kind_name(section->kind), counted(section->whole.size(), "byte"));
        rest = rest.without_first(section->whole.size());
    }
}

void amqp_stream::cut_off(hubwire::bytes input, std::size_t offset) {
    const bool is_header = begins_protocol_header(input);
    const auto header = amqp::decode_frame_header(input, lax);
    const std::string size = header ? " of " + std::to_string(header->size) : "";
    tell_.out.head(offset, is_header ? "protocol header" : "frame", style::wrong,
                   std::to_string(input.size()) + size + (input.size() == 1 ? " byte" : " bytes"));
    const place in{.whole = input, .offset = offset, .noun = is_header ? "header" : "frame", .in_doubt = in_doubt_};
    const auto wrong = is_header ? hubwire::error{amqp::decode_protocol_header(input).error()}
                                 : hubwire::error{amqp::decode_frame(input, lax).error()};
    if (!wrong.incomplete()) return tell_.violation(in, wrong);
    tell_.remark("the stream ends within it: at least " + counted(wrong.needed, "more byte") +
                 (wrong.needed == 1 ? " was to come" : " were to come"));
}

}  // namespace wire
