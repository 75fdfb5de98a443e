#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>

#include "support/amqp.hpp"
#include "support/exact_block.hpp"
#include "support/mutate_amqp.hpp"
#include "support/naive_amqp.hpp"
#include "support/oracle.hpp"

// Composites: a naive reading of the tables of the specification knows what is one, and how it is written. The first
// byte of the input says by which options; the rest is decoded as every type there is.

namespace {

using fuzz::expect;
using hubwire::bytes;
using hubwire::errc;
namespace amqp = hubwire::amqp;
namespace naive = fuzz::naive;

amqp::options options_of(std::uint8_t choice) {
    constexpr unsigned depths[] = {64, 64, 4, 2};
    return {.max_depth = depths[choice & 3],
            .any_symbol = (choice & 4) != 0,
            .any_key = (choice & 8) != 0,
            .any_property = (choice & 16) != 0};
}

/// The same with nulls for all trailing fields.
template <class T>
void keep_nulls(const T& v, const std::string& wire, amqp::options rules) {
    rules.keep_trailing_nulls = true;
    support::exact_block memory{wire.size() + 64};
    const auto written = amqp::encode(memory, v, rules);
    expect(written && amqp::encoded_size(v, rules) && *amqp::encoded_size(v, rules) == written->size(), "encodes");
    const std::string text{written->text()};
    const support::exact_block exact{text};
    const naive::parsed long_form = naive::parse(text, rules);
    expect(long_form.how == naive::state::good, "as the specification allows");
    expect(long_form.value.items[1].count == naive::composites().at(T::descriptor.code).fields.size(), "all fields");
    const auto back = amqp::decode<T>(exact, rules);
    expect(back && *back == v, "trailing nulls mean nothing");
}

template <class T>
void decode_as(bytes input, const naive::parsed& expected, const amqp::options& rules) {
    const auto decode = [&](bytes part) { return amqp::decode<T>(part, rules); };
    const auto answer = fuzz::without_allocations([&] { return decode(input); });
    fuzz::expect_sound(input, answer);
    const bool good = expected.how == naive::state::good;
    const naive::written wire =
        good ? naive::composite_of(T::descriptor.code, expected.value, rules.max_depth, rules) : naive::written{};
    expect(answer.has_value() == wire.has_value(), "a composite is what the specification calls one");
    if (answer.incomplete()) expect(expected.how == naive::state::wanting, "incomplete if nothing is wrong yet");

    if (good && expected.value.of == amqp::type::described) {
        const auto d = amqp::decode<amqp::value>(input, rules);
        const auto of_described = amqp::decode<T>(*d->as<amqp::described>(), rules);
        if (answer) expect(of_described && *of_described == *answer, "the same from a described value");
        // A composite takes two levels, of which the described value is one.
        if (!answer && expected.value.levels + 2 <= rules.max_depth)
            expect(!of_described && !of_described.incomplete(), "and likewise refused");
    }
    if (!wire) return;

    fuzz::expect_encodes(*answer, *wire, rules);
    const support::exact_block again{*wire};
    const auto back = amqp::decode<T>(again, rules);
    expect(back && *back == *answer && *answer == *back, "what was encoded decodes to an equal composite");
    fuzz::expect_encodes(*back, *wire, rules);
    keep_nulls(*answer, *wire, rules);

    amqp::options strict = rules;
    strict.any_key = strict.any_property = false;
    const auto strictly = amqp::decode<T>(again, strict);
    expect(amqp::encoded_size(*answer, strict).has_value() == strictly.has_value(),
           "what was read laxly is judged anew");

    support::exact_block scratch{wire->size()};
    const auto as_value = amqp::as_value(scratch, *answer, rules);
    expect(as_value && as_value->template as<amqp::described>(), "a composite is a described value");
    support::exact_block memory{wire->size()};
    amqp::builder b{memory, rules};
    b.add(*answer);
    expect(b.encoded() && b.encoded()->text() == *wire, "a builder writes the same");
    fuzz::check_prefixes(input, decode);
}

template <class... Ts>
struct types {};
template <class... Ts>
void decode_as_each(types<Ts...>, bytes input, const naive::parsed& expected, const amqp::options& rules) {
    static_assert(sizeof...(Ts) == 33);
    expect(naive::composites().size() == sizeof...(Ts), "every type that the walker knows");
    (decode_as<Ts>(input, expected, rules), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const amqp::options rules = options_of(data[0]);
    const support::exact_block block{bytes{data + 1, size - 1}};
    const naive::parsed expected = naive::parse(bytes{block}.text(), rules);
    decode_as_each(
        types<amqp::open, amqp::begin, amqp::attach, amqp::flow, amqp::transfer, amqp::disposition, amqp::detach,
              amqp::end, amqp::close, amqp::error, amqp::received, amqp::accepted, amqp::rejected, amqp::released,
              amqp::modified, amqp::source, amqp::target, amqp::delete_on_close, amqp::delete_on_no_links,
              amqp::delete_on_no_messages, amqp::delete_on_no_links_or_messages, amqp::coordinator, amqp::declare,
              amqp::discharge, amqp::declared, amqp::transactional_state, amqp::sasl_mechanisms, amqp::sasl_init,
              amqp::sasl_challenge, amqp::sasl_response, amqp::sasl_outcome, amqp::header, amqp::properties>{},
        block, expected, rules);
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(data, size, max_size, seed, 1, [](std::string& text, const std::uint8_t*, fuzz::dice& d) {
        fuzz::bend_amqp(text, fuzz::amqp_input::value, d);
    });
}
