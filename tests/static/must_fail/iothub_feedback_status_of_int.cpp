// expect: (no matching|could not convert|conversion from|cannot convert|invalid conversion) ||| (no viable
// conversion|cannot initialize|no matching) A number is no status.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::iothub::feedback_record record{.status_code = hubwire::iothub::feedback_status::expired};
#else
hubwire::iothub::feedback_record record{.status_code = 1};
#endif
