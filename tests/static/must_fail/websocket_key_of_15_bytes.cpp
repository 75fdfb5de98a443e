// expect: no matching function|no matching constructor
// A key has 16 bytes, neither more nor less, and the compiler sees to it.
#include <hubwire/hubwire.hpp>

#include <array>
#include <cstddef>

#ifdef CORRECT
hubwire::websocket::handshake_key make(const std::array<std::byte, 16>& nonce) {
    return hubwire::websocket::handshake_key{nonce};
}
#else
hubwire::websocket::handshake_key make(const std::array<std::byte, 15>& nonce) {
    return hubwire::websocket::handshake_key{nonce};
}
#endif
