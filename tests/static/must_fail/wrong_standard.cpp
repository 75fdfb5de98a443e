// expect: error: (#error )?"hubwire needs C\+\+20
// flags: -std=c++17
// errors: 2
// The compiler says one sentence, and that the file of that name is missing, instead of hundreds of errors.
#include <hubwire/hubwire.hpp>

hubwire::bytes nothing;
