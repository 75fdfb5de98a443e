#include <algorithm>
#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "support/catch2.hpp"
#include "support/wire.hpp"

using hubwire::buffer;
using hubwire::bytes;
using namespace std::literals;

namespace {

template <class From, class To>
constexpr bool converts = std::is_convertible_v<From, To>;

// Any contiguous buffer of the three byte types is welcome, const or not.
static_assert(converts<std::string_view, bytes>);
static_assert(converts<const std::string&, bytes>);
static_assert(converts<std::vector<char>&, bytes>);
static_assert(converts<const std::vector<unsigned char>&, bytes>);
static_assert(converts<std::array<std::byte, 4>&, bytes>);
static_assert(converts<std::span<const std::byte>, bytes>);
static_assert(converts<std::span<unsigned char, 3>, bytes>);
static_assert(converts<unsigned char (&)[4], bytes>);
static_assert(converts<const unsigned char (&)[4], bytes>);
static_assert(converts<const std::byte (&)[4], bytes>);
static_assert(converts<buffer, bytes>);

// Other elements are not bytes, and in an array of char it is open where a text ends.
static_assert(!std::is_constructible_v<bytes, std::vector<int>&>);
static_assert(!std::is_constructible_v<bytes, std::wstring_view>);
static_assert(!std::is_constructible_v<bytes, std::span<const signed char>>);
static_assert(!std::is_constructible_v<bytes, const char (&)[4]>);
static_assert(!std::is_constructible_v<bytes, char (&)[4]>);
static_assert(!std::is_constructible_v<bytes, const char*>);

// Sizes that would have to be cut, or do not exist.
template <class Size>
struct sized_by {
    [[nodiscard]] const char* data() const;
    [[nodiscard]] Size size() const;
};
struct without_size {
    [[nodiscard]] const char* data() const;
};
static_assert(converts<sized_by<std::size_t>&, bytes> && converts<sized_by<unsigned short>&, bytes>);
static_assert(!std::is_constructible_v<bytes, sized_by<std::ptrdiff_t>&>);
static_assert(std::is_constructible_v<bytes, sized_by<unsigned long long>&> ==
              (sizeof(unsigned long long) == sizeof(std::size_t)));
static_assert(!std::is_constructible_v<bytes, without_size&>);

// A buffer is written to, after the call that makes it.
static_assert(converts<std::string&, buffer>);
static_assert(converts<std::vector<std::byte>&, buffer>);
static_assert(converts<std::array<unsigned char, 4>&, buffer>);
static_assert(converts<char (&)[4], buffer>);
static_assert(converts<std::span<std::byte>, buffer>);
static_assert(converts<std::span<char, 4>, buffer>);
static_assert(!std::is_constructible_v<buffer, const std::string&>);
static_assert(!std::is_constructible_v<buffer, std::span<const std::byte>>);
static_assert(!std::is_constructible_v<buffer, std::string_view>);
static_assert(!std::is_constructible_v<buffer, std::vector<std::byte>>);
static_assert(!std::is_constructible_v<buffer, std::vector<int>&>);
static_assert(!std::is_constructible_v<buffer, bytes>);

static_assert(converts<bytes, std::span<const char>>);
static_assert(converts<bytes, std::span<const unsigned char>>);
static_assert(converts<bytes, std::span<const std::byte>>);
static_assert(!std::is_constructible_v<std::span<std::byte>, bytes>);
static_assert(converts<buffer, std::span<char>>);
static_assert(converts<buffer, std::span<unsigned char>>);
static_assert(converts<buffer, std::span<std::byte>>);

static_assert(std::is_trivially_copyable_v<bytes> && sizeof(bytes) == 2 * sizeof(void*));
static_assert(std::is_trivially_copyable_v<buffer> && sizeof(buffer) == 2 * sizeof(void*));

// A text field of a decoded packet is a string_view in a constant expression as well.
static_assert(bytes{support::wire<"00 04 'MQTT'">}.without_first(2).text() == "MQTT");
static_assert(bytes{support::wire<"ff 80">}[0] == 255);
static_assert(bytes{}.empty() && bytes{}.data() == nullptr);
static_assert(buffer{}.empty() && buffer{}.data() == nullptr);

template <class B>
std::vector<B> of_hi() {
    return {B{'h'}, B{'i'}};
}

}  // namespace

TEST_CASE("bytes see the same content in buffers of char, unsigned char and std::byte") {
    const auto chars = of_hi<char>();
    const auto unsigned_chars = of_hi<unsigned char>();
    const std::vector<std::byte> std_bytes{std::byte{'h'}, std::byte{'i'}};
    CHECK(bytes{chars}.text() == "hi");
    CHECK(bytes{unsigned_chars}.text() == "hi");
    CHECK(bytes{std_bytes}.text() == "hi");
    CHECK(bytes{chars} == bytes{std_bytes});
    CHECK(bytes{chars.data(), 1}.text() == "h");
    CHECK(bytes{unsigned_chars.data(), 1}.text() == "h");
    CHECK(bytes{std_bytes.data(), 1}.text() == "h");
    CHECK(static_cast<const void*>(bytes{std_bytes}.data()) == std_bytes.data());
}

TEST_CASE("bytes compare by content, not by place") {
    const std::string one = "abc";
    const std::string other = "abc";
    CHECK(bytes{one} == bytes{other});
    CHECK_FALSE(bytes{one} == bytes{"abd"sv});
    CHECK_FALSE(bytes{one} == bytes{"ab"sv});
    CHECK(bytes{} == bytes{""sv});
}

TEST_CASE("bytes are numbers from 0 to 255 when indexed") {
    const bytes view = support::wire<"00 7f 80 ff">;
    CHECK(view[0] == 0);
    CHECK(view[1] == 127);
    CHECK(view[2] == 128);
    CHECK(view[3] == 255);
}

static_assert([] {
    unsigned sum = 0;
    for (const unsigned char byte : bytes{support::wire<"01 ff 80">}) sum += byte;
    return sum;
}() == 0x180);

TEST_CASE("bytes are gone through one after the other, as numbers") {
    const bytes view = support::wire<"00 7f 80 ff">;
    const std::vector<unsigned> numbers(view.begin(), view.end());
    CHECK(numbers == std::vector<unsigned>{0, 127, 128, 255});
    CHECK(std::count(view.begin(), view.end(), 255) == 1);
    CHECK(bytes{}.begin() == bytes{}.end());
    auto at = view.begin();
    CHECK(*at++ == 0);
    CHECK(*at == 127);
}

TEST_CASE("bytes come apart at any place from the front to the end") {
    const bytes view = "abc"sv;
    for (std::size_t n = 0; n <= 3; ++n) {
        CHECK(view.first(n).text() == "abc"sv.substr(0, n));
        CHECK(view.without_first(n).text() == "abc"sv.substr(n));
    }
}

TEST_CASE("bytes are seen as spans of any byte type") {
    const bytes view = "hi"sv;
    const std::span<const std::byte> std_bytes = view;
    const std::span<const unsigned char> unsigned_chars = view;
    const std::span<const char> chars = view;
    CHECK((std_bytes.size() == 2 && std_bytes[1] == std::byte{'i'}));
    CHECK((unsigned_chars.size() == 2 && unsigned_chars[1] == 'i'));
    CHECK((chars.size() == 2 && chars[1] == 'i'));
    CHECK(view.as<std::byte>().data() == std_bytes.data());
}

TEST_CASE("a buffer is the memory it was made from") {
    std::array<std::byte, 3> memory{};
    const buffer output = memory;
    REQUIRE(output.size() == 3);
    output.data()[2] = 'x';
    CHECK(memory[2] == std::byte{'x'});

    const std::span<std::byte> std_bytes = output;
    CHECK((std_bytes.data() == memory.data() && std_bytes.size() == 3));
    const std::span<unsigned char> unsigned_chars = output;
    unsigned_chars[1] = 'y';
    CHECK(memory[1] == std::byte{'y'});
    CHECK(output.as<char>().data() == output.data());

    char chars[2];
    CHECK(buffer{chars}.data() == chars);
    CHECK(buffer{chars}.size() == 2);
    CHECK(buffer{chars, 1}.size() == 1);
    CHECK(static_cast<void*>(buffer{memory.data(), 2}.data()) == memory.data());
    CHECK(buffer{std::span{memory}.first(1)}.size() == 1);
    CHECK(buffer{}.empty());
    CHECK(buffer{memory}.without_first(2).size() == 1);
    CHECK_FALSE(buffer{memory}.without_first(2).empty());
    CHECK(buffer{memory}.without_first(2).data() == buffer{memory}.data() + 2);
    CHECK(buffer{memory}.without_first(3).empty());
}
