// expect: narrowing
// A status is never cut to fit.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::iothub::method_response_topic answer(std::uint16_t status) { return {.status = status, .rid = "1"}; }
#else
hubwire::iothub::method_response_topic answer(int status) { return {.status = status, .rid = "1"}; }
#endif
