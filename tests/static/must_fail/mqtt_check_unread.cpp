// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// A check whose answer nobody reads is no check.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
bool check(std::string_view topic) { return hubwire::mqtt::check_topic_name(topic).has_value(); }
#else
void check(std::string_view topic) { hubwire::mqtt::check_topic_name(topic); }
#endif
