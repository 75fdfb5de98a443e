// expect: no matching function for call to 'encode_sas_token ||| no matching function for call to 'encode_sas_token'
// Claims are no token until somebody has signed them.
#include <hubwire/hubwire.hpp>

namespace iothub = hubwire::iothub;

#ifdef CORRECT
auto write_token(hubwire::buffer to, const iothub::sas_token& token) { return iothub::encode_sas_token(to, token); }
#else
auto write_token(hubwire::buffer to, const iothub::sas_claims& claims) { return iothub::encode_sas_token(to, claims); }
#endif
