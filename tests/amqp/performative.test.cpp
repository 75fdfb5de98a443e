#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/amqp.hpp"
#include "support/catch2.hpp"
#include "support/wire.hpp"

namespace amqp = hubwire::amqp;
using amqp::entry;
using amqp::symbol;
using amqp::value;
using hubwire::bytes;
using hubwire::errc;
using support::composite_of;
using support::encode_refusal;
using support::refusal;
using support::same_composite;
using support::wire;
using namespace std::literals;

namespace {

constexpr symbol one_symbol[] = {"o"};
constexpr symbol two_symbols[] = {"de", "fr"};
constexpr entry one_entry[] = {{symbol{"k"}, "v"}};

// An open is encoded, and decoded, by the compiler.
constexpr bool open_at_compile_time() {
    constexpr auto expected = wire<
        "00 53 10 c0 2c 0a"
        "a1 01 'c' a1 01 'h' 70 00000200 60 000a 70 0000ea60"
        "a3 01 'o' e0 08 02 a3 02 'de' 02 'fr' 40 40"
        "c1 07 02 a3 01 'k' a1 01 'v'">;
    const amqp::open o{.container_id = "c",
                       .hostname = "h",
                       .max_frame_size = 512,
                       .channel_max = 10,
                       .idle_time_out = amqp::milliseconds{60'000},
                       .outgoing_locales = one_symbol,
                       .incoming_locales = two_symbols,
                       .properties = one_entry};
    std::array<char, expected.size()> memory{};
    const auto encoded = amqp::encode(memory, o);
    if (!encoded || encoded->size() != expected.size()) return false;
    return *encoded == bytes{expected} && *amqp::encoded_size(o) == expected.size() &&
           *amqp::decode<amqp::open>(expected) == o;
}
static_assert(open_at_compile_time());
static_assert(amqp::decode<amqp::open>(wire<"00 53 10 45">).error().code == errc::amqp_missing_field);
static_assert(*amqp::decode<amqp::open>(wire<"00 53 10 c0 04 01 a1 01 'c'">)->max_frame_size == 4294967295);

}  // namespace

TEST_CASE("open [AMQP 2.7.1]") {
    CHECK(same_composite(amqp::open{}, composite_of(0x10, 1, wire<"a1 00">)) == "");
    CHECK(same_composite(amqp::open{.container_id = "c"}, composite_of(0x10, 1, wire<"a1 01 'c'">)) == "");
    const amqp::open everything{.container_id = "c",
                                .hostname = "h",
                                .max_frame_size = 512,
                                .channel_max = 10,
                                .idle_time_out = amqp::milliseconds{60'000},
                                .outgoing_locales = one_symbol,
                                .incoming_locales = two_symbols,
                                .offered_capabilities = one_symbol,
                                .desired_capabilities = two_symbols,
                                .properties = one_entry};
    CHECK(
        same_composite(everything, composite_of(0x10, 10,
                                                wire<"a1 01 'c' a1 01 'h' 70 00000200 60 000a 70 0000ea60 a3 01 'o'"
                                                     "e0 08 02 a3 02 'de' 02 'fr' a3 01 'o' e0 08 02 a3 02 'de' 02 'fr'"
                                                     "c1 07 02 a3 01 'k' a1 01 'v'">)) == "");
}

TEST_CASE("an open that says little means the defaults [AMQP 2.7.1]") {
    const auto o = amqp::decode<amqp::open>(wire<"00 53 10 c0 04 01 a1 01 'c'">);
    REQUIRE(o);
    CHECK(*o->max_frame_size == 4294967295);
    CHECK(*o->channel_max == 65535);
    CHECK_FALSE(o->max_frame_size.has_value());
    CHECK_FALSE(o->channel_max.has_value());
    CHECK_FALSE(o->hostname.has_value());
    CHECK_FALSE(o->idle_time_out.has_value());
    CHECK(o->outgoing_locales.empty());
    CHECK_FALSE(o->properties.has_value());
    // Said explicitly, they are sent.
    CHECK(same_composite(amqp::open{.container_id = "c", .max_frame_size = 4294967295, .channel_max = 65535},
                         composite_of(0x10, 4, wire<"a1 01 'c' 40 70 ffffffff 60 ffff">)) == "");
}

TEST_CASE("begin [AMQP 2.7.2]") {
    CHECK(same_composite(amqp::begin{}, composite_of(0x11, 4, wire<"40 43 43 43">)) == "");
    CHECK(*amqp::begin{}.handle_max == 4294967295);
    CHECK(same_composite(amqp::begin{.remote_channel = 1,
                                     .next_outgoing_id = 4294967295,
                                     .incoming_window = 2048,
                                     .outgoing_window = 100,
                                     .handle_max = 7,
                                     .offered_capabilities = one_symbol,
                                     .desired_capabilities = two_symbols,
                                     .properties = one_entry},
                         composite_of(0x11, 8,
                                      wire<"60 0001 70 ffffffff 70 00000800 52 64 52 07 a3 01 'o'"
                                           "e0 08 02 a3 02 'de' 02 'fr' c1 07 02 a3 01 'k' a1 01 'v'">)) == "");
}

TEST_CASE("attach [AMQP 2.7.3]") {
    CHECK(same_composite(amqp::attach{.name = "n", .handle = 1, .role = amqp::role::receiver},
                         composite_of(0x12, 3, wire<"a1 01 'n' 52 01 41">)) == "");
    CHECK(*amqp::attach{}.snd_settle_mode == amqp::sender_settle_mode::mixed);
    CHECK(*amqp::attach{}.rcv_settle_mode == amqp::receiver_settle_mode::first);
    CHECK_FALSE(*amqp::attach{}.incomplete_unsettled);
    const entry unsettled[] = {{bytes{"tag"sv}, value{}}};
    CHECK(same_composite(amqp::attach{.name = "n",
                                      .handle = 1,
                                      .role = amqp::role::sender,
                                      .snd_settle_mode = amqp::sender_settle_mode::settled,
                                      .rcv_settle_mode = amqp::receiver_settle_mode::second,
                                      .source = amqp::source{.address = "s"},
                                      .target = amqp::target{.address = "t"},
                                      .unsettled = amqp::map{unsettled},
                                      .incomplete_unsettled = true,
                                      .initial_delivery_count = 0,
                                      .max_message_size = 262144,
                                      .offered_capabilities = one_symbol,
                                      .desired_capabilities = one_symbol,
                                      .properties = one_entry},
                         composite_of(0x12, 14,
                                      wire<"a1 01 'n' 52 01 42 50 01 50 01 00 53 28 c0 04 01 a1 01 's'"
                                           "00 53 29 c0 04 01 a1 01 't' c1 07 02 a0 03 'tag' 40 41 43"
                                           "80 0000000000040000 a3 01 'o' a3 01 'o' c1 07 02 a3 01 'k' a1 01 'v'">)) ==
          "");
    CHECK(same_composite(
              amqp::attach{
                  .name = "n", .role = amqp::role::receiver, .target = amqp::coordinator{.capabilities = one_symbol}},
              composite_of(0x12, 7, wire<"a1 01 'n' 43 41 40 40 40 00 53 30 c0 04 01 a3 01 'o'">)) == "");
}

TEST_CASE("a sender's attach says how many deliveries there were, a receiver's need not [AMQP 2.7.3]") {
    CHECK(encode_refusal(amqp::attach{.name = "n"}).code == errc::amqp_missing_field);
    CHECK(refusal<amqp::attach>(composite_of(0x12, 3, wire<"a1 01 'n' 43 42">)).code == errc::amqp_missing_field);
    CHECK(same_composite(amqp::attach{.name = "n", .initial_delivery_count = 0},
                         composite_of(0x12, 10, wire<"a1 01 'n' 43 42 40 40 40 40 40 40 43">)) == "");
    CHECK(same_composite(amqp::attach{.name = "n", .role = amqp::role::receiver},
                         composite_of(0x12, 3, wire<"a1 01 'n' 43 41">)) == "");
}

TEST_CASE("settle modes and roles are of those that there are [AMQP 2.8.1 to 2.8.3]") {
    const auto attach = [](std::string_view fields) { return composite_of(0x12, 5, fields); };
    CHECK(refusal<amqp::attach>(attach("\xa1\0\x43\x41\x50\2\x50\1"sv)).code == errc::none);
    CHECK(refusal<amqp::attach>(attach("\xa1\0\x43\x41\x50\3\x50\1"sv)).code == errc::amqp_choice);
    CHECK(refusal<amqp::attach>(attach("\xa1\0\x43\x41\x50\3\x50\1"sv)).offset == 11);
    CHECK(refusal<amqp::attach>(attach("\xa1\0\x43\x41\x50\2\x50\2"sv)).code == errc::amqp_choice);
    CHECK(refusal<amqp::attach>(attach("\xa1\0\x43\x41\x52\2\x50\1"sv)).code == errc::amqp_type);
    CHECK(refusal<amqp::attach>(attach("\xa1\0\x43\x50\0\x50\2\x40"sv)).code == errc::amqp_type);
    CHECK(encode_refusal(amqp::attach{.snd_settle_mode = amqp::sender_settle_mode{3}}).code == errc::amqp_choice);
    CHECK(encode_refusal(amqp::attach{.rcv_settle_mode = amqp::receiver_settle_mode{2}}).code == errc::amqp_choice);
}

TEST_CASE("flow [AMQP 2.7.4]") {
    CHECK(same_composite(amqp::flow{}, composite_of(0x13, 4, wire<"40 43 43 43">)) == "");
    CHECK(same_composite(amqp::flow{.next_incoming_id = 1,
                                    .incoming_window = 2,
                                    .next_outgoing_id = 3,
                                    .outgoing_window = 4,
                                    .handle = 5,
                                    .delivery_count = 6,
                                    .link_credit = 1000,
                                    .available = 0,
                                    .drain = true,
                                    .echo = true,
                                    .properties = one_entry},
                         composite_of(0x13, 11,
                                      wire<"52 01 52 02 52 03 52 04 52 05 52 06 70 000003e8 43 41 41"
                                           "c1 07 02 a3 01 'k' a1 01 'v'">)) == "");
}

TEST_CASE("a flow without a handle says nothing about a link, but for a drain that is false [AMQP 2.7.4]") {
    const amqp::flow of_link[] = {{.delivery_count = 0}, {.link_credit = 0}, {.available = 0}, {.drain = true}};
    const bytes wires[] = {bytes{wire<"40 43 43 43 40 43">}, bytes{wire<"40 43 43 43 40 40 43">},
                           bytes{wire<"40 43 43 43 40 40 40 43">}, bytes{wire<"40 43 43 43 40 40 40 40 41">}};
    unsigned count = 6;
    for (std::size_t i = 0; i != std::size(of_link); ++i, ++count) {
        CHECK(encode_refusal(of_link[i]).code == errc::amqp_flow);
        CHECK(refusal<amqp::flow>(composite_of(0x13, count, wires[i])) ==
              hubwire::error{.code = errc::amqp_flow, .offset = 6});
        amqp::flow with_handle = of_link[i];
        with_handle.handle = 0;
        CHECK(encode_refusal(with_handle).code == errc::none);
    }
    CHECK(same_composite(amqp::flow{.drain = false}, composite_of(0x13, 9, wire<"40 43 43 43 40 40 40 40 42">)) == "");
    CHECK(same_composite(amqp::flow{.echo = true}, composite_of(0x13, 10, wire<"40 43 43 43 40 40 40 40 40 41">)) ==
          "");
}

TEST_CASE("a flow whose delivery count is null, and that says false where false is the default [AMQP 2.7.4]") {
    const auto f = amqp::decode<amqp::flow>(wire<"00 53 13 c0 0e 0a 43 52 01 43 52 01 43 40 52 64 43 42 42">);
    REQUIRE(f);
    CHECK(f->handle == 0u);
    CHECK_FALSE(f->delivery_count.has_value());
    CHECK(f->link_credit == 100u);
    CHECK(f->drain.has_value());
    CHECK_FALSE(*f->drain);
    CHECK(same_composite(*f, wire<"00 53 13 c0 0e 0a 43 52 01 43 52 01 43 40 52 64 43 42 42">) == "");
}

TEST_CASE("transfer [AMQP 2.7.5]") {
    CHECK(same_composite(amqp::transfer{}, composite_of(0x14, 1, wire<"43">)) == "");
    CHECK(same_composite(
              amqp::transfer{.handle = 1,
                             .delivery_id = 2,
                             .delivery_tag = bytes{"tag"sv},
                             .message_format = 0x80013700,
                             .settled = false,
                             .more = true,
                             .rcv_settle_mode = amqp::receiver_settle_mode::first,
                             .state = amqp::accepted{},
                             .resume = true,
                             .aborted = false,
                             .batchable = true},
              composite_of(0x14, 11, wire<"52 01 52 02 a0 03 'tag' 70 80013700 42 41 50 00 00 53 24 45 41 42 41">)) ==
          "");
    CHECK(same_composite(amqp::transfer{.handle = 1, .aborted = true},
                         composite_of(0x14, 10, wire<"52 01 40 40 40 40 40 40 40 40 41">)) == "");
}

TEST_CASE("a delivery tag has at most 32 bytes, and may be empty [AMQP 2.8.7]") {
    const std::string longest(32, 't');
    const std::string longer(33, 't');
    CHECK(same_composite(amqp::transfer{.delivery_id = 0, .delivery_tag = bytes{longest}},
                         composite_of(0x14, 3, "\x43\x43\xa0\x20" + longest)) == "");
    CHECK(same_composite(amqp::transfer{.delivery_id = 0, .delivery_tag = bytes{}},
                         composite_of(0x14, 3, wire<"43 43 a0 00">)) == "");
    CHECK(refusal<amqp::transfer>(composite_of(0x14, 3, "\x43\x43\xa0\x21" + longer)).code == errc::amqp_delivery_tag);
    CHECK(encode_refusal(amqp::transfer{.delivery_tag = bytes{longer}}).code == errc::amqp_delivery_tag);
    // Also where the transfer stands within something else, as a described value
    const std::string input = composite_of(0x14, 3, "\x43\x43\xa0\x21" + longer);
    CHECK(amqp::decode<amqp::transfer>(*amqp::decode<amqp::described>(input)).error().code == errc::amqp_delivery_tag);
}

TEST_CASE("disposition [AMQP 2.7.6]") {
    CHECK(same_composite(amqp::disposition{.role = amqp::role::receiver, .first = 7},
                         composite_of(0x15, 2, wire<"41 52 07">)) == "");
    CHECK(same_composite(
              amqp::disposition{.role = amqp::role::sender,
                                .first = 7,
                                .last = 9,
                                .settled = true,
                                .state = amqp::received{.section_number = 1, .section_offset = 300},
                                .batchable = true},
              composite_of(0x15, 6, wire<"42 52 07 52 09 41 00 53 23 c0 0c 02 52 01 80 000000000000012c 41">)) == "");
}

TEST_CASE("detach, end and close [AMQP 2.7.7 to 2.7.9]") {
    const amqp::error why{.condition = amqp::condition::not_found, .description = "gone"};
    constexpr auto why_wire = wire<"00 53 1d c0 17 02 a3 0e 'amqp:not-found' a1 04 'gone'">;
    CHECK(same_composite(amqp::detach{}, composite_of(0x16, 1, wire<"43">)) == "");
    CHECK(same_composite(amqp::detach{.handle = 1, .closed = true, .error = why},
                         composite_of(0x16, 3, "\x52\1\x41" + std::string{why_wire.begin(), why_wire.end()})) == "");
    CHECK(same_composite(amqp::end{}, wire<"00 53 17 45">) == "");
    CHECK(same_composite(amqp::end{.error = why}, composite_of(0x17, 1, why_wire)) == "");
    CHECK(same_composite(amqp::close{}, wire<"00 53 18 45">) == "");
    CHECK(same_composite(amqp::close{.error = why}, composite_of(0x18, 1, why_wire)) == "");
}

TEST_CASE("any input of up to three bytes gets a sound answer as a performative") {
    CHECK(support::every_short_input([](bytes input) { return amqp::decode<amqp::attach>(input); }) == "");
}

TEST_CASE("frames of 512 bytes are accepted by everybody, whatever was said [AMQP 2.7.1]") {
    CHECK(amqp::open{}.accepted_frame_size() == 4294967295);
    CHECK(amqp::open{.max_frame_size = 513}.accepted_frame_size() == 513);
    CHECK(amqp::open{.max_frame_size = 512}.accepted_frame_size() == 512);
    CHECK(amqp::open{.max_frame_size = 16}.accepted_frame_size() == 512);
    CHECK(amqp::open{.max_frame_size = 0}.accepted_frame_size() == 512);
}
