// Test data of others: values, messages and connections that other implementations were tested with, or failed at, and
// what several of them, and a strict reference, make of the values. None of it is part of the project. It is looked for
// in the directory that the environment variable HUBWIRE_VECTORS names, or else where the build says; where it is not,
// these tests say so and pass.
//
// Wherever hubwire differs from a verdict, a table below says so, and why. A difference that is not listed fails, and
// so does one that is listed and no longer there.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <hubwire/hubwire.hpp>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/jsonl.hpp"
#include "support/sweep.hpp"

#if defined(_MSC_VER)
#pragma warning(disable : 4996)  // std::getenv is as good as it was
#endif
#if !defined(HUBWIRE_VECTORS_DIR)
#define HUBWIRE_VECTORS_DIR "../shared/vectors"
#endif

using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using namespace hubwire::amqp;
using namespace std::literals;
using support::exact_block;
using support::json;

namespace {

// ---------------------------------------------------------------------------------------------------------------------
// Where the data is

std::filesystem::path folder() {
    const char* const named = std::getenv("HUBWIRE_VECTORS");
    return std::filesystem::path{named != nullptr ? named : HUBWIRE_VECTORS_DIR} / "amqp";
}

bool present() {
    if (std::filesystem::is_directory(folder())) return true;
    WARN("test data is absent, so nothing was tested: " << folder().string());
    return false;
}

std::string content_of(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in) FAIL("cannot be read: " << file.string());
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// The files of folders, in an order that is the same everywhere.
std::vector<std::filesystem::path> files_of(std::initializer_list<std::string_view> folders) {
    std::vector<std::filesystem::path> files;
    for (const std::string_view name : folders) {
        for (const auto& entry : std::filesystem::directory_iterator{folder() / name}) {
            if (entry.is_regular_file()) files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// The rows of a file that is one JSON array.
std::vector<json> rows_of(std::string_view file) { return json::parse(content_of(folder() / file)).items(); }

// ---------------------------------------------------------------------------------------------------------------------
// What happens

/// The size of the value that the input begins with; 0 if there is none. A decoder wants one value and nothing behind
/// it, and otherwise says where that begins; but bytes can be left over inside of a value as well.
std::size_t first_value(bytes input) {
    const auto whole = decode<value>(input);
    if (whole) return input.size();
    if (whole.error().code != errc::leftover) return 0;
    const std::size_t size = whole.error().offset;
    return decode<value>(input.first(size)) ? size : 0;
}

/// What is decoded is encoded again, and that is decoded to the same. Smallest encodings stay as they are.
std::string survives(bytes wire) {
    const exact_block block{wire};
    const auto first = decode<value>(bytes{block.data(), block.size()});
    if (!first) return "it is not decoded";
    const auto size = encoded_size(*first);
    if (!size) return "it is not encoded: " + std::string{size.error().message()};
    exact_block output{*size};
    const auto again = encode(buffer{output.data(), output.size()}, *first);
    if (!again || again->size() != *size) return "it is not encoded as measured";
    const auto second = decode<value>(*again);
    if (!second) return "what it is encoded to is not decoded: " + std::string{second.error().message()};
    if (!(*first == *second)) return "it is encoded to another value";
    const auto third_size = encoded_size(*second);
    return third_size && *third_size == *size ? "" : "its size changes";
}

/// All values of an input, one after the other: ok and how many, or how the first one that is none is refused.
std::string verdict(bytes input) {
    std::size_t count = 0;
    for (bytes rest = input; !rest.empty(); ++count) {
        const exact_block block{rest};
        const bytes view{block.data(), block.size()};
        const std::size_t size = first_value(view);
        if (size == 0) {
            const auto refused = decode<value>(view);
            if (std::string wrong = support::detail::sound(refused, view); !wrong.empty()) return wrong;
            return "bad";
        }
        if (std::string wrong = survives(view.first(size)); !wrong.empty()) return wrong;
        rest = rest.without_first(size);
    }
    return "ok:" + std::to_string(count);
}

/// Where hubwire says something else than a verdict, and why.
struct difference {
    std::string_view theirs;  // what it begins with: "ok", "bad"
    std::string_view ours;
    std::string_view reason;
    std::string_view files;  // names without their folders, and a space between them; * stands for any characters
};

bool matches(std::string_view name, std::string_view pattern) {
    const std::size_t star = pattern.find('*');
    if (star == pattern.npos) return name == pattern;
    const std::string_view tail = pattern.substr(star + 1);
    return name.size() >= star + tail.size() && name.starts_with(pattern.substr(0, star)) && name.ends_with(tail);
}

/// Sees to it that the differences are those of a table, no fewer and no more: a name in it stands for files of which
/// each one differs.
class ledger {
public:
    explicit ledger(std::span<const difference> listed) {
        for (const difference& why : listed) {
            for (std::string_view rest = why.files; !rest.empty();) {
                const std::size_t end = std::min(rest.find(' '), rest.size());
                names_.push_back({rest.substr(0, end), &why, false});
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
        }
    }

    void compare(const std::string& file, const std::string& theirs, const std::string& ours) {
        for (listed_name& listed : names_) {
            if (!matches(std::string_view{file}.substr(file.rfind('/') + 1), listed.pattern)) continue;
            listed.seen = true;
            INFO(file << ": " << theirs << ", and ours is " << ours << ", but listed: " << listed.why->reason);
            CHECK(theirs != ours);
            CHECK(theirs.starts_with(listed.why->theirs));
            CHECK(ours.starts_with(listed.why->ours));
            return;
        }
        if (theirs != ours) FAIL_CHECK(file << ": " << theirs << " is expected, but ours is " << ours);
    }

    void finish() const {
        for (const listed_name& listed : names_) {
            if (!listed.seen) FAIL_CHECK("listed, but there is none: " << listed.pattern);
        }
    }

private:
    struct listed_name {
        std::string_view pattern;
        const difference* why;
        bool seen;
    };
    std::vector<listed_name> names_;
};

/// A message that is decoded is encoded again, and that is decoded to the same. Whatever the input, it is walked and
/// split without harm, and the parts are the whole.
std::string message_survives(bytes input, const options& rules, std::size_t& messages) {
    for (unsigned kind = 0; kind != 9; ++kind) {
        const auto split = split_at(input, section_kind{static_cast<std::uint8_t>(kind)});
        if (std::string wrong = support::detail::sound(split, input); !wrong.empty()) return wrong;
        if (split && split->before.size() + split->found.size() + split->behind.size() != input.size())
            return "it is not split into all its parts";
    }
    for (bytes rest = input;;) {
        const auto found = cut_section(rest);
        if (std::string wrong = support::detail::sound(found, rest); !wrong.empty()) return wrong;
        if (!found) break;
        rest = rest.without_first(found->whole.size());
    }
    const auto bare = bare_message(input);
    if (std::string wrong = support::detail::sound(bare, input); !wrong.empty()) return wrong;

    const auto first = decode<message>(input, rules);
    if (std::string wrong = support::detail::sound(first, input); !wrong.empty()) return wrong;
    if (first.incomplete()) return "a message is incomplete";
    if (!first) return "";
    ++messages;
    const auto size = encoded_size(*first, rules);
    if (!size) return "it is not encoded: " + std::string{size.error().message()};
    exact_block output{*size};
    const auto again = encode(buffer{output.data(), output.size()}, *first, rules);
    if (!again || again->size() != *size) return "it is not encoded as measured";
    const auto second = decode<message>(*again, rules);
    if (!second) return "what it is encoded to is not decoded: " + std::string{second.error().message()};
    return *first == *second ? "" : "it is encoded to another message";
}

std::string frame_is_sound(bytes input) {
    const auto frame = decode_frame(input);
    if (std::string wrong = support::detail::sound(frame, input); !wrong.empty()) return wrong;
    const auto transfer_frame = decode_frame<transfer>(input);
    return support::detail::sound(transfer_frame, input);
}

/// Goes through a stream as a connection does: protocol headers and frames, as far as they are such. Every frame that
/// is decoded is encoded again, and that is decoded to the same.
std::string stream_is_sound(const std::string& stream, std::size_t& frames) {
    incoming_delivery delivery;
    bytes rest{stream};
    while (!rest.empty()) {
        const exact_block block{rest};
        const bytes view{block.data(), block.size()};
        const auto header = decode_protocol_header(view);
        if (std::string wrong = support::detail::sound(header, view); !wrong.empty()) return wrong;
        if (header) {
            rest = rest.without_first(protocol_header_size);
            continue;
        }
        const auto whole = cut(view);
        if (std::string wrong = support::detail::sound(whole, view); !wrong.empty()) return wrong;
        if (!whole) return "";
        rest = rest.without_first(whole->size());
        const auto received = decode_frame(*whole);
        if (std::string wrong = support::detail::sound(received, *whole); !wrong.empty()) return wrong;
        if (received.incomplete()) return "a frame that was cut off is incomplete";
        if (!received || received->is_heartbeat()) continue;
        ++frames;
        std::string wrong;
        received->body.visit([&]<class T>(const T& body) {
            if constexpr (frame_body<T>) {
                std::vector<char> memory(whole->size() + 1000);
                bytes written;
                if constexpr (std::is_same_v<T, transfer>) {
                    static_cast<void>(delivery.add(body, received->payload));
                    written = encode_frame(memory, received->channel, body, received->payload).value_or({});
                } else {
                    written = encode_frame(memory, received->channel, body).value_or({});
                }
                const auto again = decode_frame<T>(written);
                if (!again) {
                    wrong = "a frame is not encoded again";
                } else if (!(*again == frame_of<T>{received->channel, body, received->payload})) {
                    wrong = "it is encoded to another frame";
                }
            } else {
                wrong = "a frame of no known body was decoded";
            }
        });
        if (!wrong.empty()) return wrong;
    }
    return "";
}

/// A verdict in words of ours. "bad(char)" is "bad": which of several rules is broken first is a matter of taste.
/// "short" is what uamqp, which decodes a stream, says when it waits for more, also for what no byte more can mend.
std::string plain(const std::string& verdict) {
    return verdict == "short" ? "bad" : verdict.substr(0, verdict.find('('));
}

void compare_verdicts(std::initializer_list<std::string_view> columns, std::span<const difference> listed) {
    std::vector<ledger> differences(columns.size(), ledger{listed});
    std::size_t tested = 0;
    for (const std::string_view file : {"verdicts-adversarial.json"sv, "verdicts-value-corpora.json"sv}) {
        for (const json& row : rows_of(file)) {
            const std::string& name = row["file"].text();
            const std::string input = content_of(folder() / name);
            CHECK(static_cast<double>(input.size()) == row["size"].number());
            const std::string ours = verdict(input);
            auto next = differences.begin();
            for (const std::string_view column : columns) (next++)->compare(name, plain(row[column].text()), ours);
            ++tested;
        }
    }
    CHECK(tested == 595);
    for (const ledger& of_column : differences) of_column.finish();
}

// What several of them do
constexpr std::string_view any_character = "it takes any number for a character";
constexpr std::string_view any_text = "it does not look into texts";
constexpr std::string_view deep = "it follows values however deep they nest, or deeper";
constexpr std::string_view left_over = "it takes what is left over in a list for the next values";
constexpr std::string_view no_size = "it goes by the count alone, whatever the size of a list or an array is";

}  // namespace

TEST_CASE("vectors: values, and what a strict reference says of them") {
    if (!present()) return;
    static constexpr difference listed[] = {
        {"bad", "ok", "it gives up on so many elements without a width; they take no memory here, and are legal",
         "zarray32-*-2147483647.bin zarray32-*-4294967295.bin"},
    };
    compare_verdicts({"ref"}, listed);
}

TEST_CASE("vectors: values, and what proton 0.37 and 0.41 say of them") {
    if (!present()) return;
    static constexpr difference listed[] = {
        {"ok", "bad", "it takes any byte that is not 0 for true", "bool56-2.bin"},
        {"ok", "bad", any_character, "char-*.bin"},
        {"ok", "bad", left_over, "list8-count-lt-items.bin"},
        {"ok", "bad", "it takes a key without a value", "map8-odd.bin"},
        {"ok", "bad", deep, "nest-array32-1*.bin nest-list32-1*.bin nest-list32-20000.bin"},
        {"ok", "bad", any_text, "str-bad-utf8.bin sym-nonascii.bin"},
        {"bad", "ok", "it refuses more than a few elements that have no width",
         "zarray32-*-65536.bin zarray32-*-2147483647.bin zarray32-*-4294967295.bin"},
        {"bad", "ok", "it refuses descriptors that are described themselves, and AMQP 1.2 has nothing against them",
         "13cb61b1* 5994e79a* 8589d344* 9901e8ae* b428b7bc* d4abb3ce* dffc0825* e40f5dd6* f5a77aaf* fa4dd1cd*"},
    };
    compare_verdicts({"proton037", "proton041"}, listed);
}

TEST_CASE("vectors: values, and what uamqp-c says of them") {
    if (!present()) return;
    static constexpr difference listed[] = {
        {"ok", "bad", "it leaves a last value of a fixed width alone that the input does not hold all of",
         "0599ed0e* 0ae678d6* 22922a15* 3b8cd253* 4376ac7f* 5cad2d11* 7be8bf76* 7edd1dd2* 853f1c8d* 9a9f039d* "
         "b38b9fa3* b647ab13* df028561* f25f2c3e* b727ec18* ba368dc0* c69e2b35* dc03bf60* f7346f55* fd534f17*"},
        {"ok", "bad", left_over, "list8-count-lt-items.bin 163929b4*"},
        {"ok", "bad", no_size, "list8-size0.bin 3bd8ff9c* a9cbaf83*"},
        {"ok", "bad", deep, "nest-array32-128.bin nest-described-127.bin nest-described-128.bin nest-list32-128.bin"},
        {"ok", "bad", any_text, "str-bad-utf8.bin sym-nonascii.bin"},
        {"ok", "ok", "it takes a constructor without elements, or of elements without a width, for the next value",
         "nest-array32-30.bin zarray32-*-3.bin zarray32-*-65536.bin zarray8-null-255.bin"},
        {"bad", "ok", "it makes no room for so many elements", "zarray32-*-2147483647.bin zarray32-*-4294967295.bin"},
        {"bad", "ok", "it wants the descriptor of an array's elements once more in front of each",
         "array-described-zero-width.bin described_array.amqp"},
        {"bad", "ok", "it waits for what follows a text or an array that is empty",
         "0b91ff74* arrays.amqp strings.amqp"},
        {"bad", "ok", "it does not know decimals", "5994e79a*"},
    };
    compare_verdicts({"uamqpc"}, listed);
}

TEST_CASE("vectors: values, and what rhea 3.0.5 says of them") {
    if (!present()) return;
    static constexpr difference listed[] = {
        {"ok", "bad", "it takes any byte that is not 0 for true", "bool56-2.bin"},
        {"ok", "bad", any_character, "char-*.bin"},
        {"ok", "bad", left_over, "list8-count-lt-items.bin"},
        {"ok", "bad", no_size, "list8-size0.bin 3bd8ff9c* a9cbaf83*"},
        {"ok", "bad", "it takes a key without a value", "map8-odd.bin"},
        {"ok", "bad", deep, "nest-array32-1*.bin nest-described-1*.bin nest-list32-1*.bin"},
        {"ok", "bad", any_text, "str-bad-utf8.bin sym-nonascii.bin"},
        {"SIG6", "", "it runs out of memory for elements without a width, as many as a count says",
         "zarray32-*-2147483647.bin zarray32-*-4294967295.bin 1114bf5d* cd6be761*"},
    };
    compare_verdicts({"rhea305"}, listed);
}

TEST_CASE("vectors: values, and what RabbitMQ 3.10.8 says of them") {
    if (!present()) return;
    static constexpr difference listed[] = {
        {"ok", "bad", any_character, "char-*.bin"},
        {"ok", "bad", deep,
         "nest-array32-1*.bin nest-described-1*.bin nest-described-60000.bin nest-list32-1*.bin nest-list32-20000.bin"},
        {"ok", "bad", any_text, "str-bad-utf8.bin sym-nonascii.bin"},
        {"bad", "ok", "it does not know arrays of what has no width", "array-described-zero-width.bin zarray*"},
        {"bad", "ok",
         "it does not know arrays of these: binary, uuid, float, double, timestamp, and the small integers",
         "[][]uint8.bin []amqp.UUID.bin []float*.bin []time.Time.bin []int32.bin []int64.bin []uint32.bin "
         "[]uint64.bin"},
    };
    compare_verdicts({"rabbit3108"}, listed);
}

TEST_CASE("vectors: proton's interoperability suite, value by value") {
    if (!present()) return;
    // As the scripts that made the files, and those that read them, describe them.
    const auto file = [](std::string_view name) {
        return exact_block{content_of(folder() / "qpid-proton/interop" / (std::string{name} + ".amqp"))};
    };
    const auto holds = [](const exact_block& block, std::span<const value> expected) {
        bytes rest{block.data(), block.size()};
        for (const value& wanted : expected) {
            const std::size_t size = first_value(rest);
            REQUIRE(size != 0);
            CHECK(decode<value>(rest.first(size)).value_or({}) == wanted);
            rest = rest.without_first(size);
        }
        CHECK(rest.empty());
    };

    holds(file("null"), std::array<value, 1>{});
    const value primitives[] = {true,   false,  std::uint8_t{42},     std::uint16_t{42},    std::int16_t{-42},
                                12345u, -12345, std::uint64_t{12345}, std::int64_t{-12345}, 0.125f,
                                0.125};
    holds(file("primitives"), primitives);
    const value strings[] = {bytes{"abc\0defg"sv}, "abcdefg", symbol{"abcdefg"}, bytes{""sv}, "", symbol{""}};
    holds(file("strings"), strings);
    const value items[] = {32, "foo", true};
    const value lists[] = {list{items}, list{}};
    holds(file("lists"), lists);
    const entry by_name[] = {{"three", 3}, {"two", 2}, {"one", 1}};
    const entry by_number[] = {{1, "one"}, {2, "two"}, {3, "three"}};
    const value maps[] = {map{by_name}, map{by_number}, map{}};
    holds(file("maps"), maps);
    const value text_pair[] = {symbol{"foo-descriptor"}, "foo-value"};
    const value number_pair[] = {12, 13};
    const value pairs[] = {described{text_pair}, described{number_pair}};
    holds(file("described"), pairs);

    std::vector<char> memory(1000);
    builder numbers{memory};
    numbers.array([&] {
        for (int i = 0; i != 100; ++i) numbers.add(i);
    });
    std::vector<char> more(100);
    builder letters{more};
    letters.array([&] {
        for (const std::string_view letter : {"a", "b", "c"}) letters.add(letter);
    });
    const exact_block arrays = file("arrays");
    bytes rest{arrays.data(), arrays.size()};
    for (const value& wanted : {*numbers.finish(), *letters.finish()}) {
        const std::size_t size = first_value(rest);
        REQUIRE(size != 0);
        CHECK(decode<value>(rest.first(size)).value_or({}) == wanted);
        rest = rest.without_first(size);
    }
    const auto empty = decode<array>(rest);
    REQUIRE(empty);
    CHECK(empty->empty());
    CHECK(empty->element_type() == type::int_);

    const exact_block described_array = file("described_array");
    const auto elements = decode<array>(bytes{described_array.data(), described_array.size()});
    REQUIRE(elements);
    CHECK(elements->size() == 10);
    std::int32_t next = 0;
    for (const value element : *elements) {
        const value pair[] = {symbol{"int-array"}, next++};
        CHECK(element == value{described{pair}});
    }

    const exact_block whole = file("message");
    const auto hello = decode<message>(bytes{whole.data(), whole.size()});
    REQUIRE(hello);
    CHECK(hello->body.single_value() == value{bytes{"\xa1\x05hello"sv}});
    CHECK(hello->header ==
          header{.durable = false, .priority = std::uint8_t{4}, .first_acquirer = false, .delivery_count = 0u});
    CHECK(hello->properties ==
          properties{.absolute_expiry_time = timestamp{}, .creation_time = timestamp{}, .group_sequence = 0});
}

// ---------------------------------------------------------------------------------------------------------------------
// Messages and streams

TEST_CASE("vectors: fuzz inputs of proton and go-amqp, as values, messages and frames") {
    if (!present()) return;
    const auto files = files_of({"adversarial", "go-amqp/crashers", "go-amqp/marshal/corpus", "qpid-proton/interop",
                                 "qpid-proton/fuzz/fuzz-message-decode", "qpid-proton/fuzz/fuzz-message-decode/corpus",
                                 "qpid-proton/fuzz/fuzz-message-decode/crash"});
    CHECK(files.size() > 600);
    constexpr options lenient{
        .any_symbol = true, .any_key = true, .any_property = true, .no_body = true, .any_order = true};
    std::size_t messages = 0;
    for (const auto& file : files) {
        INFO(file.string());
        const exact_block block{content_of(file)};
        const bytes input{block.data(), block.size()};
        if (std::string wrong = support::detail::sound(decode<value>(input), input); !wrong.empty()) FAIL_CHECK(wrong);
        if (std::string wrong = frame_is_sound(input); !wrong.empty()) FAIL_CHECK(wrong);
        for (const options& rules : {options{}, lenient}) {
            if (std::string wrong = message_survives(input, rules, messages); !wrong.empty()) FAIL_CHECK(wrong);
        }
    }
    CHECK(messages >= 9);
}

TEST_CASE("vectors: connections of proton's and go-amqp's fuzzers, as protocol headers and frames") {
    if (!present()) return;
    const auto files = files_of({"go-amqp/crashers", "qpid-proton/fuzz/fuzz-connection-driver/corpus",
                                 "qpid-proton/fuzz/fuzz-connection-driver/crash"});
    CHECK(files.size() > 600);
    std::size_t frames = 0;
    for (const auto& file : files) {
        INFO(file.string());
        if (std::string wrong = stream_is_sound(content_of(file), frames); !wrong.empty()) FAIL_CHECK(wrong);
    }
    CHECK(frames > 500);
}
