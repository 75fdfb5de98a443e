#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string_view>

#include "support/amqp.hpp"
#include "support/catch2.hpp"
#include "support/wire.hpp"

namespace amqp = hubwire::amqp;
using amqp::entry;
using amqp::symbol;
using amqp::value;
using hubwire::errc;
using support::composite_of;
using support::encode_refusal;
using support::refusal;
using support::same_composite;
using support::wire;

TEST_CASE("error [AMQP 2.8.14]") {
    constexpr entry info[] = {{symbol{"k"}, 1u}};
    CHECK(same_composite(amqp::error{.condition = "x:y"}, composite_of(0x1d, 1, wire<"a3 03 'x:y'">)) == "");
    CHECK(same_composite(
              amqp::error{.condition = amqp::condition::detach_forced, .description = "", .info = info},
              composite_of(0x1d, 3, wire<"a3 17 'amqp:link:detach-forced' a1 00 c1 06 02 a3 01 'k' 52 01">)) == "");
    CHECK(refusal<amqp::error>(wire<"00 53 1d 45">).code == errc::amqp_missing_field);
    CHECK(refusal<amqp::error>(wire<"00 53 1d c0 05 02 40 a1 01 'd'">).code == errc::amqp_missing_field);
    CHECK(refusal<amqp::error>(wire<"00 53 1d c0 04 01 a1 01 'c'">).code == errc::amqp_type);
    // The keys of info are symbols, or a peer is refused that an option tolerates.
    constexpr auto with_string_key = wire<"00 53 1d c0 0b 03 a3 01 'c' 40 c1 04 02 a1 00 40">;
    CHECK(refusal<amqp::error>(with_string_key).code == errc::amqp_key);
    CHECK(refusal<amqp::error>(with_string_key, {.any_key = true}).code == errc::none);
    constexpr entry by_string[] = {{"k", 1u}};
    CHECK(encode_refusal(amqp::error{.condition = "c", .info = by_string}).code == errc::amqp_key);
    CHECK(encode_refusal(amqp::error{.condition = "\xc3\xa9"}).code == errc::amqp_symbol);
}

TEST_CASE("a redirect is read from the info of an error, as far as it is of the right types [AMQP 2.8.16, 2.8.18]") {
    constexpr entry all[] = {{symbol{"hostname"}, "h"},
                             {symbol{"network-host"}, symbol{"10.0.0.1"}},
                             {symbol{"port"}, std::uint32_t{5671}},
                             {symbol{"address"}, "a"},
                             {symbol{"other"}, "o"}};
    const amqp::redirect everywhere{.hostname = "h", .network_host = "10.0.0.1", .port = 5671, .address = "a"};
    CHECK(amqp::redirect_of({.condition = "amqp:link:redirect", .info = all}) == everywhere);
    CHECK(amqp::redirect_of({.condition = "amqp:connection:redirect", .info = all}) == everywhere);
    CHECK(amqp::redirect_of({.condition = "amqp:not-found", .info = all}) == std::nullopt);
    CHECK(amqp::redirect_of({.condition = "amqp:link:redirect"}) == amqp::redirect{});

    const auto port = [](const value& v) {
        const entry info[] = {{symbol{"port"}, v}};
        return amqp::redirect_of({.condition = "amqp:link:redirect", .info = info})->port;
    };
    CHECK(port(std::uint16_t{65535}) == std::uint16_t{65535});
    CHECK(port(5671) == std::uint16_t{5671});
    CHECK(port(0) == std::uint16_t{0});
    CHECK(port(65536) == std::nullopt);
    CHECK(port(-1) == std::nullopt);
    CHECK(port("5671") == std::nullopt);
    constexpr entry wrong[] = {{symbol{"hostname"}, 1u}, {symbol{"network-host"}, true}, {symbol{"address"}, value{}}};
    CHECK(amqp::redirect_of({.condition = "amqp:link:redirect", .info = wrong}) == amqp::redirect{});
    // Of the wrong type, it does not put out one that is right.
    constexpr entry twice[] = {{symbol{"hostname"}, "g"}, {symbol{"hostname"}, "h"}, {symbol{"hostname"}, 1u},
                               {symbol{"address"}, "a"},  {symbol{"address"}, true}, {symbol{"port"}, 1},
                               {symbol{"port"}, 2},       {symbol{"port"}, "3"}};
    CHECK(amqp::redirect_of({.condition = "amqp:link:redirect", .info = twice}) ==
          amqp::redirect{.hostname = "h", .port = 2, .address = "a"});
}
