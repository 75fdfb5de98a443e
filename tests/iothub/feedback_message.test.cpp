#include <algorithm>
#include <array>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;
namespace amqp = hubwire::amqp;

namespace {

constexpr auto body = R"([{"originalMessageId":"m1","deviceId":"d1"},{"originalMessageId":"m2"}])"sv;
constexpr amqp::properties of_feedback{.content_type = feedback_content_type};

std::string encoded(const amqp::message& message) {
    std::string memory(1024, '\0');
    const auto written = amqp::encode(memory, message);
    REQUIRE(written);
    return std::string{written->text()};
}

std::string ids_of(feedback_reader& in) {
    std::string ids;
    for (const feedback_record& record : in) ids += std::string{record.original_message_id->raw()} + ' ';
    CHECK(in.finish());
    return ids;
}

static_assert([] {
    std::array<char, 256> memory{};
    const auto message = amqp::encode(memory, feedback_message(body));
    auto in = decode_feedback_message(*message);
    return in && in->next() && in->record().device_id == "d1";
}());
static_assert([] {
    std::array<char, 512> memory{};
    const auto message = encode_feedback_message(memory, feedback_reader{body});
    auto in = decode_feedback_message(*message);
    return in && in->next() && in->record().device_id == "d1";
}());
static_assert(asks_for(ack_request::negative, feedback_status::expired));

}  // namespace

TEST_CASE("a feedback message of one section is read where it lies") {
    const std::string text = encoded(feedback_message(body));
    const support::exact_block message{text};
    const hubwire::bytes input{message.data(), message.size()};
    auto in = decode_feedback_message(input);
    REQUIRE(in);
    REQUIRE(in->next());
    const auto id = in->record().original_message_id->raw();
    CHECK(id == "m1");
    CHECK((id.data() >= message.data() && id.data() < message.data() + message.size()));
    auto again = decode_feedback_message(input);
    CHECK(ids_of(*again) == "m1 m2 ");
}

TEST_CASE("a feedback message of several sections is joined in the caller's buffer") {
    for (std::size_t cut = 0; cut <= body.size(); ++cut) {
        const std::array<amqp::data, 3> parts{
            {{body.substr(0, cut)}, {body.substr(cut, 3)}, {body.substr(std::min(cut + 3, body.size()))}}};
        const std::string message = encoded({.properties = of_feedback, .body = parts});
        support::exact_block joined{body.size()};
        auto in = decode_feedback_message(message, hubwire::buffer{joined.data(), joined.size()});
        REQUIRE(in);
        CHECK(ids_of(*in) == "m1 m2 ");
        support::exact_block small{cut};
        CHECK((cut == body.size() || decode_feedback_message(message, hubwire::buffer{small.data(), cut}).error() ==
                                         error{.code = errc::no_space, .offset = cut, .needed = body.size() - cut}));
    }
}

TEST_CASE("a feedback message is written at once, as it would be of a body") {
    // Up to 255 bytes and beyond: then the head of the data section is longer.
    for (std::size_t count = 0; count != 5; ++count) {
        for (std::size_t size = 0; size != 90; ++size) {
            const std::string name(size, 'x');
            const std::vector<feedback_record> records(count, {.device_id = std::string_view{name}});
            std::string body_memory(*feedback_size(records), '\0');
            const std::string whole = encoded(feedback_message(*encode_feedback(body_memory, records)));
            CHECK(*feedback_message_size(records) == whole.size());
            support::exact_block room{whole.size()};
            const auto written = encode_feedback_message(hubwire::buffer{room.data(), room.size()}, records);
            REQUIRE(written);
            CHECK(written->text() == whole);
        }
    }
}

TEST_CASE("a feedback message is written whole or not at all, of a reader as well") {
    constexpr auto long_body =
        R"([{"originalMessageId":"m1","deviceId":"d1"},{"originalMessageId":"m2","description":")"
        R"(xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx)"
        R"(xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}])"sv;
    for (const std::string_view from : {body, long_body}) {
        std::string whole_memory(1024, '\0');
        const auto whole = encode_feedback_message(whole_memory, feedback_reader{from});
        REQUIRE(whole);
        auto again = decode_feedback_message(*whole);
        CHECK(ids_of(*again) == "m1 m2 ");
        CHECK(support::every_capacity(whole->text(), [&](hubwire::buffer to) {
                  return encode_feedback_message(to, feedback_reader{from});
              }) == "");
    }
    std::array<char, 256> memory{};
    CHECK(encode_feedback_message(memory, feedback_reader{"[{},5]"}).error().code == errc::json_kind);
    CHECK(feedback_message_size(feedback_reader{"[{},5]"}).error().code == errc::json_kind);
}

TEST_CASE("a service is told of what it has asked for") {
    using enum feedback_status;
    for (const feedback_status status : {success, expired, delivery_count_exceeded, rejected, purged}) {
        CHECK_FALSE(asks_for(ack_request::none, status));
        CHECK_FALSE(asks_for(ack_request::unknown, status));
        CHECK(asks_for(ack_request::positive, status) == (status == success));
        CHECK(asks_for(ack_request::negative, status) == (status != success));
        CHECK(asks_for(ack_request::full, status));
    }
    const hubwire::json::string of_tomorrow{"Paused"};
    CHECK_FALSE(asks_for(ack_request::positive, of_tomorrow));
    CHECK(asks_for(ack_request::negative, of_tomorrow));
    CHECK(asks_for(requested_ack("Full"), of_tomorrow));
}

TEST_CASE("another message is no feedback") {
    CHECK(decode_feedback_message(encoded({.body = amqp::data{body}})).error() ==
          error{.code = errc::iothub_feedback_content_type});
    CHECK(decode_feedback_message(encoded({.properties = amqp::properties{.to = "x"}, .body = amqp::data{body}}))
              .error() == error{.code = errc::iothub_feedback_content_type});
    CHECK(decode_feedback_message(
              encoded({.properties = amqp::properties{.content_type = "application/json"}, .body = amqp::data{body}}))
              .error() == error{.code = errc::iothub_feedback_content_type});
    CHECK(decode_feedback_message(encoded({.properties = of_feedback, .body = amqp::amqp_value{5}})).error() ==
          error{.code = errc::iothub_feedback_body});
    CHECK(decode_feedback_message("\x00\x53\x7f"sv).error().code == errc::amqp_section);
}

TEST_CASE("what is wrong in the body is found where it is read, at an offset in the body") {
    const std::string text = encoded(feedback_message("[{},5]"sv));
    auto in = decode_feedback_message(text);
    REQUIRE(in);
    CHECK(in->finish().error() == error{.code = errc::json_kind, .offset = 4});
    auto lenient = decode_feedback_message(text, {}, {.replace_lone_surrogates = true}, {.any_order = true});
    CHECK(lenient);
}

TEST_CASE("a reader of feedback messages stands anything") {
    const auto decode = [](hubwire::bytes input) -> hubwire::result<void> {
        std::array<char, 128> joined{};
        auto in = decode_feedback_message(input, joined);
        if (!in) {
            if (in.error().code == errc::no_space) return {};
            return in.error();
        }
        return {};
    };
    CHECK(support::every_mutation(encoded(feedback_message(body)), decode) == "");
}
