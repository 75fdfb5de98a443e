#ifndef HUBWIRE_AMQP_FRAME_HPP
#define HUBWIRE_AMQP_FRAME_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/performative.hpp>
#include <hubwire/amqp/sasl.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/receive_buffer.hpp>  // what frames are cut from
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// The stream of a connection: protocol headers (AMQP 2.2), and frames (AMQP 2.3 and 5.3.1).
namespace hubwire::amqp {

/// Which protocol a header asks for, of version 1.0.0.
enum class protocol : std::uint8_t { amqp = 0, tls = 2, sasl = 3 };

inline constexpr std::size_t protocol_header_size = 8;

/// Each side sends one before anything else, and again behind TLS and SASL.
[[nodiscard]] constexpr result<bytes> encode_protocol_header(buffer output HUBWIRE_LIFETIMEBOUND,
                                                             protocol wanted) noexcept {
    writer out{output};
    out.put(std::string_view{"AMQP"});
    out.u8(static_cast<std::uint8_t>(wanted));
    out.u8(1);
    out.u16(0);
    return out.finish();
}

/// The header that the input begins with: eight bytes, whatever follows. Refused from the first byte on that differs
/// from one of AMQP 1.0. Whoever accepts connections then answers with a header of his own, and closes (AMQP 2.2).
[[nodiscard]] constexpr result<protocol> decode_protocol_header(bytes input) noexcept {
    constexpr std::string_view start = "AMQP";
    constexpr std::string_view version{"\1\0\0", 3};
    reader in{input};
    const auto expect_bytes = [&](std::string_view expected) {
        for (const char byte : expected) {
            const std::size_t at = in.offset();
            if (in.u8() != static_cast<std::uint8_t>(byte)) in.fail(errc::amqp_protocol_header, at);
        }
    };
    expect_bytes(start);
    const std::uint8_t id = in.u8();
    if (id != 0 && id != 2 && id != 3) in.fail(errc::amqp_protocol_header, start.size());
    expect_bytes(version);
    return in.result_of(protocol{id});
}

/// AMQP 2.3.1
enum class frame_type : std::uint8_t { amqp, sasl };

/// What a frame begins with.
struct frame_header {
    std::uint32_t size = 0;        // of the whole frame
    std::uint8_t data_offset = 2;  // where the body begins, in units of four bytes
    frame_type type = frame_type::amqp;
    std::uint16_t channel = 0;  // of AMQP frames; means nothing in SASL frames

    [[nodiscard]] constexpr std::size_t body_offset() const noexcept { return std::size_t{4} * data_offset; }

    /// Without a body: a heartbeat, among AMQP frames.
    [[nodiscard]] constexpr bool is_empty() const noexcept { return body_offset() == size; }

    friend constexpr bool operator==(const frame_header&, const frame_header&) noexcept = default;
};

/// A SASL frame must not be larger (AMQP 5.3.1), nor any other before `open` has told the limit (AMQP 2.8.19).
inline constexpr std::uint32_t min_max_frame_size = 512;

namespace detail {

inline constexpr std::size_t frame_header_size = 8;

HUBWIRE_ALWAYS_INLINE constexpr frame_header read_frame_header(any_reader auto& in, const options& rules) noexcept {
    frame_header header;
    header.size = in.u32();
    if (!in.ok()) return header;
    if (header.size < frame_header_size) in.fail(errc::amqp_frame_size, 0);
    if (header.size == 0x414D'5150) in.fail(errc::amqp_header_not_due, 0);  // "AMQP": no frame, and nobody sends 1 GB
    if (header.size > rules.max_frame_size) in.fail(errc::amqp_max_frame_size, 0);
    header.data_offset = in.u8();
    if (in.ok() && (header.data_offset < 2 || header.body_offset() > header.size)) in.fail(errc::amqp_data_offset, 4);
    const std::uint8_t type = in.u8();
    if (type > 1) in.fail(errc::amqp_frame_type, 5);
    header.type = frame_type{type};
    if (header.type == frame_type::sasl && header.size > min_max_frame_size && !rules.any_sasl_frame_size)
        in.fail(errc::amqp_sasl_frame_size, 0);
    header.channel = in.u16();
    return header;
}

}  // namespace detail

/// The header of the frame that the input begins with. Refused as soon as nothing that follows could help: a size that
/// cannot be, or that is over the limit, before anybody makes room for it.
[[nodiscard]] constexpr result<frame_header> decode_frame_header(bytes input, const options& rules = {}) noexcept {
    reader in{input};
    const frame_header header = detail::read_frame_header(in, rules);
    return in.result_of(header);
}

/// The frame that a stream begins with, as a view of its bytes, for decode_frame. "Incomplete" says how many bytes more
/// it takes: exactly so many once the header is there. Works from the first byte on, however the stream was split.
///
/// Give it what was received and not yet used; go on behind the frame, which has as many bytes as the view. Protocol
/// headers are no frames: when one is due, decode_protocol_header reads it, and when none is due one is refused, as a
/// peer sends it that does not want the protocol.
[[nodiscard]] constexpr result<bytes> cut(bytes received HUBWIRE_LIFETIMEBOUND, const options& rules = {}) noexcept {
    const auto header = decode_frame_header(received, rules);
    if (!header) return header.error();
    reader in{received};
    const bytes whole = in.take(header->size);
    return in.result_of(whole);
}

/// Any performative: what an AMQP frame says.
template <class T>
concept performative = std::same_as<T, open> || std::same_as<T, begin> || std::same_as<T, attach> ||
                       std::same_as<T, flow> || std::same_as<T, transfer> || std::same_as<T, disposition> ||
                       std::same_as<T, detach> || std::same_as<T, end> || std::same_as<T, close>;

/// What a SASL frame says.
template <class T>
concept sasl_body = std::same_as<T, sasl_mechanisms> || std::same_as<T, sasl_init> || std::same_as<T, sasl_challenge> ||
                    std::same_as<T, sasl_response> || std::same_as<T, sasl_outcome>;

template <class T>
concept frame_body = performative<T> || sasl_body<T>;

/// One frame of a known body.
template <frame_body T>
struct frame_of {
    std::uint16_t channel = 0;  // 0 for SASL frames
    T body{};
    bytes payload{};  // of a transfer

    friend constexpr bool operator==(const frame_of&, const frame_of&) noexcept = default;
};

/// Any frame, by what its body is.
class frame {
public:
    using any_body = choice<transfer, disposition, flow, attach, detach, begin, open, end, close, sasl_init,
                            sasl_mechanisms, sasl_challenge, sasl_response, sasl_outcome>;

    std::uint16_t channel = 0;
    any_body body{};
    bytes payload{};  // of a transfer

    /// Nothing but a sign of life (AMQP 2.4.5).
    [[nodiscard]] constexpr bool is_heartbeat() const noexcept { return !body.has_value(); }

    /// The body, if it is a T; otherwise null.
    template <frame_body T>
    [[nodiscard]] constexpr const T* get_if() const noexcept HUBWIRE_LIFETIMEBOUND {
        return body.template get_if<T>();
    }

    friend constexpr bool operator==(const frame&, const frame&) noexcept = default;
};

/// What the specification calls it, for logs: "open", "sasl-init", ..., or "heartbeat". Empty for a body of another
/// type, which no decoder lets through.
[[nodiscard]] constexpr std::string_view name_of(const frame& f) noexcept {
    std::string_view name = f.is_heartbeat() ? std::string_view{"heartbeat"} : std::string_view{};
    f.body.visit([&name]<class T>(const T&) {
        if constexpr (frame_body<T>) {
            name = T::descriptor.name;
            name.remove_prefix(std::string_view{"amqp:"}.size());
            name.remove_suffix(std::string_view{":list"}.size());
        }
    });
    return name;
}

namespace detail {

template <class T>
inline constexpr frame_type frame_type_of = sasl_body<T> ? frame_type::sasl : frame_type::amqp;

template <frame_body T>
HUBWIRE_ALWAYS_INLINE constexpr bytes read_payload(any_reader auto& in) noexcept {
    if constexpr (std::same_as<T, transfer>) {
        return in.rest();
    } else {
        if (in.ahead() != 0) in.fail(errc::amqp_payload);
        return {};
    }
}

}  // namespace detail

namespace detail {

/// Reads a frame, by a function that reads its body and payload.
template <class ReadBody>
HUBWIRE_ALWAYS_INLINE constexpr void read_frame(any_reader auto& in, std::uint16_t& channel, const options& rules,
                                                const ReadBody& read_body) noexcept {
    const frame_header header = read_frame_header(in, rules);
    if (!in.ok()) return;
    const auto around = in.enter(header.size - frame_header_size);
    in.take(header.body_offset() - frame_header_size);
    read_body(header);
    in.leave(around);
    if (header.type == frame_type::amqp) channel = header.channel;
}

}  // namespace detail

/// The frame that the input is: all of it, and with this body. Incomplete if the input ends early, unless what is there
/// is wrong already.
template <frame_body T>
[[nodiscard]] constexpr result<frame_of<T>> decode_frame(bytes input HUBWIRE_LIFETIMEBOUND,
                                                         const options& rules = {}) noexcept {
    return detail::read_twice<frame_of<T>>(
        input, errc::incomplete, [&rules](auto& in, frame_of<T>& f) HUBWIRE_INLINE_LAMBDA {
            detail::read_frame(in, f.channel, rules, [&](const frame_header& header) HUBWIRE_INLINE_LAMBDA {
                if (header.type != detail::frame_type_of<T>) in.fail(errc::amqp_frame_type, 5);
                if (header.is_empty()) in.fail(sasl_body<T> ? errc::amqp_empty_sasl_frame : errc::amqp_descriptor);
                const std::uint8_t format_code = in.u8();
                detail::wire<T>::take_from(in, format_code, f.body, detail::scope{rules});
                f.payload = detail::read_payload<T>(in);
            });
        });
}

/// The frame that the input is, whichever it is; otherwise the same.
[[nodiscard]] constexpr result<frame> decode_frame(bytes input HUBWIRE_LIFETIMEBOUND,
                                                   const options& rules = {}) noexcept {
    return detail::read_twice<frame>(input, errc::incomplete, [&rules](auto& in, frame& f) HUBWIRE_INLINE_LAMBDA {
        detail::read_frame(in, f.channel, rules, [&](const frame_header& header) HUBWIRE_INLINE_LAMBDA {
            if (header.is_empty()) {
                if (header.type == frame_type::sasl) in.fail(errc::amqp_empty_sasl_frame);
                return;
            }
            const std::size_t body_at = in.offset();
            detail::wire<frame::any_body>::take_from(in, in.u8(), f.body, detail::scope{rules});
            f.body.visit([&]<class T>(const T&) {
                if constexpr (frame_body<T>) {
                    if (header.type != detail::frame_type_of<T>) in.fail(errc::amqp_frame_type, 5);
                    f.payload = detail::read_payload<T>(in);
                } else {
                    in.fail(errc::amqp_descriptor, body_at);
                }
            });
        });
    });
}

namespace detail {

/// Writes a frame up to its payload, of which so many bytes follow.
template <room Room, frame_body T>
HUBWIRE_ALWAYS_INLINE constexpr void write_frame_head(basic_writer<Room>& out, std::uint16_t channel, const T& body,
                                                      std::size_t payload_size, const options& rules) noexcept {
    const auto size = out.reserve32();
    out.u32(std::uint32_t{2} << 24 | static_cast<std::uint32_t>(frame_type_of<T>) << 16 |
            (sasl_body<T> ? 0u : channel));
    wire<T>::put_into(out, body, scope{rules});
    const std::uint64_t whole = std::uint64_t{out.size()} + payload_size;
    if (payload_size > rules.max_frame_size || whole > rules.max_frame_size) out.fail(errc::amqp_max_frame_size);
    if (sasl_body<T> && whole > min_max_frame_size && !rules.any_sasl_frame_size) out.fail(errc::amqp_sasl_frame_size);
    out.fill(size, whole);
}

}  // namespace detail

/// Writes a frame into the buffer. Refused as by encode, and if it is larger than rules.max_frame_size, the peer's.
template <frame_body T>
[[nodiscard]] constexpr result<bytes> encode_frame(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t channel,
                                                   const T& body, const options& rules = {}) noexcept {
    return detail::write_within(output, detail::frame_header_size + detail::wire<T>::bound(body),
                                [&](auto& out)
                                    HUBWIRE_INLINE_LAMBDA { detail::write_frame_head(out, channel, body, 0, rules); });
}

/// A SASL frame, which has no channel.
template <sasl_body T>
[[nodiscard]] constexpr result<bytes> encode_frame(buffer output HUBWIRE_LIFETIMEBOUND, const T& body,
                                                   const options& rules = {}) noexcept {
    return encode_frame(output, std::uint16_t{0}, body, rules);
}

/// A transfer with its payload behind it.
[[nodiscard]] constexpr result<bytes> encode_frame(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t channel,
                                                   const transfer& body, bytes payload,
                                                   const options& rules = {}) noexcept {
    const std::uint64_t bound =
        detail::frame_header_size + detail::wire<transfer>::bound(body) + std::uint64_t{payload.size()};
    return detail::write_within(output, bound, [&](auto& out) HUBWIRE_INLINE_LAMBDA {
        detail::write_frame_head(out, channel, body, payload.size(), rules);
        out.put(payload);
    });
}

/// The same up to the payload, which the caller sends behind it from where it lies, as with writev.
[[nodiscard]] constexpr result<bytes> encode_frame_head(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t channel,
                                                        const transfer& body, std::size_t payload_size,
                                                        const options& rules = {}) noexcept {
    return detail::write_within(
        output, detail::frame_header_size + detail::wire<transfer>::bound(body),
        [&](auto& out) HUBWIRE_INLINE_LAMBDA { detail::write_frame_head(out, channel, body, payload_size, rules); });
}

/// How many bytes encode_frame would write, whatever the channel, or why it would not.
template <frame_body T>
[[nodiscard]] constexpr result<std::size_t> encoded_frame_size(const T& body, const options& rules = {}) noexcept {
    counting_writer out;
    detail::write_frame_head(out, 0, body, 0, rules);
    return out.finish();
}

/// The same of a transfer with its payload behind it.
[[nodiscard]] constexpr result<std::size_t> encoded_frame_size(const transfer& body, bytes payload,
                                                               const options& rules = {}) noexcept {
    counting_writer out;
    detail::write_frame_head(out, 0, body, payload.size(), rules);
    out.put(payload);
    return out.finish();
}

/// How many bytes encode_frame_head would write, or why it would not.
[[nodiscard]] constexpr result<std::size_t> encoded_frame_head_size(const transfer& body, std::size_t payload_size,
                                                                    const options& rules = {}) noexcept {
    counting_writer out;
    detail::write_frame_head(out, 0, body, payload_size, rules);
    return out.finish();
}

/// An empty frame, sent before the peer's idle time-out runs out (AMQP 2.4.5).
[[nodiscard]] constexpr result<bytes> encode_heartbeat(buffer output HUBWIRE_LIFETIMEBOUND) noexcept {
    writer out{output};
    out.u64(std::uint64_t{detail::frame_header_size} << 32 | std::uint64_t{2} << 24);
    return out.finish();
}

}  // namespace hubwire::amqp

#endif
