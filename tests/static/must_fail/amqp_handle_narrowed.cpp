// expect: narrowing
// Likewise where there is no default.
#include <hubwire/hubwire.hpp>

#include <cstdint>

#ifdef CORRECT
hubwire::amqp::detach leave(std::uint32_t handle) { return {.handle = handle}; }
#else
hubwire::amqp::detach leave(std::uint64_t handle) { return {.handle = handle}; }
#endif
