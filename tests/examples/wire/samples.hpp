#ifndef HUBWIRE_TESTS_EXAMPLES_WIRE_SAMPLES_HPP
#define HUBWIRE_TESTS_EXAMPLES_WIRE_SAMPLES_HPP

#include <string>
#include <string_view>
#include <vector>

namespace wire {

/// A stream as one side of a connection would send it, made by hubwire.
struct sample {
    std::string_view name;
    std::string_view what;
    std::string bytes;
};

std::vector<sample> samples();

}  // namespace wire

#endif
