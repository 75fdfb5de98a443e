#ifndef HUBWIRE_TESTS_EXAMPLES_WIRE_HEX_INPUT_HPP
#define HUBWIRE_TESTS_EXAMPLES_WIRE_HEX_INPUT_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace wire {

/// Bytes out of a text that comes in pieces: hexadecimal digits with or without white space between them, or the dumps
/// of xxd, hexdump -vC, od -v -A x -t x1z and Wireshark, whose offsets and characters are passed over.
class hex_input {
public:
    /// Adds the bytes of the lines that are complete. False where a line is none of these.
    bool add(std::string_view text, std::string& bytes);

    /// The last line, which may have no end.
    bool finish(std::string& bytes);

    /// Which line was read last, the first one being 1.
    [[nodiscard]] std::size_t line_number() const { return lines_; }

private:
    enum class form { digits, with_colon, without };
    form take_offset(std::string_view& line) const;
    bool line(std::string_view text, std::string& bytes);

    std::string begun_;      // a line without its end
    int half_ = -1;          // the first digit of a byte, in plain digits that go on in the next line
    std::size_t count_ = 0;  // of bytes
    std::size_t lines_ = 0;
    bool is_dump_ = false;
};

}  // namespace wire

#endif
