#ifndef HUBWIRE_AMQP_SASL_HPP
#define HUBWIRE_AMQP_SASL_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/name_in.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/utf8.hpp>
#include <hubwire/core/writer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// Who the peer is, settled before the connection begins (AMQP 5.3).
namespace hubwire::amqp {

/// AMQP 5.3.3.6
enum class sasl_code : std::uint8_t { ok, auth, sys, sys_perm, sys_temp };

namespace detail {

inline constexpr std::string_view sasl_code_names[]{"ok", "auth", "sys", "sys-perm", "sys-temp"};

template <>
struct choices<sasl_code> {
    using base = std::uint8_t;
    static constexpr sasl_code last = sasl_code::sys_temp;
};

}  // namespace detail

[[nodiscard]] constexpr std::string_view name_of(sasl_code code) noexcept {
    return hubwire::detail::name_in(detail::sasl_code_names, code);
}

/// Mechanisms. With ANONYMOUS the initial response is a trace text or nothing, with EXTERNAL an authorization identity
/// or nothing, with PLAIN what encode_plain writes. MSSBCBS is Microsoft's word for "by a token put to the node $cbs
/// once the connection is open", with nothing.
namespace sasl_mechanism {
inline constexpr symbol plain{"PLAIN"};
inline constexpr symbol anonymous{"ANONYMOUS"};
inline constexpr symbol external{"EXTERNAL"};
inline constexpr symbol mssbcbs{"MSSBCBS"};
}  // namespace sasl_mechanism

/// The mechanisms that a server offers, one at least (AMQP 5.3.3.1).
struct sasl_mechanisms {
    symbols sasl_server_mechanisms{};

    static constexpr type_descriptor descriptor{0x40, "amqp:sasl-mechanisms:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&sasl_mechanisms::sasl_server_mechanisms>{"sasl-server-mechanisms"},
    };

    [[nodiscard]] constexpr errc broken_rule() const noexcept {
        return sasl_server_mechanisms.empty() ? errc::amqp_missing_field : errc::none;
    }

    friend constexpr bool operator==(const sasl_mechanisms&, const sasl_mechanisms&) noexcept = default;
};

/// The client's choice (AMQP 5.3.3.2).
struct sasl_init {
    symbol mechanism{};
    std::optional<bytes> initial_response{};
    std::optional<std::string_view> hostname{};

    static constexpr type_descriptor descriptor{0x41, "amqp:sasl-init:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&sasl_init::mechanism>{"mechanism"},
        detail::optional_field<&sasl_init::initial_response>{"initial-response"},
        detail::optional_field<&sasl_init::hostname>{"hostname"},
    };

    friend constexpr bool operator==(const sasl_init&, const sasl_init&) noexcept = default;
};

/// AMQP 5.3.3.3
struct sasl_challenge {
    bytes challenge{};

    static constexpr type_descriptor descriptor{0x42, "amqp:sasl-challenge:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&sasl_challenge::challenge>{"challenge"},
    };

    friend constexpr bool operator==(const sasl_challenge&, const sasl_challenge&) noexcept = default;
};

/// AMQP 5.3.3.4
struct sasl_response {
    bytes response{};

    static constexpr type_descriptor descriptor{0x43, "amqp:sasl-response:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&sasl_response::response>{"response"},
    };

    friend constexpr bool operator==(const sasl_response&, const sasl_response&) noexcept = default;
};

/// The server's verdict (AMQP 5.3.3.5).
struct sasl_outcome {
    sasl_code code = sasl_code::ok;
    std::optional<bytes> additional_data{};

    static constexpr type_descriptor descriptor{0x44, "amqp:sasl-outcome:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&sasl_outcome::code>{"code"},
        detail::optional_field<&sasl_outcome::additional_data>{"additional-data"},
    };

    friend constexpr bool operator==(const sasl_outcome&, const sasl_outcome&) noexcept = default;
};

/// The initial response of PLAIN (RFC 4616): texts in UTF-8 without U+0000.
struct plain_credentials {
    std::string_view authorization_id{};  // whom to act as; mostly empty: the user himself
    std::string_view user{};
    std::string_view password{};

    friend constexpr bool operator==(const plain_credentials&, const plain_credentials&) noexcept = default;
};

[[nodiscard]] constexpr result<bytes> encode_plain(buffer output HUBWIRE_LIFETIMEBOUND,
                                                   const plain_credentials& who) noexcept {
    writer out{output};
    const auto put = [&](std::string_view text) {
        if (const auto verdict = check_utf8(text, nul::refused); !verdict) {
            out.put(bytes{text}.first(verdict.error().offset));
            out.fail(verdict.error().code);
        }
        out.put(text);
    };
    put(who.authorization_id);
    out.u8(0);
    if (who.user.empty()) out.fail(errc::amqp_credentials);
    put(who.user);
    out.u8(0);
    if (who.password.empty()) out.fail(errc::amqp_credentials);
    put(who.password);
    return out.finish();
}

[[nodiscard]] constexpr result<plain_credentials> decode_plain(bytes initial_response HUBWIRE_LIFETIMEBOUND) noexcept {
    reader in{initial_response, errc::truncated};
    const auto text_before_nul = [&] {
        std::size_t size = 0;
        while (size != in.left() && initial_response[in.offset() + size] != 0) ++size;
        const bytes text = in.take(size);
        in.expect(text, check_utf8(text.text()));
        return text.text();
    };
    plain_credentials who;
    who.authorization_id = text_before_nul();
    in.take(1);
    who.user = text_before_nul();
    if (who.user.empty()) in.fail(errc::amqp_credentials);
    in.take(1);
    who.password = text_before_nul();
    if (who.password.empty()) in.fail(errc::amqp_credentials);
    return in.finish(who);
}

}  // namespace hubwire::amqp

#endif
