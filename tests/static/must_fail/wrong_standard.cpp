// expect: error: (#error )?"hubwire needs C\+\+20
// flags: -std=c++17
// errors: 2 ||| 3
// The compiler says one sentence, and that the file of that name is missing, instead of hundreds of errors.
// (Behind the missing file clang 14 goes on in silence, until it crashes over a constexpr destructor and says so.)
#include <hubwire/hubwire.hpp>

hubwire::bytes nothing;
