#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/sweep.hpp"

using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using hubwire::result;
using namespace hubwire::websocket;
using namespace std::literals;

namespace {

static_assert(head_cutter{head_kind::request}.cut("GET / HTTP/1.1\r\n\r\nframes"sv)->size() == 18);
static_assert(head_cutter{head_kind::response}.cut("HTTP/1.1 101 \r\n\r"sv).error() ==
              error{.code = errc::incomplete, .offset = 16, .needed = 1});

constexpr std::string_view request_head =
    "GET /chat?a=%20&b=$x HTTP/1.1\r\nHost: server.example.com\r\nX:\r\nY: \t a\tb \xC3\xA4 \t\r\n!#$%&'*+-.^_`|~: "
    "1\r\n\r\n";
constexpr std::string_view response_head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX:\r\n\r\n";

/// (g++ 12 sees a buffer overflow in the sum of a literal and a string, at -O3.)
std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) text += part;
    return text;
}

result<bytes> cut_once(head_kind kind, std::string_view text, const head_options& rules = {}) {
    const support::exact_block input{bytes{text}};
    head_cutter cutter{kind, rules};
    const auto head = cutter.cut({input.data(), input.size()});
    if (!head) return head;
    CHECK(head->data() == input.data());
    return bytes{text.data(), head->size()};
}

/// In steps of so many bytes, each time in another place in memory.
result<bytes> cut_in_steps(head_kind kind, std::string_view text, std::size_t step, const head_options& rules = {}) {
    head_cutter cutter{kind, rules};
    for (std::size_t size = 0;; size += step) {
        if (size > text.size()) size = text.size();
        const support::exact_block input{bytes{text}.first(size)};
        const auto head = cutter.cut({input.data(), input.size()});
        if (head) {
            // and again, with more behind it
            CHECK(cutter.cut(bytes{text})->size() == head->size());
            return bytes{text.data(), head->size()};
        }
        if (!head.incomplete()) {
            CHECK(cutter.cut(bytes{text}).error() == head.error());
            return head;
        }
        if (size == text.size()) return head;
    }
}

bool same(const result<bytes>& a, const result<bytes>& b) {
    return a.has_value() == b.has_value() && (a ? a->size() == b->size() : a.error() == b.error());
}

void refused(head_kind kind, std::string_view text, errc code, std::size_t at, const head_options& rules = {}) {
    INFO(text);
    const auto once = cut_once(kind, text, rules);
    REQUIRE_FALSE(once);
    CHECK(once.error() == error{.code = code, .offset = at});
    for (std::size_t step = 1; step != 5; ++step) CHECK(same(cut_in_steps(kind, text, step, rules), once));
    // At once: nobody has to wait for what comes behind, and nobody refuses what comes before.
    if (code != errc::over_limit) CHECK(same(cut_once(kind, text.substr(0, at + 1), rules), once));
    CHECK(cut_once(kind, text.substr(0, at), rules).incomplete() !=
          (code == errc::over_limit && rules.max_head_size == at));
}

void in_request(std::string_view line, errc code, std::size_t at) {
    refused(head_kind::request, joined({"GET / HTTP/1.1\r\n", line, "\r\n\r\n"}), code, 16 + at);
}

}  // namespace

TEST_CASE("a head ends with an empty line, and frames may follow") {
    for (const auto& [kind, text] :
         {std::pair{head_kind::request, request_head}, std::pair{head_kind::response, response_head}}) {
        const std::string more = std::string{text} + "\x81\x00\r\n\r\n"s;
        CHECK(cut_once(kind, more)->size() == text.size());
        for (std::size_t step = 1; step <= more.size(); ++step)
            CHECK(same(cut_in_steps(kind, more, step), cut_once(kind, more)));
        const auto cut_size = [which = kind](bytes input) -> result<std::size_t> {
            head_cutter cutter{which};
            const auto head = cutter.cut(input);
            if (!head) return head.error();
            return head->size();
        };
        CHECK(support::every_truncation(text, cut_size) == "");
        CHECK(support::every_split(std::string{text} + std::string{text}, cut_size) == "");
        CHECK(support::every_short_input(cut_size) == "");
        CHECK(support::every_mutation(text, cut_size) == "");
    }
}

TEST_CASE("whatever a byte is changed to, a head is the same at once and byte by byte") {
    for (const auto& [kind, text] :
         {std::pair{head_kind::request, request_head}, std::pair{head_kind::response, response_head}}) {
        std::string changed{text};
        for (std::size_t at = 0; at != text.size(); ++at) {
            for (const char c : "\0\t\n\r :;A/1\x7F\x80"sv) {
                changed[at] = c;
                if (!same(cut_in_steps(kind, changed, 1), cut_once(kind, changed))) FAIL(changed);
            }
            changed[at] = text[at];
        }
    }
}

TEST_CASE("how much is missing at least") {
    const auto needed = [](head_kind kind, std::string_view text) { return cut_once(kind, text).error().needed; };
    CHECK(needed(head_kind::request, "") == 18);
    CHECK(needed(head_kind::request, "GE") == 16);
    CHECK(needed(head_kind::request, "GET ") == 14);
    CHECK(needed(head_kind::request, "GET /") == 13);
    CHECK(needed(head_kind::request, "GET / ") == 12);
    CHECK(needed(head_kind::request, "GET / HTTP/1.1") == 4);
    CHECK(needed(head_kind::request, "GET / HTTP/1.1\r") == 3);
    CHECK(needed(head_kind::request, "GET / HTTP/1.1\r\n") == 2);
    CHECK(needed(head_kind::request, "GET / HTTP/1.1\r\nA") == 5);
    CHECK(needed(head_kind::request, "GET / HTTP/1.1\r\nA:") == 4);
    CHECK(needed(head_kind::request, "GET / HTTP/1.1\r\nA: b\r") == 3);
    CHECK(needed(head_kind::request, "GET / HTTP/1.1\r\nA: b\r\n\r") == 1);
    CHECK(needed(head_kind::response, "") == 17);
    CHECK(needed(head_kind::response, "HTTP/1.1 200 ") == 4);
    CHECK(needed(head_kind::response, "HTTP/1.1 200 OK\r\n") == 2);
}

TEST_CASE("RFC 6455-4.2.1: a request is a GET of HTTP/1.1") {
    refused(head_kind::request, "POST / HTTP/1.1\r\n\r\n", errc::websocket_method, 0);
    refused(head_kind::request, "get / HTTP/1.1\r\n\r\n", errc::websocket_method, 0);
    refused(head_kind::request, "GETS / HTTP/1.1\r\n\r\n", errc::websocket_method, 3);
    refused(head_kind::request, "\r\nGET / HTTP/1.1\r\n\r\n", errc::websocket_method, 0);
    refused(head_kind::request, "\x16\x03\x01", errc::websocket_method, 0);
    refused(head_kind::request, "GET / HTTP/1.0\r\n\r\n", errc::websocket_http_version, 13);
    refused(head_kind::request, "GET / HTTP/1.10\r\n\r\n", errc::websocket_http_version, 14);
    refused(head_kind::request, "GET / HTTP/2.0\r\n\r\n", errc::websocket_http_version, 11);
    refused(head_kind::request, "GET / http/1.1\r\n\r\n", errc::websocket_http_version, 6);
    refused(head_kind::request, "GET /  HTTP/1.1\r\n\r\n", errc::websocket_http_version, 6);
    refused(head_kind::request, "GET / HTTP/1.1 \r\n\r\n", errc::websocket_http_version, 14);
    refused(head_kind::request, "GET / HTTP/1.1\n\n", errc::websocket_http_version, 14);
    CHECK(error{.code = errc::websocket_method}.rule() == "RFC 6455-4.2.1");
    CHECK(error{.code = errc::websocket_http_version}.rule() == "RFC 6455-4.2.1");
}

TEST_CASE("RFC 7230-5.3: a target is made of the characters of a URI") {
    refused(head_kind::request, "GET  HTTP/1.1\r\n\r\n", errc::websocket_target, 4);
    refused(head_kind::request, "GET /\r\n\r\n", errc::websocket_target, 5);
    refused(head_kind::request, "GET /#a HTTP/1.1\r\n\r\n", errc::websocket_target, 5);
    for (const char c : "\0\t\n\r\"<>\\^`{|}\x7F\x80\xFF"sv)
        refused(head_kind::request, joined({"GET /", {&c, 1}, " HTTP/1.1\r\n\r\n"}), errc::websocket_target, 5);
    CHECK(error{.code = errc::websocket_target}.rule() == "RFC 7230-5.3");
    CHECK(cut_once(head_kind::request, "GET http://a@[::1]:1/-._~!$&'()*+,;=%:@?/ HTTP/1.1\r\n\r\n"));
}

TEST_CASE("RFC 7230-3.1.2: a response has a status") {
    refused(head_kind::response, "HTTP/2.0 200 OK\r\n\r\n", errc::websocket_http_version, 5);
    refused(head_kind::response, "HTTP/1.2 200 OK\r\n\r\n", errc::websocket_http_version, 7);
    refused(head_kind::response, "HTTP/1.1/200 OK\r\n\r\n", errc::websocket_http_version, 8);
    refused(head_kind::response, "HTTP/1.0200 OK\r\n\r\n", errc::websocket_http_version, 8);
    refused(head_kind::response, "HTTP/0.1 200 OK\r\n\r\n", errc::websocket_http_version, 5);
    refused(head_kind::response, "SSH-2.0", errc::websocket_http_version, 0);
    refused(head_kind::response, "HTTP/1.1 000 \r\n\r\n", errc::websocket_status, 9);
    refused(head_kind::response, "HTTP/1.1 600 \r\n\r\n", errc::websocket_status, 9);
    refused(head_kind::response, "HTTP/1.1 1a1 \r\n\r\n", errc::websocket_status, 10);
    refused(head_kind::response, "HTTP/1.1 10: \r\n\r\n", errc::websocket_status, 11);
    refused(head_kind::response, "HTTP/1.1 1010\r\n\r\n", errc::websocket_status, 12);
    refused(head_kind::response, "HTTP/1.1 101\r\n\r\n", errc::websocket_status, 12);
    refused(head_kind::response, "HTTP/1.1 101 a\x01\r\n\r\n", errc::websocket_field_value, 14);
    CHECK(error{.code = errc::websocket_status}.rule() == "RFC 7230-3.1.2");

    // A proxy that refuses may speak HTTP/1.0, but nobody switches in it.
    CHECK(cut_once(head_kind::response, "HTTP/1.0 407 Proxy Authentication Required\r\n\r\n"));
    CHECK(cut_once(head_kind::response, "HTTP/1.1 599 \r\n\r\n"));
    for (std::size_t step = 1; step != 20; ++step) {
        CHECK(cut_in_steps(head_kind::response, "HTTP/1.0 101 \r\n\r\n", step).error() ==
              error{.code = errc::websocket_http_version, .offset = 7});
    }
}

TEST_CASE("RFC 7230-3: lines end with CR and LF, and with nothing else") {
    in_request("A: b\nC: d", errc::websocket_line_end, 4);
    in_request("A: b\rC: d", errc::websocket_line_end, 5);
    in_request("A: b\r\r\nC: d", errc::websocket_line_end, 5);
    in_request("A: b\r\n\nC: d", errc::websocket_line_end, 6);
    in_request("\n", errc::websocket_line_end, 0);
    in_request("\rA", errc::websocket_line_end, 1);
    refused(head_kind::response, "HTTP/1.1 200 OK\n\n", errc::websocket_line_end, 15);
    CHECK(error{.code = errc::websocket_line_end}.rule() == "RFC 7230-3");
}

TEST_CASE("RFC 7230-3.2.4: no blank before a name or a colon, and no line that goes on in the next") {
    in_request(" A: b", errc::websocket_folded_line, 0);
    in_request("A: b\r\n c", errc::websocket_folded_line, 6);
    in_request("A: b\r\n\tc", errc::websocket_folded_line, 6);
    in_request("A: b\r\n ", errc::websocket_folded_line, 6);
    in_request("A : b", errc::websocket_field_name, 1);
    in_request("A\t: b", errc::websocket_field_name, 1);
    in_request(": b", errc::websocket_field_name, 0);
    in_request("A", errc::websocket_field_name, 1);
    in_request("A\n", errc::websocket_field_name, 1);
    for (const char c : "\0\"(),/;<=>?@[\\]{}\x7F\x80"sv) {
        in_request(joined({{&c, 1}, ": a"}), errc::websocket_field_name, 0);
        in_request(joined({"A", {&c, 1}, ": a"}), errc::websocket_field_name, 1);
    }
    CHECK(error{.code = errc::websocket_folded_line}.rule() == "RFC 7230-3.2.4");
    CHECK(error{.code = errc::websocket_field_name}.rule() == "RFC 7230-3.2.4");
}

TEST_CASE("RFC 7230-3.2: values have no control characters") {
    for (unsigned c = 0; c != 256; ++c) {
        if (c == '\r' || c == '\n') continue;
        const char character = static_cast<char>(static_cast<unsigned char>(c));
        const std::string line = joined({"A: b", {&character, 1}, "c"});
        if ((c < ' ' && c != '\t') || c == 0x7F) {
            in_request(line, errc::websocket_field_value, 4);
        } else {
            CHECK(cut_once(head_kind::request, joined({"GET / HTTP/1.1\r\n", line, "\r\n\r\n"})));
        }
    }
    CHECK(error{.code = errc::websocket_field_value}.rule() == "RFC 7230-3.2");
}

TEST_CASE("RFC 7230-3.2: ... at any place of a long value") {
    const std::string value = "abcdefghijklmnopqrstuvwxyz";
    for (const char c : "\0\x01\t\x1F\x7F\x80\xFF"sv) {
        for (std::size_t at = 0; at != value.size(); ++at) {
            std::string line = "A:" + value;
            line[2 + at] = c;
            if (c == '\t' || static_cast<unsigned char>(c) >= 0x80) {
                CHECK(cut_once(head_kind::request, joined({"GET / HTTP/1.1\r\n", line, "\r\n\r\n"})));
            } else {
                in_request(line, errc::websocket_field_value, 2 + at);
            }
        }
    }
}

TEST_CASE("a head has no more bytes than the limit") {
    const std::size_t size = request_head.size();
    CHECK(cut_once(head_kind::request, request_head, {.max_head_size = size}));
    CHECK(cut_in_steps(head_kind::request, request_head, 1, {.max_head_size = size}));
    for (std::size_t limit = 0; limit != size; ++limit)
        refused(head_kind::request, request_head, errc::over_limit, limit, {.max_head_size = limit});
    // What is wrong before the limit is more to the point.
    refused(head_kind::request, "POST", errc::websocket_method, 0, {.max_head_size = 4});

    std::string endless = "GET /";
    endless.append(head_options{}.max_head_size - 6, 'a');
    CHECK(cut_once(head_kind::request, endless).incomplete());
    refused(head_kind::request, endless + "a", errc::over_limit, 8192);
}

TEST_CASE("a head has no more fields than the limit") {
    CHECK(cut_once(head_kind::request, request_head, {.max_fields = 4}));
    refused(head_kind::request, "GET / HTTP/1.1\r\nA:\r\nB:\r\nC:\r\n\r\n", errc::over_limit, 24, {.max_fields = 2});
    refused(head_kind::request, "GET / HTTP/1.1\r\nA:\r\n\r\n", errc::over_limit, 16, {.max_fields = 0});
    std::string many = "GET / HTTP/1.1\r\n";
    for (std::size_t i = 0; i != 64; ++i) many += "A:\r\n";
    CHECK(cut_once(head_kind::request, many + "\r\n"));
    refused(head_kind::request, many + "A:\r\n\r\n", errc::over_limit, 16 + 64 * 4);
}

TEST_CASE("a head that arrives byte by byte takes linear time") {
    std::string head = "GET / HTTP/1.1\r\nA: ";
    head.append(4'000'000, 'b');
    head += "\r\n\r\n";
    head_cutter cutter{head_kind::request, {.max_head_size = head.size()}};
    for (std::size_t size = 0; size != head.size(); ++size) {
        if (!cutter.cut(bytes{head}.first(size)).incomplete()) FAIL(size);
    }
    CHECK(cutter.cut(head)->size() == head.size());
}
