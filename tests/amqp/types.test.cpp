#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <type_traits>

#include "support/catch2.hpp"

namespace amqp = hubwire::amqp;
using namespace std::literals;

TEST_CASE("a field with a default is that, or a value, which may be the same one") {
    amqp::with_default<std::uint32_t, 7> field;
    CHECK_FALSE(field.has_value());
    CHECK(*field == 7);
    field = 7;
    CHECK(field.has_value());
    CHECK(*field == 7);
    CHECK_FALSE(field == amqp::with_default<std::uint32_t, 7>{});
    CHECK(field == amqp::with_default<std::uint32_t, 7>{7});
    CHECK_FALSE(field == amqp::with_default<std::uint32_t, 7>{8});
    field.reset();
    CHECK_FALSE(field.has_value());
    CHECK(field == amqp::with_default<std::uint32_t, 7>{});
    static_assert(decltype(field)::default_value == 7);
}

TEST_CASE("a field with a default is compared with a value by what it means, be it there or not") {
    const amqp::transfer absent;
    const amqp::transfer present{.handle = 0, .more = false};
    CHECK(absent.more == false);
    CHECK(false == absent.more);
    CHECK(absent.more != true);
    CHECK(present.more == false);
    CHECK(absent.more != present.more);
    CHECK(absent != present);
    CHECK(amqp::open{}.channel_max == 0xFFFF);
    CHECK(amqp::open{}.channel_max != 0xFFFE);
    CHECK(amqp::open{.channel_max = 1}.channel_max == 1);
    CHECK(amqp::attach{}.snd_settle_mode == amqp::sender_settle_mode::mixed);
    CHECK(amqp::sender_settle_mode::settled != amqp::attach{}.snd_settle_mode);
}

TEST_CASE("a symbol is made of any text, and equal to one of the same text") {
    const std::string owned = "name";
    CHECK(amqp::symbol{"name"} == amqp::symbol{owned});
    CHECK(amqp::symbol{"name"sv}.text == "name");
    CHECK(amqp::symbol{"a\0b"sv}.text.size() == 3);
    CHECK_FALSE(amqp::symbol{"name"} == amqp::symbol{"Name"});
    CHECK(amqp::symbol{}.text.empty());
    // A symbol is not a string, and does not turn into one unasked.
    static_assert(!std::is_convertible_v<amqp::symbol, std::string_view>);
}

TEST_CASE("times are compared by what they count, and are not mixed up") {
    CHECK(amqp::timestamp{-5} < amqp::timestamp{3});
    CHECK(amqp::milliseconds{5} > amqp::milliseconds{3});
    CHECK(amqp::seconds{5} == amqp::seconds{5});
    static_assert(!std::is_convertible_v<amqp::seconds, amqp::milliseconds>);
    static_assert(!std::is_convertible_v<std::uint32_t, amqp::milliseconds>);
}
