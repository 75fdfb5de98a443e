#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/mutate_json.hpp"
#include "support/naive_feedback.hpp"
#include "support/oracle.hpp"

// Feedback bodies against records taken out of a naive tree, and written again; the same input as an auth method, and
// as an AMQP message.

namespace {

using fuzz::expect;
namespace iothub = hubwire::iothub;

template <class Encode>
std::string exactly(Encode encode) {
    const auto refused = encode(hubwire::buffer{});
    if (refused) return std::string{refused->text()};
    expect(refused.error().code == hubwire::errc::no_space, "without room there is no space");
    const std::size_t size = refused.error().needed;
    const std::unique_ptr<char[]> room{new char[size]};
    const auto encoded = encode(hubwire::buffer{room.get(), size});
    expect(encoded && encoded->size() == size, "what is needed is exactly what is used");
    return std::string{encoded->text()};
}

void check_feedback(std::string_view body) {
    const std::string wrong = support::compare_feedback(body);
    expect(wrong.empty(), wrong.c_str());
    const auto naive = support::naive_feedback(body);
    std::vector<iothub::feedback_record> records;
    iothub::feedback_reader in{body};
    for (const auto& record : in) {
        records.push_back(record);
        static_cast<void>(record.enqueued_time());
        static_cast<void>(record.status_code.known());
    }
    if (!naive) return;
    const std::string written = exactly([&](hubwire::buffer to) { return iothub::encode_feedback(to, records); });
    expect(*iothub::feedback_size(records) == written.size(), "the size was foretold");
    expect(support::naive_feedback(written) == naive, "what is written reads the same");

    const auto message = [&](const hubwire::amqp::message_body& sections) {
        hubwire::amqp::message all = iothub::feedback_message(hubwire::bytes{});
        all.body = sections;
        std::string memory(written.size() + 256, '\0');
        return std::string{hubwire::amqp::encode(memory, all)->text()};
    };
    const std::size_t cut = written.size() / 3;
    const hubwire::amqp::data parts[] = {{std::string_view{written}.substr(0, cut)},
                                         {std::string_view{written}.substr(cut)}};
    const std::string one = message(hubwire::amqp::data{written});
    const std::string two = message(std::span{parts});
    const auto at_once = [&](hubwire::buffer to) { return iothub::encode_feedback_message(to, records); };
    expect(exactly(at_once) == one && *iothub::feedback_message_size(records) == one.size(), "the same at once");
    std::string joined(written.size(), '\0');
    auto of_one = iothub::decode_feedback_message(one);
    auto of_two = iothub::decode_feedback_message(two, joined);
    expect(of_one && of_two, "a message of them is read");
    for (const auto& record : records) {
        expect(of_one->next() && of_one->record() == record, "the same, where it lies");
        expect(of_two->next() && of_two->record() == record, "the same, joined");
    }
    expect(of_one->finish() && of_two->finish(), "and no more");
}

void check_auth_method(std::string_view text) {
    const auto method = iothub::decode_auth_method(text);
    if (!method) return;
    const std::string written = exactly([&](hubwire::buffer to) { return iothub::encode_auth_method(to, *method); });
    expect(*iothub::encoded_size(*method) == written.size(), "the size was foretold");
    expect(*iothub::decode_auth_method(written) == *method, "an auth method comes back");
    expect(std::holds_alternative<support::json_tree>(support::naive_json(text)), "an auth method is JSON");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const hubwire::bytes input{data, size};
    check_feedback(input.text());
    check_auth_method(input.text());
    const std::unique_ptr<char[]> joined{new char[size]};
    auto in = iothub::decode_feedback_message(input, hubwire::buffer{joined.get(), size});
    if (in) static_cast<void>(in->finish());
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(data, size, max_size, seed, 0,
                        [](std::string& text, const std::uint8_t*, fuzz::dice& d) { fuzz::bend_json(text, d); });
}
