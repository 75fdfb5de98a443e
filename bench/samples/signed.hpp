#ifndef HUBWIRE_BENCH_SAMPLES_SIGNED_HPP
#define HUBWIRE_BENCH_SAMPLES_SIGNED_HPP

#include <cstddef>
#include <string>

namespace bench {

/// What a SAS token signs (about 80 bytes), as often as it takes to make so many bytes.
inline std::string message_of(std::size_t size) {
    std::string message;
    while (message.size() < size) message += "myhub.azure-devices.net%2Fdevices%2FMyDevice01\n1735689600";
    message.resize(size);
    return message;
}

inline const std::string secret = "0123456789abcdef0123456789abcdef";

}  // namespace bench

#endif
