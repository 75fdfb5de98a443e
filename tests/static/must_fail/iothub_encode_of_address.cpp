// expect: call encode_address
// An address has a function of its own, which the compiler tells of.
#include <hubwire/hubwire.hpp>

namespace iothub = hubwire::iothub;

#ifdef CORRECT
auto encode(hubwire::buffer output, const iothub::address& where) { return iothub::encode_address(output, where); }
#else
auto encode(hubwire::buffer output, const iothub::address& where) { return iothub::encode(output, where); }
#endif
