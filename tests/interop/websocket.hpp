#ifndef HUBWIRE_TESTS_INTEROP_WEBSOCKET_HPP
#define HUBWIRE_TESTS_INTEROP_WEBSOCKET_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <initializer_list>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "must.hpp"

/// WebSocket over a transport: again a transport, for MQTT and AMQP.
namespace interop {

/// Either end of a connection. What is sent goes out as one binary message, in frames of at most so many bytes; what is
/// received is the stream that lies in the messages of the peer.
template <class Transport>
class websocket_connection {
public:
    using opcode = hubwire::websocket::opcode;
    using role = hubwire::websocket::role;
    static constexpr std::size_t any_size = SIZE_MAX;

    /// The client's end: asks for one of these subprotocols, and waits for the answer.
    static websocket_connection to(Transport transport, std::string_view target, std::string_view subprotocols,
                                   std::size_t frame_size = any_size) {
        websocket_connection c{std::move(transport), role::client, frame_size};
        std::array<char, 16> random{};
        for (char& byte : random) byte = static_cast<char>(c.random_());
        const hubwire::websocket::request hello{.target = target,
                                                .host = "localhost",
                                                .key = hubwire::websocket::handshake_key{random},
                                                .subprotocols = subprotocols};
        std::array<char, 1024> memory;
        c.transport_.send({must(encode(memory, hello))});
        const hubwire::bytes head = c.receive_head(hubwire::websocket::head_kind::response);
        const auto answer = must(hubwire::websocket::decode_response(head, hello));
        if (!answer.switches()) throw std::runtime_error{"refused with " + std::to_string(answer.status)};
        c.subprotocol_ = answer.subprotocol;
        return c;
    }

    /// The server's end: waits for a request, and accepts it with a subprotocol that both sides speak.
    static websocket_connection accepted(Transport transport, std::string_view subprotocols,
                                         std::size_t frame_size = any_size) {
        websocket_connection c{std::move(transport), role::server, frame_size};
        const hubwire::bytes head = c.receive_head(hubwire::websocket::head_kind::request);
        const auto request = must(hubwire::websocket::decode_request(head));
        const auto answer = hubwire::websocket::answer_to(request, subprotocols);
        std::array<char, 1024> memory;
        c.transport_.send({must(encode(memory, answer))});
        c.subprotocol_ = answer.subprotocol;
        return c;
    }

    [[nodiscard]] const std::string& subprotocol() const { return subprotocol_; }

    void send(std::initializer_list<hubwire::bytes> parts) {
        std::string message;  // in one piece: where frames end has nothing to do with where parts do
        for (const hubwire::bytes part : parts) message += part.text();
        bool first = true;
        std::size_t at = 0;
        do {
            const std::size_t size = std::min(frame_size_, message.size() - at);
            const std::string_view piece = std::string_view{message}.substr(at, size);
            at += size;
            send_frame({.fin = at == message.size(),
                        .opcode = std::exchange(first, false) ? opcode::binary : opcode::continuation,
                        .payload = piece});
        } while (at != message.size());
    }
    void ping(std::string_view payload) { send_frame({.opcode = opcode::ping, .payload = payload}); }

    /// Says that this end is done; the peer's answer is the end of what is received.
    void close(hubwire::websocket::close_code code) {
        std::array<char, 64> memory;
        transport_.send({must(hubwire::websocket::encode_close_frame(memory, {.code = code}, key()))});
        closing_ = true;
    }

    /// At least one byte; 0 if the peer has closed.
    [[nodiscard]] std::size_t receive(hubwire::buffer into) {
        for (;;) {
            if (const auto n = take(into)) return *n;
            const std::size_t n = transport_.receive(input_->free_space());
            if (n == 0) return 0;
            input_->received(n);
        }
    }

    /// The same of what has come already; nothing if there is no data in it. Pings are answered meanwhile.
    [[nodiscard]] std::optional<std::size_t> try_receive(hubwire::buffer into) {
        for (;;) {
            if (const auto n = take(into)) return n;
            const auto n = transport_.try_receive(input_->free_space());
            if (!n || *n == 0) return n;
            input_->received(*n);
        }
    }

    [[nodiscard]] int fd() const { return transport_.fd(); }

    /// Whether some has come already, so that nothing more need arrive before it can be received.
    [[nodiscard]] bool has_pending() const { return !input_->stream().empty() || transport_.has_pending(); }

    /// What the peer has said apart from messages.
    [[nodiscard]] const std::vector<std::string>& pongs() const { return pongs_; }
    [[nodiscard]] std::optional<hubwire::websocket::close_code> closed_with() const { return closed_with_; }

    Transport& transport() { return transport_; }

private:
    websocket_connection(Transport transport, role end, std::size_t frame_size)
        : transport_{std::move(transport)}, role_{end}, frame_size_{frame_size} {}

    /// The head of the handshake, which lasts until more is received; what comes behind it are frames.
    hubwire::bytes receive_head(hubwire::websocket::head_kind kind) {
        hubwire::websocket::head_cutter cutter{kind};
        for (;;) {
            const auto head = cutter.cut(input_->unread());
            if (head) {
                input_->skip_head(head->size());
                return *head;
            }
            if (!head.incomplete()) throw std::runtime_error{"refused: " + std::string{head.error().message()}};
            const std::size_t n = transport_.receive(input_->free_space());
            if (n == 0) throw std::runtime_error{"the peer has closed the connection before the end of a head"};
            input_->received(n);
        }
    }

    std::optional<hubwire::websocket::masking_key> key() {
        if (role_ == role::server) return std::nullopt;
        return hubwire::websocket::masking_key{static_cast<std::uint32_t>(random_())};
    }

    void send_frame(hubwire::websocket::frame f) {
        f.key = key();
        std::vector<char> memory(must(encoded_size(f)));
        transport_.send({must(encode(memory, f))});
    }

    /// What has been received, as far as it is data; nothing if more has to come first.
    std::optional<std::size_t> take(hubwire::buffer into) {
        auto control = input_->next_control();
        for (; control; control = input_->next_control()) answer(*control);
        const hubwire::bytes stream = input_->stream();
        if (!stream.empty()) {
            const std::size_t n = std::min(stream.size(), into.size());
            std::copy_n(stream.data(), n, into.data());
            input_->consume(n);
            return n;
        }
        if (input_->is_closed()) return 0;
        if (!control.incomplete()) refuse(control.error());
        return std::nullopt;
    }

    void answer(const hubwire::websocket::event& control) {
        if (control.opcode == opcode::ping) {
            send_frame({.opcode = opcode::pong, .payload = control.data});
        } else if (control.opcode == opcode::pong) {
            pongs_.emplace_back(control.data.text());
        } else {
            closed_with_ = must(hubwire::websocket::decode_close_status(control.data)).code;
            if (!closing_) send_frame({.opcode = opcode::close, .payload = control.data});
        }
    }

    [[noreturn]] void refuse(const hubwire::error& why) {
        if (const auto code = hubwire::websocket::answer_to(why)) close(*code);
        throw std::runtime_error{"refused: " + std::string{why.message()}};
    }

    Transport transport_;
    role role_;
    std::size_t frame_size_;
    std::mt19937 random_{std::random_device{}()};  // good enough for a test, where nobody has to be kept from guessing
    std::vector<char> memory_ = std::vector<char>(100'000);
    // Both stay where they are when the connection is moved.
    std::unique_ptr<hubwire::websocket::stream_reader> input_ =
        std::make_unique<hubwire::websocket::stream_reader>(memory_, role_);
    std::string subprotocol_{};
    std::vector<std::string> pongs_{};
    std::optional<hubwire::websocket::close_code> closed_with_{};
    bool closing_ = false;
};

}  // namespace interop

#endif
