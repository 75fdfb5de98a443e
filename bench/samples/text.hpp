#ifndef HUBWIRE_BENCH_SAMPLES_TEXT_HPP
#define HUBWIRE_BENCH_SAMPLES_TEXT_HPP

#include <string>
#include <string_view>

namespace bench {

/// 60 characters, of which seven are escaped, and 60 of which none is.
inline constexpr std::string_view escaping = "myhub.azure-devices.net/devices/My Device 01/modules/one/abc";
inline constexpr std::string_view clean = "myhub.azure-devices.net-devices-MyDevice01-modules-one-12345";

/// 32 bytes, as a SAS token has them in base64.
inline std::string signature() {
    std::string value;
    for (unsigned i = 0; i != 32; ++i) value += static_cast<char>(static_cast<unsigned char>(i * 37 + 11));
    return value;
}

}  // namespace bench

#endif
