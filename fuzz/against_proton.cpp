#include <proton/codec.h>
#include <proton/message.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "support/exact_block.hpp"
#include "support/mutate_amqp.hpp"
#include "support/naive_amqp.hpp"
#include "support/oracle.hpp"

// Values and messages of AMQP against Qpid Proton 0.37: what hubwire reads, Proton reads as the same; what hubwire
// refuses and Proton does not has a reason that stands here. The first byte of the input says whether the rest is a
// message.

namespace {

using fuzz::expect;
using hubwire::bytes;
using hubwire::errc;
namespace amqp = hubwire::amqp;

std::string_view text_of(pn_bytes_t from) { return {from.start, from.size}; }

struct freed {
    void operator()(pn_data_t* data) const { pn_data_free(data); }
    void operator()(pn_message_t* message) const { pn_message_free(message); }
};

// Where Proton is not asked

/// Arrays whose elements are described by more than one descriptor each: Proton has one, and reads the next ones, and
/// what stands behind, as elements (AMQP 1.2 allows for any number).
bool has_descriptors_in_a_row(const fuzz::amqp_node& n) {
    return n.descriptors.size() > 1 || std::any_of(n.parts.begin(), n.parts.end(), has_descriptors_in_a_row) ||
           std::any_of(n.descriptors.begin(), n.descriptors.end(), has_descriptors_in_a_row);
}

/// How many elements there are in arrays whose elements take no bytes. Proton keeps 65,535 values and no more, which
/// short inputs come to with these alone.
std::uint64_t elements_without_bytes(const fuzz::amqp_node& n) {
    std::uint64_t sum = 0;
    if (n.array != 0 && n.parts.empty() && n.count_off > 0) sum += static_cast<std::uint64_t>(n.count_off);
    for (const fuzz::amqp_node& part : n.parts) sum += elements_without_bytes(part);
    for (const fuzz::amqp_node& d : n.descriptors) sum += elements_without_bytes(d);
    return sum;
}
constexpr std::uint64_t most_elements = 60'000;  // what else an input holds is one for each of its bytes at most

/// Descriptors that contain others: Proton refuses them, where AMQP 1.3 has a descriptor be any value.
bool has_compound_descriptor(const fuzz::amqp_node& n) {
    const auto is_compound = [](const fuzz::amqp_node& d) {
        return d.is == fuzz::amqp_node::form::described || d.array != 0 || (d.code >= 0xC0 && d.code < 0xE0);
    };
    if (n.is == fuzz::amqp_node::form::described && !n.parts.empty() && is_compound(n.parts[0])) return true;
    return std::any_of(n.descriptors.begin(), n.descriptors.end(), is_compound) ||
           std::any_of(n.parts.begin(), n.parts.end(), has_compound_descriptor) ||
           std::any_of(n.descriptors.begin(), n.descriptors.end(), has_compound_descriptor);
}

/// A described value within another: Proton has it, but loses count and place of what stands behind (AMQP 1.3).
bool has_described_content(const fuzz::amqp_node& n) {
    const auto is_described = [](const fuzz::amqp_node& d) { return d.is == fuzz::amqp_node::form::described; };
    return (is_described(n) && std::any_of(n.parts.begin(), n.parts.end(), is_described)) ||
           std::any_of(n.parts.begin(), n.parts.end(), has_described_content) ||
           std::any_of(n.descriptors.begin(), n.descriptors.end(), has_described_content);
}

/// Sections that are known by name: Proton knows them by number only, where AMQP 1.3 allows for both.
bool has_name_for_descriptor(const fuzz::amqp_node& n) {
    return n.is == fuzz::amqp_node::form::described && !n.parts.empty() && (n.parts[0].code & 0xEFu) == 0xA3;
}

// Where Proton takes what the specification rules out

/// It looks at the bytes of texts, characters and booleans as little as at what a descriptor is, and at the parity of a
/// map's count not at all (AMQP 1.6.2, 1.6.16, 1.6.20, 1.6.21 and 1.6.23).
bool is_of_content(errc code) {
    return code == errc::invalid_utf8 || code == errc::amqp_boolean || code == errc::amqp_char ||
           code == errc::amqp_symbol || code == errc::amqp_odd_map;
}

/// A compound ends for it where its last value ends, whatever its size says (AMQP 1.6.22); a count it believes only as
/// long as there is something.
bool is_of_size(errc code) { return code == errc::truncated || code == errc::leftover || code == errc::amqp_count; }

/// Its values nest as deep as there is memory; the limit is hubwire's own.
bool is_deep(errc code) { return code == errc::amqp_depth; }

// Values

bool same(pn_data_t* theirs, const amqp::value& ours);

bool same_octets(const std::array<std::uint8_t, 16>& ours, const char (&theirs)[16]) {
    return std::equal(ours.begin(), ours.end(), theirs,
                      [](std::uint8_t a, char b) { return static_cast<char>(a) == b; });
}

/// The values that are left where Proton stands.
template <class Range>
bool same_items(pn_data_t* theirs, const Range& ours) {
    for (const auto& item : ours) {
        if (!pn_data_next(theirs) || !same(theirs, item)) return false;
    }
    return !pn_data_next(theirs);
}

bool same_within(pn_data_t* theirs, const amqp::value& ours) {
    using amqp::type;
    switch (ours.type()) {
        case type::list:
            return same_items(theirs, *ours.as<amqp::list>());
        case type::map: {
            const auto map = *ours.as<amqp::map>();
            for (const amqp::entry& e : map) {
                if (!pn_data_next(theirs) || !same(theirs, e.key) || !pn_data_next(theirs) || !same(theirs, e.value))
                    return false;
            }
            return !pn_data_next(theirs);
        }
        case type::array: {
            const amqp::array array = *ours.as<amqp::array>();
            bool first = true;
            for (const amqp::value& element : array) {
                // The descriptor of the elements stands once, before them.
                const auto d = element.as<amqp::described>();
                if (d && first && (!pn_data_next(theirs) || !same(theirs, d->descriptor()))) return false;
                if (!pn_data_next(theirs) || !same(theirs, d ? d->content() : element)) return false;
                first = false;
            }
            return array.empty() || !pn_data_next(theirs);
        }
        default: {
            const auto described = *ours.as<amqp::described>();
            return pn_data_next(theirs) && same(theirs, described.descriptor()) && pn_data_next(theirs) &&
                   same(theirs, described.content());
        }
    }
}

bool same(pn_data_t* theirs, const amqp::value& ours) {
    using amqp::type;
    switch (pn_data_type(theirs)) {
        case PN_NULL:
            return ours.is_null();
        case PN_BOOL:
            return ours.as<bool>() == pn_data_get_bool(theirs);
        case PN_UBYTE:
            return ours.as<std::uint8_t>() == pn_data_get_ubyte(theirs);
        case PN_BYTE:
            return ours.as<std::int8_t>() == pn_data_get_byte(theirs);
        case PN_USHORT:
            return ours.as<std::uint16_t>() == pn_data_get_ushort(theirs);
        case PN_SHORT:
            return ours.as<std::int16_t>() == pn_data_get_short(theirs);
        case PN_UINT:
            return ours.as<std::uint32_t>() == pn_data_get_uint(theirs);
        case PN_INT:
            return ours.as<std::int32_t>() == pn_data_get_int(theirs);
        case PN_CHAR:
            return ours.as<char32_t>() == char32_t{pn_data_get_char(theirs)};
        case PN_ULONG:
            return ours.as<std::uint64_t>() == pn_data_get_ulong(theirs);
        case PN_LONG:
            return ours.as<std::int64_t>() == pn_data_get_long(theirs);
        case PN_TIMESTAMP:
            return ours.as<amqp::timestamp>() == amqp::timestamp{pn_data_get_timestamp(theirs)};
        case PN_FLOAT:
            return ours.type() == type::float_ && std::bit_cast<std::uint32_t>(*ours.as<float>()) ==
                                                      std::bit_cast<std::uint32_t>(pn_data_get_float(theirs));
        case PN_DOUBLE:
            return ours.type() == type::double_ && std::bit_cast<std::uint64_t>(*ours.as<double>()) ==
                                                       std::bit_cast<std::uint64_t>(pn_data_get_double(theirs));
        case PN_DECIMAL32:
            return ours.type() == type::decimal32 && ours.as<amqp::decimal32>()->bits == pn_data_get_decimal32(theirs);
        case PN_DECIMAL64:
            return ours.type() == type::decimal64 && ours.as<amqp::decimal64>()->bits == pn_data_get_decimal64(theirs);
        case PN_DECIMAL128: {
            const pn_decimal128_t d = pn_data_get_decimal128(theirs);
            return ours.type() == type::decimal128 && same_octets(ours.as<amqp::decimal128>()->octets, d.bytes);
        }
        case PN_UUID: {
            const pn_uuid_t u = pn_data_get_uuid(theirs);
            return ours.type() == type::uuid && same_octets(ours.as<amqp::uuid>()->octets, u.bytes);
        }
        case PN_BINARY:
            return ours.type() == type::binary && ours.as<bytes>()->text() == text_of(pn_data_get_binary(theirs));
        case PN_STRING:
            return ours.as<std::string_view>() == text_of(pn_data_get_string(theirs));
        case PN_SYMBOL:
            return ours.type() == type::symbol && ours.as<amqp::symbol>()->text == text_of(pn_data_get_symbol(theirs));
        case PN_DESCRIBED:
            if (ours.type() != type::described) return false;
            break;
        case PN_ARRAY:
            if (ours.type() != type::array || pn_data_get_array(theirs) != ours.as<amqp::array>()->size()) return false;
            break;
        case PN_LIST:
            if (ours.type() != type::list || pn_data_get_list(theirs) != ours.as<amqp::list>()->size()) return false;
            break;
        case PN_MAP:
            if (ours.type() != type::map || pn_data_get_map(theirs) != 2 * ours.as<amqp::map>()->size()) return false;
            break;
        default:
            return false;
    }
    pn_data_enter(theirs);
    const bool all = same_within(theirs, ours);
    pn_data_exit(theirs);
    return all;
}

bool is_beyond(std::string_view input) {
    const auto nodes = fuzz::detail::amqp_parser{input}.values();
    std::uint64_t elements = 0;
    for (const fuzz::amqp_node& n : nodes) elements += elements_without_bytes(n);
    return elements > most_elements || std::any_of(nodes.begin(), nodes.end(), [](const fuzz::amqp_node& n) {
               return has_descriptors_in_a_row(n) || has_compound_descriptor(n) || has_described_content(n);
           });
}

void check_value(bytes input) {
    if (is_beyond(input.text())) return;
    const auto ours = amqp::decode<amqp::value>(input, {.any_symbol = false});
    const std::unique_ptr<pn_data_t, freed> theirs{pn_data(0)};
    const auto consumed = pn_data_decode(theirs.get(), input.data(), input.size());
    if (ours) {
        expect(consumed == static_cast<std::ptrdiff_t>(input.size()), "Proton reads what hubwire reads");
        pn_data_rewind(theirs.get());
        expect(pn_data_next(theirs.get()) && same(theirs.get(), *ours), "as the same value");
        expect(!pn_data_next(theirs.get()), "and no other");
    } else if (consumed >= 0 && static_cast<std::size_t>(consumed) == input.size()) {
        const errc code = ours.error().code;
        expect(is_of_content(code) || is_of_size(code) || is_deep(code), "refused for a reason");
    }
}

// Messages

/// Proton has texts end with NUL; none and an empty one are the same to it.
bool same_text(const char* theirs, const std::optional<std::string_view>& ours) {
    const std::string_view known = ours ? *ours : std::string_view{};
    return known.substr(0, known.find('\0')) == (theirs != nullptr ? theirs : "");
}
bool same_text(const char* theirs, const std::optional<amqp::symbol>& ours) {
    return same_text(theirs, ours ? std::optional{ours->text} : std::nullopt);
}

void check_fields(pn_message_t* theirs, const amqp::message& ours) {
    const amqp::header h = ours.header.value_or(amqp::header{});
    expect(pn_message_is_durable(theirs) == *h.durable && pn_message_get_priority(theirs) == *h.priority &&
               pn_message_is_first_acquirer(theirs) == *h.first_acquirer &&
               pn_message_get_delivery_count(theirs) == *h.delivery_count,
           "the same header");
    const amqp::properties p = ours.properties.value_or(amqp::properties{});
    expect(text_of(pn_message_get_user_id(theirs)) == p.user_id.value_or(bytes{}).text(), "the same user");
    expect(same_text(pn_message_get_address(theirs), p.to) && same_text(pn_message_get_subject(theirs), p.subject) &&
               same_text(pn_message_get_reply_to(theirs), p.reply_to) &&
               same_text(pn_message_get_content_type(theirs), p.content_type) &&
               same_text(pn_message_get_content_encoding(theirs), p.content_encoding) &&
               same_text(pn_message_get_group_id(theirs), p.group_id) &&
               same_text(pn_message_get_reply_to_group_id(theirs), p.reply_to_group_id),
           "the same texts");
    expect(pn_message_get_expiry_time(theirs) == p.absolute_expiry_time.value_or(amqp::timestamp{}).milliseconds &&
               pn_message_get_creation_time(theirs) == p.creation_time.value_or(amqp::timestamp{}).milliseconds,
           "the same times");
    pn_data_t* const properties = pn_message_properties(theirs);
    pn_data_rewind(properties);
    if (ours.application_properties)
        expect(pn_data_next(properties) && same(properties, amqp::value{amqp::map{*ours.application_properties}}),
               "the same application properties");
}

void check_message(bytes input) {
    if (is_beyond(input.text())) return;
    const auto sections = fuzz::detail::amqp_parser{input.text()}.values();
    if (std::any_of(sections.begin(), sections.end(), has_name_for_descriptor)) return;
    const auto ours = amqp::decode<amqp::message>(input);
    if (!ours)
        return;  // how sections have to follow on each other, and much of what they have to be, Proton does not ask
    const std::unique_ptr<pn_message_t, freed> theirs{pn_message()};
    expect(pn_message_decode(theirs.get(), input.data(), input.size()) == 0, "Proton reads what hubwire reads");
    check_fields(theirs.get(), *ours);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const support::exact_block block{bytes{data + 1, size - 1}};
    (data[0] & 1) != 0 ? check_message(block) : check_value(block);
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(
        data, size, max_size, seed, 1, [](std::string& text, const std::uint8_t* choice, fuzz::dice& d) {
            fuzz::bend_amqp(text, (choice[0] & 1) != 0 ? fuzz::amqp_input::message : fuzz::amqp_input::value, d);
        });
}
