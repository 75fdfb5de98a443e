#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string_view>

#include "support/amqp.hpp"
#include "support/catch2.hpp"
#include "support/exact_block.hpp"
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

namespace {

constexpr amqp::redirect elsewhere{.hostname = "ns.servicebus.windows.net",
                                   .network_host = "ns.servicebus.windows.net",
                                   .port = 5671,
                                   .address = "amqps://ns.servicebus.windows.net:5671/hub/ConsumerGroups/$Default/P"};

consteval bool redirect_is_a_constant() {
    std::array<char, 300> memory{};
    return amqp::redirect_of(*amqp::as_error(memory, elsewhere)) == elsewhere;
}
static_assert(redirect_is_a_constant());

}  // namespace

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

TEST_CASE("a redirect is written to the info of an error, in every buffer [AMQP 2.8.16, 2.8.18]") {
    std::array<char, 300> memory;
    const auto why = amqp::as_error(memory, elsewhere);
    REQUIRE(why);
    CHECK(why->condition == amqp::condition::link_redirect);
    CHECK(why->info->size() == 4);
    CHECK(why->info->get<std::uint16_t>("port") == 5671);
    CHECK(amqp::redirect_of(*why) == elsewhere);

    std::array<char, 400> frame;
    const auto detach = amqp::encode(frame, amqp::detach{.handle = 1, .closed = true, .error = *why});
    REQUIRE(detach);
    CHECK(amqp::redirect_of(*amqp::decode<amqp::detach>(*detach)->error) == elsewhere);

    std::array<char, 200> wire;
    const std::size_t size = amqp::encode(wire, *why->info)->size();
    for (std::size_t capacity = 0; capacity <= size; ++capacity) {
        support::exact_block block{capacity};
        const auto again = amqp::as_error({block.data(), block.size()}, elsewhere);
        CHECK(again.has_value() == (capacity == size));
        if (!again) CHECK(again.error() == hubwire::error{errc::no_space, capacity, size - capacity});
    }
    CHECK(amqp::redirect_of(*amqp::as_error(memory, {})) == amqp::redirect{});

    const auto of_connection = amqp::as_error(memory, elsewhere, amqp::condition::connection_redirect);
    CHECK(of_connection->condition == amqp::condition::connection_redirect);
    CHECK(amqp::redirect_of(*of_connection) == elsewhere);
    CHECK(amqp::as_error(memory, {.hostname = "\xff"}).error().code == errc::invalid_utf8);
}

TEST_CASE("what was refused is answered by a condition [AMQP 2.3.1, 2.7.1, 2.8.15]") {
    const auto answer = [](errc code) { return amqp::answer_to({.code = code}); };
    for (const errc code : {errc::amqp_frame_size, errc::amqp_data_offset, errc::amqp_frame_type,
                            errc::amqp_max_frame_size, errc::amqp_payload})
        CHECK(answer(code) == amqp::condition::framing_error);
    for (const errc code :
         {errc::amqp_missing_field, errc::amqp_too_many_fields, errc::amqp_choice, errc::amqp_delivery_tag,
          errc::amqp_first_transfer, errc::amqp_next_transfer, errc::amqp_flow, errc::amqp_transaction_id})
        CHECK(answer(code) == amqp::condition::invalid_field);
    for (const errc code : {errc::over_limit, errc::no_space, errc::amqp_depth})
        CHECK(answer(code) == amqp::condition::resource_limit_exceeded);
    for (const errc code : {errc::truncated, errc::leftover, errc::invalid_utf8, errc::amqp_format_code,
                            errc::amqp_count, errc::amqp_descriptor, errc::amqp_section, errc::amqp_no_body})
        CHECK(answer(code) == amqp::condition::decode_error);
    for (const errc code : {errc::none, errc::incomplete, errc::amqp_protocol_header, errc::amqp_header_not_due,
                            errc::amqp_sasl_frame_size, errc::amqp_empty_sasl_frame, errc::amqp_credentials,
                            errc::amqp_two_parts, errc::mqtt_direction, errc::iothub_identifier})
        CHECK(answer(code) == std::nullopt);
}
