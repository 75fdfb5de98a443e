#include <array>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string_view>

#include "support/catch2.hpp"
#include "support/sweep.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using namespace hubwire::iothub;
namespace amqp = hubwire::amqp;
using support::wire;

namespace {

constexpr event_annotations all{
    .sequence_number = 2995, .offset = "51", .enqueued_time = amqp::timestamp{1000}, .partition_key = "k"};

consteval bool event_annotations_are_constants() {
    std::array<char, 200> memory{};
    return event_annotations_of(*as_annotations(memory, all)) == all;
}
static_assert(event_annotations_are_constants());

}  // namespace

TEST_CASE("where an event stands is written and read") {
    const auto annotations = wire<
        "c1 69 08 a315 'x-opt-sequence-number' 81 00000000 00000bb3"
        "a30c 'x-opt-offset' a102 '51'"
        "a313 'x-opt-enqueued-time' 83 00000000 000003e8"
        "a313 'x-opt-partition-key' a101 'k'">;
    const auto encode = [&](hubwire::buffer output) -> hubwire::result<bytes> {
        const auto map = as_annotations(output, all);
        if (!map) return map.error();
        return bytes{output.data(), annotations.size()};
    };
    CHECK(support::every_capacity(annotations, encode) == "");
    CHECK(event_annotations_of(*amqp::decode<amqp::annotations>(annotations)) == all);
}

TEST_CASE("what is absent, or of another type, is not there") {
    std::array<char, 10> memory;
    CHECK(as_annotations(memory, {})->empty());
    CHECK(event_annotations_of(std::nullopt) == event_annotations{});
    const amqp::entry entries[] = {{amqp::symbol{"x-opt-sequence-number"}, "1"},
                                   {amqp::symbol{"x-opt-offset"}, 1},
                                   {amqp::symbol{"x-opt-enqueued-time"}, 1},
                                   {amqp::symbol{"x-opt-partition-key"}, {}}};
    CHECK(event_annotations_of(amqp::annotations{entries}) == event_annotations{});
}

TEST_CASE("events differ by where they stand, and their texts have to be UTF-8") {
    CHECK_FALSE(event_annotations{.offset = "1"} == event_annotations{.offset = "2"});
    CHECK_FALSE(event_annotations{.partition_key = "1"} == event_annotations{.partition_key = "2"});
    CHECK_FALSE(event_annotations{.sequence_number = 1} == event_annotations{.sequence_number = 2});
    std::array<char, 100> memory;
    CHECK(as_annotations(memory, {.offset = "\xff"}).error().code == hubwire::errc::invalid_utf8);
}
