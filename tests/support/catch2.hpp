#ifndef HUBWIRE_TESTS_SUPPORT_CATCH2_HPP
#define HUBWIRE_TESTS_SUPPORT_CATCH2_HPP

// Either generation of Catch2: 3.x has headers of its own for each part, 2.x is one header.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#endif
