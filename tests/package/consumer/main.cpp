// What a program that uses hubwire begins with: a text goes into a frame of 16 bits of length and that many bytes, and
// comes out again. Prints the version and the text; if anything is not as it should be, says what and returns 1.

#include <hubwire/hubwire.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>

#if !defined(HUBWIRE_VERSION_MAJOR) || !defined(HUBWIRE_VERSION_MINOR) || !defined(HUBWIRE_VERSION_PATCH)
#error "hubwire/hubwire.hpp does not define the macros HUBWIRE_VERSION_MAJOR, _MINOR and _PATCH"
#endif

namespace {

int fail(const char* what, hubwire::error why) {
    const std::string_view message = why.message();
    std::printf("%s: %.*s at byte %zu\n", what, static_cast<int>(message.size()), message.data(), why.offset);
    return 1;
}

}  // namespace

int main() {
    constexpr std::string_view text = "t\xC3\xA9l\xC3\xA9m\xC3\xA9trie";

    std::array<std::byte, 32> memory{};
    hubwire::writer out{memory};
    out.sized16(text);
    const hubwire::result<hubwire::bytes> frame = out.finish();
    if (!frame) return fail("encoding", frame.error());

    hubwire::reader in{*frame};
    const hubwire::result<hubwire::bytes> content = in.result_of(in.sized16());
    if (!content) return fail("decoding", content.error());

    const std::string_view received = content->text();
    if (const auto valid = hubwire::check_utf8(received); !valid) return fail("the text", valid.error());
    if (frame->size() != 2 + text.size() || received != text || in.left() != 0) {
        std::puts("what was decoded is not what was encoded");
        return 1;
    }

    std::printf("hubwire %d.%d.%d: %.*s\n", HUBWIRE_VERSION_MAJOR, HUBWIRE_VERSION_MINOR, HUBWIRE_VERSION_PATCH,
                static_cast<int>(received.size()), received.data());
}
