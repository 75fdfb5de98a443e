#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/amqp.hpp"
#include "support/catch2.hpp"
#include "support/wire.hpp"

namespace amqp = hubwire::amqp;
using amqp::value;
using hubwire::errc;
using support::composite_of;
using support::decodes_to;
using support::encode_refusal;
using support::refusal;
using support::same_composite;
using support::wire;
using namespace std::literals;

TEST_CASE("declare [AMQP 4.5.2]") {
    CHECK(same_composite(amqp::declare{}, wire<"00 53 31 45">) == "");
    CHECK(decodes_to(amqp::declare{}, wire<"00 53 31 c0 02 01 40">) == "");
    // The id of a global transaction is any value.
    CHECK(same_composite(amqp::declare{.global_id = "id"}, composite_of(0x31, 1, wire<"a1 02 'id'">)) == "");
    constexpr value pair[] = {std::uint64_t{1}, "id"};
    CHECK(same_composite(amqp::declare{.global_id = amqp::described{pair}},
                         composite_of(0x31, 1, wire<"00 53 01 a1 02 'id'">)) == "");
}

TEST_CASE("discharge [AMQP 4.5.3]") {
    CHECK(same_composite(amqp::discharge{.txn_id = "id"sv}, composite_of(0x32, 1, wire<"a0 02 'id'">)) == "");
    CHECK(same_composite(amqp::discharge{.txn_id = "id"sv, .fail = true},
                         composite_of(0x32, 2, wire<"a0 02 'id' 41">)) == "");
    CHECK(same_composite(amqp::discharge{.txn_id = "id"sv, .fail = false},
                         composite_of(0x32, 2, wire<"a0 02 'id' 42">)) == "");
    CHECK(refusal<amqp::discharge>(wire<"00 53 32 45">).code == errc::amqp_missing_field);
    CHECK(refusal<amqp::discharge>(wire<"00 53 32 c0 05 01 a1 02 'id'">).code == errc::amqp_type);
}

TEST_CASE("what a coordinator is sent is one of two, as the body of a message [AMQP 4.5]") {
    using request = amqp::choice<amqp::declare, amqp::discharge>;
    const auto read = [](hubwire::bytes wire) {
        const auto m = amqp::decode<amqp::message>(wire);
        REQUIRE(m);
        return amqp::decode<request>(m->body.single_value().value_or(value{}));
    };
    CHECK(*read(wire<"005377 00 53 31 45">) == amqp::declare{});
    CHECK(*read(wire<"005377 00 53 32 c0 06 02 a0 02 'id' 41">) == amqp::discharge{.txn_id = "id"sv, .fail = true});
    CHECK(read(wire<"005377 00 a3 11 'amqp:declare:list' 45">)->is<amqp::declare>());
    CHECK(read(wire<"005377 00 53 33 45">)->is<amqp::described>());
    CHECK(read(wire<"005377 00 53 32 45">).error().code == errc::amqp_missing_field);
    CHECK(read(wire<"005377 00 53 31 40">).error().code == errc::amqp_type);
    CHECK(read(wire<"005377 45">).error().code == errc::amqp_type);
}

TEST_CASE("the id of a transaction has at most 32 bytes [AMQP 4.5.4]") {
    constexpr std::string_view id = "0123456789abcdef0123456789abcdef+";
    const auto refused = [&]<class T>(T longer, unsigned code) {
        CHECK(encode_refusal(longer).code == errc::amqp_transaction_id);
        const std::string field = "\xa0\x21" + std::string{id};
        CHECK(refusal<T>(composite_of(code, 1, field)).code == errc::amqp_transaction_id);
        longer.txn_id = hubwire::bytes{id}.first(32);
        CHECK(same_composite(longer, composite_of(code, 1, "\xa0\x20" + std::string{id.substr(0, 32)})) == "");
    };
    refused(amqp::discharge{.txn_id = id}, 0x32);
    refused(amqp::declared{.txn_id = id}, 0x33);
    refused(amqp::transactional_state{.txn_id = id}, 0x34);
}
