#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

consteval bool sections_are_constants() {
    std::array<char, 64> memory{};
    const auto encoded = encode_section(memory, section_kind::message_annotations, {{symbol{"k"}, "v"}});
    const auto found = cut_section(*encoded);
    const auto split = split_at(*encoded, section_kind::properties);
    return *encoded == bytes{wire<"005372 c1 07 02 a301 'k' a101 'v'">} &&
           found->kind == section_kind::message_annotations &&
           decode<annotations>(found->content)->get<std::string_view>("k") == "v" && split->before == *encoded &&
           bare_message(*encoded)->empty();
}
static_assert(sections_are_constants());

/// A composite and its bytes are the same thing. Returns "", or what went wrong first.
template <class T>
std::string same_on_the_wire(const T& section, bytes wire) {
    const auto size = encoded_size(section);
    if (!size || *size != wire.size()) return "its encoded size is another one";
    std::string wrong = support::every_capacity(wire, [&](buffer output) { return encode(output, section); });
    if (!wrong.empty()) return wrong;
    const exact_block block{wire};
    const auto decoded = decode<T>(bytes{block.data(), block.size()});
    if (!decoded) return "it does not decode: " + std::string{decoded.error().message()};
    if (!(*decoded == section)) return "it decodes to another one";
    const auto decode_it = [](bytes input) { return decode<T>(input); };
    wrong = support::every_truncation(wire, decode_it);
    return wrong.empty() ? support::every_mutation(wire, decode_it) : wrong;
}

template <class T>
fault refusal(bytes wire, const options& rules = {}) {
    const exact_block block{wire};
    const auto decoded = decode<T>(bytes{block.data(), block.size()}, rules);
    return decoded ? fault{} : decoded.error();
}

constexpr section_kind all_kinds[] = {
    section_kind::header,
    section_kind::delivery_annotations,
    section_kind::message_annotations,
    section_kind::properties,
    section_kind::application_properties,
    section_kind::data,
    section_kind::amqp_sequence,
    section_kind::amqp_value,
    section_kind::footer,
};

/// One section of each kind, in their order.
const bytes examples[] = {
    wire<"005370 c0 02 01 41">,    wire<"005371 c1 05 02 a301 'd' 41">, wire<"005372 c1 05 02 a301 'm' 42">,
    wire<"005373 c0 03 01 53 07">, wire<"005374 c1 05 02 a101 'p' 43">, wire<"005375 a003 'abc'">,
    wire<"005376 c0 03 02 43 44">, wire<"005377 a105 'hello'">,         wire<"005378 c1 05 02 a301 'f' 40">,
};

bool is_body(section_kind kind) { return section_kind::data <= kind && kind <= section_kind::amqp_value; }

std::string joined(std::initializer_list<bytes> parts) {
    std::string all;
    for (const bytes part : parts) all += part.text();
    return all;
}

errc cut_refusal(bytes input) {
    const exact_block block{input};
    const auto found = cut_section(bytes{block.data(), block.size()});
    return found ? errc::none : found.error().code;
}

void check_that_all_refuse(const std::string& input) {
    CHECK(!cut_section(input).has_value());
    CHECK(!split_at(input, section_kind::data).has_value());
    CHECK(!bare_message(input).has_value());
    CHECK(!decode<message>(input).has_value());
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------------------
// Header and properties

TEST_CASE("AMQP 3.2.1: a header") {
    CHECK(same_on_the_wire(header{}, wire<"005370 45">) == "");
    CHECK(same_on_the_wire(header{.durable = true}, wire<"005370 c0 02 01 41">) == "");
    CHECK(same_on_the_wire(header{.durable = true,
                                  .priority = std::uint8_t{5},
                                  .ttl = milliseconds{1000},
                                  .first_acquirer = true,
                                  .delivery_count = 300u},
                           wire<"005370 c0 0f 05 41 5005 70 000003e8 41 70 0000012c">) == "");
}

TEST_CASE("AMQP 3.2.1: what a header leaves out has its default, and is told apart from that") {
    const auto absent = decode<header>(wire<"005370 c0 06 05 40 40 40 40 40">);
    REQUIRE(absent);
    CHECK(*absent == header{});
    CHECK(*absent->durable == false);
    CHECK(*absent->priority == 4);
    CHECK(!absent->ttl);
    CHECK(*absent->first_acquirer == false);
    CHECK(*absent->delivery_count == 0);
    CHECK(same_on_the_wire(header{.priority = std::uint8_t{4}}, wire<"005370 c0 04 02 40 5004">) == "");
    CHECK(!(header{.priority = std::uint8_t{4}} == header{}));
    CHECK(refusal<header>(wire<"005370 c0 07 06 40 40 40 40 40 40">).code == errc::amqp_too_many_fields);
}

TEST_CASE(
    "AMQP 1.4: fields that are absent at the end are left out, unless an option keeps them for peers that count") {
    constexpr options counted{.keep_trailing_nulls = true};
    const auto encoded_as = [&](const auto& section, bytes wire) {
        return support::every_capacity(wire, [&](buffer output) { return encode(output, section, counted); });
    };
    CHECK(encoded_as(header{}, wire<"005370 c0 06 05 40 40 40 40 40">) == "");
    CHECK(encoded_as(header{.priority = std::uint8_t{1}}, wire<"005370 c0 07 05 40 5001 40 40 40">) == "");
    CHECK(encoded_as(properties{.to = "t"}, wire<"005373 c0 10 0d 40 40 a101 't' 40 40 40 40 40 40 40 40 40 40">) ==
          "");
    CHECK(decode<header>(wire<"005370 c0 07 05 40 5001 40 40 40">)->priority ==
          header{.priority = std::uint8_t{1}}.priority);
    CHECK(refusal<header>(wire<"005370 c0 04 05 40 5001">).code == errc::amqp_count);
}

TEST_CASE("AMQP 3.2.4: all thirteen properties, and timestamps before 1970 and at the end of .NET's time") {
    CHECK(same_on_the_wire(properties{}, wire<"005373 45">) == "");
    CHECK(same_on_the_wire(properties{.message_id = "m",
                                      .user_id = "u"sv,
                                      .to = "t",
                                      .subject = "s",
                                      .reply_to = "r",
                                      .correlation_id = 7u,
                                      .content_type = "c",
                                      .content_encoding = "e",
                                      .absolute_expiry_time = timestamp{-1},
                                      .creation_time = timestamp{253'402'300'799'999},
                                      .group_id = "g",
                                      .group_sequence = 0,
                                      .reply_to_group_id = "h"},
                           wire<"005373 c0 31 0d"
                                "a101 'm' a001 'u' a101 't' a101 's' a101 'r' 5307 a301 'c' a301 'e'"
                                "83 ffffffffffffffff 83 0000e677d21fdbff a101 'g' 43 a101 'h'">) == "");
    CHECK(refusal<properties>(wire<"005373 c0 0f 0e 40 40 40 40 40 40 40 40 40 40 40 40 40 40">).code ==
          errc::amqp_too_many_fields);
}

TEST_CASE("AMQP 3.2.4: empty is not absent") {
    CHECK(same_on_the_wire(properties{.user_id = ""sv, .to = "", .content_type = ""},
                           wire<"005373 c0 0b 07 40 a000 a100 40 40 40 a300">) == "");
    CHECK(!decode<properties>(wire<"005373 c0 04 03 40 40 40">)->to);
}

TEST_CASE("AMQP 3.2.11 to 3.2.14: a message id is a ulong, a UUID, a binary or a string, and stays one") {
    const uuid id{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
    CHECK(same_on_the_wire(properties{.message_id = 0u}, wire<"005373 c0 02 01 44">) == "");
    CHECK(same_on_the_wire(properties{.message_id = 255u}, wire<"005373 c0 03 01 53ff">) == "");
    CHECK(same_on_the_wire(properties{.message_id = 0xffff'ffff'ffff'ffff},
                           wire<"005373 c0 0a 01 80 ffffffffffffffff">) == "");
    CHECK(same_on_the_wire(properties{.message_id = id}, wire<"005373 c0 12 01 98 000102030405060708090a0b0c0d0e0f">) ==
          "");
    CHECK(same_on_the_wire(properties{.message_id = bytes{"id"sv}}, wire<"005373 c0 05 01 a002 'id'">) == "");
    CHECK(same_on_the_wire(properties{.message_id = "id"}, wire<"005373 c0 05 01 a102 'id'">) == "");
    CHECK(same_on_the_wire(properties{.correlation_id = id},
                           wire<"005373 c0 17 06 40 40 40 40 40 98 000102030405060708090a0b0c0d0e0f">) == "");
    CHECK(same_on_the_wire(properties{.correlation_id = message_id{}}, wire<"005373 c0 08 06 40 40 40 40 40 a100">) ==
          "");

    CHECK(message_id{5u}.type() == type::ulong);
    CHECK(message_id{5u}.as<unsigned long long>() == 5u);
    CHECK(message_id{5u}.as<std::uint64_t>() == 5u);
    CHECK(message_id{id}.as<uuid>() == id);
    CHECK(message_id{bytes{"b"sv}}.as<bytes>() == bytes{"b"sv});
    CHECK(message_id{"s"s}.as<std::string_view>() == "s");
    CHECK(!message_id{"s"}.as<bytes>());
    CHECK(!(message_id{"s"} == message_id{bytes{"s"sv}}));
    CHECK(decode<properties>(wire<"005373 c0 0a 01 80 0000000000000007">)->message_id == message_id{7u});
    CHECK(decode<properties>(wire<"005373 d0 00000009 00000001 b1 00000000">)->message_id == message_id{});
}

TEST_CASE("AMQP 3.2.4: a message id of another type is refused") {
    const bytes others[] = {
        wire<"005373 c0 02 01 43">,                       // uint
        wire<"005373 c0 03 01 5207">,                     // uint
        wire<"005373 c0 03 01 5507">,                     // long
        wire<"005373 c0 02 01 41">,                       // boolean
        wire<"005373 c0 04 01 a301 's'">,                 // symbol
        wire<"005373 c0 02 01 45">,                       // list
        wire<"005373 c0 0a 01 83 0000000000000000">,      // timestamp
        wire<"005373 c0 06 01 00 5301 a100">,             // described
        wire<"005373 c0 07 06 40 40 40 40 40 43">,        // a correlation id
        wire<"005373 c0 09 06 40 40 40 40 40 a301 'u'">,  // a correlation id
    };
    for (const bytes input : others) {
        INFO(support::detail::hex(input));
        CHECK(refusal<properties>(input).code == errc::amqp_type);
    }
    CHECK(refusal<properties>(wire<"005373 c0 02 01 43">).offset == 6);
    CHECK(refusal<properties>(wire<"005373 c0 02 01 3f">) == fault{.code = errc::amqp_format_code, .offset = 6});
}

TEST_CASE("AMQP 3.2.4: the content type and encoding are symbols, the user id is a binary, the rest strings") {
    CHECK(refusal<properties>(wire<"005373 c0 0a 07 40 40 40 40 40 40 a101 'c'">).code == errc::amqp_type);
    CHECK(refusal<properties>(wire<"005373 c0 0b 08 40 40 40 40 40 40 40 a101 'c'">).code == errc::amqp_type);
    CHECK(refusal<properties>(wire<"005373 c0 05 02 40 a101 'u'">).code == errc::amqp_type);
    CHECK(refusal<properties>(wire<"005373 c0 06 03 40 40 a301 't'">).code == errc::amqp_type);
    CHECK(refusal<properties>(wire<"005373 c0 06 03 40 40 a001 't'">).code == errc::amqp_type);
    CHECK(refusal<properties>(wire<"005373 c0 0a 07 40 40 40 40 40 40 a301 ff">) ==
          fault{.code = errc::amqp_symbol, .offset = 14});
    CHECK(refusal<properties>(wire<"005373 c0 0a 07 40 40 40 40 40 40 a301 ff">, {.any_symbol = true}).code ==
          errc::none);
}

// ---------------------------------------------------------------------------------------------------------------------
// cut_section

TEST_CASE("AMQP 3.2: a message is walked section by section") {
    std::string all;
    for (const bytes example : examples) all += example.text();
    bytes rest{all};
    for (std::size_t i = 0; i != std::size(examples); ++i) {
        const auto found = cut_section(rest);
        REQUIRE(found);
        CHECK(*found == section{all_kinds[i], examples[i], examples[i].without_first(3)});
        CHECK(found->whole.data() == rest.data());
        rest = rest.without_first(found->whole.size());
    }
    CHECK(rest.empty());
    CHECK(decode<header>(cut_section(all)->whole)->durable.has_value());
}

TEST_CASE("a section is cut off wherever the input ends, and says what it still takes") {
    for (const bytes example : examples) {
        const auto cut_it = [](bytes input) { return cut_section(input); };
        CHECK(support::every_truncation(example, cut_it) == "");
        CHECK(support::every_mutation(example, cut_it) == "");
    }
    CHECK(cut_section(wire<"005375 b0 00010000">).error() ==
          fault{.code = errc::incomplete, .offset = 8, .needed = 65536});
    CHECK(cut_section({}).error() == fault{.code = errc::incomplete, .offset = 0, .needed = 1});
}

TEST_CASE("AMQP 1.3: sections are known by all 64 bits of their code, however wide, and by their name") {
    CHECK(cut_section(wire<"00 80 0000000000000075 a000">)->kind == section_kind::data);
    CHECK(cut_section(wire<"00 80 0000000000000075 a000">)->content == bytes{wire<"a000">});
    CHECK(cut_refusal(wire<"00 80 0000000100000075 a000">) == errc::amqp_section);
    CHECK(cut_refusal(wire<"00 80 0000000000000175 a000">) == errc::amqp_section);
    const std::string_view names[] = {
        "amqp:header:list",
        "amqp:delivery-annotations:map",
        "amqp:message-annotations:map",
        "amqp:properties:list",
        "amqp:application-properties:map",
        "amqp:data:binary",
        "amqp:amqp-sequence:list",
        "amqp:amqp-value:*",
        "amqp:footer:map",
    };
    for (std::size_t i = 0; i != std::size(names); ++i) {
        const std::string short_form = "\x00\xa3"s + static_cast<char>(names[i].size()) + std::string{names[i]};
        const std::string long_form =
            "\x00\xb3\x00\x00\x00"s + static_cast<char>(names[i].size()) + std::string{names[i]};
        for (const std::string& descriptor : {short_form, long_form}) {
            const std::string input = joined({descriptor, examples[i].without_first(3)});
            const auto found = cut_section(input);
            REQUIRE(found);
            CHECK(*found == section{all_kinds[i], input, examples[i].without_first(3)});
        }
    }
}

TEST_CASE("AMQP 3.2: what is not described by one of the nine is no section") {
    CHECK(cut_section(wire<"45">).error() == fault{.code = errc::amqp_section, .offset = 0});
    CHECK(cut_section(wire<"ff">).error() == fault{.code = errc::amqp_section, .offset = 0});
    CHECK(cut_section(wire<"00536f 45">).error() == fault{.code = errc::amqp_section, .offset = 0});
    CHECK(cut_section(wire<"005379 45">).error() == fault{.code = errc::amqp_section, .offset = 0});
    CHECK(cut_section(wire<"005324 45">).error() == fault{.code = errc::amqp_section, .offset = 0});
    CHECK(cut_section(wire<"00 5270 45">).error() == fault{.code = errc::amqp_section, .offset = 0});  // a uint
    CHECK(cut_section(wire<"00 a304 'data' a000">).error() == fault{.code = errc::amqp_section, .offset = 0});
    CHECK(cut_section(wire<"00 a110 'amqp:data:binary' a000">).error().code == errc::amqp_section);  // a string
    CHECK(cut_section(wire<"00 c0 01 00 45">).error().code == errc::amqp_section);
    CHECK(cut_section(wire<"00 00 5301 5302 45">).error().code == errc::amqp_section);
}

TEST_CASE("a section is found without a look at what it contains") {
    CHECK(cut_section(wire<"005373 c0 04 ff ffffff">)->content == bytes{wire<"c0 04 ff ffffff">});
    CHECK(cut_section(wire<"005377 00 00 40 40 a000">)->content == bytes{wire<"00 00 40 40 a000">});
    CHECK(cut_refusal(wire<"005377 3f">) == errc::amqp_format_code);
}

TEST_CASE("descriptors that nest without an end hurt nobody") {
    check_that_all_refuse(std::string(300'000, '\0'));
    check_that_all_refuse("\x00\x53\x77"s + std::string(300'000, '\0'));
    std::string lists{'\0'};
    for (std::uint32_t left = 40'000; left != 0; --left) {
        const std::uint32_t size = (left - 1) * 9 + 4;
        lists += '\xd0';
        for (int shift = 24; shift >= 0; shift -= 8)
            lists += static_cast<char>(static_cast<unsigned char>(size >> shift));
        lists += "\x00\x00\x00\x01"s;
    }
    check_that_all_refuse(lists);
    CHECK(!split_at(joined({examples[0], lists}), section_kind::data).has_value());
}

// ---------------------------------------------------------------------------------------------------------------------
// split_at

TEST_CASE("a message is split at any kind of section, whichever of them it has") {
    for (unsigned present = 0; present != 512; ++present) {
        for (const section_kind kind : all_kinds) {
            std::string before;
            std::string found;
            std::string behind;
            for (std::size_t i = 0; i != std::size(examples); ++i) {
                if ((present >> i & 1) == 0) continue;
                const bool is_found = all_kinds[i] == kind || (is_body(kind) && is_body(all_kinds[i]));
                (is_found ? found : all_kinds[i] < kind ? before : behind) += examples[i].text();
            }
            const exact_block message{before + found + behind};
            const auto split = split_at(bytes{message.data(), message.size()}, kind);
            REQUIRE(split);
            if (!(*split == split_message{before, found, behind})) FAIL("otherwise split: " << present);
            if (split->before.data() != message.data() || split->found.data() != message.data() + before.size())
                FAIL("the parts lie elsewhere: " << present);
        }
    }
}

TEST_CASE("all sections of one kind are found together") {
    const std::string two = joined({examples[3], examples[5], examples[5], examples[8]});
    const auto split = split_at(two, section_kind::data);
    REQUIRE(split);
    CHECK(split->before == examples[3]);
    CHECK(split->found == bytes{joined({examples[5], examples[5]})});
    CHECK(split->behind == examples[8]);
}

TEST_CASE("AMQP 3.2: a message is not split where its sections are not in their order") {
    const std::string wrong = joined({examples[4], examples[3], examples[5]});  // application properties first
    CHECK(split_at(wrong, section_kind::properties).error() ==
          fault{.code = errc::amqp_section_order, .offset = examples[4].size()});
    CHECK(split_at(wrong, section_kind::application_properties).error() ==
          fault{.code = errc::amqp_section_order, .offset = examples[4].size()});
    CHECK(split_at(joined({examples[5], examples[0]}), section_kind::header).error() ==
          fault{.code = errc::amqp_section_order, .offset = examples[5].size()});
    CHECK(split_at(joined({examples[5], examples[4], examples[5]}), section_kind::data).error() ==
          fault{.code = errc::amqp_section_order, .offset = examples[5].size()});
    CHECK(split_at(joined({examples[0], examples[5], examples[0]}), section_kind::header).error().code ==
          errc::amqp_section_order);
    // Elsewhere their order makes no difference, and batches of the C SDK of Azure IoT have them so.
    CHECK(split_at(wrong, section_kind::message_annotations).value_or({}) == split_message{{}, {}, wrong});
    CHECK(split_at(wrong, section_kind::data).value_or({}) ==
          split_message{joined({examples[4], examples[3]}), examples[5], {}});
}

TEST_CASE("a message to be split that is cut short is truncated, and never incomplete") {
    std::string all;
    for (const bytes example : examples) all += example.text();
    for (const section_kind kind : all_kinds) {
        for (std::size_t size = 0; size != all.size(); ++size) {
            const exact_block part{bytes{all}.first(size)};
            const auto split = split_at(bytes{part.data(), part.size()}, kind);
            if (!split && split.error().code != errc::truncated) FAIL("another error at " << size);
            if (!split) continue;
            CHECK(joined({split->before, split->found, split->behind}) == all.substr(0, size));
        }
        CHECK(support::every_mutation(bytes{all}, [&](bytes input) { return split_at(input, kind); }) == "");
    }
    CHECK(split_at(wire<"005375 a002 'a'">, section_kind::data).error() == fault{.code = errc::truncated, .offset = 5});
    CHECK(split_at(wire<"005370 45 40">, section_kind::data).error() == fault{.code = errc::amqp_section, .offset = 4});
}

TEST_CASE("a message goes on with another section in the place of the one it had, or had not") {
    const std::string with = joined({examples[0], examples[2], examples[3], examples[5], examples[8]});
    const std::string without = joined({examples[3], examples[5]});
    for (const std::string& received : {with, without}) {
        const auto original = decode<message>(received);
        REQUIRE(original);

        std::array<char, 64> memory{};
        const header changed{.priority = std::uint8_t{9}, .delivery_count = 2u};
        const auto at_header = split_at(received, section_kind::header);
        const std::string again = joined({at_header->before, *encode(memory, changed), at_header->behind});
        auto expected = *original;
        expected.header = changed;
        CHECK(decode<message>(again).value_or({}) == expected);

        const entry entries[] = {{symbol{"x-opt-hop"}, 1u}, {7ull, "seven"}};
        const auto at_annotations = split_at(received, section_kind::message_annotations);
        const auto section = encode_section(memory, section_kind::message_annotations, entries);
        REQUIRE(section);
        const std::string third = joined({at_annotations->before, *section, at_annotations->behind});
        expected = *original;
        expected.message_annotations = annotations{entries};
        CHECK(decode<message>(third).value_or({}) == expected);

        const auto at_footer = split_at(received, section_kind::footer);
        const std::string last = joined({at_footer->before, at_footer->behind});
        expected = *original;
        expected.footer.reset();
        CHECK(decode<message>(last).value_or({}) == expected);
    }
}

TEST_CASE("AMQP 3.2: a message goes on with another body in the place of the one it had, of whichever kind") {
    std::array<char, 64> memory{};
    const auto changed = encode(memory, message{.body = data{"new"sv}});
    REQUIRE(changed);
    for (const bytes body : {examples[5], examples[6], examples[7], bytes{}}) {
        const std::string received = joined({examples[0], examples[4], body, examples[8]});
        for (const section_kind kind : {section_kind::data, section_kind::amqp_sequence, section_kind::amqp_value}) {
            const auto split = split_at(received, kind);
            REQUIRE(split);
            CHECK(split->found == body);
            const std::string whole = joined({split->before, *changed, split->behind});
            const auto again = decode<message>(whole);
            REQUIRE(again);
            CHECK(again->body.single_data() == bytes{"new"sv});
            CHECK(again->header.has_value());
            CHECK(again->footer.has_value());
        }
    }
    // The body of any kind has its place behind the application properties.
    CHECK(split_at(joined({examples[7], examples[4]}), section_kind::data).error() ==
          fault{.code = errc::amqp_section_order, .offset = examples[7].size()});
}

// ---------------------------------------------------------------------------------------------------------------------
// bare_message

TEST_CASE("AMQP 3.2: the bare message is what lies between annotations and footer, whichever of them there are") {
    for (unsigned present = 0; present != 512; ++present) {
        std::string whole;
        std::string bare;
        for (std::size_t i = 0; i != std::size(examples); ++i) {
            if ((present >> i & 1) == 0) continue;
            whole += examples[i].text();
            const bool inside = section_kind::properties <= all_kinds[i] && all_kinds[i] <= section_kind::amqp_value;
            if (inside) bare += examples[i].text();
        }
        const auto found = bare_message(whole);
        REQUIRE(found);
        if (!(*found == bytes{bare})) FAIL("another extent: " << present);
    }
    const std::string several = joined({examples[1], examples[5], examples[5], examples[5], examples[8]});
    CHECK(*bare_message(several) == bytes{joined({examples[5], examples[5], examples[5]})});
}

TEST_CASE("there is no bare message where sections that are none of it lie within it") {
    const std::string header_inside = joined({examples[3], examples[0], examples[5]});
    CHECK(bare_message(header_inside).error() == fault{.code = errc::amqp_section_order, .offset = examples[3].size()});
    const std::string footer_inside = joined({examples[0], examples[3], examples[8], examples[5]});
    CHECK(bare_message(footer_inside).error() ==
          fault{.code = errc::amqp_section_order,
                .offset = examples[0].size() + examples[3].size() + examples[8].size()});
    CHECK(bare_message(joined({examples[4], examples[3], examples[5]})).has_value());
    CHECK(bare_message(wire<"005370 45 005375 a002 'a'">).error() == fault{.code = errc::truncated, .offset = 9});
    std::string all;
    for (const bytes example : examples) all += example.text();
    CHECK(support::every_mutation(bytes{all}, [](bytes input) { return bare_message(input); }) == "");
}

// ---------------------------------------------------------------------------------------------------------------------
// encode_section

TEST_CASE("AMQP 3.2.10, AMQP 3.2.5: sections that are maps are written alone") {
    struct row {
        section_kind kind;
        entry one;
        bytes wire;
    };
    const row rows[] = {
        {section_kind::delivery_annotations, {symbol{"d"}, true}, examples[1]},
        {section_kind::message_annotations, {symbol{"m"}, false}, examples[2]},
        {section_kind::application_properties, {"p", 0u}, examples[4]},
        {section_kind::footer, {symbol{"f"}, {}}, examples[8]},
        {section_kind::footer, {1ull, 2ull}, wire<"005378 c1 05 02 5301 5302">},
    };
    for (const row& r : rows) {
        CHECK(support::every_capacity(r.wire, [&](buffer output) { return encode_section(output, r.kind, {r.one}); }) ==
              "");
    }
    const std::string text(300, 'x');
    std::array<char, 512> large{};
    const auto encoded = encode_section(large, section_kind::footer, {{symbol{"f"}, text}});
    REQUIRE(encoded);
    CHECK(encoded->first(4) == bytes{wire<"005378 d1">});
    CHECK(support::every_capacity(*encoded, [&](buffer output) {
              return encode_section(output, section_kind::footer, {{symbol{"f"}, text}});
          }) == "");
    std::array<char, 64> memory{};
    CHECK(*encode_section(memory, section_kind::footer, map{}) == bytes{wire<"005378 c1 01 00">});
}

TEST_CASE("AMQP 3.2.10, AMQP 3.2.5: sections that are maps have keys and values of their types only") {
    std::array<char, 64> memory{};
    const auto refused = [&](section_kind kind, const entry& one, const options& rules = {}) {
        const auto encoded = encode_section(memory, kind, {one}, rules);
        return encoded ? errc::none : encoded.error().code;
    };
    constexpr options any_key{.any_key = true};
    for (const section_kind kind :
         {section_kind::delivery_annotations, section_kind::message_annotations, section_kind::footer}) {
        CHECK(refused(kind, {"text", 1}) == errc::amqp_key);
        CHECK(refused(kind, {1u, 1}) == errc::amqp_key);
        CHECK(refused(kind, {"text", 1}, any_key) == errc::none);
        CHECK(refused(kind, {symbol{"s"}, map{}}) == errc::none);
    }
    CHECK(refused(section_kind::application_properties, {symbol{"s"}, 1}) == errc::amqp_key);
    CHECK(refused(section_kind::application_properties, {symbol{"s"}, 1}, any_key) == errc::none);
    CHECK(refused(section_kind::application_properties, {"s", map{}}) == errc::amqp_map_value);
    CHECK(refused(section_kind::application_properties, {"s", map{}}, {.any_property = true}) == errc::none);
    for (const section_kind kind : {section_kind::header, section_kind::properties, section_kind::data,
                                    section_kind::amqp_sequence, section_kind::amqp_value}) {
        CHECK(refused(kind, {"s", 1}) == errc::amqp_type);
    }
}
