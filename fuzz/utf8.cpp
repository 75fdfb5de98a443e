#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string_view>

#include "support/naive_utf8.hpp"
#include "support/oracle.hpp"

// UTF-8: eight bytes at a time against the definition, read literally; and the three functions against each other.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = hubwire::bytes{data, size}.text();
    for (const hubwire::nul zero : {hubwire::nul::allowed, hubwire::nul::refused}) {
        const std::size_t valid = hubwire::utf8_valid_prefix(text, zero);
        fuzz::expect(valid == support::naive_utf8_prefix(text, zero), "the valid prefix is the one of the definition");
        fuzz::expect(hubwire::is_utf8(text, zero) == (valid == text.size()), "valid means valid to the end");
        fuzz::expect(hubwire::is_utf8(text.substr(0, valid), zero), "the valid prefix is valid by itself");

        const auto checked = hubwire::check_utf8(text, zero);
        fuzz::expect(checked.has_value() == (valid == text.size()), "the check agrees");
        if (!checked) {
            fuzz::expect(checked.error().offset == valid, "the error is behind the valid prefix");
            const auto code = text[valid] == '\0' ? hubwire::errc::nul_in_text : hubwire::errc::invalid_utf8;
            fuzz::expect(checked.error().code == code, "the error says what is wrong");
        }
    }
    return 0;
}
