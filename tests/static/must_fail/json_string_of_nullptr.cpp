// expect: (no matching|no known conversion|conversion from|could not convert|use of deleted|converting)
// There is no text in it.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::json::string none{""};
#else
hubwire::json::string none{nullptr};
#endif
