#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/sweep.hpp"

using hubwire::bytes;
using hubwire::errc;
using namespace hubwire::iothub;
using namespace std::literals;

namespace {

constexpr hubwire::amqp::uuid id{
    {0x55, 0x0e, 0x84, 0x00, 0xe2, 0x9b, 0x41, 0xd4, 0xa7, 0x16, 0x44, 0x66, 0x55, 0x44, 0x00, 0xff}};
constexpr std::string_view text = "550e8400-e29b-41d4-a716-4466554400ff";

consteval bool uuid_is_a_constant() {
    std::array<char, uuid_text_size> memory{};
    return encode_uuid(memory, id)->text() == text && *decode_uuid(text) == id;
}
static_assert(uuid_is_a_constant());

hubwire::error refusal(std::string_view uuid) {
    const support::exact_block block{bytes{uuid}};
    const auto decoded = decode_uuid({block.data(), block.size()});
    return decoded ? hubwire::error{} : decoded.error();
}

}  // namespace

TEST_CASE("RFC 4122-3: a UUID is written in lower case, in every buffer") {
    CHECK(support::every_capacity(bytes{text}, [](hubwire::buffer output) { return encode_uuid(output, id); }) == "");
    hubwire::counting_writer out;
    put_uuid(out, id);
    CHECK(*out.finish() == 36);
}

TEST_CASE("RFC 4122-3: digits of either case are read") {
    CHECK(*decode_uuid("550E8400-E29B-41D4-A716-4466554400FF") == id);
    CHECK(*decode_uuid("550e8400-e29B-41d4-A716-4466554400Ff") == id);
    CHECK(*decode_uuid("00000000-0000-0000-0000-000000000000") == hubwire::amqp::uuid{});
}

TEST_CASE("RFC 4122-3: what is no UUID is refused at the character that cannot stand") {
    for (std::size_t size = 0; size != text.size(); ++size)
        CHECK(refusal(text.substr(0, size)) == hubwire::error{errc::iothub_uuid, size, 0});
    CHECK(refusal(std::string{text} + "0") == hubwire::error{errc::iothub_uuid, 36, 0});
    for (std::size_t at = 0; at != text.size(); ++at) {
        for (const char c : "g:/@`- {"sv) {
            if (text[at] == c) continue;
            std::string other{text};
            other[at] = c;
            CHECK(refusal(other) == hubwire::error{errc::iothub_uuid, at, 0});
        }
    }
    CHECK(refusal("{550e8400-e29b-41d4-a716-4466554400ff}").offset == 0);
    CHECK(refusal("550e8400e29b41d4a7164466554400ff").offset == 8);
}

TEST_CASE("every mutation of a UUID is refused soundly, or is another one") {
    CHECK(support::every_mutation(bytes{text}, [](bytes input) { return decode_uuid(input.text()); }) == "");
    CHECK(support::every_short_input([](bytes input) { return decode_uuid(input.text()); }) == "");
}
