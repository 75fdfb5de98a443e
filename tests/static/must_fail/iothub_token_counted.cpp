// expect: no matching function for call to 'put_sas_token ||| no matching function for call to 'put_sas_token'
// How long a signature is, only the signature can tell: most_encoded_size says how long a token gets at most.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
auto size(const hubwire::iothub::sas_claims& claims) { return hubwire::iothub::most_encoded_size(claims); }
#else
auto size(const hubwire::iothub::sas_claims& claims, const hubwire::iothub::sas_key& key) {
    hubwire::counting_writer out;
    hubwire::iothub::put_sas_token(out, claims, key);
    return out.finish();
}
#endif
