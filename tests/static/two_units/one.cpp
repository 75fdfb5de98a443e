#include <hubwire/hubwire.hpp>

std::size_t size_in_the_other_unit(std::string_view text);

std::size_t size_in_this_unit(std::string_view text) {
    hubwire::counting_writer out;
    out.sized16(text);
    return *out.finish();
}

int main() {
    const std::string_view text = hubwire::error{.code = hubwire::errc::incomplete}.message();
    return size_in_this_unit(text) == size_in_the_other_unit(text) ? 0 : 1;
}
