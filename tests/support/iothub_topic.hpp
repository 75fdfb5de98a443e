#ifndef HUBWIRE_TESTS_SUPPORT_IOTHUB_TOPIC_HPP
#define HUBWIRE_TESTS_SUPPORT_IOTHUB_TOPIC_HPP

#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "catch2.hpp"
#include "exact_block.hpp"
#include "naive_topic.hpp"
#include "sweep.hpp"

/// What is asked of every kind of topic of the hub.
namespace support {

using namespace std::literals;

/// Decodes it where it lies in a block of its size.
template <class T>
outcome<std::string> decoded(std::string_view text, bool may_lack_slash = false) {
    const exact_block input{hubwire::bytes{text}};
    return shown_outcome(iothub::decode<T>({input.data(), input.size()}, {.allow_missing_slash = may_lack_slash}));
}

/// The topic is written like this in every buffer that has room for it, and read again as what it was.
template <class T>
void round_trip(std::string_view text, const T& topic) {
    INFO(text);
    CHECK(every_capacity(text, [&](hubwire::buffer to) { return iothub::encode(to, topic); }) == "");
    CHECK(*iothub::encoded_size(topic) == text.size());
    exact_block room{text.size()};
    hubwire::unchecked_writer out{hubwire::buffer{room.data(), room.size()}};
    put_topic(out, topic);
    CHECK(out.finish()->text() == text);

    const auto read = iothub::decode<T>(text);
    REQUIRE(read);
    CHECK(*read == topic);
    CHECK(decoded<T>(text) == naive_topic(T::kind, text));
    CHECK(*iothub::encoded_size(*read) == text.size());
    std::string again(text.size(), ' ');
    CHECK(iothub::encode(again, *read)->text() == text);
}

/// The text is no such topic, for this reason and from there on.
template <class T>
void refused(std::string_view text, hubwire::errc code, std::size_t at) {
    INFO(text);
    CHECK(iothub::decode<T>(text).error() == hubwire::error{.code = code, .offset = at});
    CHECK(naive_topic(T::kind, text) == outcome<std::string>{refusal{code, at}});
}

/// Every mutation of it, every beginning, and every short input is read as the naive reader does.
template <class T>
void stands_anything(std::string_view text) {
    const auto decode = [](hubwire::bytes input) { return iothub::decode<T>(input.text()); };
    CHECK(every_mutation(text, decode) == "");
    for (std::size_t size = 0; size <= text.size(); ++size) {
        for (const bool may_lack_slash : {false, true}) {
            const std::string_view part = text.substr(0, size);
            INFO(part);
            CHECK(decoded<T>(part, may_lack_slash) == naive_topic(T::kind, part, may_lack_slash));
        }
    }
    std::string changed{text};
    for (std::size_t at = 0; at != text.size(); ++at) {
        for (const char c : "/?&=$0-*%+#x"sv) {
            changed[at] = c;
            if (decoded<T>(changed) != naive_topic(T::kind, changed)) FAIL(changed);
        }
        changed[at] = text[at];
        changed.insert(at, 1, '/');
        if (decoded<T>(changed) != naive_topic(T::kind, changed)) FAIL(changed);
        changed.erase(at, 1);
    }
}

}  // namespace support

#endif
