#include "page.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

namespace wire {

namespace {

constexpr std::size_t name_column = 16;
constexpr std::size_t row = 16;  // bytes in a line of them
constexpr char hidden = '*';

std::string number(const char* format, std::size_t n) {
    std::array<char, 32> memory{};
    const int size = std::snprintf(memory.data(), memory.size(), format, n);
    return {memory.data(), static_cast<std::size_t>(std::max(size, 0))};
}

std::string escape(unsigned char byte) { return "\\x" + number("%02zx", byte); }

/// A character that is there and not seen, or that makes others be seen elsewhere.
bool is_unseen(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
           c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || c >= 0xE0000;
}

/// How many bytes the character has that a text begins with, and which it is; 0 if it is no UTF-8.
std::size_t first_character(std::string_view text, std::uint32_t& c) {
    const auto byte = static_cast<unsigned char>(text.front());
    const std::size_t size = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    if (size > text.size() || !hubwire::is_utf8(text.substr(0, size))) return 0;
    c = size == 1 ? byte : byte & (0x7Fu >> size);
    for (std::size_t at = 1; at != size; ++at) c = c << 6 | (static_cast<unsigned char>(text[at]) & 0x3Fu);
    return size;
}

/// How many columns a terminal needs for it, near enough.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool same_letters(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool begins_with(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && same_letters(text.substr(0, prefix.size()), prefix);
}

constexpr std::string_view secret_names[] = {"SharedAccessKey", "sig"};

/// How many characters of white space the text begins with.
std::size_t spaces_at(std::string_view text) { return std::min(text.find_first_not_of(" \t\r\n"), text.size()); }

/// How many characters the quotation mark has that the text begins with: in JSON within JSON it is escaped.
std::size_t quote_at(std::string_view text) {
    const std::size_t size = std::min(text.find_first_not_of('\\'), text.size());
    return size != text.size() && (text[size] == '"' || text[size] == '\'') ? size + 1 : 0;
}

/// Whether the text begins with this character in percent-encoding, however often it was encoded: %3d, %253d.
std::size_t encoded_at(std::string_view text, std::string_view digits) {
    if (!text.starts_with('%')) return 0;
    std::size_t size = 1;
    while (text.substr(size).starts_with("25")) size += 2;
    return begins_with(text.substr(size), digits) ? size + digits.size() : 0;
}

/// How many characters stand between the name of a secret and the secret; 0 if none comes.
std::size_t equals_at(std::string_view text) {
    std::size_t size = quote_at(text);
    size += spaces_at(text.substr(size));
    const std::string_view sign = text.substr(size);
    if (sign.starts_with('=') || sign.starts_with(':')) {
        ++size;
    } else if (const std::size_t encoded = std::max(encoded_at(sign, "3d"), encoded_at(sign, "3a")); encoded != 0) {
        size += encoded;
    } else {
        return 0;
    }
    return size + spaces_at(text.substr(size));
}

/// How many characters a secret has that stands at the beginning, with or without quotation marks.
std::size_t secret_size(std::string_view text) {
    if (const std::size_t quote = quote_at(text); quote != 0) {
        std::size_t end = std::min(text.find(text[quote - 1], quote), text.size());
        while (end > quote && text[end - 1] == '\\') --end;
        return end;
    }
    std::size_t size = 0;
    while (size != text.size()) {
        const std::string_view rest = text.substr(size);
        const char c = rest.front();
        const bool is_digit = ('0' <= c && c <= '9') || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
        const bool is_escape = rest.starts_with("\\/") || rest.starts_with("\\u");  // as JSON has / and +
        if (!is_digit && !is_escape && c != '+' && c != '/' && c != '=' && c != '%' && c != '-' && c != '_') break;
        if (encoded_at(rest, "26") != 0 || rest.starts_with("\\u0026")) break;  // an & that is encoded
        size += is_escape ? 2 : 1;
    }
    return size;
}

/// Calls use with the offset and the size of each secret.
template <class Use>
void for_each_secret(std::string_view text, Use use) {
    for (std::size_t at = 0; at != text.size();) {
        std::size_t skip = 1;
        if (text[at] == 's' || text[at] == 'S') {
            for (const std::string_view name : secret_names) {
                const std::string_view rest = text.substr(at);
                if (!begins_with(rest, name)) continue;
                const std::size_t between = equals_at(rest.substr(name.size()));
                if (between == 0) continue;
                const std::size_t begin = name.size() + between;
                const std::size_t size = secret_size(rest.substr(begin));
                const std::size_t quote = quote_at(rest.substr(begin));
                use(at + begin + quote, size - quote);
                skip = begin + size;
                break;
            }
        }
        at += skip;
    }
}

std::string without_secrets(std::string_view text) {
    std::string shown;
    std::size_t copied = 0;
    for_each_secret(text, [&](std::size_t at, std::size_t size) {
        shown.append(text.substr(copied, at - copied)).append("***");
        copied = at + size;
    });
    return shown.append(text.substr(copied));
}

}  // namespace

bool is_secret_name(std::string_view name) {
    return std::any_of(std::begin(secret_names), std::end(secret_names), [&](std::string_view secret) {
        return name.size() == secret.size() && same_letters(name, secret);
    });
}

std::string masked(std::string_view text) {
    std::string shown{text};
    for_each_secret(text, [&](std::size_t at, std::size_t size) {
        std::fill_n(shown.begin() + static_cast<std::ptrdiff_t>(at), size, hidden);
    });
    return shown;
}

std::string counted(std::size_t n, std::string_view noun) {
    std::string text = std::to_string(n) + " " + std::string{noun};
    if (n != 1) text += 's';
    return text;
}

std::string hex_offset(std::size_t offset) { return number("%06zx", offset); }

namespace {

/// Fit to be shown, by itself or between quotation marks, where one of the text's own is told from the last one.
std::string fit(std::string_view text, std::size_t most, bool between_quotes) {
    // Cut first: a secret that is cut is still known by its name.
    const std::size_t size = text.size();
    const bool is_long = size > most;
    if (is_long) text = text.substr(0, most);
    const std::string safe = without_secrets(text);
    std::string shown;
    for (std::string_view rest = safe; !rest.empty();) {
        std::uint32_t c = 0;
        const std::size_t taken = first_character(rest, c);
        if (taken == 0 || is_unseen(c)) {
            for (const char byte : rest.substr(0, std::max<std::size_t>(taken, 1)))
                shown += escape(static_cast<unsigned char>(byte));
        } else {
            if (between_quotes && (c == '"' || c == '\\')) shown += '\\';
            shown += rest.substr(0, taken);
        }
        rest.remove_prefix(std::max<std::size_t>(taken, 1));
    }
    if (is_long) shown += " ... (" + counted(size, "byte") + ")";
    return shown;
}

}  // namespace

std::string printable(std::string_view text, std::size_t most) { return fit(text, most, false); }
std::string quoted(std::string_view text, std::size_t most) { return '"' + fit(text, most, true) + '"'; }

std::string hex(hubwire::bytes value, std::size_t most) {
    std::string text;
    const hubwire::bytes seen = value.first(std::min(value.size(), most));
    const std::string safe = masked(seen.text());
    for (std::size_t at = 0; at != seen.size(); ++at) {
        if (!text.empty()) text += ' ';
        text += safe[at] == seen.text()[at] ? number("%02zx", seen[at]) : "**";
    }
    if (value.size() > most) text += " ... (" + counted(value.size(), "byte") + ")";
    return text;
}

std::string page::styled(std::string_view text, style of) const {
    if (!colour_ || of == style::plain || text.empty()) return std::string{text};
    constexpr std::string_view codes[] = {"", "2", "1", "1;32", "1;34", "36", "1;31"};
    return "\x1b[" + std::string{codes[static_cast<std::size_t>(of)]} + "m" + std::string{text} + "\x1b[0m";
}

std::string page::margin() const { return std::string(8 + 2 * depth_, ' '); }

void page::flush() {
    if (shared_.empty()) return;
    put(margin() + shared_ + '\n');
    shared_.clear();
    shared_size_ = 0;
}

void page::head(std::size_t offset, std::string_view name, style of, std::string_view what) {
    flush();
    const std::string place = hex_offset(offset);
    std::string padded{name};
    if (!what.empty()) padded.resize(std::max(name.size() + 2, name_column), ' ');
    put(styled(place, style::dim) + "  " + styled(padded, of) + std::string{what} + '\n');
}

void page::brief(std::string_view name, std::string_view value) {
    const std::size_t size = columns(name) + 1 + columns(value);
    if (shared_size_ != 0 && 8 + 2 * depth_ + shared_size_ + 2 + size > width_) {
        shared_ += ',';
        flush();
    }
    if (shared_size_ != 0) {
        shared_ += ", ";
        shared_size_ += 2;
    }
    shared_ += styled(name, style::dim) + ' ' + std::string{value};
    shared_size_ += size;
}

void page::line(std::string_view name, std::string_view value, style of) {
    flush();
    std::string padded{name};
    if (!value.empty()) padded.resize(std::max(columns(name) + 2, name_column), ' ');
    put(margin() + styled(padded, style::dim) + styled(value, of) + '\n');
}

void page::meaning(std::string_view text) {
    flush();
    put(margin() + styled("= " + std::string{text}, style::meaning) + '\n');
}

void page::complaint(std::string_view text) {
    flush();
    const std::string before = depth_ == 0 ? "    !!  " : margin() + "!! ";
    put(styled(before + std::string{text}, style::wrong) + '\n');
}

void page::text(std::string_view text, style of) {
    flush();
    put(styled(text, of) + '\n');
}

void page::inner(std::string_view text, style of) {
    flush();
    put(margin() + styled(text, of) + '\n');
}

void page::hex_line(hubwire::bytes input, std::string_view safe, std::size_t offset, std::size_t begin,
                    std::size_t marked) {
    const std::size_t end = std::min(begin + row, input.size());
    std::string digits;
    std::string characters;
    std::size_t column = 0;
    for (std::size_t at = begin; at != begin + row; ++at) {
        if (at == begin + row / 2) digits += ' ';
        const bool is_marked = at == marked;
        if (is_marked) column = digits.size();
        if (at >= end) {
            digits += "   ";
            continue;
        }
        digits += safe[at] == input.text()[at] ? number("%02zx", input[at]) + ' ' : "** ";
        characters += ' ' <= safe[at] && safe[at] <= '~' ? safe[at] : '.';
    }
    std::string shown_digits = digits;
    if (begin <= marked && marked < end)
        shown_digits =
            digits.substr(0, column) + styled(digits.substr(column, 2), style::wrong) + digits.substr(column + 2);
    put(margin() + styled(hex_offset(offset + begin), style::dim) + "  " + shown_digits + " " + characters + '\n');
    if (begin <= marked && marked < begin + row)
        put(margin() + std::string(8 + column, ' ') + styled("^^", style::wrong) + '\n');
}

void page::bytes_around(hubwire::bytes input, std::size_t offset, std::size_t marked, std::size_t secret) {
    flush();
    std::string safe = masked(input.text());
    for (std::size_t at = secret; at < safe.size(); ++at) {
        if (at != marked) safe[at] = hidden;
    }
    const std::size_t of_mark = marked / row * row;
    const std::size_t from = of_mark >= row ? of_mark - row : 0;
    for (std::size_t begin = from; begin <= of_mark + row && (begin < input.size() || begin == of_mark); begin += row)
        hex_line(input, safe, offset, begin, marked);
}

void page::bytes_from(hubwire::bytes input, std::size_t offset, std::size_t lines) {
    flush();
    const std::string safe = masked(input.text());
    std::size_t begin = 0;
    for (; begin < safe.size() && begin / row < lines; begin += row)
        hex_line(input, safe, offset, begin, static_cast<std::size_t>(-1));
    if (begin < safe.size()) inner("... " + counted(safe.size() - begin, "more byte"), style::dim);
}

}  // namespace wire
