// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a message id of a text that is gone is an error. A view of a text that stays is
// none, wherever the view itself lies.
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

using hubwire::amqp::message_id;

std::string new_id();

#ifdef CORRECT
bool is_text() {
    using namespace std::literals;
    const message_id of_view{"text"sv};
    const message_id of_literal{"text"};
    const std::string kept = new_id();
    const message_id of_kept{std::string_view{kept}};
    const message_id of_owner{kept};
    return of_view == of_literal && of_kept == of_owner;
}
#else
bool is_text() {
    const message_id id{new_id()};
    return id.type() == hubwire::amqp::type::string;
}
#endif
