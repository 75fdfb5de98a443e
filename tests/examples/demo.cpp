// What the core can do: a small protocol of our own, encoded, sent in pieces, cut out of the stream and decoded again;
// then the same bytes, broken in three ways, and what is said about each.

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

namespace {

/// On the wire: the size of the rest in two bytes, a number in four, the size of the text in one, the text in UTF-8.
struct reading {
    std::uint32_t number = 0;
    std::string_view text;
};

constexpr hubwire::result<hubwire::bytes> encode(hubwire::buffer output, const reading& value) {
    hubwire::writer out{output};
    const auto size = out.reserve16();
    out.u32(value.number);
    out.sized8(value.text);
    out.fill_size(size);
    return out.finish();
}

struct decoded {
    reading value;
    std::size_t size = 0;  // on the wire
};

constexpr hubwire::result<decoded> decode(hubwire::bytes input) {
    hubwire::reader in{input};
    reading value;
    const auto outside = in.enter(in.u16());
    value.number = in.u32();
    value.text = in.sized8().text();
    in.leave(outside);
    in.expect(value.text, hubwire::check_utf8(value.text));
    return in.result_of(decoded{.value = value, .size = in.offset()});
}

// All of it works at compile time: here a packet is baked into the program, and read back by the compiler.
constexpr auto baked = [] {
    std::array<char, 12> memory{};
    return encode(memory, {.number = 7, .text = "hello"}).has_value() ? memory : std::array<char, 12>{};
}();
static_assert(decode(baked)->value.number == 7 && decode(baked)->value.text == "hello");

void print(const char* what, hubwire::bytes input) {
    std::printf("%-9s", what);
    for (const unsigned char byte : input.as<unsigned char>()) std::printf(" %02x", byte);
    std::printf("\n");
}

void explain(hubwire::bytes input) {
    print("received", input);
    const auto answer = decode(input);
    if (answer) {
        std::printf("          fine: number %u, \"%.*s\"\n", answer->value.number,
                    static_cast<int>(answer->value.text.size()), answer->value.text.data());
        return;
    }
    const hubwire::error& e = answer.error();
    std::printf("          at byte %zu: %.*s", e.offset, static_cast<int>(e.message().size()), e.message().data());
    if (!e.rule().empty()) std::printf(" [%.*s]", static_cast<int>(e.rule().size()), e.rule().data());
    if (e.incomplete()) std::printf(", by %zu bytes at least", e.needed);
    std::printf("\n");
}

}  // namespace

int main() {
    std::printf("hubwire %d.%d.%d: the core\n\n", HUBWIRE_VERSION_MAJOR, HUBWIRE_VERSION_MINOR, HUBWIRE_VERSION_PATCH);

    // A sender writes two packets one behind the other.
    std::array<std::byte, 64> sent{};
    std::size_t size = 0;
    for (const reading& value :
         {reading{.number = 21, .text = "21 \u00b0C"}, reading{.number = 22, .text = "22 \u00b0C"}}) {
        const auto packet = encode(hubwire::buffer{sent.data() + size, sent.size() - size}, value);
        if (!packet) return 1;
        print("sent", *packet);
        size += packet->size();
    }

    // They arrive five bytes at a time, wherever that cuts them.
    std::printf("\n");
    std::size_t begin = 0;
    for (std::size_t arrived = 0; begin != size;) {
        const auto packet = decode(hubwire::bytes{sent.data() + begin, arrived - begin});
        if (packet) {
            explain(hubwire::bytes{sent.data() + begin, packet->size});
            begin += packet->size;
        } else if (packet.incomplete() && arrived < size) {
            std::printf("waiting   for %zu more bytes at least\n", packet.error().needed);
            arrived = arrived + 5 < size ? arrived + 5 : size;
        } else {
            return 1;
        }
    }

    // What cannot be right is refused, with the place and the reason.
    std::printf("\n");
    auto broken = baked;
    explain(hubwire::bytes{broken}.first(9));
    broken[9] = '\xff';
    explain(broken);
    broken = baked;
    broken[6] = 6;
    explain(broken);
    broken[6] = 4;
    explain(broken);

    std::array<char, 8> small{};
    const auto refused = encode(small, {.number = 7, .text = "hello"});
    if (refused) return 1;
    std::printf("encoding  into 8 bytes: %.*s, by %zu bytes\n", static_cast<int>(refused.error().message().size()),
                refused.error().message().data(), refused.error().needed);

    // And it is fast: no allocation, no copy but the one onto the wire.
    constexpr std::uint32_t rounds = 2'000'000;
    std::uint32_t sum = 0;
    const auto start = std::chrono::steady_clock::now();
    for (std::uint32_t i = 0; i != rounds; ++i) {
        const auto packet = encode(sent, {.number = i, .text = "21 \u00b0C"});
        sum += decode(*packet)->value.number;
    }
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
    std::printf("\n%u packets encoded and decoded again, %.1f ns each (checksum %u)\n", rounds, taken.count() / rounds,
                sum);
}
