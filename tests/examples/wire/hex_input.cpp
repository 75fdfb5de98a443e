#include "hex_input.hpp"

#include <algorithm>
#include <cstddef>

namespace wire {

namespace {

int digit_of(char c) {
    return '0' <= c && c <= '9'   ? c - '0'
           : 'a' <= c && c <= 'f' ? c - 'a' + 10
           : 'A' <= c && c <= 'F' ? c - 'A' + 10
                                  : -1;
}
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// How many digits the text begins with.
std::size_t digits_at(std::string_view text) {
    return static_cast<std::size_t>(std::find_if(text.begin(), text.end(), [](char c) { return digit_of(c) < 0; }) -
                                    text.begin());
}

std::string_view without_margin(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    return text;
}

}  // namespace

/// Takes an offset off the line: before a colon any one, otherwise only the right one, since other digits look the
/// same.
hex_input::form hex_input::take_offset(std::string_view& line) const {
    const std::size_t size = digits_at(line);
    if (half_ >= 0 || size < 4 || size > 16) return form::digits;
    const bool has_colon = line.substr(size).starts_with(':');
    if (!has_colon) {
        std::size_t offset = 0;
        for (const char c : line.substr(0, size)) offset = offset << 4 | static_cast<std::size_t>(digit_of(c));
        // Four digits alone are as likely to be two bytes; Wireshark sets them off.
        if (size < 6 && !line.substr(size).starts_with("  ")) return form::digits;
        if (offset != count_ || (count_ != 0 && !is_dump_)) return form::digits;
        if (count_ == 0 && !line.substr(size).starts_with(' ')) return form::digits;
    }
    line.remove_prefix(has_colon ? size + 1 : size);
    return has_colon ? form::with_colon : form::without;
}

bool hex_input::line(std::string_view text, std::string& bytes) {
    ++lines_;
    std::string_view rest = without_margin(text);
    const form found = take_offset(rest);
    if (found != form::digits) {
        is_dump_ = true;
        rest = without_margin(rest);
        // Behind the digits stand the characters: after two spaces where there was a colon, otherwise after three, or a
        // |.
        const std::string_view gap = found == form::with_colon ? "  " : "   ";
        rest = rest.substr(0, std::min({rest.find(gap), rest.find('|'), rest.find('>')}));
    }
    for (const char c : rest) {
        const int digit = digit_of(c);
        if (digit < 0) {
            if (!is_space(c)) return false;
        } else if (half_ < 0) {
            half_ = digit;
        } else {
            bytes += static_cast<char>(static_cast<unsigned char>(half_ << 4 | digit));
            half_ = -1;
            ++count_;
        }
    }
    return found == form::digits || half_ < 0;
}

bool hex_input::add(std::string_view text, std::string& bytes) {
    for (;;) {
        const std::size_t end = text.find('\n');
        begun_ += text.substr(0, end);
        if (end == text.npos) return true;
        text.remove_prefix(end + 1);
        if (!line(begun_, bytes)) return false;
        begun_.clear();
    }
}

bool hex_input::finish(std::string& bytes) { return line(begun_, bytes) && half_ < 0; }

}  // namespace wire
