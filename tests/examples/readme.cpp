// The code of README.md, whole: examples.readme_is_compiled compares the two.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

namespace {

struct reading {
    std::uint8_t kind = 0;
    std::string_view unit;
    std::uint32_t value = 0;
};

hubwire::result<hubwire::bytes> encode(hubwire::buffer output, const reading& r) {
    hubwire::writer out{output};
    out.u8(r.kind);
    out.sized<std::uint16_t>(r.unit);  // the length in two bytes, then the text; too long a text is an error
    out.u32(r.value);
    return out.finish();  // the bytes written, or what went wrong
}

hubwire::result<reading> decode(hubwire::bytes input) {
    hubwire::reader in{input};
    reading r;
    r.kind = in.u8();
    r.unit = in.sized<std::uint16_t>().text();  // a view into the input
    r.value = in.u32();
    if (const auto checked = hubwire::check_utf8(r.unit); !checked) in.fail_within(r.unit, checked.error());
    return in.result_of(r);  // the reading, or the first failure
}

std::array<unsigned char, 64> wire;
hubwire::bytes input;

void send(const void* data, std::size_t size) {
    hubwire::writer out{wire};
    out.put(hubwire::bytes{static_cast<const char*>(data), size});
    input = *out.finish();
}

int report(const hubwire::error& e) {
    std::printf("at %zu: %.*s\n", e.offset, static_cast<int>(e.message().size()), e.message().data());
    return 1;
}
int drop(const hubwire::error& e) { return report(e); }
int read_more(std::size_t) { return 1; }
int use(std::string_view unit, std::uint32_t value) {
    std::printf("%u %.*s\n", value, static_cast<int>(unit.size()), unit.data());
    return 0;
}

}  // namespace

int main() {
    std::array<std::byte, 64> memory;  // any contiguous buffer of char, unsigned char or std::byte
    const auto packet = encode(memory, {.kind = 1, .unit = "°C", .value = 21});
    if (!packet) return report(packet.error());  // .code, .offset, .message()
    send(packet->data(), packet->size());

    const auto received = decode(input);
    if (received.incomplete()) return read_more(received.error().needed);  // at least so many bytes
    if (!received) return drop(received.error());
    return use(received->unit, received->value);
}
