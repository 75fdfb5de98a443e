#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/allocations.hpp"
#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/sweep.hpp"
#include "support/wire.hpp"

using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using fault = hubwire::error;
using namespace hubwire::amqp;
using namespace std::literals;
using support::exact_block;
using support::wire;

namespace {

const transfer first_of_all{.handle = 3, .delivery_id = 1, .delivery_tag = "tag"sv, .message_format = 0};

std::string numbered(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i != size; ++i) text[i] = static_cast<char>('a' + i % 23);
    return text;
}

/// The frames of a delivery, each with its parts joined; or, behind those that came out, why there are no more.
struct outcome {
    std::vector<std::string> frames;
    fault wrong;
};
outcome frames_of(outgoing_delivery delivery, const options& rules) {
    outcome all;
    while (!delivery.is_done()) {
        std::array<char, 512> memory{};
        const std::size_t before = support::allocations();
        const auto frame = delivery.next(memory, rules);
        if (support::allocations() != before) FAIL("it allocated");
        if (!frame) {
            all.wrong = frame.error();
            return all;
        }
        std::string joined{frame->head.text()};
        joined += frame->first.text();
        joined += frame->second.text();
        joined += frame->third.text();
        if (frame->size() != joined.size()) FAIL("a frame has another size than its parts");
        if ((frame->first.empty() && !frame->second.empty()) || (frame->second.empty() && !frame->third.empty()))
            FAIL("a part comes behind none");
        if (frame->is_last != delivery.is_done()) FAIL("the last frame is not the last");
        all.frames.push_back(joined);
    }
    return all;
}

/// What every cut has to satisfy: no frame is over the limit, none could have taken more, the first one alone has what
/// is the delivery's, and the payloads are the message. Returns the number of frames.
std::size_t check_cut(const std::vector<std::string>& frames, const transfer& first, std::string_view message,
                      std::uint32_t limit) {
    std::string payloads;
    for (std::size_t i = 0; i != frames.size(); ++i) {
        const bool is_last = i + 1 == frames.size();
        const auto frame = decode_frame<transfer>(frames[i]);
        REQUIRE(frame);
        payloads += frame->payload.text();
        transfer expected = i == 0 ? first : transfer{.handle = first.handle};
        if (!is_last) expected.more = true;
        if (!(frame->body == expected)) FAIL("another transfer at " << i << " of " << frames.size());
        if (frame->channel != 9) FAIL("another channel");
        if (frames[i].size() > limit) FAIL("a frame over the limit");
        if (!is_last && frames[i].size() != limit) FAIL("a frame that could take more");
    }
    CHECK(payloads == message);
    return frames.size();
}

consteval bool delivery_is_a_constant() {
    std::array<char, 64> scratch{};
    std::array<char, 16> memory{};
    outgoing_delivery out{9, transfer{.handle = 3, .delivery_id = 1, .delivery_tag = "t"sv}, "0123456789"sv};
    incoming_delivery in{memory};
    delivery_progress progress{};
    while (!out.is_done()) {
        const auto frame = out.next(scratch, {.max_frame_size = 27});
        const auto body = decode<transfer>(frame->head.without_first(8));
        progress = *in.add(*body, frame->first);
    }
    return progress == delivery_progress::complete && in.message() == bytes{"0123456789"sv} && in.size() == 10;
}
static_assert(delivery_is_a_constant());

}  // namespace

// ---------------------------------------------------------------------------------------------------------------------
// Outgoing

TEST_CASE("AMQP 2.6.14: a message is cut into frames of the peer's size, whatever that is and however it lies") {
    const std::string message = numbered(150);
    // The head of the first frame: 8 of the frame, 6 of the list, the fields, and `more`.
    constexpr std::uint32_t first_head = 8 + 6 + 2 + 2 + 5 + 1 + 1 + 1;
    constexpr std::uint32_t alone = first_head - 2;
    constexpr std::uint32_t next_head = 8 + 6 + 2 + 4 + 1;
    constexpr std::uint32_t next_alone = next_head - 5;
    for (std::uint32_t limit = 0; limit != 260; ++limit) {
        for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{40}, message.size()}) {
            const std::string_view text = std::string_view{message}.substr(0, size);
            const options rules{.max_frame_size = limit};
            const auto cut = frames_of(outgoing_delivery{9, first_of_all, text}, rules);
            const bool fits = alone + size <= limit || limit > first_head;
            INFO(limit << ' ' << size);
            CHECK((cut.wrong.code == errc::none) == fits);
            if (!fits) {
                CHECK(cut.wrong.code == errc::amqp_max_frame_size);
                continue;
            }
            const std::size_t count = check_cut(cut.frames, first_of_all, text, limit);
            std::size_t least = 1;
            for (std::size_t left = size; (least == 1 ? alone : next_alone) + left > limit; ++least)
                left -= limit - (least == 1 ? first_head : next_head);
            CHECK(count == least);
            for (std::size_t head = 0; head <= size; head += 7) {
                const bytes front = bytes{text}.first(head);
                const bytes back = bytes{text}.without_first(head);
                CHECK(frames_of(outgoing_delivery{9, first_of_all, front, back}, rules).frames == cut.frames);
                // And of three parts, one of which is short enough to lie within a frame, or is empty.
                const bytes middle = back.first(std::min<std::size_t>(back.size(), head % 3));
                const bytes rest = back.without_first(middle.size());
                CHECK(frames_of(outgoing_delivery{9, first_of_all, front, middle, rest}, rules).frames == cut.frames);
            }
        }
    }
}

TEST_CASE("a message is not copied: the parts of a frame are views of where it lies") {
    const std::string head = numbered(20);
    const std::string payload = numbered(40);
    std::array<char, 64> memory{};
    outgoing_delivery delivery{9, first_of_all, head, payload};
    const auto first = delivery.next(memory, {.max_frame_size = 60});
    REQUIRE(first);
    CHECK(first->head.data() == memory.data());
    CHECK(first->first.data() == head.data());
    CHECK(first->first.size() == head.size());
    CHECK(first->second.data() == payload.data());
    CHECK(!first->is_last);
    const std::size_t taken = first->second.size();
    CHECK(taken > 0);
    const auto second = delivery.next(memory, {.max_frame_size = 60});
    REQUIRE(second);
    CHECK(second->first.data() == payload.data() + taken);
    CHECK(second->second.empty());
    CHECK(second->is_last);
    CHECK(second->size() == second->head.size() + second->first.size());
}

TEST_CASE("an empty message is one frame, without a payload") {
    const auto cut = frames_of(outgoing_delivery{9, first_of_all, {}}, {});
    REQUIRE(cut.frames.size() == 1);
    CHECK(bytes{cut.frames[0]} == bytes{wire<"00000018 02 00 0009 005314 c0 0b 04 5203 5201 a003 'tag' 43">});
}

TEST_CASE("AMQP 2.7.5: the transfers of a delivery, byte by byte") {
    transfer first = first_of_all;
    first.settled = true;
    first.more = true;  // is seen to
    const auto cut = frames_of(outgoing_delivery{9, first, "0123456789"sv}, {.max_frame_size = 30});
    REQUIRE(cut.frames.size() == 2);
    CHECK(bytes{cut.frames[0]} ==
          bytes{wire<"0000001e 02 00 0009 005314 c0 0d 06 5203 5201 a003 'tag' 43 41 41 '0123'">});
    CHECK(bytes{cut.frames[1]} == bytes{wire<"00000016 02 00 0009 005314 c0 03 01 5203 '456789'">});
}

TEST_CASE("AMQP 2.7.5: the first of several transfers says a message format, that of AMQP if none is given") {
    const transfer none{.handle = 3, .delivery_id = 1, .delivery_tag = "tag"sv};
    const auto cut = frames_of(outgoing_delivery{9, none, "0123456789"sv}, {.max_frame_size = 30});
    REQUIRE(cut.frames.size() == 2);
    CHECK(bytes{cut.frames[0]} ==
          bytes{wire<"0000001e 02 00 0009 005314 c0 0d 06 5203 5201 a003 'tag' 43 40 41 '0123'">});
    CHECK(bytes{cut.frames[1]} == bytes{wire<"00000016 02 00 0009 005314 c0 03 01 5203 '456789'">});

    std::array<char, 64> memory{};  // one transfer need not, also where it was to be one of several before
    outgoing_delivery whole{9, none, "0123456789"sv};
    CHECK(whole.next(buffer{memory.data(), 8}, {.max_frame_size = 30}).error().code == errc::no_space);
    CHECK(whole.next(memory).value_or({}).head ==
          bytes{wire<"00000021 02 00 0009 005314 c0 0a 03 5203 5201 a003 'tag'">});

    transfer batch = none;
    batch.message_format = batch_message_format;
    const auto batches = frames_of(outgoing_delivery{9, batch, "0123456789"sv}, {.max_frame_size = 34});
    REQUIRE(batches.frames.size() == 2);
    CHECK(decode_frame<transfer>(batches.frames[0])->body.message_format == batch_message_format);
    CHECK(!decode_frame<transfer>(batches.frames[1])->body.message_format);
}

TEST_CASE("AMQP 2.7.5: a delivery that is aborted is one transfer, without a payload, however long the message is") {
    const std::string message = numbered(600);
    transfer first = first_of_all;
    first.more = true;
    first.aborted = true;
    const auto cut = frames_of(outgoing_delivery{9, first, message, message, message}, {.max_frame_size = 512});
    REQUIRE(cut.frames.size() == 1);
    CHECK(bytes{cut.frames[0]} ==
          bytes{wire<"0000001e 02 00 0009 005314 c0 11 0a 5203 5201 a003 'tag' 43 40 40 40 40 40 41">});
    first.aborted = false;
    CHECK(frames_of(outgoing_delivery{9, first, message}, {.max_frame_size = 512}).frames.size() == 2);
}

TEST_CASE("AMQP 2.7.5: the first transfer of a delivery has an id and a tag") {
    std::array<char, 64> memory{};
    outgoing_delivery no_id{9, transfer{.handle = 3, .delivery_tag = "tag"sv}, "m"sv};
    CHECK(no_id.next(memory).error() == fault{.code = errc::amqp_first_transfer, .offset = 0});
    outgoing_delivery no_tag{9, transfer{.handle = 3, .delivery_id = 1}, "m"sv};
    CHECK(no_tag.next(memory).error().code == errc::amqp_first_transfer);
    CHECK(!no_tag.is_done());
    outgoing_delivery empty_tag{9, transfer{.handle = 3, .delivery_id = 1, .delivery_tag = bytes{}}, "m"sv};
    CHECK(empty_tag.next(memory).has_value());
}

TEST_CASE("AMQP 2.8.7: a delivery is not sent with a tag of more than 32 bytes") {
    const std::string tag(33, 't');
    std::array<char, 128> memory{};
    transfer first = first_of_all;
    first.delivery_tag = bytes{tag};
    CHECK(outgoing_delivery{9, first, "m"sv}.next(memory).error().code == errc::amqp_delivery_tag);
    first.delivery_tag = bytes{tag}.first(32);
    CHECK(outgoing_delivery{9, first, "m"sv}.next(memory).has_value());
}

TEST_CASE("after a lack of space, or a frame too small for its head, the same frame is tried again") {
    const std::string message = numbered(200);
    const options rules{.max_frame_size = 64};
    const auto expected = frames_of(outgoing_delivery{9, first_of_all, message}, rules).frames;
    REQUIRE(expected.size() > 3);

    outgoing_delivery delivery{9, first_of_all, message};
    std::vector<std::string> frames;
    while (!delivery.is_done()) {
        CHECK(delivery.next({}, {.max_frame_size = 8}).error().code == errc::amqp_max_frame_size);
        for (std::size_t capacity = 0;; ++capacity) {
            exact_block memory{capacity};
            const auto frame = delivery.next(buffer{memory.data(), memory.size()}, rules);
            if (frame) {
                CHECK(frame->head.size() == capacity);
                frames.push_back(std::string{frame->head.text()} + std::string{frame->first.text()});
                break;
            }
            CHECK(frame.error().code == errc::no_space);
            CHECK(frame.error().offset == capacity);
            if (capacity > 64) FAIL("no capacity is enough");
        }
    }
    CHECK(frames == expected);
}

TEST_CASE("the peer's frame size can be another one from frame to frame") {
    const std::string message = numbered(300);
    outgoing_delivery delivery{9, first_of_all, message};
    std::string payloads;
    std::uint32_t limit = 40;
    while (!delivery.is_done()) {
        std::array<char, 64> memory{};
        const auto frame = delivery.next(memory, {.max_frame_size = limit});
        REQUIRE(frame);
        CHECK(frame->size() <= limit);
        payloads += frame->first.text();
        limit += 17;
    }
    CHECK(payloads == message);
}

TEST_CASE("a whole message is cut where its head ends and its payload begins") {
    const std::string payload = numbered(1000);
    const message sent{.properties = properties{.message_id = "id"}, .body = data{payload}};
    std::array<char, 64> memory{};
    const auto head = encode_head(memory, sent);
    REQUIRE(head);
    const auto cut = frames_of(outgoing_delivery{9, first_of_all, *head, payload}, {.max_frame_size = 512});
    std::vector<char> joined(2000);
    incoming_delivery in{joined};
    for (const std::string& bytes : cut.frames) {
        const auto frame = decode_frame<transfer>(bytes);
        REQUIRE(frame);
        REQUIRE(in.add(frame->body, frame->payload));
    }
    CHECK(decode<message>(in.message()).value_or({}) == sent);
}

TEST_CASE(
    "AMQP 4.4.1: each frame of a delivery says that it is part of a transaction, and no other state is said twice") {
    std::vector<std::string> frames;  // which the states are views of
    const auto states_of = [&frames](const delivery_state& state) {
        transfer first = first_of_all;
        first.state = state;
        const std::string message = numbered(150);
        frames = frames_of({9, first, bytes{message}}, {.max_frame_size = 80}).frames;
        std::vector<delivery_state> states;
        for (const std::string& frame : frames) states.push_back(decode_frame<transfer>(frame)->body.state);
        return states;
    };
    const transactional_state posted{.txn_id = "txn"sv};
    CHECK(states_of(posted) == std::vector<delivery_state>{posted, posted, posted, posted});
    const received half{.section_number = 1, .section_offset = 2};
    CHECK(states_of(half) == std::vector<delivery_state>{half, {}, {}});
}

// ---------------------------------------------------------------------------------------------------------------------
// Incoming

TEST_CASE("a delivery comes out as it went in, for many sizes of messages and frames") {
    const std::string message = numbered(600);
    std::array<char, 600> memory{};
    incoming_delivery joining{memory};
    incoming_delivery counting;
    for (std::uint32_t limit = 27; limit <= 620; limit += 9) {
        for (std::size_t size = 0; size <= message.size(); size += 37) {
            const std::string_view text = std::string_view{message}.substr(0, size);
            const auto cut = frames_of(outgoing_delivery{9, first_of_all, text}, {.max_frame_size = limit});
            REQUIRE(cut.wrong.code == errc::none);
            std::size_t so_far = 0;
            for (std::size_t i = 0; i != cut.frames.size(); ++i) {
                const exact_block block{cut.frames[i]};  // gone once it has been added
                const auto frame = decode_frame<transfer>(bytes{block.data(), block.size()});
                REQUIRE(frame);
                so_far += frame->payload.size();
                const std::size_t before = support::allocations();
                const auto progress = joining.add(frame->body, frame->payload);
                const auto counted = counting.add(frame->body, frame->payload);
                CHECK(support::allocations() == before);
                const bool is_last = i + 1 == cut.frames.size();
                const auto expected = is_last ? delivery_progress::complete : delivery_progress::more;
                if (!progress || *progress != expected || !counted || *counted != expected) FAIL("at " << i);
                if (joining.size() != so_far || counting.size() != so_far) FAIL("another size at " << i);
                if (joining.message() != bytes{text}.first(so_far)) FAIL("another message at " << i);
            }
            CHECK(joining.message() == bytes{text});
            CHECK(counting.message().empty());
            transfer expected = first_of_all;
            if (cut.frames.size() > 1) expected.more = true;
            CHECK(joining.first_transfer() == expected);
            CHECK(counting.first_transfer() == expected);
        }
    }
}

TEST_CASE("AMQP 2.7.5: what continues a delivery repeats its id, tag and format, or leaves them out") {
    transfer first = first_of_all;
    first.more = true;
    const transfer again[] = {
        {.handle = 3},
        {.handle = 3, .delivery_id = 1},
        {.handle = 3, .delivery_tag = "tag"sv},
        {.handle = 3, .message_format = 0},
        {.handle = 3, .delivery_id = 1, .delivery_tag = "tag"sv, .message_format = 0},
    };
    for (const transfer& next : again) {
        std::array<char, 8> memory{};
        incoming_delivery in{memory};
        REQUIRE(in.add(first, "ab"sv).value_or(delivery_progress::aborted) == delivery_progress::more);
        CHECK(in.add(next, "cd"sv).value_or(delivery_progress::aborted) == delivery_progress::complete);
        CHECK(in.message().text() == "abcd");
    }
}

TEST_CASE("AMQP 2.7.5: a format that the first transfer left out is that of AMQP, where the next one says it") {
    transfer first = first_of_all;
    first.message_format.reset();
    first.more = true;
    incoming_delivery in;
    REQUIRE(in.add(first, "ab"sv));
    CHECK(in.add({.handle = 3, .message_format = 1}, "cd"sv).error().code == errc::amqp_next_transfer);
    CHECK(in.add({.handle = 3, .message_format = 0}, "cd"sv).value_or(delivery_progress::aborted) ==
          delivery_progress::complete);
    CHECK(in.first_transfer() == first);
}

TEST_CASE("AMQP 2.7.5: what contradicts the delivery it continues is refused, and changes nothing") {
    transfer first = first_of_all;
    first.more = true;
    const transfer others[] = {
        {.handle = 4},
        {.handle = 3, .delivery_id = 2},
        {.handle = 3, .delivery_tag = "taG"sv},
        {.handle = 3, .delivery_tag = "ta"sv},
        {.handle = 3, .delivery_tag = ""sv},
        {.handle = 3, .message_format = 1},
        {.handle = 4, .delivery_id = 1, .delivery_tag = "tag"sv, .message_format = 0},
        {.handle = 3, .delivery_id = 2, .aborted = true},
    };
    for (const bool joining : {false, true}) {
        for (const transfer& next : others) {
            std::array<char, 8> memory{};
            incoming_delivery in = joining ? incoming_delivery{memory} : incoming_delivery{};
            REQUIRE(in.add(first, "ab"sv));
            const auto progress = in.add(next, "cd"sv);
            REQUIRE(!progress);
            CHECK(progress.error() == fault{.code = errc::amqp_next_transfer, .offset = 0});
            CHECK(in.size() == 2);
            CHECK(in.message().text() == (joining ? "ab" : ""));
            CHECK(in.add({.handle = 3}, "cd"sv).value_or(delivery_progress::aborted) == delivery_progress::complete);
        }
    }
}

TEST_CASE("AMQP 2.7.5: a delivery does not begin with a transfer that has no id or no tag") {
    std::array<char, 8> memory{};
    incoming_delivery in{memory};
    CHECK(in.add({.handle = 3}, "a"sv).error() == fault{.code = errc::amqp_first_transfer, .offset = 0});
    CHECK(in.add({.handle = 3, .delivery_id = 1}, "a"sv).error().code == errc::amqp_first_transfer);
    CHECK(in.add({.handle = 3, .delivery_tag = "t"sv}, "a"sv).error().code == errc::amqp_first_transfer);
    CHECK(in.size() == 0);
    CHECK(in.add({.handle = 3, .delivery_id = 1, .delivery_tag = ""sv}, "a"sv).has_value());
    CHECK(in.add({.handle = 3}, "a"sv).error().code == errc::amqp_first_transfer);  // the next delivery
}

TEST_CASE("AMQP 2.8.7: a tag has at most 32 bytes, and outlives the frame it came in") {
    const std::string tag = numbered(33);
    incoming_delivery in;
    CHECK(in.add({.handle = 3, .delivery_id = 1, .delivery_tag = bytes{tag}}, {}).error() ==
          fault{.code = errc::amqp_delivery_tag, .offset = 0});
    {
        const exact_block gone{bytes{tag}.first(32)};
        CHECK(in.add({.handle = 3, .delivery_id = 1, .delivery_tag = bytes{gone.data(), gone.size()}, .more = true}, {})
                  .has_value());
    }
    const transfer first = in.first_transfer();
    CHECK(first.delivery_tag == bytes{tag}.first(32));
    CHECK(in.add({.handle = 3, .delivery_tag = bytes{tag}}, {}).error().code == errc::amqp_next_transfer);
    CHECK(in.add({.handle = 3, .delivery_tag = bytes{tag}.first(32)}, {}).has_value());
}

TEST_CASE("AMQP 2.7.5: a delivery is settled if any of its transfers is") {
    const auto settled_of = [](std::optional<bool> a, std::optional<bool> b, std::optional<bool> c) {
        incoming_delivery in;
        transfer first = first_of_all;
        first.more = true;
        first.settled = a;
        REQUIRE(in.add(first, {}));
        REQUIRE(in.add({.handle = 3, .settled = b, .more = true}, {}));
        REQUIRE(in.add({.handle = 3, .settled = c}, {}));
        return in.first_transfer().settled;
    };
    CHECK(settled_of({}, {}, {}) == std::nullopt);
    CHECK(settled_of(true, {}, {}) == true);
    CHECK(settled_of({}, true, {}) == true);
    CHECK(settled_of({}, {}, true) == true);
    CHECK(settled_of(true, false, {}) == true);
    CHECK(settled_of(false, {}, false) == false);
    CHECK(settled_of(false, true, false) == true);
}

TEST_CASE("AMQP 2.7.5: an aborted delivery is over, and what came of it is dropped") {
    std::array<char, 8> memory{};
    incoming_delivery in{memory};
    transfer first = first_of_all;
    first.more = true;
    REQUIRE(in.add(first, "abc"sv));
    CHECK(in.add({.handle = 3, .more = true, .aborted = true}, "a payload that nobody has room for"sv)
              .value_or(delivery_progress::more) == delivery_progress::aborted);
    CHECK(in.size() == 0);
    CHECK(in.message().empty());
    CHECK(in.first_transfer().delivery_id == 1u);
    CHECK(in.first_transfer().settled == true);  // which aborting means
    CHECK(in.add({.handle = 3}, {}).error().code == errc::amqp_first_transfer);

    transfer second = first_of_all;
    second.delivery_id = 2;
    second.delivery_tag = "another"sv;
    CHECK(in.add(second, "xyz"sv).value_or(delivery_progress::more) == delivery_progress::complete);
    CHECK(in.message().text() == "xyz");
    CHECK(in.first_transfer() == second);

    transfer at_once = first_of_all;
    at_once.aborted = true;
    CHECK(in.add(at_once, "a"sv).value_or(delivery_progress::more) == delivery_progress::aborted);
    CHECK(in.message().empty());
    at_once.settled = true;
    CHECK(in.first_transfer() == at_once);
}

TEST_CASE("deliveries follow each other, of any links, in the same memory") {
    std::array<char, 8> memory{};
    incoming_delivery in{memory};
    for (std::uint32_t id = 0; id != 5; ++id) {
        const std::string tag(id, 't');
        const transfer first{.handle = id, .delivery_id = id, .delivery_tag = bytes{tag}, .more = true};
        REQUIRE(in.add(first, "abc"sv).value_or(delivery_progress::aborted) == delivery_progress::more);
        CHECK(in.message().text() == "abc");
        REQUIRE(in.add({.handle = id, .more = true}, {}).value_or(delivery_progress::aborted) ==
                delivery_progress::more);
        REQUIRE(in.add({.handle = id}, "de"sv).value_or(delivery_progress::aborted) == delivery_progress::complete);
        CHECK(in.message().text() == "abcde");
        CHECK(in.message().data() == memory.data());
        CHECK(in.first_transfer() == first);
    }
}

TEST_CASE(
    "memory that is too small is never written past, and the error says how much it lacks, to the last transfer") {
    const auto lacks = [](std::size_t capacity, std::size_t size) {
        return fault{.code = errc::no_space, .offset = capacity, .needed = size - capacity};
    };
    for (std::size_t capacity = 0; capacity != 8; ++capacity) {
        exact_block memory{capacity};
        incoming_delivery in{buffer{memory.data(), memory.size()}};
        transfer first = first_of_all;
        first.more = true;
        const auto begun = in.add(first, "abc"sv);
        CHECK(begun.has_value() == (capacity >= 3));
        if (!begun) CHECK(begun.error() == lacks(capacity, 3));
        const auto goes_on = in.add({.handle = 3, .more = true}, "def"sv);
        CHECK(goes_on.has_value() == (capacity >= 6));
        if (!goes_on) CHECK(goes_on.error() == lacks(capacity, 6));
        // A piece for which there was room is no message where those before it are missing.
        const auto done = in.add({.handle = 3}, "gh"sv);
        REQUIRE(!done);
        CHECK(done.error() == lacks(capacity, 8));
        CHECK(in.message().empty());
        CHECK(in.size() == 8);
        CHECK(in.add({.handle = 3}, {}).error().code == errc::amqp_first_transfer);  // it is over

        if (capacity == 0) continue;
        REQUIRE(in.add(first_of_all, "x"sv));  // and the next one has the memory to itself
        CHECK(in.message().text() == "x");
    }
}

TEST_CASE("what adds up to more than can be counted is refused, and does not wrap") {
    incoming_delivery in;  // looks at no payload
    transfer first = first_of_all;
    first.more = true;
    REQUIRE(in.add(first, "a"sv));
    const bytes endless{"", (std::numeric_limits<std::size_t>::max)()};
    CHECK(in.add({.handle = 3}, endless).error() == fault{.code = errc::too_long, .offset = 1});
}

TEST_CASE("a delivery for which there is no memory can still be aborted") {
    incoming_delivery in{buffer{}};
    transfer first = first_of_all;
    first.more = true;
    CHECK(in.add(first, "abc"sv).error().code == errc::no_space);
    CHECK(in.add({.handle = 3, .aborted = true}, {}).value_or(delivery_progress::more) == delivery_progress::aborted);
    CHECK(in.size() == 0);
}

TEST_CASE("the state of the first transfer is not kept: it would be a view of a frame that is gone") {
    incoming_delivery in;
    transfer first = first_of_all;
    first.state = accepted{};
    REQUIRE(in.add(first, {}));
    CHECK(!in.first_transfer().state.has_value());
    CHECK(in.first_transfer() == first_of_all);
}
