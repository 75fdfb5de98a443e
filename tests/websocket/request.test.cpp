#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_handshake.hpp"
#include "support/sweep.hpp"

using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using namespace hubwire::websocket;
using namespace std::literals;

namespace {

constexpr handshake_key key = handshake_key::on_the_wire("dGhlIHNhbXBsZSBub25jZQ==");

// RFC 6455-1.2, in the order in which it is written here
constexpr std::string_view of_the_rfc =
    "GET /chat HTTP/1.1\r\n"
    "Host: server.example.com\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: chat, superchat\r\n"
    "Origin: http://example.com\r\n"
    "\r\n";
constexpr request parts_of_the_rfc{.target = "/chat",
                                   .host = "server.example.com",
                                   .key = key,
                                   .subprotocols = "chat, superchat",
                                   .origin = "http://example.com"};

// A request that is written when the program is compiled.
constexpr auto baked = [] {
    std::array<char, *encoded_size(parts_of_the_rfc)> memory{};
    (void)*encode(memory, parts_of_the_rfc);
    return memory;
}();
static_assert(bytes{baked}.text() == of_the_rfc);
static_assert(*decode_request(baked) == parts_of_the_rfc);

bool alike(std::string_view head, const head_options& rules = {}) {
    const support::exact_block input{bytes{head}};
    const auto read = decode_request({input.data(), input.size()}, rules);
    const auto naive = support::read_naive_request(head, rules);
    return read ? naive && support::as_naive(*read) == *naive : !naive;
}

void round_trip(std::string_view head, const request& r) {
    INFO(head);
    CHECK(support::every_capacity(head, [&](hubwire::buffer to) { return encode(to, r); }) == "");
    CHECK(*encoded_size(r) == head.size());
    const support::exact_block input{bytes{head}};
    const auto read = decode_request({input.data(), input.size()});
    REQUIRE(read);
    CHECK(*read == r);
    CHECK(alike(head));
    std::string again(head.size(), ' ');
    CHECK(encode(again, *read)->text() == head);
}

/// The lines of a request that are needed, but for those of this name, and these lines.
std::string with(std::string_view name, std::string_view lines) {
    std::string head = "GET / HTTP/1.1\r\n";
    for (const std::string_view line :
         {"Host: h"sv, "Upgrade: websocket"sv, "Connection: Upgrade"sv, "Sec-WebSocket-Version: 13"sv,
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="sv}) {
        if (!name.empty() && line.starts_with(name)) continue;
        head += line;
        head += "\r\n";
    }
    head += lines;
    return head + "\r\n";
}

/// What is wrong is at these characters, or at the empty line.
void refused(const std::string& head, errc code, std::string_view at = "\r\n\r\n") {
    INFO(head);
    const support::exact_block input{bytes{head}};
    const auto read = decode_request({input.data(), input.size()});
    REQUIRE_FALSE(read);
    CHECK(read.error().code == code);
    CHECK(read.error().offset == head.rfind(at) + (at == "\r\n\r\n" ? 2 : 0));
    CHECK(alike(head));
}

request read(const std::string& head) {
    const auto r = decode_request(head);
    REQUIRE(r);
    CHECK(alike(head));
    return *r;
}

error refusal(const request& r) { return encoded_size(r).error(); }

}  // namespace

TEST_CASE("RFC 6455-1.2: the request of the example") {
    round_trip(of_the_rfc, parts_of_the_rfc);

    // As it stands there
    const std::string original =
        "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://example.com\r\n"
        "Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n";
    CHECK(read(original) == parts_of_the_rfc);
}

TEST_CASE("requests to the hub") {
    round_trip(
        "GET /$iothub/websocket?iothub-no-client-cert=true HTTP/1.1\r\nHost: myhub.azure-devices.net\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n",
        {.target = hub_target_without_certificate,
         .host = "myhub.azure-devices.net",
         .key = key,
         .subprotocols = mqtt_subprotocol});
    const std::array<std::string_view, 2> both{amqp_sdk_subprotocol, amqp_subprotocol};
    const std::array<header_field, 2> fields{{{"User-Agent", "my device/1.0"}, {"X-Empty", ""}}};
    round_trip(
        "GET /$iothub/websocket HTTP/1.1\r\nHost: 127.0.0.1:8443\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: AMQPWSB10, amqp\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x\r\n"
        "User-Agent: my device/1.0\r\nX-Empty: \r\n\r\n",
        {.target = hub_path,
         .host = "127.0.0.1:8443",
         .key = key,
         .subprotocols = both,
         .extensions = "permessage-deflate; client_max_window_bits,x",
         .fields = fields});
    round_trip(
        "GET / HTTP/1.1\r\nHost: [::1]:443\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        {.host = "[::1]:443", .key = key});
}

TEST_CASE("other ranges of subprotocols and fields") {
    std::array<char, 512> memory;
    const std::vector<std::string> subprotocols{"chat", "superchat"};
    const std::map<std::string, std::string> fields{{"A", "b"}, {"C", ""}};
    const auto head = encode_request(memory, parts_of_the_rfc, subprotocols, fields);
    REQUIRE(head);
    const auto r = decode_request(*head);
    REQUIRE(r);
    CHECK(r->subprotocols == token_list{"chat, superchat"});
    CHECK(support::as_naive(r->fields) == support::naive_fields{{"A", "b"}, {"C", ""}});

    // Those of a request that was received: a gateway sends them on.
    std::array<char, 512> other;
    const auto again = encode_request(other, parts_of_the_rfc, r->subprotocols, r->fields);
    REQUIRE(again);
    CHECK(*again == *head);
    CHECK(encode_request(other, parts_of_the_rfc, std::array{"chat", "superchat"})->text() == of_the_rfc);
    const std::vector<std::pair<std::string_view, std::string_view>> pairs{{"A", "b\r\nC: d"}};
    CHECK(encode_request(other, parts_of_the_rfc, subprotocols, pairs).error() ==
          error{.code = errc::websocket_field_value, .offset = of_the_rfc.size() - 2 + 4});
}

TEST_CASE("names and words are compared in any case, lists may be in several lines") {
    const std::string head =
        "GET / HTTP/1.1\r\nhost:h\r\nUPGRADE: h2c, WebSocket\r\nconnection: keep-alive\r\nConnection:\tfoo,,UPGRADE "
        "\r\n"
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nSEC-WEBSOCKET-VERSION: 13\r\nSec-WebSocket-Protocol: a\r\n"
        "Cookie: c=d\r\nSec-WebSocket-Extensions: e;f=\"1\", g\r\nsec-websocket-protocol: b , c\r\n"
        "Sec-WebSocket-Extensions: h\r\nContent-Length: 0\r\n\r\n";
    const request r = read(head);
    CHECK(r.subprotocols == token_list{"a,b,c"});
    CHECK(r.extensions == extension_list{"e;f=\"1\",g,h"});
    CHECK(support::as_naive(r.fields) == support::naive_fields{{"Cookie", "c=d"}, {"Content-Length", "0"}});
    CHECK(r.fields.find("cookie") == "c=d"sv);
    CHECK(r.origin.empty());
}

TEST_CASE("a target is a path and a query, also within a URI") {
    std::string head;
    const auto target = [&head](std::string_view text) {
        head = with("", "").replace(4, 1, text);
        return read(head);
    };
    CHECK(target("/$iothub/websocket?a?b").path() == "/$iothub/websocket");
    CHECK(target("/$iothub/websocket?a?b").query() == "a?b");
    CHECK(target("/a").query().empty());
    CHECK(target("//$iothub/websocket").path() == "//$iothub/websocket");
    CHECK(target("https://h:1/a/b?c").path() == "/a/b");
    CHECK(target("https://h:1/a/b?c").query() == "c");
    CHECK(target("HTTP://h?c/d").path() == "/");
    CHECK(target("HTTP://h?c/d").query() == "c/d");
    CHECK(target("http://h").path() == "/");
    CHECK(request{.host = "h", .key = key}.path() == "/");

    for (const std::string& text : {"*"s, "a"s, "h:80"s, "?a"s, "ftp://h/"s, "http:/h/"s, "http:"s, "http:ab"s,
                                    "http:/b"s, "http:/"s, "http://"s, "http:///a"s, "https://?a"s, "http"s}) {
        INFO(text);
        head = with("", "").replace(4, 1, text);
        CHECK(decode_request(head).error() == error{.code = errc::websocket_target, .offset = 4});
        CHECK(alike(head));
        CHECK(refusal({.target = text, .host = "h", .key = key}) == error{.code = errc::websocket_target, .offset = 4});
    }
}

TEST_CASE("RFC 7230-5.4: there is one Host, with a name or an address in it") {
    refused(with("Host", ""), errc::websocket_host);
    const std::string empty = with("Host", "Host:\r\n");
    CHECK(decode_request(empty).error() == error{.code = errc::websocket_host, .offset = empty.size() - 4});
    for (const std::string_view good :
         {"h:"sv, "a-b_c.d~!$&'()*+,;=%20:80"sv, "[::1]"sv, "[fe80::A.1]:65535"sv, "h:00000080"sv})
        CHECK(read(with("Host", std::string{"Host: "}.append(good).append("\r\n"))).host == good);
    const auto host = [](const std::string& text, std::size_t at) {
        const std::string head = with("Host", "Host: " + text + "\r\n");
        INFO(text);
        CHECK(decode_request(head).error() ==
              error{.code = errc::websocket_host, .offset = head.rfind("Host: ") + 6 + at});
        CHECK(alike(head));
        CHECK(refusal({.host = text, .key = key}) == error{.code = errc::websocket_host, .offset = 22 + at});
    };
    host(":80", 0);
    host("a b", 1);
    host("a/b", 1);
    host("user@h", 4);
    host("h:80:", 4);
    host("h:65536", 6);
    host("h:-1", 2);
    host("[", 1);
    host("[]", 1);
    host("[::1", 4);
    host("[::1]a", 5);
    host("[::1]:a", 6);
    host("[g]", 1);
    host("[1g]", 2);
    CHECK(refusal({.key = key}) == error{.code = errc::websocket_host, .offset = 22});
    CHECK(error{.code = errc::websocket_host}.rule() == "RFC 7230-5.4");
}

TEST_CASE("RFC 6455-4.2.1: Upgrade names websocket, and Connection names Upgrade") {
    CHECK(decode_request(with("", "Upgrade: websocket, h2c\r\nConnection: close\r\n")));
    CHECK(decode_request(with("Upgrade", "Upgrade: websocket, h2c\r\nUpgrade: h2c\r\n")));
    refused(with("Upgrade", ""), errc::websocket_upgrade);
    refused(with("Upgrade", "Upgrade: h2c\r\n"), errc::websocket_upgrade);
    refused(with("Upgrade", "Upgrade: websocket/13\r\n"), errc::websocket_upgrade);
    refused(with("Upgrade", "Upgrade: web socket\r\n"), errc::websocket_upgrade);
    refused(with("Connection", ""), errc::websocket_connection);
    refused(with("Connection", "Connection: keep-alive\r\n"), errc::websocket_connection);
    refused(with("Connection", "Connection: Upgraded, Up grade\r\n"), errc::websocket_connection);
    CHECK(error{.code = errc::websocket_upgrade}.rule() == "RFC 6455-4.2.1");
    CHECK(error{.code = errc::websocket_connection}.rule() == "RFC 6455-4.2.1");
}

TEST_CASE("RFC 6455-4.2.1: the key is 16 bytes") {
    refused(with("Sec-WebSocket-Key", ""), errc::websocket_key);
    refused(with("Sec-WebSocket-Key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j@Q==\r\n"), errc::websocket_key, "@");
    refused(with("Sec-WebSocket-Key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAA\r\n"), errc::websocket_key, "AA");
}

TEST_CASE("RFC 6455-4.2.2: the version is 13") {
    refused(with("Sec-WebSocket-Version", ""), errc::websocket_version);
    for (const std::string version : {"8", "14", "013", "13, 8", "1 3"})
        refused(with("Sec-WebSocket-Version", "Sec-WebSocket-Version: " + version + "\r\n"), errc::websocket_version,
                version);
    CHECK(error{.code = errc::websocket_version}.rule() == "RFC 6455-4.2.2");
}

TEST_CASE("RFC 7230-3.2.2: what can be there once is not there twice") {
    for (const std::string line :
         {"Host: i", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version: 13"})
        refused(with("", line + "\r\n"), errc::websocket_repeated_field, line);
    refused(with("", "Origin: a\r\nOrigin: b\r\n"), errc::websocket_repeated_field, "Origin: b");
    CHECK(error{.code = errc::websocket_repeated_field}.rule() == "RFC 7230-3.2.2");
}

TEST_CASE("RFC 7230-3.3: a handshake has no body, which would be taken for frames") {
    for (const std::string line : {"Content-Length: 1", "Content-Length: 00a", "content-length: 0, 0",
                                   "Transfer-Encoding: chunked", "transfer-encoding: identity"}) {
        refused(with("", line + "\r\n"), errc::websocket_body, line.substr(line.find(' ') + 1));
        const std::vector<std::pair<std::string, std::string>> fields{
            {line.substr(0, line.find(':')), line.substr(line.find(' ') + 1)}};
        std::array<char, 512> memory;
        CHECK(encode_request(memory, parts_of_the_rfc, token_list{}, fields).error().code == errc::websocket_body);
    }
    const std::string empty = with("", "Content-Length:\r\n");
    CHECK(decode_request(empty).error() == error{.code = errc::websocket_body, .offset = empty.size() - 4});
    CHECK(read(with("", "Content-Length: 00\r\n")).fields.find("content-length") == "00"sv);
    CHECK(error{.code = errc::websocket_body}.rule() == "RFC 7230-3.3");
}

TEST_CASE("RFC 6454-7.1: an Origin says something") {
    const std::string head = with("", "Origin:\r\n");
    CHECK(decode_request(head).error() == error{.code = errc::websocket_origin, .offset = head.size() - 4});
    CHECK(alike(head));
    CHECK(read(with("", "Origin: null\r\n")).origin == "null");
    CHECK(error{.code = errc::websocket_origin}.rule() == "RFC 6454-7.1");
}

TEST_CASE("RFC 6455-4.1: subprotocols are tokens, each once") {
    const auto list = [](const std::string& value, std::string_view at) {
        refused(with("", "Sec-WebSocket-Protocol: " + value + "\r\n"), errc::websocket_subprotocol, at);
    };
    list("a b", " b");
    list("a, b/c", "/c");
    list("a, a", "a\r\n");
    list("a\r\nSec-WebSocket-Protocol: b, a", "a\r\n");
    const std::string empty = with("", "Sec-WebSocket-Protocol: ,,\r\n");
    CHECK(decode_request(empty).error() == error{.code = errc::websocket_subprotocol, .offset = empty.size() - 6});
    CHECK(read(with("", "Sec-WebSocket-Protocol: a, A\r\n")).subprotocols == token_list{"a,A"});
    CHECK(error{.code = errc::websocket_subprotocol}.rule() == "RFC 6455-4.1");

    std::string many;
    for (int i = 0; i != 32; ++i) many.append(",").append(std::to_string(i));
    CHECK(support::as_naive(read(with("", "Sec-WebSocket-Protocol: " + many + "\r\n")).subprotocols).size() == 32);
    refused(with("", "Sec-WebSocket-Protocol: " + many + ", x\r\n"), errc::over_limit, "x\r\n");

    const std::size_t begin = with("", "").size() - 2 + 24;
    const auto offered = [&](token_list subprotocols) {
        return refusal({.host = "h", .key = key, .subprotocols = subprotocols});
    };
    CHECK(offered("a b") == error{.code = errc::websocket_subprotocol, .offset = begin + 1});
    CHECK(offered("a, b\r\nX: y") == error{.code = errc::websocket_subprotocol, .offset = begin + 4});
    CHECK(offered("a, a") == error{.code = errc::websocket_subprotocol, .offset = begin + 3});
    CHECK(offered(std::array{""sv}) == error{.code = errc::websocket_subprotocol, .offset = begin});
    CHECK(offered(std::array{"a,b"sv}) == error{.code = errc::websocket_subprotocol, .offset = begin + 1});
    const std::string too_many = many + ",x";
    CHECK(offered(too_many).code == errc::over_limit);
    CHECK(encoded_size({.host = "h", .key = key, .subprotocols = many}));
}

TEST_CASE("RFC 6455-9.1: extensions have names and parameters") {
    const auto list = [](const std::string& value, std::string_view at) {
        refused(with("", "Sec-WebSocket-Extensions: " + value + "\r\n"), errc::websocket_extension, at);
    };
    list("a; b=, c", ", c");
    list("a, b(", "(");
    list("a; \"b\"", "\"b\"");
    const std::string empty = with("", "Sec-WebSocket-Extensions:\r\n");
    CHECK(decode_request(empty).error() == error{.code = errc::websocket_extension, .offset = empty.size() - 4});
    const std::size_t begin = with("", "").size() - 2 + 26;
    const auto asked = [&](extension_list extensions) {
        return refusal({.host = "h", .key = key, .extensions = extensions});
    };
    CHECK(asked(std::array{extension{"", "a"}}) == error{.code = errc::websocket_extension, .offset = begin});
    CHECK(asked(std::array{extension{"a\r", ""}}) == error{.code = errc::websocket_extension, .offset = begin + 1});
    CHECK(asked(std::array{extension{"a", "b\r\n"}}) == error{.code = errc::websocket_extension, .offset = begin + 4});
    CHECK(asked(std::array{extension{"a", " b"}}) == error{.code = errc::websocket_extension, .offset = begin + 3});
    CHECK(asked(std::array{extension{"a", "b "}}) == error{.code = errc::websocket_extension, .offset = begin + 4});
    CHECK(asked(std::array{extension{"a", "b, c"}}) == error{.code = errc::websocket_extension, .offset = begin + 4});
}

TEST_CASE("no text of the caller's begins a line of its own, or ends one") {
    const std::size_t origin_at = with("", "").size() - 2 + 8;
    const std::size_t field_at = with("", "").size() - 2;
    for (const std::string& bad : {"\r"s, "\n"s, "\r\n"s, "\0"s, "\x7F"s}) {
        const std::string text = "/a" + bad + "X: y";
        CHECK(refusal({.target = text, .host = "h", .key = key}) == error{.code = errc::websocket_target, .offset = 6});
        CHECK(refusal({.host = text.substr(1), .key = key}) == error{.code = errc::websocket_host, .offset = 23});
        CHECK(refusal({.host = "h", .key = key, .origin = text}) ==
              error{.code = errc::websocket_field_value, .offset = origin_at + 2});
        const std::array<header_field, 1> value{{{"A", text}}};
        CHECK(refusal({.host = "h", .key = key, .fields = value}) ==
              error{.code = errc::websocket_field_value, .offset = field_at + 5});
        const std::string name_text = text.substr(1);
        const std::array<header_field, 1> name{{{name_text, "b"}}};
        CHECK(refusal({.host = "h", .key = key, .fields = name}) ==
              error{.code = errc::websocket_field_name, .offset = field_at + 1});
    }
    const auto field = [&](header_field one) {
        const std::array<header_field, 1> fields{one};
        return refusal({.host = "h", .key = key, .fields = fields});
    };
    CHECK(field({"", "a"}) == error{.code = errc::websocket_field_name, .offset = field_at});
    CHECK(field({"A", " b"}) == error{.code = errc::websocket_field_value, .offset = field_at + 3});
    CHECK(field({"A", "b\t"}) == error{.code = errc::websocket_field_value, .offset = field_at + 4});
    CHECK(field({"A", " "}) == error{.code = errc::websocket_field_value, .offset = field_at + 3});
}

TEST_CASE("fields that the handshake writes itself are not written twice") {
    for (const std::string_view name :
         {"host"sv, "ORIGIN"sv, "Upgrade"sv, "Connection"sv, "Sec-WebSocket-Key"sv, "Sec-WebSocket-Version"sv,
          "Sec-WebSocket-Protocol"sv, "Sec-WebSocket-Extensions"sv}) {
        const std::array<header_field, 2> fields{{{"A", "b"}, {name, "c"}}};
        CHECK(refusal({.host = "h", .key = key, .fields = fields}) ==
              error{.code = errc::websocket_own_field, .offset = with("", "A: b\r\n").size() - 2});
    }
    CHECK(error{.code = errc::websocket_own_field}.rule().empty());
    const std::array<header_field, 1> other{{{"Sec-WebSocket-Accept", "a"}}};  // means nothing in a request
    CHECK(encoded_size({.host = "h", .key = key, .fields = other}));
}

TEST_CASE("a server chooses what the client likes best") {
    const token_list offered = "mqtt, amqp, AMQPWSB10";
    CHECK(choose_subprotocol(offered, token_list{"amqp, mqtt"}) == "mqtt");
    CHECK(choose_subprotocol(offered, std::vector<std::string>{"AMQPWSB10", "amqp"}) == "amqp");
    CHECK(choose_subprotocol(offered, token_list{"MQTT"}).empty());
    CHECK(choose_subprotocol({}, token_list{"mqtt"}).empty());
    CHECK(choose_subprotocol(offered, token_list{}).empty());
}

TEST_CASE("a reader of requests stands anything") {
    const auto decode = [](bytes input) { return decode_request(input); };
    CHECK(support::every_truncation(of_the_rfc, decode) == "");
    CHECK(support::every_short_input(decode) == "");
    const std::string whole =
        with("", "Origin: o\r\nSec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: a; b=\"c\"\r\nX: y\r\n");
    CHECK(support::every_mutation(whole, decode) == "");
    std::string changed = whole;
    for (std::size_t at = 0; at != whole.size(); ++at) {
        for (const char c : "\r\n :,;\t\0aU3=\"\x7F"sv) {
            changed[at] = c;
            if (!alike(changed)) FAIL(changed);
        }
        changed[at] = whole[at];
        std::string shorter = whole;
        if (!alike(shorter.erase(at, 1))) FAIL(shorter);
        std::string longer = whole;
        if (!alike(longer.insert(at, 1, whole[at]))) FAIL(longer);
        if (!alike(whole.substr(0, at) + "\r\n" + whole.substr(at))) FAIL(at);
    }
    CHECK(decode_request(whole + "x").error() == error{.code = errc::leftover, .offset = whole.size()});
    CHECK(decode_request(whole, {.max_head_size = 20}).error() == error{.code = errc::over_limit, .offset = 20});
    CHECK(decode_request(whole, {.max_fields = 8}).error().code == errc::over_limit);
    CHECK(decode_request(whole, {.max_fields = 9}));
}

TEST_CASE("a long request takes linear time") {
    std::string many = "Sec-WebSocket-Extensions: a";
    for (int i = 0; i != 100'000; ++i) many += ", a;b;c";
    many += "\r\n";
    for (int i = 0; i != 100'000; ++i) many += "X: y\r\nUpgrade: ,,,,\r\n";
    const std::string head = with("", many);
    const auto r = decode_request(head, {.max_head_size = head.size(), .max_fields = 300'000});
    REQUIRE(r);
    CHECK_FALSE(r->fields.find("Y"));
    CHECK_FALSE(r->extensions.contains({}));
}
