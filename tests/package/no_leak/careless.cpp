// Compiles with warnings, never with -Werror: if hubwire's own options reached this program, it would not compile.

#include <hubwire/hubwire.hpp>

int main() {
    int unused = HUBWIRE_VERSION_MAJOR;
    unsigned char narrowed = sizeof(hubwire::bytes) * 'h';
}
