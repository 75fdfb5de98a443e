// expect: is private within this context ||| calling a private constructor
// Whether the text of a key is base64 depends on whose it is: the hub's is, that of Event Hubs signs as it is.
#include <hubwire/hubwire.hpp>

namespace iothub = hubwire::iothub;

#ifdef CORRECT
iothub::sas_key key(std::string_view text) { return iothub::sas_key::of_hub(text); }
#else
iothub::sas_key key(std::string_view text) { return iothub::sas_key{hubwire::crypto::hmac_key{text}, {}}; }
#endif
