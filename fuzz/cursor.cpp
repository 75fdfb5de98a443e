#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/oracle.hpp"

// The cursors against models that are too simple to be wrong: the reader against an index into the input, the writers
// against a string that grows. The first part of the input says which operations to do, the rest is what they work on.

namespace {

using fuzz::expect;
using hubwire::bytes;
using hubwire::errc;

struct script {
    std::string_view operations;
    bytes data;
};

script split(bytes input) {
    if (input.empty()) return {};
    const std::size_t operations = input[0] % input.size();
    return {.operations = input.first(1 + operations).without_first(1).text(),
            .data = input.without_first(1 + operations)};
}

std::uint64_t number(std::string_view wire) {
    std::uint64_t value = 0;
    for (const char c : wire) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

/// Reads as hubwire::reader is documented to: nothing shared with it but the words.
class model_reader {
public:
    explicit model_reader(std::string_view input) : input_{input} {}

    std::string_view take(std::size_t n) {
        if (failed != errc::none) return {};
        if (!ends_.empty() && n > ends_.back() - at_) {
            fail(errc::truncated, at_, 0);
        } else if (n > input_.size() - at_) {
            fail(errc::incomplete, input_.size(), n - (input_.size() - at_));
        } else {
            at_ += n;
            return input_.substr(at_ - n, n);
        }
        return {};
    }
    std::string_view sized(std::size_t width) { return take(static_cast<std::size_t>(number(take(width)))); }
    std::string_view rest() { return take(ends_.empty() ? input_.size() - at_ : ends_.back() - at_); }
    void enter(std::size_t n) {
        if (failed != errc::none) return;
        if (!ends_.empty() && n > ends_.back() - at_) return fail(errc::truncated, at_, 0);
        ends_.push_back(at_ + n);
    }
    void leave() {
        if (failed != errc::none) return;
        if (ahead() != 0) return fail(errc::leftover, at_, 0);
        ends_.pop_back();
    }
    [[nodiscard]] std::size_t left() const {
        if (failed != errc::none) return 0;
        return (ends_.empty() ? input_.size() : std::min(ends_.back(), input_.size())) - at_;
    }

    [[nodiscard]] std::size_t ahead() const {
        if (failed != errc::none) return 0;
        return (ends_.empty() ? input_.size() : ends_.back()) - at_;
    }

    errc failed = errc::none;
    std::size_t failed_at = 0;
    std::size_t needed = 0;

private:
    void fail(errc code, std::size_t at, std::size_t more) {
        failed = code;
        failed_at = at;
        needed = more;
    }

    std::string_view input_;
    std::size_t at_ = 0;
    std::vector<std::size_t> ends_;  // of the parts, each within the one before; they may lie behind the input's
};

void read(script input) {
    hubwire::reader in{input.data};
    model_reader model{input.data.text()};
    std::vector<hubwire::reader::outside> parts;
    for (const char c : input.operations) {
        const auto operation = static_cast<unsigned char>(c);
        const std::size_t n = operation >> 3;
        switch (operation & 7) {
            case 0:
                expect(in.take(n).text() == model.take(n), "take");
                break;
            case 1:
                if (n % 8 != 7) {
                    expect(in.u8() == number(model.take(1)), "u8");
                } else {
                    expect(in.rest().text() == model.rest(), "rest");
                }
                break;
            case 2:
                expect(in.u16() == number(model.take(2)), "u16");
                break;
            case 3:
                expect(in.u32() == number(model.take(4)), "u32");
                break;
            case 4:
                expect(in.u64() == number(model.take(8)), "u64");
                break;
            case 5:
                if (n % 2 == 0) {
                    expect(in.sized8().text() == model.sized(1), "sized by one byte");
                } else {
                    expect(in.sized16().text() == model.sized(2), "sized by two bytes");
                }
                break;
            case 6:
                parts.push_back(in.enter(n));
                model.enter(n);
                break;
            default:
                if (parts.empty()) break;
                in.leave(parts.back());
                parts.pop_back();
                model.leave();
                break;
        }
        expect(in.left() == model.left(), "as much is left");
        expect(in.ahead() == model.ahead(), "as much lies ahead");
        expect(in.error().code == model.failed, "the same failure");
        expect(in.ok() || in.error().offset == model.failed_at, "at the same offset");
        expect(in.error().needed == model.needed, "with the same need");
    }
}

template <class Writer>
void write(Writer& out, script input) {
    hubwire::reader in{input.data, errc::truncated};
    for (const char c : input.operations) {
        const auto operation = static_cast<unsigned char>(c);
        switch (operation & 7) {
            case 0:
                out.put(in.take(operation >> 3));
                break;
            case 1:
                out.u8(in.u8());
                break;
            case 2:
                out.u16(in.u16());
                break;
            case 3:
                out.u32(in.u32());
                break;
            case 4:
                out.u64(in.u64());
                break;
            case 5:
                out.sized8(in.rest());
                break;
            case 6:
                out.sized16(in.rest());
                break;
            default: {
                const auto size = out.reserve8();
                out.put(in.take(operation >> 3));
                out.fill_size(size);
                break;
            }
        }
    }
}

/// Writes into a string as the writers are documented to.
class model_writer {
public:
    [[nodiscard]] std::size_t size() const { return text.size(); }
    void put(bytes value) { text += value.text(); }
    void u8(std::uint64_t value) { be(value, 1); }
    void u16(std::uint64_t value) { be(value, 2); }
    void u32(std::uint64_t value) { be(value, 4); }
    void u64(std::uint64_t value) { be(value, 8); }
    void sized8(bytes value) { sized(value, 1); }
    void sized16(bytes value) { sized(value, 2); }
    [[nodiscard]] std::size_t reserve8() {
        be(0, 1);
        return text.size() - 1;
    }
    void fill_size(std::size_t place) { text[place] = static_cast<char>(text.size() - place - 1); }

    std::string text;
    bool too_long = false;

private:
    void sized(bytes value, std::size_t width) {
        if (value.size() >> (8 * width) != 0) too_long = true;
        be(value.size(), width);
        put(value);
    }
    void be(std::uint64_t value, std::size_t width) {
        while (width-- != 0) text += static_cast<char>(static_cast<unsigned char>(value >> (8 * width)));
    }
};

void write(script input) {
    model_writer model;
    write(model, input);

    hubwire::counting_writer counting;
    write(counting, input);
    expect(counting.size() == model.size(), "the counting writer counts");
    expect(counting.finish().has_value() != model.too_long, "the counting writer sees what is too long");

    // The checked writer, with room for all, for none, and for something in between.
    for (const std::size_t capacity : {model.size(), model.size() + 1, model.size() / 2, std::size_t{0}}) {
        std::vector<char> memory(capacity);
        hubwire::writer out{memory};
        write(out, input);
        const auto written = out.finish();
        if (capacity >= model.size()) {
            expect(written.has_value() != model.too_long, "what fits is written unless it is too long");
            if (written) expect(written->text() == model.text, "as the model wrote it");
        } else if (!model.too_long) {
            expect(!written && written.error().code == errc::no_space, "what does not fit is not written");
            expect(written.error().needed == model.size() - capacity, "and what is missing is known");
        } else {
            expect(!written, "too long for its length or for the buffer");
        }
    }

    std::vector<char> memory(model.size());
    hubwire::unchecked_writer unchecked{memory};
    write(unchecked, input);
    expect(std::string_view(memory.data(), memory.size()) == model.text, "the unchecked writer writes the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const script input = split({data, size});
    read(input);
    write(input);
    return 0;
}
