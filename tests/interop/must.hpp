#ifndef HUBWIRE_TESTS_INTEROP_MUST_HPP
#define HUBWIRE_TESTS_INTEROP_MUST_HPP

#include <hubwire/hubwire.hpp>
#include <stdexcept>
#include <string>

namespace interop {

/// What the result holds; or it throws what was wrong.
template <class T>
T must(const hubwire::result<T>& result) {
    if (!result) throw std::runtime_error{"refused: " + std::string{result.error().message()}};
    return *result;
}
inline void must(const hubwire::result<void>& result) {
    if (!result) throw std::runtime_error{"refused: " + std::string{result.error().message()}};
}

/// All that `put(writer)` writes, in memory of its own: once to count, and once to write.
template <class Put>
std::string written(const Put& put) {
    hubwire::counting_writer counted;
    put(counted);
    std::string memory(must(counted.finish()), '\0');
    hubwire::writer out{memory};
    put(out);
    must(out.finish());
    return memory;
}

}  // namespace interop

#endif
