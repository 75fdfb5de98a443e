// expect: (could not convert|no matching|cannot convert|conversion from) ||| (no viable conversion|no matching)
// What contains other values is no property.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::iothub::property_value p{hubwire::amqp::symbol{"name"}};
#else
hubwire::iothub::property_value p{hubwire::amqp::list{}};
#endif
