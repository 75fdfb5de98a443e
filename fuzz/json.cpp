#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "support/mutate_json.hpp"
#include "support/naive_json.hpp"
#include "support/oracle.hpp"

// JSON against a naive reader, and written again; numbers against the C library's, and doubles as a round trip. The
// first byte says which options; the rest is the text.

namespace {

using fuzz::expect;
namespace json = hubwire::json;

/// Encodes into no room, then into as much more as the error asks for, which is then exactly enough.
template <class Encode>
std::string exactly(Encode encode) {
    const auto refused = encode(hubwire::buffer{});
    if (refused) return std::string{refused->text()};
    expect(refused.error().code == hubwire::errc::no_space, "without room there is no space");
    const std::size_t size = refused.error().needed;
    const std::unique_ptr<char[]> room{new char[size]};
    const auto encoded = encode(hubwire::buffer{room.get(), size});
    expect(encoded && encoded->size() == size, "what is needed is exactly what is used");
    return std::string{encoded->text()};
}

/// All that is in a value, found by asking the value.
void check_value(const json::value& value, const support::json_tree& tree, std::string_view document) {
    expect(value.kind() == tree.kind, "a value knows its kind");
    expect(document.substr(value.offset(), value.text().size()) == value.text(), "a value knows where it is");
    std::size_t index = 0;
    for (const json::member& m : value.members()) {
        expect(index < tree.parts.size() && m.name == tree.parts[index].first, "members in their order");
        check_value(m.value, tree.parts[index++].second, document);
        const auto first = value.find(m.name);
        expect(first && first->offset() <= m.value.offset(), "a member is found by its name");
        std::string pointer = "/";
        for (const char c : tree.parts[index - 1].first) {
            pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
        }
        expect(value.find_path(pointer)->offset() == first->offset(), "and by a pointer");
    }
    for (const json::value& item : value.items()) {
        expect(index < tree.parts.size(), "items in their order");
        expect(value.find_path("/" + std::to_string(index))->offset() == item.offset(),
               "an item is found by a pointer");
        check_value(item, tree.parts[index++].second, document);
    }
    expect(index == tree.parts.size(), "all of them");
}

void check_numbers(std::string_view text) {
    json::reader in{text};
    if (in.peek() != json::kind::number) return;
    const auto number = in.get<json::number>();
    if (!in.ok()) return;
    const double expected = std::strtod(std::string{number.text()}.c_str(), nullptr);
    const auto found = number.as<double>();
    if (expected > std::numeric_limits<double>::max() || expected < std::numeric_limits<double>::lowest()) {
        expect(!found, "an infinite number is refused");
    } else {
        expect(found && *found == expected, "a double is the nearest");
    }
    const auto whole = number.as<std::int64_t>();
    if (whole && *whole < (std::int64_t{1} << 53) && *whole > -(std::int64_t{1} << 53))
        expect(static_cast<double>(*whole) == expected, "an integer is the same number");
    const auto positive = number.as<std::uint64_t>();
    if (whole && *whole >= 0) expect(positive && *positive == static_cast<std::uint64_t>(*whole), "whatever its type");
}

void check_double(std::string_view bits) {
    double value = 0;
    if (bits.size() < sizeof value) return;
    std::memcpy(&value, bits.data(), sizeof value);
    const bool finite = value - value == 0;
    char memory[64];
    const auto written = json::encode_number(memory, value);
    expect(written.has_value() == finite, "finite numbers are written");
    if (!finite) return;
    json::reader in{written->text()};
    const auto back = in.get<double>();
    expect(in.finish() && std::memcmp(&back, &value, sizeof value) == 0, "a double comes back");
}

/// A reader that is asked for one thing after the other at random stands it.
void wander(std::string_view choices, std::string_view text) {
    json::basic_reader<8> in{text};
    bool due = true;  // a value is next
    std::string objects;
    for (const char c : choices) {
        if (!in.ok()) break;
        if (due) {
            const auto kind = in.peek();
            due = false;
            switch (c & 7) {
                case 0:
                    in.skip();
                    break;
                case 1:
                    static_cast<void>(in.get<std::optional<int>>());
                    break;
                case 2:
                    static_cast<void>(in.get<json::string>());
                    break;
                case 3:
                    static_cast<void>(in.get<double>());
                    break;
                case 4:
                    static_cast<void>(in.get<bool>());
                    break;
                default:
                    if (kind == json::kind::array) {
                        in.enter_array();
                        objects += ' ';
                    } else {
                        in.enter_object();
                        objects += 'o';
                    }
            }
        } else if (objects.empty()) {
            break;
        } else if (c % 16 == 0) {
            in.leave();
            objects.pop_back();
        } else {
            due = objects.back() == 'o' ? in.next_member() : in.next_item();
            if (!due) objects.pop_back();
        }
        expect(in.offset() <= text.size() && in.error().offset <= text.size(), "within the text");
        if (in.ok()) expect(in.depth() == objects.size(), "as deep as it was entered");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const bool lenient = (data[0] & 1) != 0;
    const std::string_view text = hubwire::bytes{data + 1, size - 1}.text();
    const std::string wrong = support::compare_json(text, lenient);
    expect(wrong.empty(), wrong.c_str());
    check_double(text);
    wander(text.substr(0, text.size() / 2), text.substr(text.size() / 2));

    const auto naive = support::naive_json(text, 64, lenient);
    const auto whole = json::decode(text, {.replace_lone_surrogates = lenient});
    const auto* tree = std::get_if<support::json_tree>(&naive);
    expect(whole.has_value() == (tree != nullptr), "decoded where the naive reader does");
    if (tree == nullptr) return 0;
    check_numbers(whole->text());
    check_value(*whole, *tree, text);
    const auto write = [&](auto& out) { support::write_tree(out, *tree); };
    const std::string written = exactly([&](hubwire::buffer to) { return json::encode(to, write); });
    expect(*json::encoded_size(write) == written.size(), "the size was foretold");
    expect(support::naive_json(written) == naive, "what is written reads the same");
    const auto raw = [&](auto& out) { out.raw(written); };
    expect(exactly([&](hubwire::buffer to) { return json::encode(to, raw); }) == written, "a text is handed on");
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(data, size, max_size, seed, 1,
                        [](std::string& text, const std::uint8_t*, fuzz::dice& d) { fuzz::bend_json(text, d); });
}
