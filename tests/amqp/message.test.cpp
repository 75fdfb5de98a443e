#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <optional>
#include <span>
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
using fault = hubwire::error;
using namespace hubwire::amqp;
using namespace std::literals;
using support::be32;
using support::exact_block;
using support::repeated;
using support::wire;

namespace {

// ---------------------------------------------------------------------------------------------------------------------
// In constant expressions

consteval bool message_is_a_constant() {
    std::array<char, 128> memory{};
    const entry own[] = {{"level", 3}, {"room", "attic"}};
    const message sent{.header = header{.durable = true},
                       .properties = properties{.message_id = "1", .content_type = "text/plain"},
                       .application_properties = application_properties{own},
                       .body = data{"21.5"sv}};
    const auto encoded = encode(memory, sent);
    const auto received = decode<message>(*encoded);
    return *encoded == bytes{wire<"005370 c0 02 01 41"
                                  "005373 c0 15 07 a101 '1' 40 40 40 40 40 a30a 'text/plain'"
                                  "005374 c1 17 04 a105 'level' 5403 a104 'room' a105 'attic'"
                                  "005375 a004 '21.5'">} &&
           *encoded_size(sent) == encoded->size() && *received == sent &&
           received->application_properties->get<std::string_view>("room") == "attic" &&
           received->body.single_data()->text() == "21.5" && bare_message(*encoded)->size() == encoded->size() - 7;
}
static_assert(message_is_a_constant());

// ---------------------------------------------------------------------------------------------------------------------
// What tests of messages say in one word

fault refusal(bytes wire, const options& rules = {}) {
    const exact_block block{wire};
    const auto decoded = decode<message>(bytes{block.data(), block.size()}, rules);
    return decoded ? fault{} : decoded.error();
}

/// The error with which a message is refused, whether it is encoded or only measured.
fault encode_refusal(const message& m, const options& rules = {}) {
    std::vector<char> memory(10'000);
    const auto encoded = encode(memory, m, rules);
    const auto size = encoded_size(m, rules);
    if (encoded.has_value() != size.has_value() || (!size && !(size.error() == encoded.error())))
        return {.code = errc::application};  // never a right answer
    return encoded ? fault{} : encoded.error();
}

/// Every proper prefix of a message is either truncated, or a message itself, or one without a body. It is never
/// incomplete: nothing in a message says where it ends.
std::string every_end(bytes whole, const options& rules) {
    std::size_t refused = 0;
    for (std::size_t size = 0; size != whole.size(); ++size) {
        const fault wrong = refusal(whole.first(size), rules);
        if (wrong.code == errc::none) continue;
        ++refused;
        const bool expected = wrong.code == errc::truncated || wrong.code == errc::amqp_no_body;
        if (!expected || wrong.offset > size) return support::detail::complaint("another error", whole.first(size));
    }
    return refused != 0 ? "" : "nothing was refused";
}

/// A message and its bytes are the same thing: it is encoded to them, in every buffer, they are decoded to it, and
/// survive being truncated and mutated. Returns "", or what went wrong first.
std::string same_on_the_wire(const message& m, bytes wire, const options& rules = {}) {
    const auto size = encoded_size(m, rules);
    if (!size) return "it is not encoded: " + std::string{size.error().message()};
    if (*size != wire.size()) return "its encoded size is " + std::to_string(*size);
    std::string wrong = support::every_capacity(wire, [&](buffer output) { return encode(output, m, rules); });
    if (!wrong.empty()) return wrong;
    const exact_block block{wire};
    const auto decoded = decode<message>(bytes{block.data(), block.size()}, rules);
    if (!decoded) return "it is not decoded: " + std::string{decoded.error().message()};
    if (!(*decoded == m) || !(m == *decoded)) return "it is decoded to another message";
    wrong = support::every_capacity(wire, [&](buffer output) { return encode(output, *decoded, rules); });
    if (!wrong.empty()) return "again: " + wrong;
    wrong = every_end(wire, rules);
    if (!wrong.empty()) return wrong;
    return support::every_mutation(wire, [&](bytes input) { return decode<message>(input, rules); });
}

/// The sections of a message, as bytes: in their order, so that tests can bring them out of it.
struct part {
    section_kind kind;
    bytes wire;
};
const part parts[] = {
    {section_kind::header, wire<"005370 c0 02 01 41">},
    {section_kind::delivery_annotations, wire<"005371 c1 05 02 a301 'd' 41">},
    {section_kind::message_annotations, wire<"005372 c1 05 02 a301 'm' 42">},
    {section_kind::properties, wire<"005373 c0 03 01 53 07">},
    {section_kind::application_properties, wire<"005374 c1 05 02 a101 'p' 43">},
    {section_kind::data, wire<"005375 a003 'abc'">},
    {section_kind::amqp_sequence, wire<"005376 c0 03 02 43 44">},
    {section_kind::amqp_value, wire<"005377 a105 'hello'">},
    {section_kind::footer, wire<"005378 c1 05 02 a301 'f' 40">},
};

bool is_body(section_kind kind) { return section_kind::data <= kind && kind <= section_kind::amqp_value; }
bool may_repeat(section_kind kind) { return kind == section_kind::data || kind == section_kind::amqp_sequence; }

/// What AMQP 3.2 says of sections in this order, put as plainly as can be.
errc verdict(std::span<const part> sections, bool any_order, bool no_body) {
    bool has_body = false;
    for (std::size_t i = 0; i != sections.size(); ++i) {
        const section_kind kind = sections[i].kind;
        for (std::size_t before = 0; before != i; ++before) {
            if (sections[before].kind != kind) continue;
            if (!may_repeat(kind)) return errc::amqp_repeated_section;
            if (sections[i - 1].kind != kind) return errc::amqp_section_order;
        }
        for (std::size_t before = 0; before != i; ++before) {
            if (is_body(kind) && is_body(sections[before].kind) && sections[before].kind != kind)
                return errc::amqp_mixed_body;
        }
        for (std::size_t before = 0; before != i; ++before) {
            if (sections[before].kind > kind && !any_order) return errc::amqp_section_order;
        }
        has_body = has_body || is_body(kind);
    }
    return has_body || no_body ? errc::none : errc::amqp_no_body;
}

std::string joined(std::span<const part> sections) {
    std::string all;
    for (const part& one : sections) all += one.wire.text();
    return all;
}
std::string joined(std::initializer_list<bytes> sections) {
    std::string all;
    for (const bytes one : sections) all += one.text();
    return all;
}

const message hello{.body = amqp_value{"hello"}};

}  // namespace

// ---------------------------------------------------------------------------------------------------------------------
// Sections, alone and together

TEST_CASE("AMQP 3.2: each section, alone before a body") {
    const data abc{"abc"sv};
    CHECK(same_on_the_wire({.body = abc}, wire<"005375 a003 'abc'">) == "");
    CHECK(same_on_the_wire({.header = header{}, .body = abc}, wire<"005370 45 005375 a003 'abc'">) == "");
    CHECK(same_on_the_wire({.header = header{.durable = true}, .body = abc},
                           wire<"005370 c0 02 01 41 005375 a003 'abc'">) == "");
    const entry d[] = {{symbol{"d"}, true}};
    CHECK(same_on_the_wire({.delivery_annotations = annotations{d}, .body = abc},
                           wire<"005371 c1 05 02 a301 'd' 41 005375 a003 'abc'">) == "");
    CHECK(same_on_the_wire({.message_annotations = annotations{d}, .body = abc},
                           wire<"005372 c1 05 02 a301 'd' 41 005375 a003 'abc'">) == "");
    CHECK(same_on_the_wire({.message_annotations = annotations{}, .body = abc},
                           wire<"005372 c1 01 00 005375 a003 'abc'">) == "");
    CHECK(same_on_the_wire({.properties = properties{.message_id = 7u}, .body = abc},
                           wire<"005373 c0 03 01 5307 005375 a003 'abc'">) == "");
    const entry p[] = {{"p", 0u}};
    CHECK(same_on_the_wire({.application_properties = application_properties{p}, .body = abc},
                           wire<"005374 c1 05 02 a101 'p' 43 005375 a003 'abc'">) == "");
    const entry f[] = {{symbol{"f"}, {}}};
    CHECK(same_on_the_wire({.body = abc, .footer = annotations{f}},
                           wire<"005375 a003 'abc' 005378 c1 05 02 a301 'f' 40">) == "");
}

TEST_CASE("AMQP 3.2: all sections together") {
    const entry d[] = {{symbol{"d"}, true}};
    const entry m[] = {{symbol{"m"}, false}};
    const entry p[] = {{"p", 0u}};
    const entry f[] = {{symbol{"f"}, {}}};
    const message all{.header = header{.durable = true},
                      .delivery_annotations = annotations{d},
                      .message_annotations = annotations{m},
                      .properties = properties{.message_id = 7u},
                      .application_properties = application_properties{p},
                      .body = amqp_value{"hello"},
                      .footer = annotations{f}};
    CHECK(same_on_the_wire(all, wire<"005370 c0 02 01 41"
                                     "005371 c1 05 02 a301 'd' 41"
                                     "005372 c1 05 02 a301 'm' 42"
                                     "005373 c0 03 01 53 07"
                                     "005374 c1 05 02 a101 'p' 43"
                                     "005377 a105 'hello'"
                                     "005378 c1 05 02 a301 'f' 40">) == "");
    CHECK(!(all == hello));
}

TEST_CASE("a message of more bytes than short lists and texts hold is the same in every buffer") {
    const std::string text(300, 'x');
    const entry p[] = {{"key", text}, {"other", -1}};
    const message large{.properties = properties{.to = text, .subject = "s"},
                        .application_properties = application_properties{p},
                        .body = data{text}};
    std::vector<char> memory(2000);
    const auto encoded = encode(memory, large);
    REQUIRE(encoded);
    CHECK(same_on_the_wire(large, *encoded) == "");
}

TEST_CASE("AMQP 3.2: any two or three sections in any order, and what the specification says of it") {
    const auto compare = [](std::span<const part> sections) {
        const std::string input = joined(sections);
        for (const bool any_order : {false, true}) {
            for (const bool no_body : {false, true}) {
                const errc expected = verdict(sections, any_order, no_body);
                const fault wrong = refusal(input, {.no_body = no_body, .any_order = any_order});
                if (wrong.code != expected)
                    FAIL_CHECK(support::detail::hex(input)
                               << ": " << wrong.message() << ", but " << fault{.code = expected}.message());
            }
        }
    };
    compare({});
    for (const part& a : parts) {
        compare(std::array{a});
        for (const part& b : parts) {
            compare(std::array{a, b});
            for (const part& c : parts) compare(std::array{a, b, c});
        }
    }
}

TEST_CASE("AMQP 3.2: an error of the order of sections has the offset of the one that cannot stand there") {
    const bytes header = parts[0].wire;
    const bytes properties = parts[3].wire;
    const bytes data = parts[5].wire;
    const bytes sequence = parts[6].wire;
    CHECK(refusal(joined({properties, header, data})) ==
          fault{.code = errc::amqp_section_order, .offset = properties.size()});
    CHECK(refusal(joined({header, header, data})) ==
          fault{.code = errc::amqp_repeated_section, .offset = header.size()});
    CHECK(refusal(joined({data, sequence})) == fault{.code = errc::amqp_mixed_body, .offset = data.size()});
    CHECK(refusal(header) == fault{.code = errc::amqp_no_body, .offset = header.size()});
    CHECK(refusal({}) == fault{.code = errc::amqp_no_body, .offset = 0});
    CHECK(refusal(joined({data, wire<"005379 45">})) == fault{.code = errc::amqp_section, .offset = data.size()});
    CHECK(refusal(joined({data, wire<"45">})) == fault{.code = errc::amqp_section, .offset = data.size()});
    CHECK(refusal(joined({data, wire<"00">})).code == errc::truncated);
}

TEST_CASE("with sections in any order the message is the same one") {
    constexpr options lenient{.any_order = true};
    const std::string in_order = joined({parts[3].wire, parts[4].wire, parts[5].wire, parts[5].wire});
    const std::string other = joined({parts[4].wire, parts[5].wire, parts[5].wire, parts[3].wire});
    const auto a = decode<message>(in_order);
    const auto b = decode<message>(other, lenient);
    REQUIRE(a);
    REQUIRE(b);
    CHECK(*a == *b);
    CHECK(b->body.data_sections().size() == 2);
}

TEST_CASE("AMQP 1.3: sections have descriptors of every width, and names") {
    const auto message_of = [](bytes input) { return decode<message>(input); };
    const bytes service_bus = wire<
        "00 80 0000000000000073 c0 03 01 5307"
        "00 80 0000000000000074 c1 05 02 a101 'p' 43"
        "00 80 0000000000000075 a003 'abc'">;
    const bytes names = wire<
        "00 a314 'amqp:properties:list' c0 03 01 5307"
        "00 a31f 'amqp:application-properties:map' c1 05 02 a101 'p' 43"
        "00 b3 00000010 'amqp:data:binary' b0 00000003 'abc'">;
    const entry p[] = {{"p", 0u}};
    const message expected{.properties = properties{.message_id = 7u},
                           .application_properties = application_properties{p},
                           .body = data{"abc"sv}};
    for (const bytes input : {service_bus, names}) {
        REQUIRE(message_of(input));
        CHECK(*message_of(input) == expected);
        CHECK(every_end(input, {}) == "");
        CHECK(support::every_mutation(input, message_of) == "");
    }
    CHECK(refusal(wire<"00 80 0000000100000075 a003 'abc'">) == fault{.code = errc::amqp_section, .offset = 0});
    CHECK(refusal(wire<"00 80 0000000000000175 a003 'abc'">).code == errc::amqp_section);

    const bytes several = wire<
        "00 80 0000000000000075 a001 'a'"
        "00 a310 'amqp:data:binary' a001 'b'"
        "005375 b0 00000001 'c'">;
    const auto received = message_of(several);
    REQUIRE(received);
    std::string text;
    for (const data one : received->body.data_sections()) text += one.content.text();
    CHECK(text == "abc");
}

// ---------------------------------------------------------------------------------------------------------------------
// Bodies

TEST_CASE("AMQP 3.2.6: one data section, or several in a row") {
    const data one[] = {data{"a"sv}};
    const data three[] = {data{"a"sv}, data{""sv}, data{"bc"sv}};
    CHECK(same_on_the_wire({.body = std::span<const data>{one}}, wire<"005375 a001 'a'">) == "");
    CHECK(same_on_the_wire({.body = data{""sv}}, wire<"005375 a000">) == "");
    CHECK(same_on_the_wire({.body = std::span<const data>{three}},
                           wire<"005375 a001 'a' 005375 a000 005375 a002 'bc'">) == "");

    const auto received = decode<message>(wire<"005375 a001 'a' 005375 a000 005375 a002 'bc'">);
    REQUIRE(received);
    CHECK(received->body.kind() == body_kind::data);
    CHECK(received->body.data_sections().size() == 3);
    CHECK(!received->body.single_data());
    CHECK(!received->body.single_value());
    CHECK(received->body.sequences().empty());
    auto at = received->body.data_sections().begin();
    CHECK((*at++).content.text() == "a");
    CHECK((*at).content.empty());
    CHECK((*++at).content.text() == "bc");
    CHECK(++at == received->body.data_sections().end());
    CHECK(message_body{data{"a"sv}}.single_data() == bytes{"a"sv});
    CHECK(refusal(wire<"005375 a101 'a'">) == fault{.code = errc::amqp_type, .offset = 3});
    CHECK(refusal(wire<"005375 40">).code == errc::amqp_type);
}

TEST_CASE("AMQP 3.2.7: one sequence, or several in a row") {
    const value first[] = {1u, "two"};
    const amqp_sequence two[] = {amqp_sequence{first}, amqp_sequence{}};
    CHECK(same_on_the_wire({.body = amqp_sequence{}}, wire<"005376 45">) == "");
    CHECK(same_on_the_wire({.body = two[0]}, wire<"005376 c0 08 02 5201 a103 'two'">) == "");
    CHECK(same_on_the_wire({.body = std::span<const amqp_sequence>{two}},
                           wire<"005376 c0 08 02 5201 a103 'two' 005376 45">) == "");

    const auto received = decode<message>(wire<"005376 c0 08 02 5201 a103 'two' 005376 d0 00000004 00000000">);
    REQUIRE(received);
    CHECK(received->body == message_body{std::span<const amqp_sequence>{two}});
    CHECK(received->body.kind() == body_kind::sequence);
    CHECK(received->body.sequences().size() == 2);
    CHECK(received->body.data_sections().empty());
    CHECK((*received->body.sequences().begin()).content.size() == 2);
    CHECK(refusal(wire<"005376 c1 01 00">) == fault{.code = errc::amqp_type, .offset = 3});
}

TEST_CASE("AMQP 3.2.8: a body of one value, of any type") {
    const value items[] = {1, "x", {}};
    const entry entries[] = {{"k", 1}, {2u, list{items}}};
    const value point[] = {symbol{"point"}, list{items}};
    std::array<char, 64> scratch{};
    builder b{scratch};
    b.array([&] {
        b.add(1);
        b.add(2);
    });
    const value values[] = {
        {},
        true,
        false,
        std::uint8_t{200},
        std::uint16_t{60'000},
        0u,
        200u,
        70'000u,
        std::uint64_t{0},
        std::uint64_t{1} << 63,
        std::int8_t{-1},
        std::int16_t{-300},
        -1,
        -70'000,
        std::int64_t{-1},
        (std::numeric_limits<std::int64_t>::min)(),
        1.5f,
        -0.0,
        std::bit_cast<double>(std::uint64_t{0x7ff4'0000'0000'0001}),
        decimal32{1},
        decimal64{2},
        decimal128{{3}},
        U'\0',
        U'\U0001F600',
        timestamp{-1},
        timestamp{253'402'300'799'999},
        uuid{{1, 2, 3}},
        bytes{"binary"sv},
        "string",
        ""sv,
        "nul\0inside"sv,
        symbol{"symbol"},
        list{},
        list{items},
        map{},
        map{entries},
        *b.finish(),
        described{point},
    };
    std::vector<char> memory(1000);
    for (const value& v : values) {
        const message m{.body = amqp_value{v}};
        const auto encoded = encode(memory, m);
        REQUIRE(encoded);
        const std::vector<char> copy(encoded->data(), encoded->data() + encoded->size());
        CHECK(same_on_the_wire(m, copy) == "");
        const auto received = decode<message>(copy);
        REQUIRE(received);
        CHECK(received->body.kind() == body_kind::value);
        CHECK(received->body.single_value() == v);
        CHECK(received->body.single_value()->type() == v.type());
        CHECK(!received->body.single_data());
    }
}

TEST_CASE("bodies of different kinds or contents are different") {
    const message_body bodies[] = {{}, data{"a"sv}, data{"b"sv}, amqp_sequence{}, amqp_value{}, amqp_value{1}};
    for (std::size_t a = 0; a != std::size(bodies); ++a) {
        for (std::size_t b = 0; b != std::size(bodies); ++b) CHECK((bodies[a] == bodies[b]) == (a == b));
    }
}

TEST_CASE("AMQP 3.2: a message has a body, unless an option says that it need not") {
    constexpr options lenient{.no_body = true};
    CHECK(encode_refusal({}) == fault{.code = errc::amqp_no_body, .offset = 0});
    CHECK(encode_refusal({.header = header{}}) == fault{.code = errc::amqp_no_body, .offset = 4});
    CHECK(encode_refusal({.body = std::span<const data>{}}).code == errc::amqp_no_body);
    CHECK(encode_refusal({.body = std::span<const amqp_sequence>{}}).code == errc::amqp_no_body);
    std::array<char, 8> memory{};
    CHECK(encode(memory, message{}, lenient)->empty());
    CHECK(decode<message>({}, lenient).value_or(hello) == message{});
    CHECK(same_on_the_wire({.header = header{.durable = true}, .footer = annotations{}},
                           wire<"005370 c0 02 01 41 005378 c1 01 00">, lenient) == "");
}

// ---------------------------------------------------------------------------------------------------------------------
// Keys and values of maps

TEST_CASE("AMQP 3.2.10: keys of annotations are symbols or ulongs, unless an option says otherwise") {
    const auto with = [](std::string_view key) {
        std::string section = "\x00\x53\x72\xc1"s;
        section += static_cast<char>(key.size() + 2);
        return section + "\x02"s + std::string{key} + "\x41"s + std::string{parts[5].wire.text()};
    };
    for (const bytes key : {bytes{wire<"a301 'k'">}, bytes{wire<"b3 00000001 'k'">}, bytes{wire<"44">},
                            bytes{wire<"5307">}, bytes{wire<"80 0000000000000007">}}) {
        CHECK(refusal(with(key.text())).code == errc::none);
    }
    for (const bytes key : {bytes{wire<"a101 'k'">}, bytes{wire<"43">}, bytes{wire<"40">}, bytes{wire<"5507">},
                            bytes{wire<"a001 'k'">}, bytes{wire<"45">}, bytes{wire<"00 5301 a301 'k'">}}) {
        CHECK(refusal(with(key.text())) == fault{.code = errc::amqp_key, .offset = 6});
        CHECK(refusal(with(key.text()), {.any_key = true}).code == errc::none);
    }
    CHECK(refusal(with("\x3f")).code != errc::none);
    CHECK(refusal(with("\x3f"), {.any_key = true}).code == errc::amqp_format_code);
    const entry wrong[] = {{"text", 1}};
    CHECK(encode_refusal({.delivery_annotations = annotations{wrong}, .body = data{""sv}}).code == errc::amqp_key);
    CHECK(encode_refusal({.message_annotations = annotations{wrong}, .body = data{""sv}}).code == errc::amqp_key);
    CHECK(encode_refusal({.body = data{""sv}, .footer = annotations{wrong}}).code == errc::amqp_key);
    CHECK(encode_refusal({.body = data{""sv}, .footer = annotations{wrong}}, {.any_key = true}).code == errc::none);
}

TEST_CASE("AMQP 3.2.5: keys of application properties are strings, their values of any type but list, map and array") {
    const auto with = [](bytes key, bytes content) {
        std::string section = "\x00\x53\x74\xc1"s;
        section += static_cast<char>(key.size() + content.size() + 1);
        return section + "\x02"s + joined({key, content, parts[5].wire});
    };
    const bytes key = wire<"a101 'k'">;
    for (const bytes content :
         {bytes{wire<"40">}, bytes{wire<"41">}, bytes{wire<"5001">}, bytes{wire<"98 000102030405060708090a0b0c0d0e0f">},
          bytes{wire<"a301 's'">}, bytes{wire<"00 5301 a100">}, bytes{wire<"00 5301 45">}}) {
        CHECK(refusal(with(key, content)).code == errc::none);
    }
    for (const bytes content :
         {bytes{wire<"45">}, bytes{wire<"c0 01 00">}, bytes{wire<"d0 00000004 00000000">}, bytes{wire<"c1 01 00">},
          bytes{wire<"d1 00000004 00000000">}, bytes{wire<"e0 02 00 40">}, bytes{wire<"f0 00000005 00000000 40">}}) {
        CHECK(refusal(with(key, content)) == fault{.code = errc::amqp_map_value, .offset = 9});
        CHECK(refusal(with(key, content), {.any_property = true}).code == errc::none);
    }
    for (const bytes other : {bytes{wire<"a301 'k'">}, bytes{wire<"44">}, bytes{wire<"40">}, bytes{wire<"a001 'k'">}}) {
        CHECK(refusal(with(other, wire<"41">)) == fault{.code = errc::amqp_key, .offset = 6});
        CHECK(refusal(with(other, wire<"41">), {.any_key = true}).code == errc::none);
    }
    const entry no_string[] = {{symbol{"k"}, 1}};
    const entry no_value[] = {{"k", list{}}};
    const message a{.application_properties = application_properties{no_string}, .body = data{""sv}};
    const message b{.application_properties = application_properties{no_value}, .body = data{""sv}};
    CHECK(encode_refusal(a).code == errc::amqp_key);
    CHECK(encode_refusal(a, {.any_key = true}).code == errc::none);
    CHECK(encode_refusal(b).code == errc::amqp_map_value);
    CHECK(encode_refusal(b, {.any_property = true}).code == errc::none);
}

TEST_CASE("what was received by lenient rules is not sent on by strict ones") {
    constexpr options lenient{.any_key = true, .any_property = true};
    const bytes input = wire<"005374 c1 08 04 a301 'k' 41 a100 45 005375 a003 'abc'">;
    const auto received = decode<message>(input, lenient);
    REQUIRE(received);
    CHECK(encode_refusal(*received).code == errc::amqp_key);
    CHECK(encode_refusal(*received, {.any_key = true}).code == errc::amqp_map_value);
    CHECK(encode_refusal(*received, lenient).code == errc::none);
}

TEST_CASE("AMQP 1.6.23: the order of entries is kept, and a key can be there twice") {
    const bytes input = wire<"005374 c1 0d 06 a101 'b' 41 a101 'a' 42 a101 'b' 43 005375 a000">;
    const auto received = decode<message>(input);
    REQUIRE(received);
    const entry expected[] = {{"b", true}, {"a", false}, {"b", 0u}};
    CHECK(*received->application_properties == application_properties{expected});
    CHECK(received->application_properties->find("b"sv) == value{true});
    CHECK(same_on_the_wire({.application_properties = application_properties{expected}, .body = data{""sv}}, input) ==
          "");
    CHECK(refusal(wire<"005374 c1 04 01 a101 'b' 005375 a000">).code == errc::amqp_odd_map);
}

TEST_CASE("AMQP 1.6.21: symbols are ASCII, unless an option says that they need not be") {
    const bytes input = wire<"005372 c1 06 02 a302 c3a4 41 005375 a000">;
    CHECK(refusal(input) == fault{.code = errc::amqp_symbol, .offset = 8});
    CHECK(refusal(input, {.any_symbol = true}).code == errc::none);
    const entry wrong[] = {{symbol{"\xc3\xa4"}, true}};
    const message m{.message_annotations = annotations{wrong}, .body = data{""sv}};
    CHECK(encode_refusal(m).code == errc::amqp_symbol);
    CHECK(same_on_the_wire(m, input, {.any_symbol = true}) == "");
}

// ---------------------------------------------------------------------------------------------------------------------
// How deep, and how large

TEST_CASE("a message nests as deep when it is encoded as when it is decoded") {
    const value inner[] = {1};
    const value middle[] = {list{inner}};
    const value outer[] = {list{middle}};
    const entry entries[] = {{symbol{"k"}, list{outer}}};
    const message examples[] = {
        {.body = data{"abc"sv}},
        {.body = amqp_value{1}},
        {.body = amqp_value{list{outer}}},
        {.body = amqp_sequence{outer}},
        {.header = header{.durable = true}, .body = data{""sv}},
        {.properties = properties{.to = "t"}, .body = data{""sv}},
        {.message_annotations = annotations{entries}, .body = data{""sv}},
        {.message_annotations = annotations{}, .body = data{""sv}},
        {.body = data{""sv}, .footer = annotations{entries}},
    };
    std::array<char, 128> memory{};
    std::size_t refused = 0;
    for (const message& m : examples) {
        const auto encoded = encode(memory, m);
        REQUIRE(encoded);
        for (unsigned depth = 0; depth != 8; ++depth) {
            const options rules{.max_depth = depth};
            const errc ours = encode_refusal(m, rules).code;
            CHECK(refusal(*encoded, rules).code == ours);
            CHECK((ours == errc::none || ours == errc::amqp_depth));
            refused += ours != errc::none ? 1u : 0u;
        }
    }
    CHECK(refused > 10);
    CHECK(refused < 50);
}

TEST_CASE("values that nest without an end are refused, wherever they stand in a message") {
    std::string lists = "\x40";
    for (int depth = 0; depth != 10'000; ++depth) {
        const auto size = static_cast<std::uint32_t>(lists.size() + 4);
        std::string head = "\xd0";
        for (int shift = 24; shift >= 0; shift -= 8)
            head += static_cast<char>(static_cast<unsigned char>(size >> shift));
        lists.insert(0, head + "\x00\x00\x00\x01"s);
    }
    CHECK(refusal("\x00\x53\x77"s + lists).code == errc::amqp_depth);
    CHECK(refusal("\x00\x53\x76"s + lists).code == errc::amqp_depth);
    CHECK(refusal("\x00"s + lists).code == errc::amqp_depth);
    CHECK(refusal("\x00\x53\x77"s + std::string(100'000, '\0')).code == errc::amqp_depth);
    CHECK(refusal(std::string(100'000, '\0')).code == errc::amqp_depth);
}

TEST_CASE("bodies that add up to more bytes than can be counted are refused, and do not wrap") {
    // Nobody has so many bytes, but four views of one mapping of a file could come near it.
    const char byte = 0;
    const std::size_t quarter = (std::numeric_limits<std::size_t>::max)() / 4 + 1;
    const std::vector<data> four(4, data{bytes{&byte, quarter}});
    std::array<char, 100> memory{};
    CHECK(encoded_size(message{.body = four}).error().code == errc::too_long);
    // Where sizes are of 32 bits, one section alone can be counted, and its bytes are what does not fit first.
    const errc refused = encode(memory, message{.body = four}).error().code;
    CHECK((refused == errc::too_long || refused == errc::no_space));
}

TEST_CASE("megabytes of sections are accepted or refused, gone through and cut in linear time") {
    // Were any of it quadratic, this would take hours.
    constexpr std::size_t size = support::huge_size;
    const auto map_of = [](const std::string& descriptor, bytes entry) {
        const std::size_t count = size / entry.size();
        return descriptor + '\xd1' + be32(count * entry.size() + 4) + be32(2 * count) + repeated(entry, count);
    };
    const std::string value = "\x00\x53\x77\x40"s;
    const std::string many = repeated("\x00\x53\x75\xa0\x00"sv, size / 5);
    const std::string accepted[] = {
        many,
        repeated("\x00\xa3\x10"
                 "amqp:data:binary\xa0\x00"sv,
                 size / 21),
        repeated("\x00\x53\x76\x45"sv, size / 4),
        map_of("\x00\x53\x72"s, "\xa3\x01k\x40"sv) + value,
        map_of("\x00\x53\x74"s, "\xa1\x01k\x40"sv) + value,
        "\x00\x53\x75\xb0"s + be32(size) + std::string(size, 'x') + map_of("\x00\x53\x78"s, "\x44\x40"sv),
    };
    for (const std::string& input : accepted) {
        INFO(support::detail::hex(input));
        const auto received = decode<message>(input);
        REQUIRE(received);
        CHECK(encoded_size(*received).value_or(0) <= input.size());
    }
    std::size_t count = 0;
    const auto received = decode<message>(many);
    for (const data one : received->body.data_sections()) count += one.content.empty() ? 1u : 0u;
    CHECK(count == size / 5);
    CHECK(split_at(many, section_kind::footer));
    CHECK(bare_message(many));
    std::size_t cut_off = 0;
    while (const auto one = cut_section(bytes{many}.without_first(cut_off))) cut_off += one->whole.size();
    CHECK(cut_off == many.size());

    const std::string refused[] = {
        many + "\x00\x53\x70\x45"s,
        many + "\x00\x53\x75\xa0\x01"s,
        many + "\x00\x53\x76\x45"s + many,
        repeated("\x00\x53\x72\xc1\x01\x00"sv, size / 6),
        map_of("\x00\x53\x72"s, "\xa3\x01k\x40"sv),
        map_of("\x00\x53\x74"s, "\xa1\x01k\x45"sv) + value,
        repeated("\x00\x53\x77"sv, size / 3),
        std::string(size, '\0'),
    };
    for (const std::string& input : refused) {
        INFO(support::detail::hex(input));
        CHECK_FALSE(decode<message>(input));
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// A head, and a payload that lies elsewhere

TEST_CASE("the head of a message and its payload are together the message") {
    const entry p[] = {{"p", 0u}};
    const std::string payload(300, 'x');
    std::vector<char> memory(1000);
    std::vector<char> small(100);
    for (std::size_t size = 0; size <= payload.size(); ++size) {
        const message m{.header = header{.durable = true},
                        .properties = properties{.message_id = "id"},
                        .application_properties = application_properties{p},
                        .body = data{bytes{payload}.first(size)}};
        const auto whole = encode(memory, m);
        const auto head = encode_head(small, m);
        REQUIRE(whole);
        REQUIRE(head);
        if (joined({*head, bytes{payload}.first(size)}) != whole->text()) FAIL("another message, of " << size);
        if (encoded_head_size(m).value_or(0) != head->size()) FAIL("another size of the head, of " << size);
    }
    for (const std::size_t size : {255u, 256u}) {
        const message m{.header = header{.durable = true}, .body = data{bytes{payload}.first(size)}};
        const auto head = encode_head(small, m);
        REQUIRE(head);
        const std::string expected{head->text()};
        CHECK(support::every_capacity(expected, [&](buffer output) { return encode_head(output, m); }) == "");
    }
}

TEST_CASE("a head has one data section behind it, and no footer") {
    std::array<char, 64> memory{};
    const data two[] = {data{"a"sv}, data{"b"sv}};
    const message others[] = {
        {},
        {.body = amqp_value{1}},
        {.body = amqp_sequence{}},
        {.body = std::span<const data>{two}},
        {.body = data{"a"sv}, .footer = annotations{}},
    };
    for (const message& m : others) {
        const auto head = encode_head(memory, m);
        REQUIRE(!head);
        CHECK(head.error() == fault{.code = errc::amqp_two_parts, .offset = 0});
        CHECK(encoded_head_size(m).error() == head.error());
    }
    CHECK(encode_head(memory, {.body = std::span<const data>{two}.first(1)}).has_value());
}

// ---------------------------------------------------------------------------------------------------------------------
// Batches

TEST_CASE("a batch is a message whose data sections are messages, and may be batches themselves") {
    STATIC_REQUIRE(batch_message_format == 0x8001'3700);
    STATIC_REQUIRE(message_format == 0);
    std::vector<std::string> inner;
    for (const std::string_view text : {"one"sv, ""sv, "three"sv}) {
        std::array<char, 64> memory{};
        inner.emplace_back(
            encode(memory, message{.properties = properties{.message_id = text}, .body = data{text}})->text());
    }
    const data of_inner[] = {data{inner[0]}, data{inner[1]}, data{inner[2]}};
    std::array<char, 256> memory{};
    const std::string batch{encode(memory, message{.body = std::span<const data>{of_inner}})->text()};
    const data of_batch[] = {data{batch}, data{inner[0]}};
    std::array<char, 256> outer_memory{};
    const auto outer = encode(outer_memory, message{.body = std::span<const data>{of_batch}});
    REQUIRE(outer);

    std::string found;
    const auto received = decode<message>(*outer);
    REQUIRE(received);
    for (const data first : received->body.data_sections()) {
        const auto second = decode<message>(first.content);
        REQUIRE(second);
        if (second->properties) {
            found += second->body.single_data()->text();
            continue;
        }
        for (const data one : second->body.data_sections()) {
            const auto third = decode<message>(one.content);
            REQUIRE(third);
            CHECK(third->properties->message_id->as<std::string_view>() == third->body.single_data()->text());
            found += '<' + std::string{third->body.single_data()->text()} + '>';
        }
    }
    CHECK(found == "<one><><three>one");
    CHECK(encoded_size(*received).value_or(0) == outer->size());
}

// ---------------------------------------------------------------------------------------------------------------------
// What is received is sent on

TEST_CASE("a message that was received is encoded again without a copy, views and all") {
    const bytes input = wire<
        "005371 c1 05 02 a301 'd' 41"
        "005372 c1 0e 04 a301 'm' 00 5301 c0 02 01 41 5307 40"  // something described that nobody knows
        "005374 c1 05 02 a101 'p' 43"
        "005376 c0 03 02 43 44 005376 c0 03 02 43 44"
        "005378 c1 05 02 a301 'f' 40">;
    const exact_block block{input};
    const bytes view{block.data(), block.size()};
    const auto received = decode<message>(view);
    REQUIRE(received);
    CHECK(same_on_the_wire(*received, input) == "");
    const auto key = (*received->application_properties->begin()).key.text();
    REQUIRE(key);
    CHECK(view.data() <= key->data());
    CHECK(key->data() < view.data() + view.size());
}

TEST_CASE("short inputs of any bytes are refused, or decoded, and nothing else") {
    CHECK(support::every_short_input([](bytes input) { return decode<message>(input); }) == "");
    CHECK(support::every_short_input([](bytes input) { return decode<message>(input, {.no_body = true}); }) == "");
}

consteval bool several_data_sections_come_back() {
    char memory[64];
    const data sections[] = {{"a"sv}, {"b"sv}};
    const auto encoded = encode(memory, message{.body = sections});
    const auto m = decode<message>(*encoded);
    std::size_t size = 0;
    for (const data section : m->body.data_sections()) size += section.content.size();
    return m->body.data_sections().size() == 2 && size == 2;
}
static_assert(several_data_sections_come_back());

TEST_CASE("a head and a section count levels as the whole message does") {
    char memory[64];
    const message m{.body = data{"a"sv}};
    CHECK(encode(memory, m, {.max_depth = 0}).error().code == errc::amqp_depth);
    CHECK(encode_head(memory, m, {.max_depth = 0}).error().code == errc::amqp_depth);
    CHECK(encoded_head_size(m, {.max_depth = 0}).error() == encode_head(memory, m, {.max_depth = 0}).error());
    CHECK(encode_section(memory, section_kind::footer, {}, {.max_depth = 1}).error().code == errc::amqp_depth);
    CHECK(encode_section(memory, section_kind::footer, {}, {.max_depth = 2}));
}
