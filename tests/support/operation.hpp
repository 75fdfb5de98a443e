#ifndef HUBWIRE_TESTS_SUPPORT_OPERATION_HPP
#define HUBWIRE_TESTS_SUPPORT_OPERATION_HPP

#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <vector>

#include "exact_block.hpp"
#include "sweep.hpp"

/// What tests of the hub's operations over AMQP say in one word.
namespace support {

/// The error with which a message is refused as a T; errc::none if it is not. What is refused as bytes is refused as a
/// message as well, if it is one.
template <class T>
hubwire::error refusal_as(hubwire::bytes wire, const hubwire::amqp::options& rules = {}) {
    const exact_block block{wire};
    const hubwire::bytes input{block.data(), block.size()};
    const auto decoded = hubwire::iothub::decode<T>(input, rules);
    if (const auto m = hubwire::amqp::decode<hubwire::amqp::message>(input, rules)) {
        const auto of_message = hubwire::iothub::decode<T>(*m);
        if (of_message.has_value() != decoded.has_value()) return {.code = hubwire::errc::application};
        if (!decoded && of_message.error() != hubwire::error{.code = decoded.error().code})
            return {.code = hubwire::errc::application};  // never a right answer
    }
    return decoded ? hubwire::error{} : decoded.error();
}

/// The error with which an operation is not written, whether it is encoded, measured or composed.
template <class T>
hubwire::error refusal_of(const T& operation) {
    std::vector<char> memory(1000);
    const auto encoded = hubwire::iothub::encode(memory, operation);
    const auto size = hubwire::iothub::encoded_size(operation);
    hubwire::writer out{memory};
    hubwire::iothub::put_message(out, operation);
    const auto put = out.finish();
    if (encoded && size && put) return {};
    if (encoded || size || put || encoded.error() != size.error() || put.error() != size.error())
        return {.code = hubwire::errc::application};
    return encoded.error();
}

/// An operation and its bytes are the same thing: it is encoded to them, in every buffer, and they are decoded to it,
/// and survive being truncated and mutated. Returns "", or what went wrong first.
template <class T>
std::string same_operation(const T& operation, hubwire::bytes wire) {
    const auto size = hubwire::iothub::encoded_size(operation);
    if (!size) return "it is not measured: " + std::string{size.error().message()};
    if (*size != wire.size()) return "its encoded size is " + std::to_string(*size);
    std::string wrong =
        every_capacity(wire, [&](hubwire::buffer output) { return hubwire::iothub::encode(output, operation); });
    if (wrong.empty())
        wrong = every_capacity(wire, [&](hubwire::buffer output) {
            hubwire::writer out{output};
            hubwire::iothub::put_message(out, operation);
            return out.finish();
        });
    if (!wrong.empty()) return wrong;
    const exact_block block{wire};
    const hubwire::bytes input{block.data(), block.size()};
    const auto decoded = hubwire::iothub::decode<T>(input);
    if (!decoded) return "it is not decoded: " + std::string{decoded.error().message()};
    if (!(*decoded == operation)) return "it is decoded to another operation";
    const auto of_message = hubwire::iothub::decode<T>(*hubwire::amqp::decode<hubwire::amqp::message>(input));
    if (!of_message || !(*of_message == operation)) return "as a message it is another operation";
    const auto decode = [](hubwire::bytes part) { return hubwire::iothub::decode<T>(part); };
    for (std::size_t end = 0; end != wire.size(); ++end) {
        const exact_block part{wire.first(end)};
        const hubwire::bytes view{part.data(), part.size()};
        const auto answer = decode(view);
        if (answer || answer.incomplete()) return detail::complaint("a part of a message is one", view);
        if (wrong = detail::sound(answer, view); !wrong.empty()) return wrong;
    }
    return every_mutation(wire, decode);
}

}  // namespace support

#endif
