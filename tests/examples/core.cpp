// A protocol of one's own, on the core: a packet encoded, cut out of a stream that comes in pieces, decoded; and baked
// into the program by the compiler.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

struct reading {
    std::uint8_t kind = 0;
    std::string_view unit;
    std::uint32_t value = 0;
};

template <hubwire::room Room>
constexpr void write(hubwire::basic_writer<Room>& out, const reading& r) {
    const auto size = out.reserve16();  // two bytes for the size, which is known at the end
    out.u8(r.kind);
    out.sized8(r.unit);  // the length in one byte, then the text; too long a text is an error
    out.u32(r.value);
    out.fill_size(size);
}

constexpr hubwire::result<hubwire::bytes> encode(hubwire::buffer output, const reading& r) {
    hubwire::writer out{output};
    write(out, r);
    return out.finish();  // the bytes written, or what went wrong
}

constexpr hubwire::result<std::size_t> encoded_size(const reading& r) {
    hubwire::counting_writer out;
    write(out, r);
    return out.finish();
}

struct received {
    reading value;
    std::size_t size = 0;  // on the wire
};

constexpr hubwire::result<received> decode(hubwire::bytes input) {
    hubwire::reader in{input};
    reading r;
    const auto around = in.enter(in.u16());  // until leave, these bytes are all there is
    r.kind = in.u8();
    r.unit = in.sized8().text();  // a view into the input
    r.value = in.u32();
    in.leave(around);  // bytes that nobody has read are an error
    in.expect(r.unit, hubwire::check_utf8(r.unit));
    return in.result_of(received{.value = r, .size = in.offset()});  // or the first failure
}

// At compile time, in buffers of char:
constexpr reading warm{.kind = 1, .unit = "°C", .value = 21};
constexpr auto baked = [] {
    std::array<char, *encoded_size(warm)> memory{};
    (void)*encode(memory, warm);  // does not compile if it fails
    return memory;
}();
static_assert(decode(baked)->value.unit == "°C");

namespace {

std::array<unsigned char, 48> network;  // stands for a socket: what is sent can be received again
std::size_t sent = 0;
std::size_t delivered = 0;

void send(const void* data, std::size_t size) {
    std::copy_n(static_cast<const unsigned char*>(data), size, network.data() + sent);
    sent += size;
}

std::size_t receive(void* to, std::size_t size) {
    const std::size_t n = std::min({size, sent - delivered, std::size_t{5}});
    std::copy_n(network.data() + delivered, n, static_cast<unsigned char*>(to));
    delivered += n;
    return n;
}

void use(const reading& r) { std::printf("%u %.*s\n", r.value, static_cast<int>(r.unit.size()), r.unit.data()); }

int fail(const hubwire::error& e) {
    std::printf("at %zu: %.*s\n", e.offset, static_cast<int>(e.message().size()), e.message().data());
    return 1;
}

int send_one(const reading& value) {
    std::array<std::byte, 64> memory;  // any contiguous buffer of char, unsigned char or std::byte
    const auto packet = encode(memory, value);
    if (!packet) return fail(packet.error());  // .code, .offset, .message()
    send(packet->data(), packet->size());
    return 0;
}

int receive_all() {
    std::array<unsigned char, 1024> memory;
    hubwire::receive_buffer in{memory};
    for (;;) {
        const hubwire::buffer space = in.free_space();
        if (space.empty()) return 1;  // more than we are ready to take
        const std::size_t n = receive(space.data(), space.size());
        if (n == 0) break;
        in.received(n);
        auto packet = decode(in.stream());
        for (; packet; packet = decode(in.stream())) {
            use(packet->value);  // its text is a view: it lasts until there is to be free space again
            in.consume(packet->size);
        }
        if (!packet.incomplete()) return fail(packet.error());  // else error().needed says how many more bytes it takes
    }
    return 0;
}

}  // namespace

int main() {
    if (send_one({.kind = 1, .unit = "°C", .value = 21}) != 0) return 1;
    if (send_one({.kind = 1, .unit = "°C", .value = 22}) != 0) return 1;
    return receive_all();
}
