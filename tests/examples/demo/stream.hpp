#ifndef HUBWIRE_TESTS_EXAMPLES_DEMO_STREAM_HPP
#define HUBWIRE_TESTS_EXAMPLES_DEMO_STREAM_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>

namespace demo {

/// One direction of a connection: what is written comes out in pieces of any size, as from a socket.
class stream {
public:
    /// False if there is no room.
    bool write(hubwire::bytes part) {
        const hubwire::buffer space = pending_.free_space(part.size());
        if (part.size() > space.size()) return false;
        part.text().copy(space.data(), part.size());
        pending_.received(part.size());
        return true;
    }

    /// A few of the bytes, or none if there are none. The same each time the program runs.
    std::size_t read(hubwire::buffer into) {
        dice_ = dice_ * 1'103'515'245 + 12'345;
        const hubwire::bytes all = pending_.stream();
        const std::size_t n = std::min({all.size(), into.size(), std::size_t{1} + (dice_ >> 16) % 96});
        std::copy_n(all.data(), n, into.data());
        pending_.consume(n);
        return n;
    }

private:
    std::array<char, 2048> memory_{};
    hubwire::receive_buffer pending_{memory_};
    std::uint32_t dice_ = 2015;
};

/// Where in its stream a packet begins, and in how many pieces it came.
struct arrival {
    std::size_t offset = 0;
    std::size_t pieces = 0;
};

/// The reading end of a stream. It keeps what makes no whole packet yet.
class inbox {
public:
    explicit inbox(stream& from) : from_{from} {}

    /// Calls use with each packet, and with how it has arrived, as soon as all of it is there; cut says where it
    /// ends. True if anything came; or what is wrong.
    template <class Cut, class Use>
    hubwire::result<bool> receive(Cut cut, Use use) {
        const std::size_t n = from_.read(in_.free_space());
        in_.received(n);
        pieces_ += n != 0 ? 1 : 0;
        while (!in_.stream().empty()) {
            const hubwire::result<hubwire::bytes> packet = cut(in_.stream());
            if (packet.incomplete()) break;
            if (!packet) return packet.error();
            if (const hubwire::result<void> used = use(*packet, arrival{offset_, pieces_}); !used) return used.error();
            in_.consume(packet->size());
            offset_ += packet->size();
            pieces_ = in_.stream().empty() ? 0 : 1;
        }
        return n != 0;
    }

private:
    stream& from_;
    std::array<char, 1024> memory_{};
    hubwire::receive_buffer in_{memory_};
    std::size_t offset_ = 0;
    std::size_t pieces_ = 0;  // in which what is in memory has come
};

/// The writing end of a stream. The first failure sticks: look once, at the end.
class outbox {
public:
    explicit outbox(stream& to) : to_{to} {}

    /// Where a packet is encoded, before it is sent.
    hubwire::buffer room() { return memory_; }

    void send(const hubwire::result<hubwire::bytes>& packet) {
        if (!packet && status_) status_ = packet.error();
        if (status_ && !to_.write(*packet)) status_ = hubwire::error{.code = hubwire::errc::no_space};
    }
    [[nodiscard]] hubwire::result<void> status() const { return status_; }

private:
    stream& to_;
    std::array<char, 1024> memory_{};
    hubwire::result<void> status_{};
};

}  // namespace demo

#endif
