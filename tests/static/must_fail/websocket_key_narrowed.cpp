// expect: narrowing
// A masking key has 32 bits; of more random bits, nobody says which are meant.
#include <hubwire/hubwire.hpp>

#include <cstdint>

#ifdef CORRECT
hubwire::websocket::masking_key key_of(std::uint32_t random) { return hubwire::websocket::masking_key{random}; }
#else
hubwire::websocket::masking_key key_of(std::uint64_t random) { return hubwire::websocket::masking_key{random}; }
#endif
