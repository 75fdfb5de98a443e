// Words that well-known headers define as macros, as they are defined there. A program has included such a header
// before it includes ours. The standard headers that ours use were included before (static.hostile_macros sees to it):
// what these make of the macros is no concern of ours, and <cmath> and others even #undef min and max.

// windows.h and what it includes
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define near
#define far
#define small char
#define hyper __int64
#define pascal __stdcall
#define cdecl
#define interface struct
#define IN
#define OUT
#define OPTIONAL
#define ABSOLUTE 1
#define ALTERNATE 1
#define CALLBACK __stdcall
#define CONST const
#define CREATE_NEW 1
#define DELETE (0x00010000L)
#define DIFFERENCE 11
#define DOMAIN 1
#define ERROR 0
#define FALSE 0
#define GetMessage GetMessageA
#define GetObject GetObjectA
#define IGNORE 0
#define INFINITE 0xFFFFFFFF
#define NO_ERROR 0L
#define OPAQUE 2
#define OVERFLOW 3
#define PostMessage PostMessageA
#define RELATIVE 2
#define ReportEvent ReportEventA
#define SendMessage SendMessageA
#define STRICT 1
#define TEXT(quote) quote
#define TRANSPARENT 1
#define TRUE 1
#define UNDERFLOW 4
#define VOID void
#define Yield()

// sys/param.h, sys/sysmacros.h, endian.h, stdio.h, termios.h, complex.h (with -std=gnu++20), and the compilers
// themselves
#define B0 0000000
#define ECHO 0000010
#define I _Complex_I
#define _Complex_I (__extension__ 1.0iF)
#define MAX(a, b) (((a) > (b)) ? (a) : (b))
#define MIN(a, b) (((a) < (b)) ? (a) : (b))
#define howmany(x, y) (((x) + ((y) - 1)) / (y))
#define isset(a, i) ((a)[(i) / 8] & (1 << ((i) % 8)))
#define linux 1
#define major(dev) gnu_dev_major(dev)
#define minor(dev) gnu_dev_minor(dev)
#define roundup(x, y) ((((x) + ((y) - 1)) / (y)) * (y))
#define unix 1
#ifndef BIG_ENDIAN  // with glibc, the standard headers have brought these
#define BIG_ENDIAN 4321
#define BYTE_ORDER LITTLE_ENDIAN
#define LITTLE_ENDIAN 1234
#endif
#ifndef stdin
#define EOF (-1)
#define stderr stderr
#define stdin stdin
#define stdout stdout
#endif

// X11/Xlib.h and X11/X.h
#define Always 2
#define Bool int
#define Complex 0
#define False 0
#define None 0L
#define Status int
#define Success 0
#define True 1
#define Unsorted 0

// AssertMacros.h of Apple's, MFC, Qt, curses.h, the kernel's compiler.h
#define ASSERT(condition)
#define ERR (-1)
#define OK (0)
#define TRACE(text)
#define VERIFY(condition) condition
#define check(assertion)
#define clear() wclear(stdscr)
#define emit
#define erase() werase(stdscr)
#define foreach
#define forever for (;;)
#define likely(x) __builtin_expect(!!(x), 1)
#define move(y, x) wmove(stdscr, (y), (x))
#define refresh() wrefresh(stdscr)
#define signals public
#define slots
#define timeout(delay) wtimeout(stdscr, (delay))
#define unlikely(x) __builtin_expect(!!(x), 0)
#define verify(assertion)

// lwip/sockets.h, which microcontrollers have in the place of the system's sockets
#define accept(s, addr, addrlen) lwip_accept(s, addr, addrlen)
#define bind(s, name, namelen) lwip_bind(s, name, namelen)
#define close(s) lwip_close(s)
#define connect(s, name, namelen) lwip_connect(s, name, namelen)
#define listen(s, backlog) lwip_listen(s, backlog)
#define poll(fds, nfds, timeout) lwip_poll(fds, nfds, timeout)
#define read(s, mem, len) lwip_read(s, mem, len)
#define recv(s, mem, len, flags) lwip_recv(s, mem, len, flags)
#define send(s, dataptr, size, flags) lwip_send(s, dataptr, size, flags)
#define shutdown(s, how) lwip_shutdown(s, how)
#define write(s, dataptr, len) lwip_write(s, dataptr, len)

// Arduino.h
#define DEFAULT 1
#define F(text) (text)
#define HIGH 0x1
#define INPUT 0x0
#define LOW 0x0
#define OUTPUT 0x1
#define PI 3.1415926535897932384626433832795
#define abs(x) ((x) > 0 ? (x) : -(x))
#define bit(b) (1UL << (b))
#define constrain(amt, low, high) ((amt) < (low) ? (low) : ((amt) > (high) ? (high) : (amt)))
#define interrupts() sei()
#define round(x) ((x) >= 0 ? (long)((x) + 0.5) : (long)((x) - 0.5))
#define sq(x) ((x) * (x))
#define word(...) makeWord(__VA_ARGS__)

#include <hubwire/hubwire.hpp>

bool use(std::string_view text) {
    char memory[16];
    hubwire::writer out{memory};
    out.sized<std::uint16_t>(text);
    const auto written = out.finish();
    if (!written) return written.error().message().empty();

    hubwire::reader in{*written};
    const auto copy = in.result_of(in.sized<std::uint16_t>());
    return copy && *copy == hubwire::bytes{text} && hubwire::check_utf8(copy->text(), hubwire::nul::refused);
}

// Not mqtt::connect by its name: here that is a macro with arguments, which leaves the word alone without brackets.
bool use_mqtt(hubwire::bytes received) {
    namespace mqtt = hubwire::mqtt;
    const auto packet = mqtt::cut(received);
    if (!packet) return packet.error().rule().empty();
    const auto any = mqtt::decode(*packet);
    if (!any) return mqtt::answer_to(any.error()).has_value();

    char memory[64];
    const auto again = any->visit([&](const auto& p) { return mqtt::encode(memory, p); });
    const auto* hello = any->get_if<mqtt::connect>();
    if (hello != nullptr) return again && mqtt::check_topic_name(hello->client_id);
    if (const auto* list = any->get_if<mqtt::subscribe>()) {
        for (const mqtt::subscription item : list->subscriptions) {
            if (mqtt::topic_matches(item.filter, "a") || mqtt::parse_shared_filter(item.filter)) return true;
        }
    }
    const auto head = mqtt::decode_publish_head(received);
    return head && mqtt::encode_head(memory, head->head) &&
           mqtt::check_direction(mqtt::role::client, mqtt::packet_type::publish);
}

bool use_text(std::string_view written) {
    namespace text = hubwire::text;
    char memory[64];
    const auto moment = text::decode_timestamp(written, {.allow_offset = true});
    if (!moment) return moment.error().rule().empty();
    const auto number = text::decode_decimal<std::int64_t>(written);
    const auto encoded = text::encode_percent(memory, written, {.bare = text::uri_component, .lower_case = true});
    const auto value = text::decode_base64(memory, written);
    return text::encode_timestamp(memory, *moment) && moment->in_milliseconds() && number && encoded && value &&
           text::encode_base64(memory, *value) && text::encode_decimal(memory, *number) &&
           text::decode_percent(memory, written) && text::percent_decodes_to(written, "a");
}

bool use_json(std::string_view written) {
    namespace json = hubwire::json;
    char memory[64];
    json::reader in{written};
    in.enter_object();
    while (in.next_member()) {
        if (in.name() == "a" && in.peek() == json::kind::number) return in.get<double>() > 0;
    }
    const auto whole = json::decode(written);
    if (!in.finish() || !whole) return false;
    const auto made = json::encode(memory, [&](auto& out) {
        out.begin_object();
        out.member("a", *whole);
        out.end_object();
    });
    namespace iothub = hubwire::iothub;
    iothub::feedback_reader feedback{written};
    return made && whole->find_path("/a/0") && iothub::encode_feedback(memory, feedback) &&
           iothub::decode_auth_method(written);
}

bool use_crypto(hubwire::bytes message) {
    namespace crypto = hubwire::crypto;
    char secret[8] = {};
    const crypto::hmac_key key{hubwire::bytes{secret, sizeof secret}};
    crypto::wipe(secret);
    crypto::hmac pieces{key};
    pieces.update(message);
    return crypto::equal_in_constant_time(pieces.digest(), key.sign(crypto::sha256_of(message)));
}

// Not amqp::close by its name: that is a macro with arguments, too.
bool use_amqp(hubwire::bytes received) {
    namespace amqp = hubwire::amqp;
    const auto cut = amqp::cut(received);
    if (!cut) return cut.error().rule().empty();
    const auto any = amqp::decode_frame(*cut);
    if (!any) return false;

    char memory[256];
    const auto* sent = any->get_if<amqp::transfer>();
    if (sent == nullptr) return any->is_heartbeat() && amqp::encode_heartbeat(memory);
    amqp::incoming_delivery delivery{memory};
    if (!delivery.add(*sent, any->payload)) return false;
    const auto m = amqp::decode<amqp::message>(delivery.message());
    if (!m || !m->application_properties) return amqp::cut_section(delivery.message()).has_value();

    char scratch[64];
    amqp::builder b{scratch};
    b.map([&] {
        for (const amqp::entry e : *m->application_properties) b.entry(e.key, e.value);
    });
    const auto built = b.finish();
    return built && built->as<amqp::map>() && amqp::encode(scratch, amqp::amqp_value{}.content).has_value() &&
           amqp::encode_plain(scratch, {.user = "user", .password = "secret"});
}

bool use_websocket(hubwire::bytes received) {
    namespace websocket = hubwire::websocket;
    const websocket::handshake_key key = websocket::handshake_key::on_the_wire("dGhlIHNhbXBsZSBub25jZQ==");
    const websocket::request hello{.host = "h", .key = key, .subprotocols = "mqtt"};
    char memory[256];
    websocket::head_cutter cutter{websocket::head_kind::request};
    const auto head = cutter.cut(received);
    if (!head) return websocket::encode(memory, websocket::refusal(head.error())).has_value();
    const auto asked = websocket::decode_request(*head);
    if (!asked || asked->path() != websocket::hub_path) return websocket::encode(memory, hello).has_value();
    const auto answer = websocket::encode(memory, websocket::answer_to(*asked, "mqtt"));
    const auto heard = websocket::decode_response(*answer, hello);
    return heard && heard->accept == websocket::accept_key{key} && heard->fields.find("Location");
}

bool use_websocket_frames(hubwire::buffer memory, hubwire::bytes payload) {
    namespace websocket = hubwire::websocket;
    websocket::stream_reader in{memory, websocket::role::server};
    while (const auto control = in.next_control()) {
        if (control->opcode == websocket::opcode::close)
            return websocket::decode_close_status(control->data).has_value();
    }
    websocket::message_reader messages{websocket::role::client, {.binary_only = true}};
    const auto found = messages.next(in.free_space());
    if (!found) return websocket::answer_to(found.error()).has_value();
    char output[64];
    const websocket::masking_key key{1};
    const auto written = websocket::encode(output, {.key = key, .payload = payload});
    websocket::mask(output, key);
    return written && websocket::encode_frame_around(output, {.payload_size = 1}) &&
           websocket::encode_close_frame(output, {.code = websocket::close_code::normal});
}
