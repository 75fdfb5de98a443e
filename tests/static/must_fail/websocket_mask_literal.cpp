// expect: could not convert|cannot convert|use of deleted|no matching function|invalid initialization ||| no known
// conversion|no matching function|deleted A payload is masked where it lies, so it is one that may be written to.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::result<hubwire::bytes> mask(hubwire::buffer output, std::string_view payload) {
    return hubwire::websocket::encode_masked(output, payload, hubwire::websocket::masking_key{1});
}
#else
void mask(std::string_view payload) { hubwire::websocket::mask(payload, hubwire::websocket::masking_key{1}); }
#endif
