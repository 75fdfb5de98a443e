#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <map>
#include <string>
#include <string_view>
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
constexpr request asked{.target = "/chat",
                        .host = "server.example.com",
                        .key = key,
                        .subprotocols = "chat, superchat",
                        .extensions = "permessage-deflate; client_max_window_bits, x"};

// RFC 6455-1.2
constexpr std::string_view of_the_rfc =
    "HTTP/1.1 101 Switching Protocols\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    "Sec-WebSocket-Protocol: chat\r\n"
    "\r\n";
constexpr response parts_of_the_rfc{.accept = accept_key{key}, .subprotocol = "chat"};

// A response that is written when the program is compiled.
constexpr auto baked = [] {
    std::array<char, *encoded_size(parts_of_the_rfc)> memory{};
    (void)*encode(memory, parts_of_the_rfc);
    return memory;
}();
static_assert(bytes{baked}.text() == of_the_rfc);
static_assert(*decode_response(baked, asked) == parts_of_the_rfc);
static_assert(answer_to(asked, "superchat, chat") == parts_of_the_rfc);

bool alike(std::string_view head, const head_options& rules = {}) {
    const support::exact_block input{bytes{head}};
    const auto read = decode_response({input.data(), input.size()}, asked, rules);
    const auto naive =
        support::read_naive_response(head, key.text(), {"chat", "superchat"}, {"permessage-deflate", "x"}, rules);
    return read ? naive && support::as_naive(*read) == *naive : !naive;
}

void round_trip(std::string_view head, const response& r) {
    INFO(head);
    CHECK(support::every_capacity(head, [&](hubwire::buffer to) { return encode(to, r); }) == "");
    CHECK(*encoded_size(r) == head.size());
    const support::exact_block input{bytes{head}};
    const auto read = decode_response({input.data(), input.size()}, asked);
    REQUIRE(read);
    CHECK(*read == r);
    CHECK(alike(head));
    std::string again(head.size(), ' ');
    CHECK(encode(again, *read)->text() == head);
}

/// The lines of a switch that are needed, but for those of this name, and these lines.
std::string with(std::string_view name, std::string_view lines) {
    std::string head = "HTTP/1.1 101 \r\n";
    for (const std::string_view line :
         {"Upgrade: websocket"sv, "Connection: Upgrade"sv, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="sv}) {
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
    const auto read = decode_response({input.data(), input.size()}, asked);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == code);
    CHECK(read.error().offset == head.rfind(at) + (at == "\r\n\r\n" ? 2 : 0));
    CHECK(alike(head));
}

error refusal_of(const response& r) { return encoded_size(r).error(); }

std::string written(const response& r) {
    std::array<char, 1024> memory;
    return std::string{encode(memory, r)->text()};
}

}  // namespace

TEST_CASE("RFC 6455-1.2: the response of the example") {
    round_trip(of_the_rfc, parts_of_the_rfc);
    CHECK(parts_of_the_rfc.switches());
    CHECK_FALSE(parts_of_the_rfc.is_interim());

    const std::array<header_field, 2> fields{{{"Server", "Microsoft-HTTPAPI/2.0"}, {"X-Empty", ""}}};
    round_trip(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: x, permessage-deflate; a=1\r\n"
        "Server: Microsoft-HTTPAPI/2.0\r\nX-Empty: \r\n\r\n",
        {.accept = accept_key{key}, .extensions = "x,permessage-deflate; a=1", .fields = fields});
}

TEST_CASE("a switch is read however its words are written") {
    const std::string head =
        "HTTP/1.1 101 Whatever this is called\r\nSERVER: s\r\nupgrade: WebSocket,\r\nCONNECTION: keep-alive, "
        "upgrade\r\n"
        "sec-websocket-accept:s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nsec-websocket-protocol: superchat \r\n"
        "Content-Length: 0\r\nTransfer-Encoding: chunked\r\nSec-WebSocket-Version: 13\r\n\r\n";
    const auto r = decode_response(head, asked);
    REQUIRE(r);
    CHECK(alike(head));
    CHECK(r->status == 101);
    CHECK(r->accept == accept_key{key});
    CHECK(r->subprotocol == "superchat");
    CHECK(r->extensions.empty());
    CHECK(r->versions == token_list{"13"});
    CHECK(r->fields.find("server") == "s"sv);
    // RFC 7230-3.3.3: no such field gives a body to a response with 101.
    CHECK(r->fields.find("content-length") == "0"sv);
}

TEST_CASE("RFC 6455-4.1: a switch is to WebSocket, and to nothing else") {
    refused(with("Upgrade", ""), errc::websocket_upgrade);
    refused(with("Upgrade", "Upgrade: ,\r\n"), errc::websocket_upgrade);
    refused(with("Upgrade", "Upgrade: h2c\r\n"), errc::websocket_upgrade, "h2c");
    refused(with("Upgrade", "Upgrade: websocket, h2c\r\n"), errc::websocket_upgrade, "h2c");
    refused(with("", "Upgrade: h2c\r\n"), errc::websocket_upgrade, "h2c");
    CHECK(decode_response(with("", "Upgrade: WEBSOCKET\r\nUpgrade:\r\n"), asked));
    CHECK(decode_response(with("", "Connection: close\r\n"), asked));
    refused(with("Connection", ""), errc::websocket_connection);
    refused(with("Connection", "Connection: close\r\n"), errc::websocket_connection);
}

TEST_CASE("RFC 6455-4.1: the server shows that it has read the key") {
    refused(with("Sec-WebSocket-Accept", ""), errc::websocket_accept);
    for (const std::string value :
         {"s3pPLMBiTxaQ9kYGzzhZRbK+xOo", "s3pPLMBiTxaQ9kYGzzhZRbK+xOO=", "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
          "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=,", "dGhlIHNhbXBsZSBub25jZQ=="})
        refused(with("Sec-WebSocket-Accept", "Sec-WebSocket-Accept: " + value + "\r\n"), errc::websocket_accept, value);
    CHECK(error{.code = errc::websocket_accept}.rule() == "RFC 6455-4.1");
}

TEST_CASE("RFC 6455-4.1: the subprotocol is one that was offered") {
    CHECK(decode_response(with("", ""), asked)->subprotocol.empty());
    const auto chosen = [](const std::string& value, errc code, std::string_view at) {
        refused(with("", "Sec-WebSocket-Protocol: " + value + "\r\n"), code, at);
    };
    chosen("mqtt", errc::websocket_other_subprotocol, "mqtt");
    chosen("Chat", errc::websocket_other_subprotocol, "Chat");
    chosen("chat, superchat", errc::websocket_subprotocol, ", superchat");
    const std::string empty = with("", "Sec-WebSocket-Protocol:\r\n");
    CHECK(decode_response(empty, asked).error() ==
          error{.code = errc::websocket_subprotocol, .offset = empty.size() - 4});
    CHECK(error{.code = errc::websocket_other_subprotocol}.rule() == "RFC 6455-4.1");

    const request offers_nothing{.host = "h", .key = key};
    CHECK(decode_response(of_the_rfc, offers_nothing).error() ==
          error{.code = errc::websocket_other_subprotocol, .offset = of_the_rfc.find("chat")});
    CHECK(decode_response(of_the_rfc, offers_nothing, std::vector<std::string>{"a", "chat"})->subprotocol == "chat");
    CHECK(decode_response(of_the_rfc, asked, std::vector<std::string>{"a"}).error().code ==
          errc::websocket_other_subprotocol);
}

TEST_CASE("RFC 6455-4.1: an extension is one that was asked for") {
    const auto used = [](const std::string& value, errc code, std::string_view at) {
        refused(with("", "Sec-WebSocket-Extensions: " + value + "\r\n"), code, at);
    };
    used("y", errc::websocket_other_extension, "y\r\n");
    used("x, y; a", errc::websocket_other_extension, "y; a");
    used("x;; ", errc::websocket_extension, "; \r\n");
    used("x; a=\"b, c\"", errc::websocket_extension, ", c");
    CHECK(error{.code = errc::websocket_other_extension}.rule() == "RFC 6455-4.1");
    CHECK(decode_response(with("", "Sec-WebSocket-Extensions: x\r\n"), {.host = "h", .key = key}).error().code ==
          errc::websocket_other_extension);
}

TEST_CASE("RFC 6455-11.3: what can be there once is not there twice") {
    for (const std::string line : {"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "sec-websocket-accept: x"})
        refused(with("", line + "\r\n"), errc::websocket_repeated_field, line);
    for (const std::string name : {"Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Extensions: x"})
        refused(with("", name + "\r\n" + name + "\r\n"), errc::websocket_repeated_field, name);
}

TEST_CASE("any other status is told as it is") {
    const std::string head =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 120\r\nLocation: https://other/\r\nSec-WebSocket-Accept: "
        "x\r\n"
        "Sec-WebSocket-Protocol: a b\r\nSec-WebSocket-Protocol: c\r\nSec-WebSocket-Version: 13, 8\r\n"
        "sec-websocket-version: 7\r\nContent-Length: 3\r\n\r\n";
    const auto r = decode_response(head, asked);
    REQUIRE(r);
    CHECK(alike(head));
    CHECK(r->status == 503);
    CHECK_FALSE(r->switches());
    CHECK_FALSE(r->is_interim());
    CHECK_FALSE(r->accept);
    CHECK(r->subprotocol.empty());
    CHECK(r->versions == token_list{"13,8,7"});
    CHECK(r->fields.find("retry-after") == "120"sv);
    CHECK(r->fields.find("location") == "https://other/"sv);
    CHECK(r->fields.find("content-length") == "3"sv);

    CHECK(decode_response("HTTP/1.0 407 \r\n\r\n"sv, asked)->status == 407);
    CHECK(decode_response("HTTP/1.1 100 Continue\r\n\r\n"sv, asked)->is_interim());
    CHECK(decode_response("HTTP/1.1 599 \r\n\r\n"sv, asked)->status == 599);
}

TEST_CASE("RFC 6455-4.2.2: who has another version learns which there is") {
    const std::string head = written(refusal(error{.code = errc::websocket_version, .offset = 7}));
    CHECK(head ==
          "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n"
          "Connection: Upgrade, close\r\nContent-Length: 0\r\n\r\n");
    const auto r = decode_response(head, asked);
    REQUIRE(r);
    CHECK(*r == refusal(error{.code = errc::websocket_version}));
    CHECK(r->versions.contains("13"));
    CHECK(refusal(error{.code = errc::websocket_upgrade}) == *r);
    CHECK(refusal(error{.code = errc::websocket_connection}) == *r);
}

TEST_CASE("what is answered to a request that is refused") {
    const auto status = [](errc code) { return refusal(error{.code = code}).status; };
    CHECK(status(errc::websocket_method) == 405);
    CHECK(status(errc::websocket_http_version) == 505);
    CHECK(status(errc::over_limit) == 431);
    for (const errc code : {errc::websocket_target, errc::websocket_host, errc::websocket_key, errc::websocket_line_end,
                            errc::websocket_body, errc::leftover})
        CHECK(status(code) == 400);
    CHECK(written(refusal(error{.code = errc::websocket_method})) ==
          "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    round_trip("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", refusal(404));
}

TEST_CASE("the usual statuses have their names, and others none") {
    for (std::uint16_t number = 100; number != 600; ++number) {
        const response r{.status = number};
        if (r.switches()) continue;
        const std::string head = written(r);
        CHECK(head.substr(9, 4) == std::to_string(number).append(" "));
        CHECK(decode_response(head, asked)->status == number);
    }
    for (const auto& [number, reason] : {std::pair{400, "Bad Request"},
                                         {401, "Unauthorized"},
                                         {403, "Forbidden"},
                                         {429, "Too Many Requests"},
                                         {431, "Request Header Fields Too Large"},
                                         {500, "Internal Server Error"},
                                         {503, "Service Unavailable"},
                                         {505, "HTTP Version Not Supported"},
                                         {418, ""}})
        CHECK(written({.status = static_cast<std::uint16_t>(number)}) ==
              std::string{"HTTP/1.1 "}.append(std::to_string(number)).append(" ").append(reason).append("\r\n\r\n"));
}

TEST_CASE("a server answers with what the client likes best") {
    CHECK(answer_to(asked).subprotocol.empty());
    CHECK(answer_to(asked, "mqtt").subprotocol.empty());
    CHECK(answer_to(asked, std::array{"superchat"sv, "chat"sv}).subprotocol == "chat");
    CHECK(answer_to(asked, std::vector<std::string>{"superchat"}).subprotocol == "superchat");
    CHECK(decode_response(written(answer_to(asked, "superchat")), asked)->subprotocol == "superchat");
}

TEST_CASE("a response that would not be read back is not written") {
    const accept_key accept{key};
    CHECK(refusal_of({}) == error{.code = errc::websocket_accept, .offset = 97});
    for (const std::uint16_t status : std::array<std::uint16_t, 5>{0, 99, 600, 1000, 65535})
        CHECK(refusal_of({.status = status}) == error{.code = errc::websocket_status, .offset = 9});
    CHECK(refusal_of({.status = 400, .accept = accept}) == error{.code = errc::websocket_status, .offset = 9});
    CHECK(refusal_of({.status = 400, .subprotocol = "a"}) == error{.code = errc::websocket_status, .offset = 9});
    CHECK(refusal_of({.status = 400, .extensions = "a"}) == error{.code = errc::websocket_status, .offset = 9});
    CHECK(refusal_of({.accept = accept, .subprotocol = "a\r\nb"}) ==
          error{.code = errc::websocket_subprotocol, .offset = 97 + 28 + 2 + 24 + 1});
    CHECK(refusal_of({.accept = accept, .extensions = "a\nb"}) ==
          error{.code = errc::websocket_extension, .offset = 97 + 28 + 2 + 26 + 1});
    const std::size_t begin = written({.status = 400}).size() - 2;
    CHECK(refusal_of({.status = 400, .versions = "1\r\n3"}) ==
          error{.code = errc::websocket_version, .offset = begin + 23 + 1});
    CHECK(refusal_of({.status = 400, .versions = std::array{"13"sv, ""sv}}) ==
          error{.code = errc::websocket_version, .offset = begin + 23 + 4});

    const auto field = [&](std::uint16_t status, header_field one) {
        const std::array<header_field, 1> fields{one};
        if (status != 101) return refusal_of({.status = status, .fields = fields});
        return refusal_of({.accept = accept, .fields = fields});
    };
    const std::size_t behind = written({.accept = accept}).size() - 2;
    for (const std::string_view name :
         {"upgrade"sv, "Connection"sv, "Sec-WebSocket-Accept"sv, "Sec-WebSocket-Version"sv, "Sec-WebSocket-Protocol"sv,
          "Sec-WebSocket-Extensions"sv})
        CHECK(field(101, {name, "a"}) == error{.code = errc::websocket_own_field, .offset = behind});
    CHECK(field(400, {"Sec-WebSocket-Version", "13"}) == error{.code = errc::websocket_own_field, .offset = begin});
    CHECK(field(101, {"Content-Length", "1"}) == error{.code = errc::websocket_body, .offset = behind});
    CHECK(field(400, {"A", "b\nc"}) == error{.code = errc::websocket_field_value, .offset = begin + 4});
    CHECK(field(400, {"A:", "b"}) == error{.code = errc::websocket_field_name, .offset = begin + 1});
}

TEST_CASE("other ranges of fields") {
    std::array<char, 512> memory;
    const std::map<std::string, std::string> fields{{"Location", "/b"}, {"Retry-After", "1"}};
    CHECK(encode_response(memory, {.status = 301}, fields)->text() ==
          "HTTP/1.1 301 \r\nLocation: /b\r\nRetry-After: 1\r\n\r\n");
}

TEST_CASE("a reader of responses stands anything") {
    const auto decode = [](bytes input) { return decode_response(input, asked); };
    CHECK(support::every_truncation(of_the_rfc, decode) == "");
    CHECK(support::every_short_input(decode) == "");
    const std::string whole =
        with("", "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: x; b=\"c\"\r\nX: y\r\n");
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
    CHECK(decode_response(whole + "x", asked).error() == error{.code = errc::leftover, .offset = whole.size()});
    CHECK(decode_response(whole, asked, {.max_head_size = 20}).error() ==
          error{.code = errc::over_limit, .offset = 20});
}

TEST_CASE("where a hub is spoken to") {
    CHECK(hub_port == 443);
    const request r{.target = hub_target_without_certificate, .host = "h", .key = key};
    CHECK(r.path() == hub_path);
    CHECK(r.query() == "iothub-no-client-cert=true");
    CHECK(std::vector<std::string_view>{mqtt_subprotocol, amqp_subprotocol, amqp_sdk_subprotocol} ==
          std::vector{"mqtt"sv, "amqp"sv, "AMQPWSB10"sv});
}
