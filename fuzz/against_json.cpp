#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "support/mutate_json.hpp"
#include "support/naive_json.hpp"
#include "support/oracle.hpp"

#if defined(HUBWIRE_HAS_NLOHMANN)
#include <nlohmann/json.hpp>
#endif
#if defined(HUBWIRE_HAS_SIMDJSON)
#include <simdjson.h>
#endif

// JSON against simdjson and nlohmann's, whichever is there: the same verdict and the same values.

namespace {

using fuzz::expect;
using hubwire::errc;
using support::json_tree;
namespace json = hubwire::json;

/// What the library makes of a text.
struct reading {
    errc refused = errc::none;
    json_tree tree{};
};

reading read(std::string_view text) {
    const auto outcome = support::json_as_read(text);
    if (const auto* refusal = std::get_if<support::refusal>(&outcome)) return {.refused = refusal->code};
    return {.tree = std::get<json_tree>(outcome)};
}

/// The limit of 64 levels is hubwire's own (RFC 8259-9 allows for one); others have none, or 1024.
bool is_deep(const reading& ours) { return ours.refused == errc::json_depth; }

template <class T>
T number_of(const json_tree& tree) {
    json::reader in{tree.text};
    const T number = in.get<T>();
    expect(in.finish().has_value(), "a number of this type");
    return number;
}

#if defined(HUBWIRE_HAS_NLOHMANN)

/// Builds the same tree as the library's reader, of what nlohmann's says.
class builder {
public:
    using number_integer_t = nlohmann::json::number_integer_t;
    using number_unsigned_t = nlohmann::json::number_unsigned_t;
    using number_float_t = nlohmann::json::number_float_t;
    using string_t = nlohmann::json::string_t;
    using binary_t = nlohmann::json::binary_t;

    explicit builder(const reading& ours) {
        if (ours.refused == errc::none) expected_.push_back(&ours.tree);
    }

    bool null() { return scalar(json::kind::null); }
    bool boolean(bool value) {
        return scalar(json::kind::boolean, [&](const json_tree& t) { return t.text == (value ? "true" : "false"); });
    }
    bool number_integer(number_integer_t value) { return number(value); }
    bool number_unsigned(number_unsigned_t value) { return number(value); }
    bool number_float(number_float_t value, const string_t& text) {
        return scalar(json::kind::number,
                      [&](const json_tree& t) { return t.text == text && number_of<double>(t) == value; });
    }
    bool string(string_t& value) {
        return scalar(json::kind::string, [&](const json_tree& t) { return t.text == value; });
    }
    bool binary(binary_t&) { return false; }

    bool start_object(std::size_t) { return start(json::kind::object); }
    bool start_array(std::size_t) { return start(json::kind::array); }
    bool key(string_t& name) {
        if (expected_.empty()) return true;
        const auto& parts = open_.back().first->parts;
        const std::size_t index = open_.back().second;
        expect(index < parts.size() && parts[index].first == name, "the same names");
        return true;
    }
    bool end_object() { return end(); }
    bool end_array() { return end(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& what) {
        out_of_range_ = what.id == 406;
        return false;
    }

    [[nodiscard]] bool out_of_range() const { return out_of_range_; }

private:
    const json_tree* next() {
        if (expected_.empty()) return nullptr;
        if (open_.empty()) return expected_[0];
        auto& [tree, index] = open_.back();
        expect(index < tree->parts.size(), "as many values");
        return &tree->parts[index++].second;
    }
    template <class Same>
    bool scalar(json::kind kind, Same same) {
        if (const json_tree* t = next()) expect(t->kind == kind && same(*t), "the same value");
        return true;
    }
    bool scalar(json::kind kind) {
        return scalar(kind, [](const json_tree&) { return true; });
    }
    template <class T>
    bool number(T value) {
        return scalar(json::kind::number, [&](const json_tree& t) { return number_of<T>(t) == value; });
    }
    bool start(json::kind kind) {
        if (const json_tree* t = next()) {
            expect(t->kind == kind, "the same container");
            open_.emplace_back(t, 0);
        }
        return true;
    }
    bool end() {
        if (expected_.empty()) return true;
        expect(open_.back().second == open_.back().first->parts.size(), "no more values");
        open_.pop_back();
        return true;
    }

    std::vector<const json_tree*> expected_;  // one, or none where the library refused the text
    std::vector<std::pair<const json_tree*, std::size_t>> open_;
    bool out_of_range_ = false;
};

/// A byte order mark in front is passed over, which RFC 8259-8.1 allows for, and hubwire does not do.
bool has_mark(std::string_view text) { return text.substr(0, 3) == "\xEF\xBB\xBF"; }

/// A NUL counts as the end of the text; in RFC 8259-2 it is none of the characters between tokens.
bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

void compare_with_nlohmann(std::string_view text, const reading& ours) {
    builder sax{ours};
    const bool good = nlohmann::json::sax_parse(text.begin(), text.end(), &sax);
    if (good == (ours.refused == errc::none)) return;
    // A number too large for a double is one by RFC 8259-6, which only says that it need not be understood.
    expect(good ? is_deep(ours) || has_mark(text) || has_nul(text) : sax.out_of_range(), "nlohmann's verdict");
}

#endif
#if defined(HUBWIRE_HAS_SIMDJSON)

void compare(const simdjson::dom::element& theirs, const json_tree& ours) {
    using enum simdjson::dom::element_type;
    std::size_t index = 0;
    switch (theirs.type()) {
        case ARRAY:
            expect(ours.kind == json::kind::array, "an array");
            for (const simdjson::dom::element item : simdjson::dom::array{theirs}) {
                expect(index < ours.parts.size(), "as many items");
                compare(item, ours.parts[index++].second);
            }
            expect(index == ours.parts.size(), "no more items");
            break;
        case OBJECT:
            expect(ours.kind == json::kind::object, "an object");
            for (const auto& [name, value] : simdjson::dom::object{theirs}) {
                expect(index < ours.parts.size() && ours.parts[index].first == name, "the same members");
                compare(value, ours.parts[index++].second);
            }
            expect(index == ours.parts.size(), "no more members");
            break;
        case INT64:
            expect(ours.kind == json::kind::number && number_of<std::int64_t>(ours) == std::int64_t{theirs},
                   "a number");
            break;
        case UINT64:
            expect(ours.kind == json::kind::number && number_of<std::uint64_t>(ours) == std::uint64_t{theirs},
                   "a number");
            break;
        case DOUBLE:
            expect(ours.kind == json::kind::number && number_of<double>(ours) == double{theirs}, "a number");
            break;
        case STRING:
            expect(ours.kind == json::kind::string && ours.text == std::string_view{theirs}, "a string");
            break;
        case BOOL:
            expect(ours.kind == json::kind::boolean && ours.text == (bool{theirs} ? "true" : "false"), "a boolean");
            break;
        case NULL_VALUE:
            expect(ours.kind == json::kind::null, "null");
            break;
    }
}

/// Numbers too large for a double, and integers too large for 64 bits, are refused where they stand.
bool has_large_number(const json_tree& tree) {
    for (const auto& [name, part] : tree.parts) {
        if (has_large_number(part)) return true;
    }
    if (tree.kind != json::kind::number) return false;
    json::reader in{tree.text};
    const auto number = in.get<json::number>();
    const bool is_integer = tree.text.find_first_of(".eE") == std::string::npos;
    return is_integer ? !number.as<std::int64_t>() && !number.as<std::uint64_t>() : !number.as<double>();
}

void compare_with_simdjson(std::string_view text, const reading& ours) {
    static simdjson::dom::parser parser;
    simdjson::dom::element theirs;
    const auto error = parser.parse(text.data(), text.size()).get(theirs);
    if (ours.refused != errc::none) return expect(error != simdjson::SUCCESS || is_deep(ours), "refused by both");
    if (error != simdjson::SUCCESS) return expect(has_large_number(ours.tree), "read by both");
    compare(theirs, ours.tree);
}

#endif

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = hubwire::bytes{data, size}.text();
    const reading ours = read(text);
#if defined(HUBWIRE_HAS_NLOHMANN)
    compare_with_nlohmann(text, ours);
#endif
#if defined(HUBWIRE_HAS_SIMDJSON)
    compare_with_simdjson(text, ours);
#endif
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(data, size, max_size, seed, 0,
                        [](std::string& text, const std::uint8_t*, fuzz::dice& d) { fuzz::bend_json(text, d); });
}
