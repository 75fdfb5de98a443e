#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/allocations.hpp"
#include "support/amqp.hpp"
#include "support/exact_block.hpp"
#include "support/mutate_amqp.hpp"
#include "support/naive_amqp.hpp"
#include "support/oracle.hpp"

// Values of any type. A naive walker knows which bytes are one, what it contains and how it is written; the views, the
// encoders and the builder of the library have to agree with it. The first byte of the input says by which options.

namespace {

using fuzz::expect;
using hubwire::bytes;
using hubwire::errc;
namespace amqp = hubwire::amqp;
namespace naive = fuzz::naive;

amqp::options options_of(std::uint8_t choice) {
    constexpr unsigned depths[] = {64, 64, 3, 0};
    return {.max_depth = depths[choice & 3], .any_symbol = (choice & 4) != 0};
}

/// The value put together anew, of items that lie in arrays of ours.
class rebuilt {
public:
    amqp::value of(const amqp::value& v) {
        switch (v.type()) {
            case amqp::type::list: {
                std::vector<amqp::value> items;
                const auto list = *v.as<amqp::list>();
                for (const amqp::value item : list) items.push_back(of(item));
                lists_.push_back(std::move(items));
                return amqp::list{lists_.back()};
            }
            case amqp::type::map: {
                std::vector<amqp::entry> entries;
                const auto map = *v.as<amqp::map>();
                for (const amqp::entry e : map) entries.push_back({of(e.key), of(e.value)});
                maps_.push_back(std::move(entries));
                return amqp::map{maps_.back()};
            }
            case amqp::type::described: {
                const auto d = *v.as<amqp::described>();
                const amqp::value descriptor = of(d.descriptor());
                const amqp::value content = of(d.content());
                pairs_.push_back({{descriptor, content}});
                return amqp::described{pairs_.back().two};
            }
            default:
                return v;
        }
    }

private:
    struct pair {
        amqp::value two[2];
    };
    std::deque<std::vector<amqp::value>> lists_;
    std::deque<std::vector<amqp::entry>> maps_;
    std::deque<pair> pairs_;
};

/// Elements without a width may be billions, and those of no elements have a type that a builder does not know.
bool can_be_built(const naive::item& it) {
    if (it.of == amqp::type::array && (it.count != it.items.size() || it.count == 0)) return false;
    for (const naive::item& inner : it.items) {
        if (!can_be_built(inner)) return false;
    }
    return true;
}

/// Adds a value piece by piece.
void add(amqp::builder& b, const amqp::value& v) {
    switch (v.type()) {
        case amqp::type::list:
            return b.list([&] {
                const auto list = *v.as<amqp::list>();
                for (const amqp::value item : list) add(b, item);
            });
        case amqp::type::map:
            return b.map([&] {
                const auto map = *v.as<amqp::map>();
                for (const amqp::entry e : map) {
                    add(b, e.key);
                    add(b, e.value);
                }
            });
        case amqp::type::array:
            return b.array([&] {
                const auto array = *v.as<amqp::array>();
                for (const amqp::value element : array) add(b, element);
            });
        case amqp::type::described: {
            const auto d = *v.as<amqp::described>();
            return b.described(d.descriptor(), [&] { add(b, d.content()); });
        }
        default:
            return b.add(v);
    }
}

void build(const amqp::value& v, const naive::item& it, amqp::options rules) {
    if (!can_be_built(it)) return;
    rules.max_depth = 64;
    if (it.levels > 62) return;  // a list of nothing is a level to a builder, not to a decoder
    support::exact_block memory{1 << 18};
    const auto check = [&](auto fill) {
        const std::size_t before = support::allocations();
        amqp::builder b{memory, rules};
        fill(b);
        const auto built = b.finish();
        expect(support::allocations() == before, "no allocation");
        expect(built && *built == v && v == *built && fuzz::same(*built, it), "what is built is the same value");
        const auto wire = b.encoded();
        expect(wire && wire->data() == memory.data(), "in the buffer");
        const naive::parsed again = naive::parse(wire->text(), rules);
        expect(again.how == naive::state::good && naive::same(again.value, it), "as the specification says");
        const std::string all{wire->text()};
        support::exact_block exact{all.size() + 6};  // a head may be moved by as much
        amqp::builder same{exact, rules};
        fill(same);
        expect(same.encoded() && same.encoded()->text() == all, "in less room");
        support::exact_block less{all.size() - 1};
        amqp::builder cut{less, rules};
        fill(cut);
        expect(!cut.finish() && cut.finish().error().code == errc::no_space, "but not in too little");
    };
    check([&](amqp::builder& b) { b.add(v); });
    check([&](amqp::builder& b) { add(b, v); });

    // An array of two of them, if what describes them does not nest too deep for one.
    if (it.levels > 60) return;
    for (const naive::item* at = &it; at->of == amqp::type::described; at = &at->items[1]) {
        if (at->items[0].levels > 2) return;
    }
    amqp::builder b{memory, rules};
    b.array([&] {
        b.add(v);
        add(b, v);
    });
    const auto pair = b.finish();
    expect(pair && pair->type() == amqp::type::array, "an array of a value and the same");
    const auto elements = *pair->as<amqp::array>();
    expect(elements.size() == 2 && *elements.begin() == v && *++elements.begin() == v, "which it holds");
    expect(naive::parse(b.encoded()->text(), rules).how == naive::state::good, "as the specification allows");
}

void check_value(const amqp::value& v, const naive::item& it, bytes input, const amqp::options& rules) {
    expect(fuzz::same(v, it), "the same value as the walker's");
    expect(v == v && !(v == amqp::value{amqp::symbol{"another"}} && it.of != amqp::type::symbol), "equal to itself");
    if (const auto text = v.text()) expect(fuzz::inside(*text, input), "a text within the input");

    const std::string wire = naive::forwarded(it);
    fuzz::expect_encodes(v, wire, rules);
    const support::exact_block forwarded{wire};
    const auto back = amqp::decode<amqp::value>(forwarded, rules);
    expect(back && *back == v && fuzz::same(*back, it), "what was encoded decodes to an equal value");
    fuzz::expect_encodes(*back, wire, rules);

    rebuilt parts;
    const amqp::value anew = parts.of(v);
    expect(anew == v && v == anew, "the same put together anew");
    const std::string rewritten = naive::rewritten(it);
    expect(rewritten.size() <= input.size(), "the smallest encoding is not larger");
    fuzz::expect_encodes(anew, rewritten, rules);
    const support::exact_block again{rewritten};
    const auto last = amqp::decode<amqp::value>(again, rules);
    expect(last && *last == v && *last == anew, "and equal once more");

    build(v, it, rules);
}

template <class T>
void decode_as(bytes input, const amqp::options& rules, const hubwire::result<amqp::value>& any) {
    const auto typed = fuzz::without_allocations([&] { return amqp::decode<T>(input, rules); });
    fuzz::expect_sound(input, typed);
    if (any && any->as<T>()) {
        expect(typed.has_value(), "a value is one of its type");
        expect(amqp::value{*typed} == *any, "and the same");
        support::exact_block one{input.size()};
        support::exact_block other{input.size()};
        const auto a = amqp::encode(one, *typed, rules);
        const auto b = amqp::encode(other, *any, rules);
        expect(a && b && *a == *b, "written alike");
    } else {
        expect(!typed, "a value is of one type");
    }
}

template <class... Ts>
void decode_as_each(bytes input, const amqp::options& rules, const hubwire::result<amqp::value>& any) {
    (decode_as<Ts>(input, rules, any), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const amqp::options rules = options_of(data[0]);
    const support::exact_block block{bytes{data + 1, size - 1}};
    const bytes input{block};

    const naive::parsed expected = naive::parse(input.text(), rules);
    const auto answer = fuzz::without_allocations([&] { return amqp::decode<amqp::value>(input, rules); });
    fuzz::expect_sound(input, answer);
    expect(answer.has_value() == (expected.how == naive::state::good), "a value is what the specification calls one");
    expect(answer.incomplete() == (expected.how == naive::state::wanting), "incomplete if nothing is wrong yet");
    if (answer) check_value(*answer, expected.value, input, rules);

    fuzz::check_prefixes(input, [&](bytes part) { return amqp::decode<amqp::value>(part, rules); });
    decode_as_each<bool, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, std::int8_t, std::int16_t,
                   std::int32_t, std::int64_t, float, double, amqp::decimal32, amqp::decimal64, amqp::decimal128,
                   char32_t, amqp::timestamp, amqp::uuid, bytes, std::string_view, amqp::symbol, amqp::list, amqp::map,
                   amqp::array>(input, rules, answer);
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(data, size, max_size, seed, 1, [](std::string& text, const std::uint8_t*, fuzz::dice& d) {
        fuzz::bend_amqp(text, fuzz::amqp_input::value, d);
    });
}
