#ifndef HUBWIRE_TESTS_SUPPORT_EXACT_BLOCK_HPP
#define HUBWIRE_TESTS_SUPPORT_EXACT_BLOCK_HPP

#include <algorithm>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <memory>

namespace support {

/// A heap block of exactly the size asked for. A std::string has a byte more than its size, a vector may have many: in
/// those, AddressSanitizer does not see a decoder read past its input.
class exact_block {
public:
    explicit exact_block(std::size_t size) : data_{new char[size]}, size_{size} {}
    explicit exact_block(hubwire::bytes content) : exact_block{content.size()} {
        std::copy_n(content.data(), content.size(), data_.get());
    }

    [[nodiscard]] char* data() { return data_.get(); }
    [[nodiscard]] const char* data() const { return data_.get(); }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    std::unique_ptr<char[]> data_;
    std::size_t size_;
};

}  // namespace support

#endif
