#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <type_traits>

#include "support/amqp.hpp"
#include "support/catch2.hpp"
#include "support/wire.hpp"

namespace amqp = hubwire::amqp;
using amqp::entry;
using amqp::symbol;
using amqp::value;
using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using support::composite_of;
using support::decodes_to;
using support::encode_refusal;
using support::encodes_to;
using support::refusal;
using support::same_composite;
using support::same_on_the_wire;
using support::wire;
using namespace std::literals;

TEST_CASE("received [AMQP 3.4.1]") {
    CHECK(same_composite(amqp::received{}, wire<"00 53 23 c0 03 02 43 44">) == "");
    CHECK(same_composite(amqp::received{.section_number = 1, .section_offset = 1'000'000'000'000},
                         composite_of(0x23, 2, wire<"52 01 80 000000e8d4a51000">)) == "");
    CHECK(refusal<amqp::received>(wire<"00 53 23 c0 02 01 43">).code == errc::amqp_missing_field);
}

TEST_CASE("accepted and released have no fields, in each encoding of none [AMQP 3.4.2, 3.4.4]") {
    CHECK(same_composite(amqp::accepted{}, wire<"00 53 24 45">) == "");
    CHECK(same_composite(amqp::released{}, wire<"00 53 26 45">) == "");
    CHECK(decodes_to(amqp::accepted{}, wire<"00 53 24 c0 01 00">) == "");
    CHECK(decodes_to(amqp::accepted{}, wire<"00 53 24 d0 00000004 00000000">) == "");
    CHECK(refusal<amqp::accepted>(wire<"00 53 24 c0 02 01 40">).code == errc::amqp_too_many_fields);
    CHECK(refusal<amqp::accepted>(wire<"00 53 26 45">).code == errc::amqp_descriptor);
    CHECK(encodes_to(amqp::accepted{}, wire<"00 53 24 45">, {.keep_trailing_nulls = true}) == "");
}

TEST_CASE("rejected says why, or does not [AMQP 3.4.3]") {
    CHECK(same_composite(amqp::rejected{}, wire<"00 53 25 45">) == "");
    CHECK(same_composite(amqp::rejected{.error = amqp::error{.condition = "c"}},
                         composite_of(0x25, 1, wire<"00 53 1d c0 04 01 a3 01 'c'">)) == "");
    CHECK(decodes_to(amqp::rejected{}, wire<"00 53 25 c0 02 01 40">) == "");
    CHECK(refusal<amqp::rejected>(wire<"00 53 25 c0 05 01 00 53 24 45">).code == errc::amqp_descriptor);
    CHECK(refusal<amqp::rejected>(wire<"00 53 25 c0 05 01 00 53 1d 45">).code == errc::amqp_missing_field);
}

TEST_CASE("modified [AMQP 3.4.5]") {
    constexpr entry annotations[] = {{symbol{"k"}, 1u}};
    CHECK(same_composite(amqp::modified{}, wire<"00 53 27 45">) == "");
    CHECK(same_composite(
              amqp::modified{.delivery_failed = true, .undeliverable_here = false, .message_annotations = annotations},
              composite_of(0x27, 3, wire<"41 42 c1 06 02 a3 01 'k' 52 01">)) == "");
}

TEST_CASE("declared, and the state of a delivery within a transaction [AMQP 4.5.5, 4.5.6]") {
    CHECK(same_composite(amqp::declared{.txn_id = "id"sv}, composite_of(0x33, 1, wire<"a0 02 'id'">)) == "");
    CHECK(same_composite(amqp::transactional_state{.txn_id = "id"sv}, composite_of(0x34, 1, wire<"a0 02 'id'">)) == "");
    CHECK(same_composite(amqp::transactional_state{.txn_id = "id"sv, .outcome = amqp::accepted{}},
                         composite_of(0x34, 2, wire<"a0 02 'id' 00 53 24 45">)) == "");
    CHECK(refusal<amqp::transactional_state>(wire<"00 53 34 45">).code == errc::amqp_missing_field);
}

TEST_CASE("a delivery state is one of those that there are") {
    const amqp::delivery_state none;
    CHECK_FALSE(none.has_value());
    CHECK_FALSE(none);
    bool called = false;
    none.visit([&](const auto&) { called = true; });
    CHECK_FALSE(called);
    CHECK(none == amqp::delivery_state{});

    const amqp::delivery_state state = amqp::modified{.delivery_failed = true};
    CHECK(state);
    CHECK(state.is<amqp::modified>());
    CHECK_FALSE(state.is<amqp::accepted>());
    CHECK(state.get_if<amqp::accepted>() == nullptr);
    CHECK(state.get_if<amqp::described>() == nullptr);
    REQUIRE(state.get_if<amqp::modified>() != nullptr);
    CHECK(state.get_if<amqp::modified>()->delivery_failed == true);
    std::uint64_t visited = 0;
    state.visit([&]<class T>(const T&) {
        if constexpr (amqp::composite<T>) visited = T::descriptor.code;
    });
    CHECK(visited == 0x27);
    CHECK_FALSE(state == none);
    CHECK_FALSE(state == amqp::delivery_state{amqp::modified{}});
    CHECK_FALSE(state == amqp::delivery_state{amqp::accepted{}});

    const amqp::delivery_state all[] = {amqp::received{},           amqp::accepted{}, amqp::rejected{},
                                        amqp::released{},           amqp::modified{}, amqp::declared{},
                                        amqp::transactional_state{}};
    const std::string wires[] = {composite_of(0x23, 2, wire<"43 44">),
                                 composite_of(0x24, 0, {}),
                                 composite_of(0x25, 0, {}),
                                 composite_of(0x26, 0, {}),
                                 composite_of(0x27, 0, {}),
                                 composite_of(0x33, 1, wire<"a0 00">),
                                 composite_of(0x34, 1, wire<"a0 00">)};
    for (std::size_t i = 0; i != std::size(all); ++i) {
        CHECK(same_on_the_wire(all[i], wires[i]) == "");
        for (std::size_t j = 0; j != std::size(all); ++j) CHECK((all[i] == all[j]) == (i == j));
    }
}

TEST_CASE("a delivery state that nobody here knows is kept, and sent on as it came [AMQP 1.2]") {
    const bytes unknown[] = {
        bytes{wire<"00 a3 07 'x:state' c0 05 02 a1 01 'x' 40">},
        bytes{wire<"00 80 0000013700000024 d0 00000004 00000000">},  // its low byte is that of accepted
        bytes{wire<"00 80 00000137 000000 24 45">},
        bytes{wire<"00 53 28 45">},
        bytes{wire<"00 a3 01 'x' a1 00">},
        bytes{wire<"00 52 24 45">},                       // not a ulong
        bytes{wire<"00 a1 12 'amqp:accepted:list' 45">},  // not a symbol
        bytes{wire<"00 00 53 01 53 24 40">},
    };
    for (const bytes input : unknown) {
        INFO(support::detail::hex(input));
        const auto state = amqp::decode<amqp::delivery_state>(input);
        REQUIRE(state);
        CHECK(state->is<amqp::described>());
        CHECK(same_on_the_wire(*state, input) == "");
        const std::string within = composite_of(0x15, 5, "\x41\x43\x40\x40" + std::string{input.text()});
        const auto disposition = amqp::decode<amqp::disposition>(within);
        REQUIRE(disposition);
        CHECK(same_composite(*disposition, within) == "");
    }
    CHECK(*amqp::decode<amqp::delivery_state>(wire<"00 53 28 45">) ==
          *amqp::decode<amqp::delivery_state>(wire<"00 80 0000000000000028 c0 01 00">));
    CHECK(refusal<amqp::delivery_state>(wire<"45">).code == errc::amqp_type);
    CHECK(refusal<amqp::delivery_state>(wire<"00 53 99 46">).code == errc::amqp_format_code);
    CHECK(refusal<amqp::delivery_state>(wire<"00 53 99 00 40 40">, {.max_depth = 1}).code == errc::amqp_depth);
    CHECK(refusal<amqp::delivery_state>(wire<"00 53 99 00 40 40">, {.max_depth = 2}).code == errc::none);
}

TEST_CASE("an unknown outcome within a transaction is kept as well [AMQP 4.5.6]") {
    const std::string input = composite_of(0x34, 2, wire<"a0 02 'id' 00 a3 01 'x' 45">);
    const auto state = amqp::decode<amqp::transactional_state>(input);
    REQUIRE(state);
    CHECK(state->outcome.is<amqp::described>());
    CHECK(same_composite(*state, input) == "");
    // received is a state, but no outcome.
    const std::string no_outcome = composite_of(0x34, 2, wire<"a0 02 'id' 00 53 23 c0 03 02 43 44">);
    CHECK(amqp::decode<amqp::transactional_state>(no_outcome)->outcome.is<amqp::described>());
}

TEST_CASE("an outcome is a delivery state as well [AMQP 3.4]") {
    constexpr value pair[] = {symbol{"x:y"}, 1};
    const amqp::outcome outcomes[] = {amqp::outcome{}, amqp::accepted{},
                                      amqp::rejected{.error = amqp::error{.condition = "x:y"}}, amqp::described{pair}};
    for (const amqp::outcome& o : outcomes) {
        const amqp::delivery_state state = o;
        CHECK(state.has_value() == o.has_value());
        o.visit([&]<class T>(const T& alternative) { CHECK(state == amqp::delivery_state{alternative}); });
    }
    static_assert(!std::is_convertible_v<amqp::delivery_state, amqp::outcome>);
}

TEST_CASE(
    "a described value with the descriptor of a known state is not sent: it would not come back as one [AMQP 1.3]") {
    constexpr value by_code[] = {std::uint64_t{0x24}, amqp::list{}};
    constexpr value by_name[] = {symbol{"amqp:accepted:list"}, amqp::list{}};
    constexpr value malformed[] = {std::uint64_t{0x25}, 5};
    CHECK(encode_refusal(amqp::delivery_state{amqp::described{by_code}}).code == errc::amqp_descriptor);
    CHECK(encode_refusal(amqp::delivery_state{amqp::described{by_name}}).code == errc::amqp_descriptor);
    CHECK(encode_refusal(amqp::outcome{amqp::described{malformed}}).code == errc::amqp_descriptor);
    CHECK(encode_refusal(amqp::disposition{.state = amqp::described{malformed}}) ==
          error{.code = errc::amqp_descriptor, .offset = 10});
    CHECK(amqp::decode<amqp::delivery_state>(amqp::described{by_code}).error().code == errc::amqp_type);

    // Others are: of a type that is no state, or with a descriptor that is no ulong.
    constexpr value source[] = {std::uint64_t{0x28}, amqp::list{}};
    constexpr value short_code[] = {0x24u, amqp::list{}};
    CHECK(same_on_the_wire(amqp::delivery_state{amqp::described{source}}, wire<"00 53 28 45">) == "");
    CHECK(same_on_the_wire(amqp::delivery_state{amqp::described{short_code}}, wire<"00 52 24 45">) == "");
}
