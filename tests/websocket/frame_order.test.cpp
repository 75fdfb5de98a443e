#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <vector>

#include "support/catch2.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::websocket;

namespace {

static_assert([] {
    frame_order order;
    order.advance(opcode::text, false);
    return order.verdict(opcode::continuation) == errc::none && order.is_open() && order.message() == opcode::text;
}());

/// T, B: a frame of text or binary data, C: a continuation, P, O, X: ping, pong, close; in lower case without FIN.
errc verdict_of(const std::string& frames) {
    frame_order order;
    for (const char c : frames) {
        const std::string names = "CTB.....XPO";
        const bool fin = c >= 'A' && c <= 'Z';
        const auto code = opcode{static_cast<std::uint8_t>(names.find(fin ? c : static_cast<char>(c - 'a' + 'A')))};
        if (const errc wrong = order.verdict(code); wrong != errc::none) return wrong;
        order.advance(code, fin);
    }
    return errc::none;
}

}  // namespace

TEST_CASE("RFC 6455-5.4: a message is one frame, or one and its continuations, with control frames between them") {
    for (const char* frames : {"", "T", "B", "TB", "tC", "bC", "bcccC", "bPC", "bPOcPC", "PO", "TX", "bX", "bCtC"})
        CHECK(verdict_of(frames) == errc::none);
}

TEST_CASE("RFC 6455-5.4: a continuation has something to continue") {
    for (const char* frames : {"C", "c", "TC", "tCC", "PC", "tCPc"})
        CHECK(verdict_of(frames) == errc::websocket_continuation);
    CHECK(error{.code = errc::websocket_continuation}.rule() == "RFC 6455-5.4");
}

TEST_CASE("RFC 6455-5.4: a message ends before the next begins") {
    for (const char* frames : {"tT", "tB", "bb", "bcT", "bPT"})
        CHECK(verdict_of(frames) == errc::websocket_interrupted_message);
    CHECK(error{.code = errc::websocket_interrupted_message}.rule() == "RFC 6455-5.4");
}

TEST_CASE("RFC 6455-5.5.1: nothing follows a close frame") {
    for (const char* frames : {"XX", "XT", "XP", "XC", "bXC", "TXO"})
        CHECK(verdict_of(frames) == errc::websocket_after_close);
    CHECK(error{.code = errc::websocket_after_close}.rule() == "RFC 6455-5.5.1");
    frame_order order;
    CHECK_FALSE(order.is_closed());
    order.advance(opcode::close, true);
    CHECK(order.is_closed());
}
