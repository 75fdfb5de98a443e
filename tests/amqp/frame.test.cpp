#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/amqp.hpp"
#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/sweep.hpp"
#include "support/wire.hpp"

using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using hubwire::result;
using namespace std::literals;
using support::be32;
using support::composite_of;
using support::exact_block;
using support::repeated;
using support::wire;
namespace amqp = hubwire::amqp;
using amqp::options;

namespace {

// ---------------------------------------------------------------------------------------------------------------------
// In constant expressions

consteval bool open_is_a_constant() {
    std::array<char, 64> memory{};
    const auto frame = amqp::encode_frame(memory, 0, amqp::open{.container_id = "me", .max_frame_size = 512});
    const auto back = amqp::decode_frame<amqp::open>(*frame);
    const auto any = amqp::decode_frame(*frame);
    return *frame == bytes{wire<"00000018 02 00 0000 005310 c0 0b 03 a102 'me' 40 70 00000200">} &&
           back->body.container_id == "me" && *back->body.max_frame_size == 512 && any->get_if<amqp::open>() &&
           *any->get_if<amqp::open>() == back->body;
}
static_assert(open_is_a_constant());

consteval bool protocol_header_is_a_constant() {
    std::array<char, 8> memory{};
    return *amqp::decode_protocol_header(*amqp::encode_protocol_header(memory, amqp::protocol::sasl)) ==
           amqp::protocol::sasl;
}
static_assert(protocol_header_is_a_constant());

// ---------------------------------------------------------------------------------------------------------------------
// What tests of frames say in one word

error refusal(bytes input, const options& rules = {}) {
    const exact_block block{input};
    const auto frame = amqp::decode_frame(bytes{block.data(), block.size()}, rules);
    return frame ? error{} : frame.error();
}
template <class T>
error refusal_as(bytes input, const options& rules = {}) {
    const exact_block block{input};
    const auto frame = amqp::decode_frame<T>(bytes{block.data(), block.size()}, rules);
    return frame ? error{} : frame.error();
}
error cut_refusal(bytes input, const options& rules = {}) {
    const exact_block block{input};
    const auto frame = amqp::cut(bytes{block.data(), block.size()}, rules);
    return frame ? error{} : frame.error();
}

/// The error with which a frame is refused, whether it is encoded or only measured. What follows the body is a payload,
/// options, or both.
template <class T, class... Rest>
error encode_refusal(const T& body, const Rest&... rest) {
    std::array<char, 1024> memory{};
    const auto frame = amqp::encode_frame(memory, 0, body, rest...);
    const auto size = amqp::encoded_frame_size(body, rest...);
    const bool same = frame && size ? *size == frame->size() : !frame && !size && size.error() == frame.error();
    if (!same) return {.code = errc::application};  // never a right answer
    return frame ? error{} : frame.error();
}

const auto cut_size = [](bytes received) -> result<std::size_t> {
    const auto frame = amqp::cut(received);
    if (!frame) return frame.error();
    return frame->size();
};

template <class... Ts>
struct types {};
using all_bodies = types<amqp::open, amqp::begin, amqp::attach, amqp::flow, amqp::transfer, amqp::disposition,
                         amqp::detach, amqp::end, amqp::close, amqp::sasl_mechanisms, amqp::sasl_init,
                         amqp::sasl_challenge, amqp::sasl_response, amqp::sasl_outcome>;

/// A frame with another body, or of another type, is not a frame with this one.
template <class T, class... Others>
std::string no_other(bytes wire, types<Others...>) {
    std::string wrong;
    const auto try_one = [&]<class U>(const U*) {
        const errc expected = std::is_same_v<T, U>                       ? errc::none
                              : amqp::sasl_body<T> == amqp::sasl_body<U> ? errc::amqp_descriptor
                                                                         : errc::amqp_frame_type;
        if (refusal_as<U>(wire).code != expected) wrong += "one of the other bodies answers otherwise; ";
        const auto frame = amqp::decode_frame(wire);
        if ((frame->template get_if<U>() != nullptr) != std::is_same_v<T, U>) wrong += "get_if is wrong; ";
    };
    (try_one(static_cast<const Others*>(nullptr)), ...);
    return wrong;
}

/// A frame and its bytes are the same thing: they are encoded to them, in every buffer, decoded to it, as a frame of
/// this body and as any, and survive being truncated and mutated. Returns "", or what went wrong first.
template <class T>
std::string same_on_the_wire(std::uint16_t channel, const T& body, bytes wire, bytes payload = {}) {
    const auto encode = [&](buffer output) {
        if constexpr (amqp::sasl_body<T>) {
            return amqp::encode_frame(output, body);
        } else if constexpr (std::is_same_v<T, amqp::transfer>) {
            return amqp::encode_frame(output, channel, body, payload);
        } else {
            return amqp::encode_frame(output, channel, body);
        }
    };
    if (std::string wrong = support::every_capacity(wire, encode); !wrong.empty()) return wrong;
    const auto size = [&] {
        if constexpr (std::is_same_v<T, amqp::transfer>) {
            return amqp::encoded_frame_size(body, payload);
        } else {
            return amqp::encoded_frame_size(body);
        }
    }();
    if (!size || *size != wire.size()) return "its encoded size is another one";

    const exact_block block{wire};
    const bytes input{block.data(), block.size()};
    const auto frame = amqp::decode_frame<T>(input);
    if (!frame) return "it does not decode: " + std::string{frame.error().message()};
    if (!(*frame == amqp::frame_of<T>{channel, body, payload})) return "it decodes to another frame";
    const auto any = amqp::decode_frame(input);
    if (!any || any->is_heartbeat() || any->channel != channel || !(any->payload == payload))
        return "it decodes to another frame when it may be any";
    if (any->template get_if<T>() == nullptr || !(*any->template get_if<T>() == body))
        return "it decodes to another body when it may be any";
    const auto length = amqp::cut(input);
    if (!length || !(*length == input)) return "it is not cut";

    const auto decode_this = [](bytes bytes) { return amqp::decode_frame<T>(bytes); };
    const auto decode_any = [](bytes bytes) { return amqp::decode_frame(bytes); };
    if (std::string wrong = support::every_truncation(wire, decode_this); !wrong.empty()) return wrong;
    if (std::string wrong = support::every_truncation(wire, decode_any); !wrong.empty()) return wrong;
    if (std::string wrong = support::every_mutation(wire, decode_this); !wrong.empty()) return wrong;
    if (std::string wrong = support::every_mutation(wire, decode_any); !wrong.empty()) return wrong;
    return no_other<T>(wire, all_bodies{});
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------------------
// Protocol headers

TEST_CASE("AMQP 2.2: the protocol headers, byte by byte") {
    struct row {
        amqp::protocol id;
        bytes wire;
    };
    const row rows[] = {
        {amqp::protocol::amqp, wire<"'AMQP' 00 01 00 00">},
        {amqp::protocol::tls, wire<"'AMQP' 02 01 00 00">},
        {amqp::protocol::sasl, wire<"'AMQP' 03 01 00 00">},
    };
    for (const row& r : rows) {
        CHECK(support::every_capacity(r.wire,
                                      [&](buffer output) { return amqp::encode_protocol_header(output, r.id); }) == "");
        CHECK(support::every_truncation(r.wire, [](bytes input) { return amqp::decode_protocol_header(input); }) == "");
        CHECK(amqp::decode_protocol_header(r.wire).value_or(amqp::protocol{99}) == r.id);
        CHECK(r.wire.size() == amqp::protocol_header_size);
    }
    CHECK(amqp::decode_protocol_header(wire<"'AMQP' 00 01 00 00 00000008 02000000">).has_value());
}

TEST_CASE("AMQP 2.2: each byte of a protocol header that is wrong is refused at once") {
    const bytes right = wire<"'AMQP' 00 01 00 00">;
    for (std::size_t at = 0; at != right.size(); ++at) {
        for (unsigned value = 0; value != 256; ++value) {
            exact_block input{right.first(at + 1)};
            input.data()[at] = static_cast<char>(static_cast<unsigned char>(value));
            const auto answer = amqp::decode_protocol_header({input.data(), input.size()});
            const bool fits = value == right[at] || (at == 4 && (value == 2 || value == 3));
            INFO(at << ' ' << value);
            if (!fits) {
                REQUIRE(!answer);
                CHECK(answer.error() == error{.code = errc::amqp_protocol_header, .offset = at});
            } else {
                CHECK((at == 7 ? answer.has_value() : answer.incomplete()));
            }
        }
    }
    CHECK(amqp::decode_protocol_header("HTTP/1.1 400"sv).error().offset == 0);
    CHECK(amqp::decode_protocol_header(wire<"'AMQP' 00 00 09 01">).error().offset == 5);  // 0-9-1 of other brokers
    CHECK(error{.code = errc::amqp_protocol_header}.rule() == "AMQP 2.2");
}

// ---------------------------------------------------------------------------------------------------------------------
// Frame headers

TEST_CASE("AMQP 2.3.1: a frame has at least the eight bytes of its header") {
    for (unsigned size = 0; size != 8; ++size) {
        const std::array<unsigned char, 4> input{0, 0, 0, static_cast<unsigned char>(size)};
        CHECK(cut_refusal(input) == error{.code = errc::amqp_frame_size, .offset = 0});
        CHECK(refusal(input) == error{.code = errc::amqp_frame_size, .offset = 0});
    }
    CHECK(cut_refusal(wire<"00000008">).incomplete());
    CHECK(amqp::cut(wire<"00000008 02 00 0000 ff">)->size() == 8);
}

TEST_CASE("AMQP 2.3.1: the data offset lies behind the header and within the frame") {
    CHECK(cut_refusal(wire<"00000010 00">) == error{.code = errc::amqp_data_offset, .offset = 4});
    CHECK(cut_refusal(wire<"00000010 01">) == error{.code = errc::amqp_data_offset, .offset = 4});
    CHECK(cut_refusal(wire<"00000010 02">).incomplete());
    CHECK(cut_refusal(wire<"00000010 04">).incomplete());
    CHECK(cut_refusal(wire<"00000010 05">) == error{.code = errc::amqp_data_offset, .offset = 4});
    CHECK(cut_refusal(wire<"0000000b 03">) == error{.code = errc::amqp_data_offset, .offset = 4});
    CHECK(cut_refusal(wire<"000003fb ff">) == error{.code = errc::amqp_data_offset, .offset = 4});
    CHECK(cut_refusal(wire<"000003fc ff">).incomplete());
    CHECK(refusal(wire<"00000010 01">).code == errc::amqp_data_offset);
    CHECK(refusal_as<amqp::end>(wire<"00000010 05">).code == errc::amqp_data_offset);
}

TEST_CASE("AMQP 2.3.1: a frame is of type 0 or 1") {
    for (unsigned type = 0; type != 256; ++type) {
        const std::array<unsigned char, 6> input{0, 0, 0, 16, 2, static_cast<unsigned char>(type)};
        INFO(type);
        if (type > 1) {
            CHECK(cut_refusal(input) == error{.code = errc::amqp_frame_type, .offset = 5});
            CHECK(refusal(input) == error{.code = errc::amqp_frame_type, .offset = 5});
        } else {
            CHECK(cut_refusal(input).incomplete());
        }
    }
    CHECK(amqp::decode_frame_header(wire<"00000123 04 00 1234">).value_or({}) ==
          amqp::frame_header{.size = 0x123, .data_offset = 4, .type = amqp::frame_type::amqp, .channel = 0x1234});
    CHECK(amqp::decode_frame_header(wire<"00000123 04 00 1234">)->body_offset() == 16);
    CHECK(amqp::decode_frame_header(wire<"00000123 04 01 1234">)->type == amqp::frame_type::sasl);
}

TEST_CASE("AMQP 2.3.1: an extended header is passed over") {
    const bytes input = wire<"00000010 03 00 0007 deadbeef 005317 45">;
    CHECK(amqp::decode_frame<amqp::end>(input).value_or({}) == amqp::frame_of<amqp::end>{.channel = 7});
    REQUIRE(amqp::decode_frame(input));
    CHECK(amqp::decode_frame(input)->get_if<amqp::end>() != nullptr);
    CHECK(amqp::decode_frame(input)->channel == 7);
    CHECK(support::every_truncation(input, [](bytes part) { return amqp::decode_frame(part); }) == "");
    CHECK(support::every_mutation(input, [](bytes part) { return amqp::decode_frame(part); }) == "");

    std::string largest = "\x00\x00\x04\x00\xff\x00\x00\x00"s + std::string(1020 - 8, '\xee') + "\x00\x53\x17\x45"s;
    CHECK(amqp::decode_frame<amqp::end>(largest).has_value());
    const auto heartbeat = amqp::decode_frame(wire<"0000000c 03 00 0000 deadbeef">);
    REQUIRE(heartbeat);
    CHECK(heartbeat->is_heartbeat());
}

TEST_CASE("AMQP 2.4.5: an empty frame is a sign of life") {
    CHECK(support::every_capacity(wire<"00000008 02 00 0000">,
                                  [](buffer output) { return amqp::encode_heartbeat(output); }) == "");
    const auto frame = amqp::decode_frame(wire<"00000008 02 00 0000">);
    REQUIRE(frame);
    CHECK(frame->is_heartbeat());
    CHECK(*frame == amqp::frame{});
    CHECK(frame->get_if<amqp::open>() == nullptr);
    CHECK(amqp::decode_frame(wire<"00000008 02 00 0102">)->channel == 0x102);
    CHECK(support::every_truncation(wire<"00000008 02 00 0000">, [](bytes part) { return amqp::decode_frame(part); }) ==
          "");
    CHECK(refusal_as<amqp::transfer>(wire<"00000008 02 00 0000">) == error{.code = errc::amqp_descriptor, .offset = 8});
}

TEST_CASE("AMQP 2.7.1: a frame over the receiver's limit is refused from its fourth byte on") {
    constexpr options small{.max_frame_size = 512};
    CHECK(cut_refusal(wire<"00 00 02">, small) == error{.code = errc::incomplete, .offset = 3, .needed = 1});
    CHECK(cut_refusal(wire<"00000201">, small) == error{.code = errc::amqp_max_frame_size, .offset = 0});
    CHECK(cut_refusal(wire<"ffffffff">, small) == error{.code = errc::amqp_max_frame_size, .offset = 0});
    CHECK(refusal(wire<"00000201">, small) == error{.code = errc::amqp_max_frame_size, .offset = 0});
    CHECK(refusal_as<amqp::open>(wire<"00000201">, small).code == errc::amqp_max_frame_size);
    CHECK(cut_refusal(wire<"00000200">, small).incomplete());
    CHECK(cut_refusal(wire<"ffffffff">).incomplete());

    const amqp::open open{.container_id = "c"};
    CHECK(encode_refusal(open, options{.max_frame_size = 17}).code == errc::none);
    CHECK(encode_refusal(open, options{.max_frame_size = 16}).code == errc::amqp_max_frame_size);
    const amqp::transfer transfer{.handle = 1};
    CHECK(encode_refusal(transfer, "12345"sv, options{.max_frame_size = 21}).code == errc::none);
    CHECK(encode_refusal(transfer, "123456"sv, options{.max_frame_size = 21}).code == errc::amqp_max_frame_size);
}

TEST_CASE("AMQP 5.3.1: SASL frames have at most 512 bytes, unless an option says otherwise") {
    constexpr options any_size{.any_sasl_frame_size = true};
    CHECK(cut_refusal(wire<"00000200 02 01">).incomplete());
    CHECK(cut_refusal(wire<"00000201 02 01">) == error{.code = errc::amqp_sasl_frame_size, .offset = 0});
    CHECK(cut_refusal(wire<"00000201 02 01">, any_size).incomplete());
    CHECK(cut_refusal(wire<"00000201 02 00">).incomplete());

    std::vector<char> memory(1024);
    const std::string token(600, 'x');
    std::size_t refused = 0;
    for (std::size_t size = 400; size != token.size(); ++size) {
        const amqp::sasl_init init{.mechanism = "PLAIN", .initial_response = bytes{token}.first(size)};
        const auto frame = amqp::encode_frame(memory, init, any_size);
        REQUIRE(frame);
        const std::vector<char> copy(frame->data(), frame->data() + frame->size());
        CHECK(refusal(copy, any_size).code == errc::none);
        const errc expected = copy.size() <= 512 ? errc::none : errc::amqp_sasl_frame_size;
        CHECK(refusal(copy).code == expected);
        CHECK(encode_refusal(init).code == expected);
        refused += expected != errc::none ? 1u : 0u;
    }
    CHECK(refused > 100);
}

TEST_CASE("an incomplete frame says how many bytes more it takes: exactly, once its header is there") {
    CHECK(cut_refusal({}) == error{.code = errc::incomplete, .offset = 0, .needed = 4});
    CHECK(cut_refusal(wire<"00 00">) == error{.code = errc::incomplete, .offset = 2, .needed = 2});
    CHECK(cut_refusal(wire<"00000010">).incomplete());
    CHECK(cut_refusal(wire<"00000064 02 00 0000">) == error{.code = errc::incomplete, .offset = 8, .needed = 92});
    CHECK(cut_refusal(wire<"00000064 02 00 0000 00">) == error{.code = errc::incomplete, .offset = 9, .needed = 91});
    CHECK(cut_refusal(wire<"ffffffff 02 00 0000">).needed == 0xffff'fff7);
}

TEST_CASE("a stream is cut into the same frames wherever it was split") {
    constexpr auto stream = wire<
        "00000019 02 01 0000 005340 c0 0c 01 a309 'ANONYMOUS'"  // sasl-mechanisms
        "00000010 02 01 0000 005344 c0 03 01 5000"              // sasl-outcome
        "00000011 02 00 0000 005310 c0 04 01 a101 'c'"          // open
        "00000008 02 00 0000"                                   // heartbeat
        "00000010 03 00 0001 deadbeef 005317 45"                // end, behind an extended header
        "0000000c 02 00 0000 00539945"                          // nobody knows what
        "00000018 02 00 0001 005314 c0 07 03 5201 43 a001 't' 'body'"
        "0000000c 02 00 0000 00531845">;  // close
    CHECK(support::every_split(stream, cut_size) == "");
}

TEST_CASE("the cutter survives every short and every mutated input") {
    CHECK(support::every_short_input(cut_size) == "");
    CHECK(support::every_mutation(wire<"00000011 02 00 0000 005310 c0 04 01 a101 'c'">, cut_size) == "");
    CHECK(support::every_truncation(wire<"00000011 02 00 0000 005310 c0 04 01 a101 'c'">, cut_size) == "");
}

// ---------------------------------------------------------------------------------------------------------------------
// Bodies

TEST_CASE("AMQP 2.7: every performative in a frame") {
    CHECK(same_on_the_wire(0, amqp::open{.container_id = "c"}, wire<"00000011 02 00 0000 005310 c0 04 01 a101 'c'">) ==
          "");
    CHECK(same_on_the_wire(3, amqp::begin{.remote_channel = 1, .incoming_window = 300, .outgoing_window = 5},
                           wire<"00000019 02 00 0003 005311 c0 0c 04 60 0001 43 70 0000012c 5205">) == "");
    CHECK(same_on_the_wire(0xffff, amqp::attach{.name = "l", .role = amqp::role::receiver},
                           wire<"00000013 02 00 ffff 005312 c0 06 03 a101 'l' 43 41">) == "");
    CHECK(same_on_the_wire(256, amqp::flow{.incoming_window = 1, .next_outgoing_id = 2, .outgoing_window = 3},
                           wire<"00000015 02 00 0100 005313 c0 08 04 40 5201 5202 5203">) == "");
    const amqp::transfer transfer{.handle = 1, .delivery_id = 0, .delivery_tag = "t"sv};
    CHECK(same_on_the_wire(1, transfer, wire<"00000014 02 00 0001 005314 c0 07 03 5201 43 a001 't'">) == "");
    CHECK(same_on_the_wire(1, transfer, wire<"00000018 02 00 0001 005314 c0 07 03 5201 43 a001 't' 'body'">,
                           "body"sv) == "");
    CHECK(same_on_the_wire(
              1,
              amqp::disposition{.role = amqp::role::receiver, .first = 1, .settled = true, .state = amqp::accepted{}},
              wire<"00000017 02 00 0001 005315 c0 0a 05 41 5201 40 41 00532445">) == "");
    CHECK(same_on_the_wire(1, amqp::detach{.handle = 1, .closed = true},
                           wire<"00000011 02 00 0001 005316 c0 04 02 5201 41">) == "");
    CHECK(same_on_the_wire(1, amqp::end{}, wire<"0000000c 02 00 0001 005317 45">) == "");
    CHECK(same_on_the_wire(0, amqp::close{.error = amqp::error{.condition = amqp::condition::not_found}},
                           wire<"00000024 02 00 0000 005318 c0 17 01 00531d c0 11 01 a30e 'amqp:not-found'">) == "");
}

TEST_CASE("AMQP 5.3.3: every SASL body in a frame") {
    CHECK(same_on_the_wire(0, amqp::sasl_mechanisms{.sasl_server_mechanisms = {amqp::sasl_mechanism::anonymous}},
                           wire<"00000019 02 01 0000 005340 c0 0c 01 a309 'ANONYMOUS'">) == "");
    CHECK(same_on_the_wire(0, amqp::sasl_init{.mechanism = amqp::sasl_mechanism::plain, .initial_response = "\0u\0p"sv},
                           wire<"0000001b 02 01 0000 005341 c0 0e 02 a305 'PLAIN' a004 00'u'00'p'">) == "");
    CHECK(same_on_the_wire(0, amqp::sasl_challenge{.challenge = "x"sv},
                           wire<"00000011 02 01 0000 005342 c0 04 01 a001 'x'">) == "");
    CHECK(same_on_the_wire(0, amqp::sasl_response{.response = ""sv},
                           wire<"00000010 02 01 0000 005343 c0 03 01 a000">) == "");
    CHECK(same_on_the_wire(0, amqp::sasl_outcome{.code = amqp::sasl_code::auth},
                           wire<"00000010 02 01 0000 005344 c0 03 01 5001">) == "");
}

TEST_CASE("AMQP 5.3.1: the channel bytes of a SASL frame mean nothing, and are sent as 0") {
    const bytes input = wire<"00000010 02 01 1234 005344 c0 03 01 5000">;
    CHECK(amqp::decode_frame<amqp::sasl_outcome>(input)->channel == 0);
    CHECK(amqp::decode_frame(input)->channel == 0);
    std::array<char, 32> memory{};
    CHECK(*amqp::encode_frame(memory, 0x1234, amqp::sasl_outcome{}) ==
          bytes{wire<"00000010 02 01 0000 005344 c0 03 01 5000">});
}

TEST_CASE("AMQP 5.3.1: a SASL frame has a body") {
    CHECK(refusal(wire<"00000008 02 01 0000">) == error{.code = errc::amqp_empty_sasl_frame, .offset = 8});
    CHECK(refusal(wire<"0000000c 03 01 0000 deadbeef">).code == errc::amqp_empty_sasl_frame);
    CHECK(refusal_as<amqp::sasl_init>(wire<"00000008 02 01 0000">).offset == 8);
}

TEST_CASE("AMQP 2.3.1, AMQP 5.3.1: performatives are in AMQP frames, SASL bodies in SASL frames") {
    CHECK(refusal(wire<"00000011 02 01 0000 005310 c0 04 01 a101 'c'">) ==
          error{.code = errc::amqp_frame_type, .offset = 5});
    CHECK(refusal_as<amqp::open>(wire<"00000011 02 01 0000 005310 c0 04 01 a101 'c'">) ==
          error{.code = errc::amqp_frame_type, .offset = 5});
    CHECK(refusal(wire<"00000010 02 00 0000 005344 c0 03 01 5001">) ==
          error{.code = errc::amqp_frame_type, .offset = 5});
    CHECK(refusal_as<amqp::sasl_outcome>(wire<"00000010 02 00 0000 005344 c0 03 01 5001">) ==
          error{.code = errc::amqp_frame_type, .offset = 5});
}

TEST_CASE("AMQP 2.3.2: only a transfer has a payload") {
    CHECK(refusal(wire<"0000000d 02 00 0001 005317 45 00">) == error{.code = errc::amqp_payload, .offset = 12});
    CHECK(refusal_as<amqp::end>(wire<"0000000d 02 00 0001 005317 45 00">) ==
          error{.code = errc::amqp_payload, .offset = 12});
    CHECK(refusal(wire<"00000011 02 01 0000 005344 c0 03 01 5001 ff">) ==
          error{.code = errc::amqp_payload, .offset = 16});
}

TEST_CASE("what follows a frame is no part of it, and refused by whoever decodes one") {
    CHECK(refusal(wire<"0000000c 02 00 0001 005317 45 00">) == error{.code = errc::leftover, .offset = 12});
    CHECK(refusal_as<amqp::end>(wire<"0000000c 02 00 0001 005317 45 00">) ==
          error{.code = errc::leftover, .offset = 12});
    CHECK(refusal(wire<"00000008 02 00 0000 00">) == error{.code = errc::leftover, .offset = 8});
}

TEST_CASE("a body that reaches past its frame is truncated, and is so before the frame is there") {
    CHECK(refusal(wire<"00000010 02 00 0000 005310 c0 04 01 a101 'c'">).code == errc::truncated);
    CHECK(refusal(wire<"00000010 02 00 0000 005310 c0 04 01">).code == errc::truncated);
    CHECK(refusal(wire<"00000011 02 00 0000 005310 c0 04 01">).code == errc::incomplete);
    CHECK(refusal(wire<"00000020 02 00 0000 005310 c0 04 01 a104">).code == errc::truncated);  // past the list
}

TEST_CASE("AMQP 2.3.2: the body of a frame is a performative") {
    CHECK(refusal(wire<"0000000c 02 00 0000 00531945">) == error{.code = errc::amqp_descriptor, .offset = 8});
    CHECK(refusal(wire<"0000000c 02 01 0000 00531945">) == error{.code = errc::amqp_descriptor, .offset = 8});
    CHECK(refusal(wire<"0000000c 02 00 0000 00537045">) == error{.code = errc::amqp_descriptor, .offset = 8});
    CHECK(refusal(wire<"00000009 02 00 0000 45">) == error{.code = errc::amqp_type, .offset = 8});
    CHECK(refusal(wire<"00000009 02 00 0000 40">) == error{.code = errc::amqp_type, .offset = 8});
    CHECK(refusal(wire<"00000009 02 00 0000 3f">) == error{.code = errc::amqp_format_code, .offset = 8});
    CHECK(refusal_as<amqp::end>(wire<"00000009 02 00 0000 45">) == error{.code = errc::amqp_type, .offset = 8});
    CHECK(refusal(wire<"0000000c 02 00 0000 005317 40">).code == errc::amqp_type);
}

TEST_CASE("AMQP 1.3: performatives are known by all 64 bits of their code, however wide, and by their name") {
    CHECK(refusal(wire<"00000013 02 00 0000 00 80 0000000000000017 45">).code == errc::none);
    CHECK(refusal_as<amqp::end>(wire<"00000013 02 00 0000 00 80 0000000000000017 45">).code == errc::none);
    CHECK(refusal(wire<"00000013 02 00 0000 00 80 0000000100000017 45">) ==
          error{.code = errc::amqp_descriptor, .offset = 8});
    CHECK(refusal(wire<"00000013 02 00 0000 00 80 0000000000000117 45">).code == errc::amqp_descriptor);
    CHECK(refusal_as<amqp::end>(wire<"00000013 02 00 0000 00 80 0000000000000117 45">).code == errc::amqp_descriptor);
    CHECK(refusal(wire<"00000019 02 00 0000 00 a30d 'amqp:end:list' 45">).code == errc::none);
    CHECK(refusal_as<amqp::end>(wire<"00000019 02 00 0000 00 a30d 'amqp:end:list' 45">).code == errc::none);
    CHECK(refusal(wire<"00000019 02 00 0000 00 a30d 'amqp:end:lisT' 45">).code == errc::amqp_descriptor);
    CHECK(refusal(wire<"00000019 02 00 0000 00 a10d 'amqp:end:list' 45">).code == errc::amqp_descriptor);  // no symbol
}

TEST_CASE("AMQP 2.7.4: a flow as RabbitMQ sends it, null and false where nothing would do") {
    const bytes input = wire<"0000001d 02 00 0000 005313 c0 10 0b 43 5201 5202 5203 43 40 5205 40 42 42 40">;
    const auto frame = amqp::decode_frame<amqp::flow>(input);
    REQUIRE(frame);
    CHECK(frame->body == amqp::flow{.next_incoming_id = 0,
                                    .incoming_window = 1,
                                    .next_outgoing_id = 2,
                                    .outgoing_window = 3,
                                    .handle = 0,
                                    .link_credit = 5,
                                    .drain = false,
                                    .echo = false});
    CHECK(!frame->body.delivery_count);
    CHECK(frame->body.drain.has_value());
}

TEST_CASE("megabytes in a frame, and of symbols in one field of it, are accepted or refused in linear time") {
    // Were any of it quadratic, this would take hours.
    constexpr std::size_t size = support::huge_size;
    const auto framed = [](const std::string& body) { return be32(8 + body.size()) + "\x02\0\0\0"s + body; };
    const auto open_with = [&](const std::string& offered_capabilities, const std::string& properties = "\x40") {
        return framed(
            composite_of(0x10, 10, "\xa1\0\x40\x40\x40\x40\x40\x40"s + offered_capabilities + '\x40' + properties));
    };
    const auto array_of = [](const std::string& content, std::size_t count) {
        return "\xf0" + be32(content.size() + 4) + be32(count) + content;
    };
    const std::string one_each = repeated("\1s"sv, size / 2);
    const std::string accepted[] = {
        open_with(array_of("\xa3" + one_each, size / 2)),
        open_with("\xb3" + be32(size) + std::string(size, 's')),
        open_with("\x40", "\xd1" + be32(size / 4 * 4 + 4) + be32(size / 4 * 2) + repeated("\xa3\1k\x40"sv, size / 4)),
    };
    for (const std::string& input : accepted) {
        INFO(support::detail::hex(input));
        const auto frame = amqp::decode_frame<amqp::open>(input);
        REQUIRE(frame);
        CHECK_FALSE(frame->body.offered_capabilities.contains("absent"));
        CHECK(amqp::encoded_frame_size(frame->body).value_or(0) <= input.size());
    }
    const std::string payload(size, '\0');
    const std::string with_payload = framed("\0\x53\x14\xc0\2\1\x43"s + payload);
    CHECK(amqp::decode_frame(with_payload).value_or({}).payload.size() == size);

    const std::string refused[] = {
        open_with(array_of("\xa3" + one_each + "\1\xff", size / 2 + 1)),
        open_with(array_of("\xa3" + one_each, size / 2 - 1)),
        open_with(array_of("\xa3" + one_each, size / 2 + 1)),
        open_with(array_of("\xa1" + one_each, size / 2)),
        open_with("\xd0" + be32(size + 4) + be32(size) + std::string(size, '\x40')),
        framed(composite_of(0x10, 1, "\xb1" + be32(size) + std::string(size - 1, 'c') + '\xff')),
        framed("\0\x53\x17\x45"s + payload),
        framed(payload),
        framed(repeated("\0\x53\x10"sv, size / 3)),
    };
    for (const std::string& input : refused) {
        INFO(support::detail::hex(input));
        CHECK_FALSE(amqp::decode_frame(input));
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// A head, and a payload that lies elsewhere

TEST_CASE("the head of a transfer and its payload are together the frame") {
    const amqp::transfer transfer{.handle = 7, .delivery_id = 1, .delivery_tag = "tag"sv, .settled = true};
    const std::string payload(300, 'p');
    std::array<char, 512> memory{};
    for (std::size_t size = 0; size <= payload.size(); ++size) {
        const bytes part = bytes{payload}.first(size);
        const auto whole = amqp::encode_frame(memory, 9, transfer, part);
        REQUIRE(whole);
        const std::string expected{whole->text()};
        std::array<char, 64> small{};
        const auto head = amqp::encode_frame_head(small, 9, transfer, size);
        REQUIRE(head);
        CHECK(std::string{head->text()} + std::string{part.text()} == expected);
        CHECK(amqp::encoded_frame_head_size(transfer, size).value_or(0) == head->size());
        CHECK(amqp::decode_frame<amqp::transfer>(expected).value_or({}) ==
              amqp::frame_of<amqp::transfer>{9, transfer, part});
    }
    const auto head = amqp::encode_frame_head(memory, 9, transfer, 300);
    const std::string expected{head->text()};
    CHECK(support::every_capacity(
              expected, [&](buffer output) { return amqp::encode_frame_head(output, 9, transfer, 300); }) == "");
}

TEST_CASE("the size of a frame never wraps, whatever its payload is said to be") {
    std::array<char, 64> memory{};
    const amqp::transfer transfer{.handle = 1};
    const auto head = [&](std::size_t payload_size) {
        const auto frame = amqp::encode_frame_head(memory, 0, transfer, payload_size);
        const auto size = amqp::encoded_frame_head_size(transfer, payload_size);
        CHECK(size.has_value() == frame.has_value());
        if (!frame) CHECK(size.error() == frame.error());
        return frame ? errc::none : frame.error().code;
    };
    CHECK(head(0xffff'ffff - 16) == errc::none);
    CHECK(head(0xffff'ffff - 15) == errc::amqp_max_frame_size);
    CHECK(head((std::numeric_limits<std::size_t>::max)()) == errc::amqp_max_frame_size);
    CHECK(head((std::numeric_limits<std::size_t>::max)() - 15) == errc::amqp_max_frame_size);
}

TEST_CASE("AMQP 2.8.7: a transfer with a tag of more than 32 bytes is not encoded, and refused") {
    const std::string tag(33, 't');
    CHECK(encode_refusal(amqp::transfer{.delivery_tag = bytes{tag}.first(32)}).code == errc::none);
    CHECK(encode_refusal(amqp::transfer{.delivery_tag = bytes{tag}}) ==
          error{.code = errc::amqp_delivery_tag, .offset = 51});
    const std::string list = "\x00\x53\x14\xc0\x26\x03\x43\x43\xa0\x21"s + tag;
    const std::string frame = "\x00\x00\x00"s + static_cast<char>(8 + list.size()) + "\x02\x00\x00\x00"s + list;
    CHECK(refusal(frame) == error{.code = errc::amqp_delivery_tag, .offset = 14});
    CHECK(refusal_as<amqp::transfer>(frame).code == errc::amqp_delivery_tag);
}

TEST_CASE("frames are equal if channel, body and payload are") {
    const amqp::transfer transfer{.handle = 1};
    amqp::frame a{.channel = 1, .body = transfer, .payload = "p"sv};
    CHECK(a == amqp::frame{.channel = 1, .body = transfer, .payload = "p"sv});
    CHECK(!(a == amqp::frame{.channel = 2, .body = transfer, .payload = "p"sv}));
    CHECK(!(a == amqp::frame{.channel = 1, .body = amqp::transfer{.handle = 2}, .payload = "p"sv}));
    CHECK(!(a == amqp::frame{.channel = 1, .body = amqp::end{}, .payload = "p"sv}));
    CHECK(!(a == amqp::frame{.channel = 1, .body = transfer}));
}

TEST_CASE("a protocol header where none is due is refused, and not waited for as a frame of a gigabyte") {
    CHECK(amqp::cut("AMQP\0\1\0\0"sv).error() == hubwire::error{.code = errc::amqp_header_not_due});
    CHECK(amqp::cut("AMQP"sv).error() == hubwire::error{.code = errc::amqp_header_not_due});
}

TEST_CASE("a frame says what it is, for logs [AMQP 2.7, 5.3.3]") {
    const auto name_of = [](const amqp::frame::any_body& body) { return amqp::name_of(amqp::frame{.body = body}); };
    CHECK(name_of(amqp::open{}) == "open");
    CHECK(name_of(amqp::transfer{}) == "transfer");
    CHECK(name_of(amqp::close{}) == "close");
    CHECK(name_of(amqp::sasl_init{}) == "sasl-init");
    CHECK(name_of(amqp::sasl_outcome{}) == "sasl-outcome");
    CHECK(name_of({}) == "heartbeat");
    CHECK(name_of(amqp::described{}).empty());
    static_assert(amqp::name_of(amqp::frame{.body = amqp::flow{}}) == "flow");
}
