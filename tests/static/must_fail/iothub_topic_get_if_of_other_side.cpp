// expect: no matching (member )?function
// A hub never receives what it sends: who asks for it has mistaken the side.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool is_request(const hubwire::iothub::topic_to_client& any) {
    return any.get_if<hubwire::iothub::method_request_topic>() != nullptr;
}
#else
bool is_request(const hubwire::iothub::topic_to_hub& any) {
    return any.get_if<hubwire::iothub::method_request_topic>() != nullptr;
}
#endif
