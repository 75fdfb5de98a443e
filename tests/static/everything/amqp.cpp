// Every public function of AMQP, for every type, in functions that anybody could call; as everything/core.cpp.

#include <hubwire/hubwire.hpp>

#include <array>
#include <span>

template class hubwire::result<hubwire::amqp::value>;
template class hubwire::result<hubwire::amqp::frame>;
template class hubwire::result<hubwire::amqp::frame_header>;
template class hubwire::result<hubwire::amqp::message>;
template class hubwire::result<hubwire::amqp::section>;
template class hubwire::result<hubwire::amqp::split_message>;
template class hubwire::result<hubwire::amqp::delivery_frame>;
template class hubwire::result<hubwire::amqp::delivery_progress>;
template class hubwire::result<hubwire::amqp::plain_credentials>;
template class hubwire::result<hubwire::amqp::protocol>;
template class hubwire::amqp::with_default<bool, false>;
template class hubwire::amqp::with_default<std::uint32_t, 0>;

namespace everything {

namespace amqp = hubwire::amqp;

// types

static_assert(amqp::min_max_frame_size == 512 && amqp::max_delivery_tag_size == 32);

amqp::options options(std::uint32_t limit, unsigned depth, bool lax) {
    return {.max_frame_size = limit,
            .max_depth = depth,
            .any_symbol = lax,
            .any_key = lax,
            .any_property = lax,
            .any_sasl_frame_size = lax,
            .no_body = lax,
            .any_order = lax,
            .keep_trailing_nulls = lax};
}
bool after(amqp::timestamp a, amqp::timestamp b) { return a > b; }
bool longer(amqp::milliseconds a, amqp::milliseconds b) { return a > b; }
bool longer(amqp::seconds a, amqp::seconds b) { return a > b; }
bool is_default(const amqp::open& o) {
    amqp::open copy = o;
    copy.max_frame_size.reset();
    copy.channel_max = std::uint16_t{7};
    return !copy.max_frame_size.has_value() && *copy.max_frame_size == copy.max_frame_size.default_value;
}

// what encodes and decodes by itself

template <class T>
hubwire::result<hubwire::bytes> encode(hubwire::buffer output, const T& v, const amqp::options& rules) {
    const auto size = amqp::encoded_size(v, rules);
    return size && *size == amqp::encoded_size(v).value_or(0) ? amqp::encode(output, v, rules)
                                                              : amqp::encode(output, v);
}
template <class T>
hubwire::result<T> decode(hubwire::bytes input, const amqp::options& rules) {
    const auto strict = amqp::decode<T>(input);
    return strict ? strict : amqp::decode<T>(input, rules);
}
template <class T>
bool equal(const T& a, const T& b) {
    if constexpr (std::is_floating_point_v<T>) {
        return amqp::value{a} == amqp::value{b};  // by their bits: comparing numbers is the compiler's business
    } else {
        return a == b;
    }
}
template <class T>
std::optional<T> as(const amqp::value& v) {
    return v.as<T>();
}

template <class T>
struct each {
    hubwire::result<hubwire::bytes> (*encode_one)(hubwire::buffer, const T&, const amqp::options&) = encode<T>;
    hubwire::result<T> (*decode_one)(hubwire::bytes, const amqp::options&) = decode<T>;
    bool (*equal_one)(const T&, const T&) = equal<T>;
};
template <class T>
struct each_value : each<T> {
    std::optional<T> (*as_one)(const amqp::value&) = as<T>;
};
template <class... T>
struct all : T... {};
using all_values =
    all<each_value<bool>, each_value<std::uint8_t>, each_value<std::uint16_t>, each_value<std::uint32_t>,
        each_value<std::uint64_t>, each_value<std::int8_t>, each_value<std::int16_t>, each_value<std::int32_t>,
        each_value<std::int64_t>, each_value<float>, each_value<double>, each_value<char32_t>,
        each_value<amqp::decimal32>, each_value<amqp::decimal64>, each_value<amqp::decimal128>,
        each_value<amqp::timestamp>, each_value<amqp::milliseconds>, each_value<amqp::seconds>, each_value<amqp::uuid>,
        each_value<hubwire::bytes>, each_value<std::string_view>, each_value<amqp::symbol>, each_value<amqp::list>,
        each_value<amqp::map>, each_value<amqp::array>, each_value<amqp::fields>, each_value<amqp::filter_set>,
        each_value<amqp::annotations>, each_value<amqp::application_properties>, each<amqp::value>, each<amqp::symbols>,
        each<amqp::message_id>, each<amqp::message>>;
all_values values() { return {}; }
std::optional<amqp::described> as_described(const amqp::value& v) { return v.as<amqp::described>(); }

template <class T>
hubwire::result<T> of_described(const amqp::described& d, const amqp::options& rules) {
    const auto strict = amqp::decode<T>(d);
    return strict ? strict : amqp::decode<T>(d, rules);
}
template <class T>
hubwire::result<amqp::value> as_value(hubwire::buffer scratch, const T& v, const amqp::options& rules) {
    const auto strict = amqp::as_value(scratch, v);
    return strict ? strict : amqp::as_value(scratch, v, rules);
}
template <class T>
struct each_composite : each<T> {
    hubwire::result<T> (*of_described_one)(const amqp::described&, const amqp::options&) = of_described<T>;
    hubwire::result<amqp::value> (*as_value_one)(hubwire::buffer, const T&, const amqp::options&) = as_value<T>;
    void (*add_one)(amqp::builder&, const T&) = [](amqp::builder& b, const T& v) { b.add(v); };
};
template <class... T>
using all_composites = all<each_composite<T>...>;
all_composites<amqp::error, amqp::received, amqp::accepted, amqp::rejected, amqp::released, amqp::modified,
               amqp::declared, amqp::transactional_state, amqp::source, amqp::target, amqp::coordinator,
               amqp::delete_on_close, amqp::delete_on_no_links, amqp::delete_on_no_messages,
               amqp::delete_on_no_links_or_messages, amqp::declare, amqp::discharge, amqp::header, amqp::properties>
composites() {
    return {};
}

// values

std::size_t size_of(const amqp::value& v) {
    return v.visit([]<class T>(const T&) { return sizeof(T); });
}
std::string_view name_of(const amqp::value& v, amqp::section_kind kind, amqp::role who, amqp::sasl_code code) {
    return !v.is_null()                              ? amqp::name_of(v.type())
           : kind == amqp::section_kind::header      ? amqp::name_of(kind)
           : amqp::message_id{}.as_value().is_null() ? amqp::name_of(who)
                                                     : amqp::name_of(code);
}
bool maybe(hubwire::maybe<std::uint16_t> number, hubwire::maybe<bool> truth, std::optional<std::uint16_t> other) {
    number.reset();
    number.emplace() = amqp::open{}.accepted_frame_size() > 0 ? 1 : 2;
    other = number;
    return number == hubwire::maybe<std::uint16_t>{other} && truth.has_value() && truth.value_or(false) &&
           truth == true && number.has_value() && number.value_or(1) == 1;
}

amqp::value null() { return {}; }
template <class T>
amqp::value value_of(const T& v) {
    return v;
}
template amqp::value value_of(const int&);
template amqp::value value_of(const unsigned long long&);
template amqp::value value_of(const bool&);
template amqp::value value_of(const char32_t&);
template amqp::value value_of(const char* const&);
std::optional<std::string_view> text(const amqp::value& v) { return v.is_null() ? std::nullopt : v.text(); }
std::optional<std::int64_t> integer(const amqp::value& v) { return v.integer(); }
amqp::value of_pair(const amqp::value (&pair)[2]) { return amqp::described{pair}; }
bool same_inside(const amqp::described& a, const amqp::described& b) {
    return a.descriptor() == b.content() || a.content() == b.descriptor();
}
amqp::list list_of(std::span<const amqp::value> values) { return values; }
amqp::list list_of(const std::array<amqp::value, 3>& values) { return values; }
amqp::map map_of(std::span<const amqp::entry> entries) { return entries; }
hubwire::result<std::size_t> size_of_map(const amqp::value& v) {
    return amqp::encoded_size(amqp::map{{"a", 1}, {amqp::symbol{"b"}, v}});
}
std::optional<amqp::value> find(const amqp::map& m, std::string_view name, const amqp::value& key) {
    const auto found = m.find(name);
    return found ? found : m.find(key);
}
std::optional<std::int32_t> number(const amqp::map& m) { return m.get<std::int32_t>("n"); }

template <class Range, class Item>
bool has(const Range& items, const Item& wanted) {
    if (items.empty()) return false;
    for (const auto item : items) {
        if (item == wanted) return true;
    }
    auto at = items.begin();
    return at++ == items.end() && items.size() != 0 && *at == wanted && items == Range{};
}
template bool has(const amqp::list&, const amqp::value&);
template bool has(const amqp::map&, const amqp::entry&);
template bool has(const amqp::array&, const amqp::value&);
template bool has(const amqp::symbols&, const amqp::symbol&);
template bool has(const amqp::body_sections<amqp::data>&, const amqp::data&);
template bool has(const amqp::body_sections<amqp::amqp_sequence>&, const amqp::amqp_sequence&);
bool offers(const amqp::symbols& names) { return names.contains(amqp::sasl_mechanism::plain); }
amqp::type type_of_elements(const amqp::array& a) { return a.element_type(); }

// builder

hubwire::result<amqp::value> build(hubwire::buffer output, const amqp::value& v, const amqp::options& rules) {
    amqp::builder b{output, rules};
    b.list([&] {
        b.add(v);
        b.map([&] { b.entry("key", v); });
        b.array([&] { b.add(v); });
        b.described(amqp::symbol{"d"}, [&] { b.add(v); });
    });
    return b.encoded() ? b.finish() : amqp::builder{output}.finish();
}

// errors, states

std::optional<amqp::redirect> redirect_of(const amqp::error& why) { return amqp::redirect_of(why); }
hubwire::result<amqp::error> as_error(hubwire::buffer scratch, const amqp::redirect& to) {
    const auto of_link = amqp::as_error(scratch, to);
    return of_link ? of_link : amqp::as_error(scratch, to, amqp::condition::connection_redirect);
}
std::optional<amqp::symbol> answer_to(const hubwire::error& refusal) { return amqp::answer_to(refusal); }
hubwire::result<amqp::choice<amqp::declare, amqp::discharge>> to_coordinator(const amqp::value& v,
                                                                             const amqp::options& rules) {
    using request = amqp::choice<amqp::declare, amqp::discharge>;
    const auto d = v.as<amqp::described>();
    return d ? amqp::decode<request>(*d, rules) : amqp::decode<request>(v);
}
amqp::delivery_state state_of(const amqp::outcome& o) { return o; }
bool same(const amqp::redirect& a, const amqp::redirect& b) { return a == b; }

template <class Choice, class... Ts>
std::size_t look_into(const Choice& choice) {
    std::size_t size = (... + (choice.template get_if<Ts>() != nullptr ? 1u : 0u));
    if (choice && choice.has_value() && !choice.template is<amqp::described>())
        choice.visit([&]<class T>(const T& alternative) { size += amqp::encoded_size(alternative).value_or(0); });
    return choice == Choice{} ? size : size + 1;
}
std::size_t look(const amqp::outcome& o) {
    return look_into<amqp::outcome, amqp::accepted, amqp::rejected, amqp::released, amqp::modified, amqp::declared,
                     amqp::described>(o);
}
std::size_t look(const amqp::delivery_state& s) {
    return look_into<amqp::delivery_state, amqp::received, amqp::accepted, amqp::rejected, amqp::released,
                     amqp::modified, amqp::declared, amqp::transactional_state, amqp::described>(s);
}
std::size_t look(const amqp::attach& a) {
    return look_into<decltype(a.source), amqp::source, amqp::described>(a.source) +
           look_into<decltype(a.target), amqp::target, amqp::coordinator, amqp::described>(a.target);
}

// frames

template <amqp::frame_body T>
hubwire::result<hubwire::bytes> encode_frame(hubwire::buffer output, const T& body, const amqp::options& rules) {
    const auto strict = amqp::encode_frame(output, 1, body);
    return strict ? strict : amqp::encode_frame(output, 1, body, rules);
}
template <amqp::frame_body T>
hubwire::result<amqp::frame_of<T>> decode_frame(hubwire::bytes input, const amqp::options& rules) {
    const auto strict = amqp::decode_frame<T>(input);
    return strict && *strict == amqp::frame_of<T>{} ? strict : amqp::decode_frame<T>(input, rules);
}
template <amqp::frame_body T>
struct each_frame : each_composite<T> {
    hubwire::result<hubwire::bytes> (*encode_frame_one)(hubwire::buffer, const T&,
                                                        const amqp::options&) = encode_frame<T>;
    hubwire::result<amqp::frame_of<T>> (*decode_frame_one)(hubwire::bytes, const amqp::options&) = decode_frame<T>;
    hubwire::result<std::size_t> (*size_of_one)(const T&, const amqp::options&) = [](const T& body,
                                                                                     const amqp::options& rules) {
        const auto strict = amqp::encoded_frame_size(body);
        return strict ? strict : amqp::encoded_frame_size(body, rules);
    };
    const T* (*get_one)(const amqp::frame&) = [](const amqp::frame& f) { return f.get_if<T>(); };
};
template <amqp::sasl_body T>
struct each_sasl_frame : each_frame<T> {
    hubwire::result<hubwire::bytes> (*encode_without_channel)(hubwire::buffer, const T&) =
        [](hubwire::buffer output, const T& body) { return amqp::encode_frame(output, body); };
};
all<each_frame<amqp::open>, each_frame<amqp::begin>, each_frame<amqp::attach>, each_frame<amqp::flow>,
    each_frame<amqp::transfer>, each_frame<amqp::disposition>, each_frame<amqp::detach>, each_frame<amqp::end>,
    each_frame<amqp::close>, each_sasl_frame<amqp::sasl_mechanisms>, each_sasl_frame<amqp::sasl_init>,
    each_sasl_frame<amqp::sasl_challenge>, each_sasl_frame<amqp::sasl_response>, each_sasl_frame<amqp::sasl_outcome>>
frames() {
    return {};
}

hubwire::result<amqp::frame> decode_any(hubwire::bytes input, const amqp::options& rules) {
    const auto strict = amqp::decode_frame(input);
    return strict && (strict->is_heartbeat() || *strict == amqp::frame{}) ? strict : amqp::decode_frame(input, rules);
}
hubwire::result<hubwire::bytes> encode_transfer(hubwire::buffer output, const amqp::transfer& t, hubwire::bytes payload,
                                                const amqp::options& rules) {
    const auto head = amqp::encode_frame_head(output, 1, t, payload.size(), rules);
    return head ? head : amqp::encode_frame(output, 1, t, payload, rules);
}
hubwire::result<std::size_t> size_of_transfer(const amqp::transfer& t, hubwire::bytes payload,
                                              const amqp::options& rules) {
    const auto head = amqp::encoded_frame_head_size(t, payload.size(), rules);
    return head ? head : amqp::encoded_frame_size(t, payload, rules);
}
hubwire::result<hubwire::bytes> heartbeat(hubwire::buffer output) { return amqp::encode_heartbeat(output); }
hubwire::result<hubwire::bytes> cut(hubwire::bytes received, const amqp::options& rules) {
    const auto frame = amqp::cut(received);
    return frame ? frame : amqp::cut(received, rules);
}
std::size_t body_offset(hubwire::bytes received, const amqp::options& rules) {
    const auto header = amqp::decode_frame_header(received, rules);
    return header && *header != amqp::frame_header{} ? header->body_offset() : 0;
}
hubwire::result<hubwire::bytes> answer(hubwire::buffer output, hubwire::bytes received) {
    const auto wanted = amqp::decode_protocol_header(received);
    return amqp::encode_protocol_header(output, wanted ? *wanted : amqp::protocol::sasl);
}
hubwire::result<hubwire::bytes> credentials(hubwire::buffer output, hubwire::bytes response) {
    const auto who = amqp::decode_plain(response);
    return who && *who == amqp::plain_credentials{} ? who.error() : amqp::encode_plain(output, *who);
}

// messages

hubwire::result<hubwire::bytes> encode_head(hubwire::buffer output, const amqp::message& m,
                                            const amqp::options& rules) {
    const auto head = amqp::encode_head(output, m);
    return head ? head : amqp::encode_head(output, m, rules);
}
hubwire::result<std::size_t> size_of_head(const amqp::message& m, const amqp::options& rules) {
    const auto size = amqp::encoded_head_size(m);
    return size ? size : amqp::encoded_head_size(m, rules);
}
amqp::message_body body_of(std::span<const amqp::data> several) { return several; }
amqp::message_body body_of(std::span<const amqp::amqp_sequence> several) { return several; }
amqp::message_body body_of(const amqp::value& v) { return amqp::amqp_value{v}; }
std::size_t size_of(const amqp::message_body& body) {
    return body.single_data().value_or(hubwire::bytes{}).size() + body.data_sections().size() +
           body.sequences().size() + (body.single_value() ? 1u : 0u) + static_cast<std::size_t>(body.kind());
}
bool same_body(const amqp::message_body& a, const amqp::message_body& b) { return a == b; }
hubwire::result<amqp::section> cut_section(hubwire::bytes message) { return amqp::cut_section(message); }
hubwire::result<amqp::split_message> split(hubwire::bytes message, amqp::section_kind kind) {
    return amqp::split_at(message, kind);
}
hubwire::result<hubwire::bytes> bare(hubwire::bytes message) { return amqp::bare_message(message); }
hubwire::result<hubwire::bytes> section_of(hubwire::buffer output, amqp::section_kind kind, const amqp::map& content,
                                           const amqp::options& rules) {
    const auto section = amqp::encode_section(output, kind, content);
    return section ? section : amqp::encode_section(output, kind, content, rules);
}
bool same_sections(const amqp::section& a, const amqp::section& b, const amqp::split_message& x,
                   const amqp::split_message& y) {
    return a == b && x == y;
}

// deliveries

hubwire::result<amqp::delivery_frame> next(amqp::outgoing_delivery& delivery, hubwire::buffer output,
                                           const amqp::options& rules) {
    if (delivery.is_done()) return amqp::delivery_frame{};
    const auto frame = delivery.next(output);
    return frame && frame->size() != 0 ? frame : delivery.next(output, rules);
}
amqp::outgoing_delivery send(const amqp::transfer& first, hubwire::bytes head, hubwire::bytes payload) {
    return payload.empty() ? amqp::outgoing_delivery{0, first, head} : amqp::outgoing_delivery{0, first, head, payload};
}
hubwire::result<amqp::delivery_progress> add(amqp::incoming_delivery& delivery, const amqp::transfer& t,
                                             hubwire::bytes payload) {
    return delivery.add(t, payload);
}
amqp::incoming_delivery receive(hubwire::buffer memory) {
    return memory.size() == 0 ? amqp::incoming_delivery{} : amqp::incoming_delivery{memory};
}
std::size_t size_of(const amqp::incoming_delivery& delivery) {
    return delivery.size() + delivery.message().size() + delivery.first_transfer().handle;
}

}  // namespace everything
