#ifndef HUBWIRE_TESTS_SUPPORT_JSONL_HPP
#define HUBWIRE_TESTS_SUPPORT_JSONL_HPP

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// JSON lines (RFC 8259, one value a line), for test data and nothing else: whatever is not as expected is thrown as a
/// std::runtime_error, which ends the test that met it.
namespace support {

class json {
public:
    enum class kind : std::uint8_t { null, boolean, number, string, array, object };

    json() = default;

    /// The value that the text is, and nothing else.
    static json parse(std::string_view text);

    [[nodiscard]] bool is(kind k) const { return kind_ == k; }
    [[nodiscard]] bool is_null() const { return is(kind::null); }

    // What it holds; throws if it is of another kind.
    [[nodiscard]] bool boolean() const { return as(kind::boolean).number_ != 0; }
    [[nodiscard]] double number() const { return as(kind::number).number_; }
    [[nodiscard]] const std::string& text() const { return as(kind::string).text_; }
    [[nodiscard]] const std::vector<json>& items() const { return as(kind::array).items_; }

    /// The member of an object, or null if it has none of that name.
    [[nodiscard]] const json& operator[](std::string_view name) const {
        static const json none;
        const json& object = as(kind::object);
        for (std::size_t i = 0; i != object.names_.size(); ++i) {
            if (object.names_[i] == name) return object.items_[i];
        }
        return none;
    }

private:
    class reader;

    explicit json(kind k, double number = 0) : kind_{k}, number_{number} {}

    [[nodiscard]] const json& as(kind k) const {
        if (!is(k)) throw std::runtime_error{"a JSON value is of another kind than the one asked for"};
        return *this;
    }

    kind kind_ = kind::null;
    double number_ = 0;
    std::string text_;
    std::vector<std::string> names_;  // of an object's items
    std::vector<json> items_;
};

class json::reader {
public:
    explicit reader(std::string_view text) : rest_{text} {}

    json whole() {
        json result = value();
        if (!rest_.empty()) fail();
        return result;
    }

private:
    [[noreturn]] static void fail() { throw std::runtime_error{"not JSON"}; }

    char next() {
        if (rest_.empty()) fail();
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    bool skip(std::string_view token) {
        if (!rest_.starts_with(token)) return false;
        rest_.remove_prefix(token.size());
        return true;
    }
    void expect(std::string_view token) {
        if (!skip(token)) fail();
    }
    void white_space() {
        while (skip(" ") || skip("\t") || skip("\r") || skip("\n")) {
        }
    }

    json value() {
        white_space();
        json result = bare_value();
        white_space();
        return result;
    }

    json bare_value() {
        if (skip("null")) return {};
        if (skip("true")) return json{kind::boolean, 1};
        if (skip("false")) return json{kind::boolean, 0};
        if (skip("\"")) return string();
        if (skip("[")) return list(kind::array, "]");
        if (skip("{")) return list(kind::object, "}");
        return number();
    }

    json list(kind k, std::string_view end) {
        json result{k};
        white_space();
        if (skip(end)) return result;
        do {
            if (k == kind::object) {
                white_space();
                expect("\"");
                result.names_.push_back(string().text_);
                white_space();
                expect(":");
            }
            result.items_.push_back(value());
        } while (skip(","));
        expect(end);
        return result;
    }

    std::size_t digits() {
        std::size_t count = 0;
        while (count != rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
        if (count == 0) fail();
        rest_.remove_prefix(count);
        return count;
    }

    json number() {
        const std::string_view from = rest_;
        skip("-");
        const bool zero = rest_.starts_with('0');
        if (digits() != 1 && zero) fail();
        if (skip(".")) digits();
        if (skip("e") || skip("E")) {
            if (!skip("+")) skip("-");
            digits();
        }
        return json{kind::number,
                    std::strtod(std::string{from.substr(0, from.size() - rest_.size())}.c_str(), nullptr)};
    }

    json string() {
        json result{kind::string};
        for (char c = next(); c != '"'; c = next()) {
            if (static_cast<unsigned char>(c) < 0x20) fail();
            if (c == '\\') {
                escaped(result.text_);
            } else {
                result.text_ += c;
            }
        }
        return result;
    }

    void escaped(std::string& text) {
        constexpr std::string_view letters = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const char letter = next();
        if (letter == 'u') return put(text, character());
        const std::size_t at = letters.find(letter);
        if (at == std::string_view::npos) fail();
        text += meanings[at];
    }

    std::uint32_t character() {
        const std::uint32_t first = four_digits();
        if (first < 0xd800 || first > 0xdfff) return first;
        expect("\\u");
        const std::uint32_t second = four_digits();
        if (first > 0xdbff || second < 0xdc00 || second > 0xdfff) fail();
        return 0x10000 + ((first & 0x3ff) << 10 | (second & 0x3ff));
    }

    std::uint32_t four_digits() {
        std::uint32_t result = 0;
        for (int i = 0; i != 4; ++i) {
            const char c = next();
            const bool upper = c >= 'A' && c <= 'F';
            const std::size_t digit = std::string_view{"0123456789abcdef"}.find(upper ? static_cast<char>(c + 32) : c);
            if (digit > 15) fail();
            result = result << 4 | static_cast<std::uint32_t>(digit);
        }
        return result;
    }

    static void put(std::string& text, std::uint32_t c) {
        const auto byte = [&](std::uint32_t value) { text += static_cast<char>(static_cast<unsigned char>(value)); };
        const auto tail = [&](int shift) { byte(0x80 | (c >> shift & 0x3f)); };
        if (c < 0x80) return byte(c);
        if (c < 0x800) {
            byte(0xc0 | c >> 6);
        } else {
            if (c < 0x10000) {
                byte(0xe0 | c >> 12);
            } else {
                byte(0xf0 | c >> 18);
                tail(12);
            }
            tail(6);
        }
        tail(0);
    }

    std::string_view rest_;
};

inline json json::parse(std::string_view text) { return reader{text}.whole(); }

/// The values of a file, one for each line that is not empty.
inline std::vector<json> read_jsonl(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::vector<json> rows;
    std::size_t number = 1;
    for (std::string line; std::getline(in, line); ++number) {
        try {
            if (!line.empty()) rows.push_back(json::parse(line));
        } catch (const std::runtime_error& wrong) {
            throw std::runtime_error{file.string() + ':' + std::to_string(number) + ": " + wrong.what()};
        }
    }
    if (!in.eof()) throw std::runtime_error{file.string() + ": cannot be read"};
    return rows;
}

/// The bytes that pairs of lower-case hex digits stand for.
inline std::string from_hex(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string bytes;
    for (std::size_t i = 0; i != text.size(); i += 2) {
        const std::size_t high = digits.find(text[i]);
        const std::size_t low = i + 1 == text.size() ? std::string_view::npos : digits.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos)
            throw std::runtime_error{"not hex: " + std::string{text}};
        bytes += static_cast<char>(static_cast<unsigned char>(high << 4 | low));
    }
    return bytes;
}

}  // namespace support

#endif
