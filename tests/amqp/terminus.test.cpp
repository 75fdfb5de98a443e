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
using support::decodes_to;
using support::encode_refusal;
using support::refusal;
using support::same_composite;
using support::wire;

namespace {

constexpr symbol queue[] = {"queue"};
constexpr symbol outcomes[] = {"amqp:accepted:list", "amqp:rejected:list"};
constexpr entry node_properties[] = {{symbol{"k"}, 1u}};

}  // namespace

TEST_CASE("source [AMQP 3.5.3]") {
    CHECK(same_composite(amqp::source{}, wire<"00 53 28 45">) == "");
    const value selector_pair[] = {std::uint64_t{0x0000'468C'0000'0004}, "a = 1"};
    const entry filters[] = {{symbol{"f"}, amqp::described{selector_pair}}};
    CHECK(same_composite(amqp::source{.address = "a",
                                      .durable = amqp::terminus_durability::unsettled_state,
                                      .expiry_policy = amqp::terminus_expiry_policy::never,
                                      .timeout = 60,
                                      .dynamic = true,
                                      .dynamic_node_properties = node_properties,
                                      .distribution_mode = amqp::distribution_mode::copy,
                                      .filter = filters,
                                      .default_outcome = amqp::modified{.delivery_failed = true},
                                      .outcomes = outcomes,
                                      .capabilities = queue},
                         composite_of(0x28, 11,
                                      wire<"a1 01 'a' 52 02 a3 05 'never' 52 3c 41 c1 06 02 a3 01 'k' 52 01"
                                           "a3 04 'copy' c1 15 02 a3 01 'f' 00 80 0000468c00000004 a1 05 'a = 1'"
                                           "00 53 27 c0 02 01 41"
                                           "e0 28 02 a3 12 'amqp:accepted:list' 12 'amqp:rejected:list'"
                                           "a3 05 'queue'">)) == "");
    const amqp::source s;
    CHECK(*s.durable == amqp::terminus_durability::none);
    CHECK(*s.expiry_policy == amqp::terminus_expiry_policy::session_end);
    CHECK(*s.timeout == 0);
    CHECK_FALSE(*s.dynamic);
    CHECK_FALSE(s.default_outcome.has_value());
}

TEST_CASE("target [AMQP 3.5.4]") {
    CHECK(same_composite(amqp::target{}, wire<"00 53 29 45">) == "");
    CHECK(same_composite(amqp::target{.address = "a",
                                      .durable = amqp::terminus_durability::configuration,
                                      .expiry_policy = amqp::terminus_expiry_policy::link_detach,
                                      .timeout = 0,
                                      .dynamic = false,
                                      .dynamic_node_properties = node_properties,
                                      .capabilities = queue},
                         composite_of(0x29, 7,
                                      wire<"a1 01 'a' 52 01 a3 0b 'link-detach' 43 42 c1 06 02 a3 01 'k' 52 01"
                                           "a3 05 'queue'">)) == "");
}

TEST_CASE("durability and expiry policy are of those that there are [AMQP 3.5.5, 3.5.6]") {
    const auto target = [](bytes fields) { return composite_of(0x29, 3, fields); };
    CHECK(decodes_to(amqp::target{.durable = amqp::terminus_durability::none},
                     composite_of(0x29, 2, wire<"40 70 00000000">)) == "");
    CHECK(refusal<amqp::target>(target(wire<"40 52 03 40">)) == hubwire::error{.code = errc::amqp_choice, .offset = 8});
    CHECK(refusal<amqp::target>(target(wire<"40 70 ffffffff 40">)).code == errc::amqp_choice);
    CHECK(refusal<amqp::target>(target(wire<"40 50 01 40">)).code == errc::amqp_type);
    CHECK(decodes_to(amqp::target{.expiry_policy = amqp::terminus_expiry_policy::connection_close},
                     target(wire<"40 40 b3 00000010 'connection-close'">)) == "");
    CHECK(decodes_to(amqp::target{.expiry_policy = amqp::terminus_expiry_policy::session_end},
                     target(wire<"40 40 a3 0b 'session-end'">)) == "");
    CHECK(refusal<amqp::target>(target(wire<"40 40 a3 05 'Never'">)) ==
          hubwire::error{.code = errc::amqp_choice, .offset = 9});
    CHECK(refusal<amqp::target>(target(wire<"40 40 a3 00">)).code == errc::amqp_choice);
    CHECK(refusal<amqp::target>(target(wire<"40 40 a1 05 'never'">)).code == errc::amqp_type);
    CHECK(encode_refusal(amqp::target{.durable = amqp::terminus_durability{3}}).code == errc::amqp_choice);
    CHECK(encode_refusal(amqp::target{.expiry_policy = amqp::terminus_expiry_policy{4}}).code == errc::amqp_choice);
}

TEST_CASE("an address is a string, and a default outcome that nobody knows is kept [AMQP 3.5.3]") {
    CHECK(refusal<amqp::source>(composite_of(0x28, 1, wire<"a3 01 'a'">)).code == errc::amqp_type);
    const std::string input = composite_of(0x28, 9, wire<"40 40 40 40 40 40 40 40 00 a3 01 'x' a1 01 'y'">);
    const auto s = amqp::decode<amqp::source>(input);
    REQUIRE(s);
    CHECK(s->default_outcome.is<amqp::described>());
    CHECK(same_composite(*s, input) == "");
}

TEST_CASE("coordinator [AMQP 4.5.1]") {
    CHECK(same_composite(amqp::coordinator{}, wire<"00 53 30 45">) == "");
    constexpr symbol local[] = {amqp::txn_capability::local_transactions};
    CHECK(same_composite(amqp::coordinator{.capabilities = local},
                         composite_of(0x30, 1, wire<"a3 17 'amqp:local-transactions'">)) == "");
}

TEST_CASE("lifetime policies are values among the properties of a node [AMQP 3.5.10 to 3.5.13]") {
    CHECK(same_composite(amqp::delete_on_close{}, wire<"00 53 2b 45">) == "");
    CHECK(same_composite(amqp::delete_on_no_links{}, wire<"00 53 2c 45">) == "");
    CHECK(same_composite(amqp::delete_on_no_messages{}, wire<"00 53 2d 45">) == "");
    CHECK(same_composite(amqp::delete_on_no_links_or_messages{}, wire<"00 53 2e 45">) == "");

    std::array<char, 4> scratch{};
    const auto policy = amqp::as_value(scratch, amqp::delete_on_no_links{});
    REQUIRE(policy);
    const entry properties[] = {{symbol{"lifetime-policy"}, *policy}};
    const std::string input =
        composite_of(0x29, 6, wire<"40 40 40 40 41 c1 16 02 a3 0f 'lifetime-policy' 00 53 2c 45">);
    CHECK(same_composite(amqp::target{.dynamic = true, .dynamic_node_properties = properties}, input) == "");
    const auto back = amqp::decode<amqp::target>(input);
    REQUIRE(back);
    const auto d = back->dynamic_node_properties->get<amqp::described>("lifetime-policy");
    REQUIRE(d);
    CHECK(amqp::decode<amqp::delete_on_no_links>(*d));
    CHECK(amqp::decode<amqp::delete_on_close>(*d).error().code == errc::amqp_descriptor);
}
