// What the compilers are trusted to make of the inner functions; static.codegen looks at the assembly. A function's
// rule follows from how its name begins.

#include <hubwire/hubwire.hpp>

extern "C" {

std::uint16_t load_16(const char* from) { return hubwire::detail::load_be<std::uint16_t>(from); }
std::uint32_t load_32(const char* from) { return hubwire::detail::load_be<std::uint32_t>(from); }
std::uint64_t load_64(const char* from) { return hubwire::detail::load_be<std::uint64_t>(from); }

void store_16(char* to, std::uint16_t value) { hubwire::detail::store_be(to, value); }
void store_32(char* to, std::uint32_t value) { hubwire::detail::store_be(to, value); }
void store_64(char* to, std::uint64_t value) { hubwire::detail::store_be(to, value); }

// The one check that a read makes falls away where the caller has made it.
std::uint16_t read_u16(hubwire::reader& in) {
    if (in.left() < 2) __builtin_unreachable();
    return in.u16();
}
std::uint32_t read_u32(hubwire::reader& in) {
    if (in.left() < 4) __builtin_unreachable();
    return in.u32();
}
std::uint64_t read_u64(hubwire::reader& in) {
    if (in.left() < 8) __builtin_unreachable();
    return in.u64();
}

void copy_short(char* to, const char* from, std::size_t n) {
    if (n > 32) __builtin_unreachable();
    hubwire::detail::copy(to, from, n);
}
void copy_of_constant_size(char* to, const char* from) { hubwire::detail::copy(to, from, 24); }

// Nothing tells where two signatures differ: there is no way out of the loop but at its end.
bool compare_digests(const hubwire::crypto::sha256_digest& a, const hubwire::crypto::sha256_digest& b) {
    return hubwire::crypto::equal_in_constant_time(a, b);
}

}  // extern "C"
