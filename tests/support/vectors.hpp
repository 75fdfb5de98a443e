#ifndef HUBWIRE_TESTS_SUPPORT_VECTORS_HPP
#define HUBWIRE_TESTS_SUPPORT_VECTORS_HPP

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "catch2.hpp"

#if defined(_MSC_VER)
#pragma warning(disable : 4996)  // std::getenv is as good as it was
#endif
#if !defined(HUBWIRE_VECTORS_DIR)
#define HUBWIRE_VECTORS_DIR "../shared/vectors"
#endif

/// Test data of others, which is no part of the project. It is looked for in the directory that the environment
/// variable HUBWIRE_VECTORS names, or else where the build says.
namespace support {

inline std::filesystem::path vectors(std::string_view area) {
    const char* const named = std::getenv("HUBWIRE_VECTORS");
    return std::filesystem::path{named != nullptr ? named : HUBWIRE_VECTORS_DIR} / area;
}

/// Whether it is there; if not, the test that asks says so, and ctest shows it as skipped.
inline bool vectors_are_present(std::string_view area) {
    if (std::filesystem::is_directory(vectors(area))) return true;
    WARN("test data is absent, so nothing was tested: " << vectors(area).string());
    return false;
}

}  // namespace support

#endif
