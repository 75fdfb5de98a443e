#ifndef HUBWIRE_TESTS_EXAMPLES_WIRE_PAGE_HPP
#define HUBWIRE_TESTS_EXAMPLES_WIRE_PAGE_HPP

#include <cstddef>
#include <functional>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

/// What an inspector writes, and how it looks.
namespace wire {

/// Takes the output, piece by piece.
using sink = std::function<void(std::string_view)>;

enum class style { plain, dim, strong, client, hub, meaning, wrong };

/// A text that somebody sent, fit to be shown: what could steer a terminal, or deceive the eye, and what is no UTF-8,
/// is written as \x1b; signatures and keys become ***. At most so many bytes of it; then how many there are.
std::string printable(std::string_view text, std::size_t most = static_cast<std::size_t>(-1));

/// The same between quotation marks, as a value of which one wants to see where it ends: those within, and what else is
/// a backslash of the text's own, have another before them.
std::string quoted(std::string_view text, std::size_t most = static_cast<std::size_t>(-1));

/// Whether what has this name is a signature or a key.
bool is_secret_name(std::string_view name);

/// The same text with a * for each character of a signature or a key, so that nothing moves.
std::string masked(std::string_view text);

/// Bytes as hexadecimal digits, of long ones the first, and how many there are; without signatures and keys.
std::string hex(hubwire::bytes value, std::size_t most = 32);

std::string hex_offset(std::size_t offset);

/// "1 byte", "2 bytes".
std::string counted(std::size_t n, std::string_view noun);

/// Lines with names and values, indented, coloured or not. Short values share a line.
class page {
public:
    page(sink out, bool colour, std::size_t width) : out_{std::move(out)}, colour_{colour}, width_{width} {}
    page(const page&) = delete;
    page& operator=(const page&) = delete;

    /// The line that a packet begins with.
    void head(std::size_t offset, std::string_view name, style of, std::string_view what);

    /// A value that shares its line with others, if there is room.
    void brief(std::string_view name, std::string_view value);

    /// A value with a line of its own.
    void line(std::string_view name, std::string_view value, style of = style::plain);

    /// What hubwire knows of the line before.
    void meaning(std::string_view text);

    /// What is wrong, or strange.
    void complaint(std::string_view text);

    /// A text alone, at the left.
    void text(std::string_view text, style of = style::plain);

    /// A text alone, where values stand.
    void inner(std::string_view text, style of = style::plain);

    /// Lines of bytes around one that is marked; none is if it lies outside. The first byte has this offset. From
    /// `secret` on no byte is shown but the marked one.
    void bytes_around(hubwire::bytes input, std::size_t offset, std::size_t marked, std::size_t secret);

    /// The first of them.
    void bytes_from(hubwire::bytes input, std::size_t offset, std::size_t lines);

    /// Goes to a new line, if one has been begun.
    void flush();

    /// What is written while this lives stands further to the right.
    class level {
    public:
        explicit level(page& on) : on_{on} {
            on_.flush();
            ++on_.depth_;
        }
        ~level() {
            on_.flush();
            --on_.depth_;
        }
        level(const level&) = delete;
        level& operator=(const level&) = delete;

    private:
        page& on_;
    };

private:
    void put(std::string_view text) { out_(text); }
    [[nodiscard]] std::string styled(std::string_view text, style of) const;
    [[nodiscard]] std::string margin() const;
    void hex_line(hubwire::bytes input, std::string_view safe, std::size_t offset, std::size_t begin,
                  std::size_t marked);

    sink out_;
    bool colour_;
    std::size_t width_;
    std::size_t depth_ = 0;
    std::string shared_;           // the line that brief values share
    std::size_t shared_size_ = 0;  // as it is seen
};

}  // namespace wire

#endif
