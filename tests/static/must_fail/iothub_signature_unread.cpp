// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// A signature that nobody looks at lets everybody in.
#include <hubwire/hubwire.hpp>

namespace iothub = hubwire::iothub;

#ifdef CORRECT
bool check_it(const iothub::sas_token& t, const iothub::sas_key& k) {
    return iothub::check_signature(t, k).has_value();
}
#else
void check_it(const iothub::sas_token& t, const iothub::sas_key& k) { iothub::check_signature(t, k); }
#endif
