// expect: (could not convert|conversion from|cannot convert) ||| (no viable conversion|cannot initialize)
// A number is no status.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::iothub::feedback_record record{.status_code = hubwire::iothub::feedback_status::expired};
#else
hubwire::iothub::feedback_record record{.status_code = 1};
#endif
