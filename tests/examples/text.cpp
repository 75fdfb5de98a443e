// Keys, names and times as they stand in a connection string, in a topic and in feedback.

#include <array>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

namespace {

namespace text = hubwire::text;

void say(const char* what, std::string_view value) {
    std::printf("%-10s%.*s\n", what, static_cast<int>(value.size()), value.data());
}

int fail(const hubwire::error& e) {
    std::printf("refused at %zu\n", e.offset);
    say("because", e.message());
    say("rule", e.rule());
    return 1;
}

int read_feedback() {
    const auto enqueued = text::decode_timestamp("2015-10-29T07:59:00.9772497Z");
    if (!enqueued) return fail(enqueued.error());
    const auto milliseconds = enqueued->in_milliseconds();
    if (!milliseconds) return fail(milliseconds.error());
    std::printf("%-10s%lld ms after 1970 began\n", "enqueued", static_cast<long long>(*milliseconds));
    return 0;
}

int write_token(std::string_view key) {
    std::array<std::byte, 64> secret;
    const auto bytes = text::decode_base64(secret, key);
    if (!bytes) return fail(bytes.error());  // .code, .offset, .message(), .rule()

    std::array<char, 256> memory;
    hubwire::writer out{memory};
    out.put(std::string_view{"SharedAccessSignature sr="});
    text::put_percent(out, "myhub.azure-devices.net/devices/MyDevice01");
    out.put(std::string_view{"&se="});
    text::put_decimal(out, std::uint64_t{1'735'689'600});
    const auto token = out.finish();  // the first thing that did not fit, or could not be written, stands here
    if (!token) return fail(token.error());
    say("token", token->text());
    return 0;
}

}  // namespace

int main() { return read_feedback() + write_token("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="); }
