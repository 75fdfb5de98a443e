// An inspector: reads what one side of a connection has sent, MQTT or AMQP, and shows each packet or frame, what it
// means to IoT Hub, and where it breaks which rule. What does the work is in wire/, as a function from bytes to text.
//
//     cd tests/examples
//     g++ -std=c++20 -I ../../include wire.cpp $(ls wire/*.cpp | grep -v test) -o wire.out && ./wire.out --help

#include <array>
#include <cstdio>
#include <cstdlib>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "wire/hex_input.hpp"
#include "wire/inspector.hpp"
#include "wire/samples.hpp"

#if defined(_WIN32)
#include <fcntl.h>
#include <io.h>
#else
#include <unistd.h>
#endif

namespace {

constexpr std::string_view usage =
    "usage: wire [option...] [file]\n"
    "Shows what one side of an MQTT or AMQP connection has sent. Without a file it reads a pipe.\n"
    "\n"
    "  --mqtt, --amqp          what it is; by itself it looks at the first byte\n"
    "  --from client|hub       who has sent it, where that is not seen\n"
    "  --hex                   the input is hexadecimal digits, or a dump of xxd, hexdump -vC or Wireshark\n"
    "  --all                   long bodies to their end\n"
    "  --color always|never    by itself: on a terminal, unless NO_COLOR is set\n"
    "  --sample NAME           a stream of its own: --sample list tells which; --raw writes its bytes\n"
    "\n"
    "Signatures, keys and passwords are not shown. The status is 1 if anything was wrong, and 2 if nothing could be\n"
    "read.\n";

bool is_terminal() {
#if defined(_WIN32)
    return _isatty(_fileno(stdout)) != 0;
#else
    return isatty(STDOUT_FILENO) != 0;
#endif
}

void use_bytes_as_they_are() {
#if defined(_WIN32)
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
#endif
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }
int fail(const std::string& why) {
    std::fprintf(stderr, "wire: %s\n", why.c_str());
    return 2;
}

struct settings {
    wire::options how;
    std::string file;
    std::string sample;
    bool is_hex = false;
    bool is_raw = false;
};

int status_of(const wire::summary& counts) { return counts.violations + counts.remarks == 0 ? 0 : 1; }

int show_sample(const settings& wanted) {
    for (const wire::sample& s : wire::samples()) {
        if (wanted.sample == "list") {
            std::printf("%-14.*s %.*s\n", static_cast<int>(s.name.size()), s.name.data(),
                        static_cast<int>(s.what.size()), s.what.data());
        } else if (wanted.sample == s.name) {
            if (wanted.is_raw) {
                print(s.bytes);
            } else {
                return status_of(wire::inspect(s.bytes, wanted.how, print));
            }
            return 0;
        }
    }
    return wanted.sample == "list" ? 0 : fail("no sample is called " + wanted.sample);
}

int show(const settings& wanted) {
    std::FILE* const input = wanted.file.empty() ? stdin : std::fopen(wanted.file.c_str(), "rb");
    if (input == nullptr) return fail("cannot read " + wanted.file);
    wire::inspector inspector{wanted.how, print};
    wire::hex_input digits;
    std::string bytes;
    std::array<char, 65'536> memory;
    bool is_read = true;
    // What has arrived is shown at once, however much that is.
    while (is_read) {
#if defined(_WIN32)
        const std::size_t n = std::fread(memory.data(), 1, memory.size(), input);
#else
        const ssize_t got = read(fileno(input), memory.data(), memory.size());
        const std::size_t n = got > 0 ? static_cast<std::size_t>(got) : 0;
        if (got < 0) return fail("cannot read on");
#endif
        is_read = n != 0;
        const std::string_view piece{memory.data(), n};
        if (wanted.is_hex) {
            bytes.clear();
            const bool are_digits = is_read ? digits.add(piece, bytes) : digits.finish(bytes);
            inspector.add(bytes);
            if (!are_digits) {
                inspector.finish();
                return fail("no bytes in hexadecimal digits, in line " + std::to_string(digits.line_number()));
            }
        } else {
            inspector.add(piece);
        }
        std::fflush(stdout);
    }
    if (input != stdin) std::fclose(input);
    return status_of(inspector.finish());
}

}  // namespace

int main(int count, char** arguments) {
    settings wanted;
    const char* const no_colour = std::getenv("NO_COLOR");
    wanted.how.colour = is_terminal() && (no_colour == nullptr || *no_colour == '\0');
    use_bytes_as_they_are();
    for (int i = 1; i < count; ++i) {
        const std::string_view option = arguments[i];
        const auto value = [&]() -> std::string_view { return i + 1 < count ? arguments[++i] : ""; };
        if (option == "--mqtt") {
            wanted.how.spoken = wire::protocol::mqtt;
        } else if (option == "--amqp") {
            wanted.how.spoken = wire::protocol::amqp;
        } else if (option == "--from") {
            const std::string_view who = value();
            if (who != "client" && who != "hub") return fail("--from client, or --from hub");
            wanted.how.from = who == "client" ? wire::sender::client : wire::sender::hub;
        } else if (option == "--hex") {
            wanted.is_hex = true;
        } else if (option == "--all") {
            wanted.how.everything = true;
        } else if (option == "--color") {
            const std::string_view when = value();
            if (when != "always" && when != "never") return fail("--color always, or --color never");
            wanted.how.colour = when == "always";
        } else if (option == "--sample") {
            wanted.sample = value();
            if (wanted.sample.empty()) return fail("--sample NAME, or --sample list");
        } else if (option == "--raw") {
            wanted.is_raw = true;
        } else if (option == "--help") {
            print(usage);
            return 0;
        } else if (option.starts_with('-') && option != "-") {
            return fail("what is " + std::string{option} + "? (--help)");
        } else if (option != "-") {
            if (!wanted.file.empty()) return fail("one file at a time");
            wanted.file = option;
        }
    }
    // Run by itself, by nobody, it shows what it can do.
    if (count == 1 && is_terminal() && wanted.sample.empty()) {
#if !defined(_WIN32)
        if (isatty(STDIN_FILENO) != 0) wanted.sample = "mqtt-device";
#endif
    }
    const int status = wanted.sample.empty() ? show(wanted) : show_sample(wanted);
    return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? status : fail("cannot write");
}
