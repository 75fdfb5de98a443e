#include <hubwire/hubwire.hpp>

std::size_t size_in_the_other_unit(std::string_view text) {
    hubwire::counting_writer out;
    out.sized<std::uint16_t>(text);
    return *out.finish();
}
