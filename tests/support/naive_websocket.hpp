#ifndef HUBWIRE_TESTS_SUPPORT_NAIVE_WEBSOCKET_HPP
#define HUBWIRE_TESTS_SUPPORT_NAIVE_WEBSOCKET_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "exact_block.hpp"
#include "naive_utf8.hpp"

/// WebSocket frames, a byte at a time and in the order of the rules, for tests and fuzzers to compare with; and what
/// the library makes of the same stream, however it is split.
namespace support {

/// Everything that a stream says, up to its end or the first thing that is wrong.
struct conversation {
    struct part {
        unsigned opcode = 0;
        std::string data;
        friend bool operator==(const part&, const part&) = default;
    };
    std::vector<part> parts;  // whole messages and control frames, in the order in which they end
    std::string unfinished;   // as far as it has come; only where nothing is wrong
    hubwire::errc wrong = hubwire::errc::none;
    std::size_t at = 0;
    friend bool operator==(const conversation&, const conversation&) = default;
};

/// Whether these bytes, fewer than a character, could become one.
inline bool naive_begins_character(const std::string& begun) {
    if (naive_utf8_prefix(begun, hubwire::nul::allowed) == begun.size()) return true;
    if (begun.size() == 4) return false;
    for (const char next : {'\x80', '\x8f', '\x90', '\x9f', '\xa0', '\xbf'}) {
        if (naive_begins_character(begun + next)) return true;
    }
    return false;
}

inline std::string naive_mask(std::string_view text, std::string_view key, std::size_t offset = 0) {
    std::string masked{text};
    for (std::size_t i = 0; i != text.size(); ++i) masked[i] = static_cast<char>(text[i] ^ key[(offset + i) % 4]);
    return masked;
}

class naive_websocket {
public:
    naive_websocket(std::string_view stream, hubwire::websocket::role receiver,
                    const hubwire::websocket::options& rules)
        : stream_{stream}, is_server_{receiver == hubwire::websocket::role::server}, rules_{rules} {}

    conversation read() {
        while (at_ != stream_.size() && frame()) {
        }
        if (said_.wrong == hubwire::errc::none && is_open_) said_.unfinished = message_;
        return said_;
    }

private:
    using errc = hubwire::errc;

    [[nodiscard]] unsigned byte(std::size_t i) const { return static_cast<unsigned char>(stream_[i]); }
    bool refuse(errc code, std::size_t at) {
        said_.wrong = code;
        said_.at = at;
        return false;
    }

    /// Reads one frame; false if there is no more to read.
    bool frame() {
        const std::size_t begin = at_;
        const unsigned first = byte(begin);
        const unsigned code = first % 16;
        const bool fin = first / 128 == 1;
        const bool control = code >= 8;
        if (is_closed_) return refuse(errc::websocket_after_close, begin);
        if (first / 16 % 8 != 0) return refuse(errc::websocket_reserved_bits, begin);
        if (std::string_view{"\0\1\2\x8\x9\xa", 6}.find(static_cast<char>(code)) == std::string_view::npos)
            return refuse(errc::websocket_opcode, begin);
        if (control && !fin) return refuse(errc::websocket_control_fragmented, begin);
        if (code == 1 && rules_.binary_only) return refuse(errc::websocket_text_message, begin);
        if (code == 0 && !is_open_) return refuse(errc::websocket_continuation, begin);
        if ((code == 1 || code == 2) && is_open_) return refuse(errc::websocket_interrupted_message, begin);

        if (stream_.size() - begin < 2) return false;
        const unsigned second = byte(begin + 1);
        if (is_server_ && second < 128) return refuse(errc::websocket_unmasked, begin + 1);
        if (!is_server_ && second >= 128) return refuse(errc::websocket_masked, begin + 1);
        const std::uint64_t size_before = code == 0 ? message_size_ : 0;
        const std::uint64_t limit = std::min(rules_.max_frame_size, rules_.max_message_size - size_before);
        std::uint64_t size = second % 128;
        std::size_t next = begin + 2;
        if (control && size > 125) return refuse(errc::websocket_control_size, begin + 1);
        if (code == 8 && size == 1) return refuse(errc::websocket_close_size, begin + 1);
        if (size >= 126) {
            // Between what the length would be with nothing but zeros to come, and what with nothing but ones.
            const std::size_t digits = size == 126 ? 2 : 8;
            std::uint64_t least = 0;
            std::uint64_t most = 0;
            const std::size_t known = std::min(digits, stream_.size() - next);
            for (std::size_t i = 0; i != digits; ++i) {
                least = least * 256 + (i < known ? byte(next + i) : 0);
                most = most * 256 + (i < known ? byte(next + i) : 255);
            }
            const std::uint64_t needs_so_many = digits == 2 ? 126 : 65'536;
            if (needs_so_many > limit) return refuse(errc::over_limit, begin + 1);
            if (digits == 8 && known != 0 && byte(next) >= 128) return refuse(errc::websocket_length_top_bit, next);
            if (most < needs_so_many) return refuse(errc::websocket_padded_length, next);
            if (least > limit) return refuse(errc::over_limit, begin + 1);
            if (known != digits) return false;
            size = least;
            next += digits;
        } else if (!control && size > limit) {
            return refuse(errc::over_limit, begin + 1);
        }

        std::string key(4, '\0');
        if (is_server_) {
            if (stream_.size() - next < 4) return false;
            key = stream_.substr(next, 4);
            next += 4;
        }
        const std::size_t there = static_cast<std::size_t>(std::min<std::uint64_t>(size, stream_.size() - next));
        const std::string payload = naive_mask(stream_.substr(next, there), key);
        if (control) return there == size && control_frame(code, payload, next);
        if (there == 0 && size != 0) return false;
        if (code != 0) {
            message_.clear();
            message_code_ = code;
            character_.clear();
        }
        is_open_ = true;
        message_size_ = size_before + size;
        if (message_code_ == 1 && !rules_.any_text) {
            for (std::size_t i = 0; i != payload.size(); ++i) {
                character_ += payload[i];
                if (!naive_begins_character(character_)) return refuse(errc::websocket_invalid_utf8, next + i);
                if (naive_utf8_prefix(character_, hubwire::nul::allowed) != 0) character_.clear();
            }
        }
        message_ += payload;
        at_ = next + there;
        if (there != size) return false;
        if (fin) {
            if (!character_.empty()) return refuse(errc::websocket_invalid_utf8, at_);
            said_.parts.push_back({message_code_, message_});
            is_open_ = false;
        }
        return true;
    }

    bool control_frame(unsigned code, const std::string& payload, std::size_t payload_at) {
        if (code == 8 && !payload.empty()) {
            const unsigned status =
                static_cast<unsigned char>(payload[0]) * 256u + static_cast<unsigned char>(payload[1]);
            const auto known = {1000u, 1001u, 1002u, 1003u, 1007u, 1008u, 1009u, 1010u, 1011u, 1012u, 1013u, 1014u};
            if (std::find(known.begin(), known.end(), status) == known.end() && (status < 3000 || status >= 5000))
                return refuse(errc::websocket_close_code, payload_at);
            const std::string reason = payload.substr(2);
            const std::size_t valid = naive_utf8_prefix(reason, hubwire::nul::allowed);
            if (valid != reason.size()) return refuse(errc::websocket_close_reason, payload_at + 2 + valid);
        }
        is_closed_ = code == 8;
        said_.parts.push_back({code, payload});
        at_ = payload_at + payload.size();
        return true;
    }

    std::string_view stream_;
    bool is_server_;
    hubwire::websocket::options rules_;
    std::size_t at_ = 0;
    conversation said_;
    std::string message_;
    std::string character_;
    unsigned message_code_ = 0;
    std::uint64_t message_size_ = 0;
    bool is_open_ = false;
    bool is_closed_ = false;
};

/// The same by the library: a message_reader is given what has come in up to each of the sizes, in a block of just that
/// size. Calls complain(text) if it goes against its own contract.
template <class Complain>
conversation converse(std::string_view stream, const std::vector<std::size_t>& arrivals,
                      hubwire::websocket::role receiver, const hubwire::websocket::options& rules, Complain complain) {
    namespace websocket = hubwire::websocket;
    conversation said;
    websocket::message_reader in{receiver, rules};
    std::string message;
    bool is_open = false;
    std::size_t begin = 0;
    std::size_t wanted = 0;
    for (const std::size_t arrived : arrivals) {
        for (;;) {
            exact_block block{hubwire::bytes{stream.substr(begin, arrived - begin)}};
            const auto found = in.next(hubwire::buffer{block.data(), block.size()});
            if (!found) {
                const hubwire::error& failure = found.error();
                if (failure.offset > block.size()) complain("an error beyond the input");
                if (failure.incomplete()) {
                    if (failure.needed == 0) complain("incomplete without a need");
                    if (failure.offset != block.size()) complain("incomplete, but not at the end of the input");
                    if (hubwire::bytes{block.data(), block.size()} !=
                        hubwire::bytes{stream.substr(begin, block.size())})
                        complain("incomplete, and yet the input has changed");
                    wanted = arrived + failure.needed;
                    break;
                }
                if (in.next(hubwire::buffer{block.data(), block.size()}).error() !=
                    hubwire::error{.code = failure.code})
                    complain("the failure does not stick");
                said.wrong = failure.code;
                said.at = begin + failure.offset;
                return said;
            }
            if (found->size == 0 || found->size > block.size()) complain("an event of no possible size");
            if (begin + found->size < wanted) complain("more was asked for than there was to come");
            if (found->data.data() + found->data.size() != block.data() + found->size)
                complain("the data is not at the end of what was taken");
            begin += found->size;
            if (websocket::is_control(found->opcode)) {
                if (found->begins || found->ends) complain("a control frame that is part of a message");
                if (in.is_closed() != (found->opcode == websocket::opcode::close)) complain("closed, or not");
                said.parts.push_back({static_cast<unsigned>(found->opcode), std::string{found->data.text()}});
                continue;
            }
            if (found->begins == is_open) complain("a message begins in another, or goes on without a beginning");
            if (found->begins) message.clear();
            message += found->data.text();
            is_open = !found->ends;
            if (found->ends) said.parts.push_back({static_cast<unsigned>(found->opcode), message});
        }
    }
    if (is_open) said.unfinished = message;
    return said;
}

}  // namespace support

#endif
