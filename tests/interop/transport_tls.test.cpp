// What the other tests send and receive with waits for nobody for ever: by peers that accept, and then do nothing, or
// too little.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "process.hpp"
#include "socket.hpp"
#include "support/catch2.hpp"
#include "tls.hpp"

namespace {

using namespace std::literals;

constexpr auto a_moment = 200ms;
const std::string more_than_anybody_takes(32 * 1024 * 1024, 'x');

/// Why this is given up, which happens in time.
template <class Do>
std::string why_given_up(const Do& what) {
    const auto begin = std::chrono::steady_clock::now();
    std::string why = "it is not";
    try {
        what();
    } catch (const std::exception& e) {
        why = e.what();
    }
    CHECK(std::chrono::steady_clock::now() - begin < interop::patience / 2);
    return why;
}

struct tcp_pair {
    tcp_pair() { near.set_patience(a_moment); }

    interop::tcp_listener listener{};
    interop::tcp_connection near = interop::tcp_connection::to(listener.port());
    interop::tcp_connection far = listener.accept();
};

}  // namespace

TEST_CASE("a peer that says nothing, or takes nothing, is given up") {
    tcp_pair c;
    std::string memory(64, '\0');
    CHECK(why_given_up([&] { static_cast<void>(c.near.receive(memory)); }) ==
          "this takes too long: the peer sends nothing");
    CHECK(why_given_up([&] { c.near.send({more_than_anybody_takes}); }) ==
          "this takes too long: the peer takes no bytes");
}

TEST_CASE("a peer that takes a byte at a time is given up, too") {
    tcp_pair c;
    std::atomic<bool> is_done = false;
    std::thread slow{[&] {
        std::string memory(1, '\0');
        while (!is_done) {
            static_cast<void>(c.far.receive(memory));
            std::this_thread::sleep_for(1ms);
        }
    }};
    CHECK(why_given_up([&] { c.near.send({more_than_anybody_takes}); }) ==
          "this takes too long: the peer takes no bytes");
    is_done = true;
    slow.join();
}

TEST_CASE("nobody is accepted who has gone, and nobody is connected to who is not there") {
    interop::tcp_listener listener;
    CHECK_FALSE(listener.try_accept());
    const std::uint16_t port = interop::free_port();
    CHECK(why_given_up([&] { static_cast<void>(interop::tcp_connection::to(port)); }).starts_with("connect: "));
}

TEST_CASE("within TLS the same is given up, and a handshake that is not begun") {
    const auto openssl = interop::find_program("openssl");
    if (!openssl) {
        WARN("not installed: openssl");
        return;
    }
    const interop::temporary_folder folder;
    const interop::test_certificates files{*openssl, folder};
    interop::tls_server server{files.certificate, files.key};
    {
        tcp_pair c;
        CHECK(why_given_up([&] { interop::tls_connection{std::move(c.near), files.authority, "localhost"}; }) ==
              "this takes too long: the peer does not go on with the handshake");
    }
    {
        tcp_pair c;
        CHECK(why_given_up([&] { static_cast<void>(server.accept(std::move(c.near))); }) ==
              "this takes too long: the peer does not go on with the handshake");
    }
    tcp_pair c;
    c.near.set_patience(interop::patience);
    std::optional<interop::tls_connection> far;
    std::thread accepting{[&] { far.emplace(server.accept(std::move(c.far))); }};
    interop::tls_connection near{std::move(c.near), files.authority, "localhost"};
    accepting.join();
    REQUIRE(far);
    near.set_patience(a_moment);
    std::string memory(64, '\0');
    CHECK(why_given_up([&] { static_cast<void>(near.receive(memory)); }) ==
          "this takes too long: the peer sends nothing");
    CHECK(why_given_up([&] { near.send({more_than_anybody_takes}); }) ==
          "this takes too long: the peer takes no bytes");
}
