#include <array>
#include <hubwire/hubwire.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_handshake.hpp"

using hubwire::errc;
using namespace hubwire::websocket;
using namespace std::literals;

namespace {

constexpr token_list in_head(std::string_view lines) {
    return token_list::on_the_wire(lines, detail::known_name::subprotocol);
}
constexpr std::string_view lines =
    "Sec-WebSocket-Protocol: mqtt , ,\tamqp,\r\nX: y, "
    "z\r\nsec-websocket-protocol:,,soap\r\nSec-WebSocket-Protocol:\r\n";

static_assert(in_head(lines).contains("soap") && !in_head(lines).contains("y"));
static_assert(token_list{"mqtt, amqp,soap"} == in_head(lines));
static_assert(token_list{}.empty() && token_list{""}.empty() && token_list{" ,\t,"}.empty() &&
              in_head("X: y\r\n").empty());
static_assert(extension_list{"a, b; c=1"}.contains({.name = "b", .parameters = "c=1"}));
static_assert(!std::is_constructible_v<token_list, const char*, const char*>);

/// Two literals in braces within braces would be taken for the begin and the end of one text.
template <class List>
concept made_of_nested_braces = requires { List{{"mqtt", "amqp"}}; };
static_assert(!made_of_nested_braces<token_list> && !made_of_nested_braces<extension_list>);
static_assert(std::is_convertible_v<std::string_view, token_list> && std::is_convertible_v<std::string, token_list>);

std::vector<std::string> all_of(const token_list& list) { return support::as_naive(list); }

}  // namespace

TEST_CASE("items are the same in a text, in an array and in a head") {
    const std::vector<std::string> expected{"mqtt", "amqp", "soap"};
    const std::array<std::string_view, 3> array{"mqtt", "amqp", "soap"};
    const std::vector<std::string_view> vector{array.begin(), array.end()};
    const std::string text = "mqtt,amqp,soap";
    for (const token_list& list : {token_list{array}, token_list{vector}, token_list{std::span{array}},
                                   token_list{text}, token_list{"mqtt,amqp,,soap"sv}, in_head(lines)}) {
        CHECK(all_of(list) == expected);
        CHECK(list == token_list{array});
        CHECK_FALSE(list.empty());
        CHECK(list.contains("amqp"));
        CHECK_FALSE(list.contains("AMQP"));
        CHECK_FALSE(list == token_list{"mqtt, amqp"});
        CHECK_FALSE(token_list{"mqtt, amqp"} == list);
        CHECK_FALSE(list == token_list{"mqtt, amqp, soaP"});
    }
    CHECK(token_list{std::vector<std::string_view>{}}.empty());
    auto at = token_list{array}.begin();
    CHECK(*at++ == "mqtt");
    CHECK(*at == "amqp");
    auto again = in_head(lines).begin();
    CHECK(*again++ == "mqtt");
    CHECK(*++again == "soap");
    CHECK(++again == token_list{}.end());
}

TEST_CASE("an extension is a name, and parameters as they are written") {
    const extension_list list{"permessage-deflate; client_max_window_bits ; server_max_window_bits=10 , x ;y"};
    CHECK(support::as_naive(list) ==
          support::naive_fields{{"permessage-deflate", "client_max_window_bits ; server_max_window_bits=10"},
                                {"x", "y"}});
    const std::array<extension, 2> array{{{"a", ""}, {"b", "c=\"d\""}}};
    CHECK(extension_list{array} == extension_list{"a,b; c=\"d\""});
}

TEST_CASE("RFC 6455-9.1: an extension is a token, and parameters that are tokens") {
    const auto alike = [](std::string_view text) {
        const support::exact_block input{hubwire::bytes{text}};
        const std::string_view view{input.data(), input.size()};
        const auto fault = detail::check_extension(view);
        CHECK((fault.code == errc::none || fault.code == errc::websocket_extension));
        CHECK(fault.at <= text.size());
        return (fault.code == errc::none) == support::handshake::extension(std::string{text}).has_value();
    };
    const auto fault_at = [](std::string_view text) {
        const auto fault = detail::check_extension(text);
        CHECK(fault.code == errc::websocket_extension);
        return fault.at;
    };
    for (const std::string_view good : {"a"sv, "a;b"sv, "a ; b = c ; d"sv, "a; b=\"c\""sv, "a;b=\"\\c\" ;d"sv}) {
        CHECK(detail::check_extension(good).code == errc::none);
        CHECK(alike(good));
        std::string changed{good};
        for (std::size_t at = 0; at != good.size(); ++at) {
            for (const char c : "\" \t;=\\a("sv) {
                changed[at] = c;
                if (changed != support::handshake::trim(changed)) continue;  // as it never comes
                if (!alike(changed)) FAIL(changed);
            }
            changed[at] = good[at];
        }
    }
    CHECK(fault_at(";a") == 0);
    CHECK(fault_at("a b") == 1);
    CHECK(fault_at("a;") == 2);
    CHECK(fault_at("a; b;") == 5);
    CHECK(fault_at("a; b=") == 5);
    CHECK(fault_at("a; b c") == 5);
    CHECK(fault_at("a; b=\"\"") == 6);
    CHECK(fault_at("a; b=\"c") == 7);
    CHECK(fault_at("a; b=\"c d\"") == 7);
    CHECK(fault_at("a; b=\"c\\") == 7);
    CHECK(fault_at("a; b=\"c\\\"\"") == 8);
    CHECK(fault_at("a; =b") == 3);
    CHECK(hubwire::error{.code = errc::websocket_extension}.rule() == "RFC 6455-9.1");
}
