// expect: call decode_topic_to_client
// Which topic it is, only the function knows that the compiler tells of.
#include <hubwire/hubwire.hpp>

#include <string_view>

namespace iothub = hubwire::iothub;

#ifdef CORRECT
auto decode(std::string_view topic) { return iothub::decode_topic_to_client(topic); }
#else
auto decode(std::string_view topic) { return iothub::decode<iothub::topic_to_client>(topic); }
#endif
