// expect: could not convert ||| (call to deleted|invokes a deleted|no viable conversion)
// A delivery tag is binary, likewise.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::amqp::transfer first{.delivery_tag = std::string_view{"tag"}};
#else
hubwire::amqp::transfer first{.delivery_tag = "tag"};
#endif
