// The types of AMQP 1.0 as the specification gives them to machines, against the tables in the headers. The files are
// no part of the project: they are looked for in the directory that the environment variable HUBWIRE_VECTORS names, or
// else where the build says; where they are not, these tests say so and pass.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <hubwire/hubwire.hpp>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/amqp.hpp"
#include "support/catch2.hpp"

#if defined(_MSC_VER)
#pragma warning(disable : 4996)  // std::getenv is as good as it was
#endif
#if !defined(HUBWIRE_VECTORS_DIR)
#define HUBWIRE_VECTORS_DIR "../shared/vectors"
#endif

namespace amqp = hubwire::amqp;
using hubwire::bytes;

namespace {

// ---------------------------------------------------------------------------------------------------------------------
// The specification

struct field {
    std::string name;
    std::string type;
    std::string required;  // what types of which one is meant provide
    std::string default_value;
    bool mandatory = false;
    bool multiple = false;
};

struct encoding {
    unsigned code;
    unsigned width;
    std::string category;  // fixed, variable, compound, array
};

struct type_entry {
    std::string class_of;  // primitive, restricted, composite
    std::string source;
    std::string descriptor;
    std::uint64_t code = 0;
    std::vector<field> fields;
    std::set<std::string> provided;
    std::map<std::string, std::string> choices;  // name and value
    std::vector<encoding> encodings;
};

using types = std::map<std::string, type_entry>;
using attributes = std::map<std::string, std::string>;

std::filesystem::path folder() {
    const char* const named = std::getenv("HUBWIRE_VECTORS");
    return std::filesystem::path{named != nullptr ? named : HUBWIRE_VECTORS_DIR} / "amqp" /
           "amqp-spec-xml-oasis-proton";
}

bool present() {
    if (std::filesystem::is_directory(folder())) return true;
    WARN("test data is absent, so nothing was tested: " << folder().string());
    return false;
}

/// Calls handle with the name and the attributes of each tag that opens an element. Good for these files, whose
/// comments, texts and attributes hold neither < nor >.
template <class Handle>
void for_each_tag(const std::string& xml, Handle handle) {
    for (std::size_t at = xml.find('<'); at != std::string::npos; at = xml.find('<', at)) {
        if (xml.compare(at, 4, "<!--") == 0) {
            at = xml.find("-->", at);
            continue;
        }
        const std::size_t end = xml.find('>', at);
        const std::string tag = xml.substr(at + 1, end - at - 1);
        at = end;
        const std::size_t name_end = tag.find_first_of(" \n/");
        attributes found;
        for (std::size_t equals = tag.find("=\""); equals != std::string::npos; equals = tag.find("=\"", equals)) {
            const std::size_t name_begin = tag.find_last_of(" \n", equals) + 1;
            const std::size_t value_end = tag.find('"', equals + 2);
            found[tag.substr(name_begin, equals - name_begin)] = tag.substr(equals + 2, value_end - equals - 2);
            equals = value_end;
        }
        handle(tag.substr(0, name_end), found);
    }
}

types read_specification() {
    types all;
    for (const char* const file : {"types.xml", "transport.xml", "messaging.xml", "transactions.xml", "security.xml"}) {
        std::ifstream in{folder() / file, std::ios::binary};
        REQUIRE(in);
        const std::string xml{std::istreambuf_iterator<char>{in}, {}};
        type_entry* current = nullptr;
        for_each_tag(xml, [&](const std::string& tag, attributes& is) {
            if (tag == "type") {
                current = &all[is["name"]];
                current->class_of = is["class"];
                current->source = is["source"];
                std::istringstream provided{is["provides"]};
                for (std::string one; std::getline(provided >> std::ws, one, ',');) current->provided.insert(one);
            } else if (tag == "descriptor") {
                REQUIRE(current != nullptr);
                current->descriptor = is["name"];
                const std::string& code = is["code"];  // two halves in hex
                current->code =
                    std::stoull(code, nullptr, 16) << 32 | std::stoull(code.substr(code.find(':') + 1), nullptr, 16);
            } else if (tag == "field") {
                REQUIRE(current != nullptr);
                current->fields.push_back({.name = is["name"],
                                           .type = is["type"],
                                           .required = is["requires"],
                                           .default_value = is["default"],
                                           .mandatory = is["mandatory"] == "true",
                                           .multiple = is["multiple"] == "true"});
            } else if (tag == "choice") {
                REQUIRE(current != nullptr);
                current->choices[is["name"]] = is["value"];
            } else if (tag == "encoding") {
                REQUIRE(current != nullptr);
                current->encodings.push_back({.code = static_cast<unsigned>(std::stoul(is["code"], nullptr, 16)),
                                              .width = static_cast<unsigned>(std::stoul(is["width"])),
                                              .category = is["category"]});
            }
        });
    }
    return all;
}

/// The primitive type that a restricted one is in the end; other types are themselves.
std::string primitive_of(const types& all, const std::string& name) {
    const auto found = all.find(name);
    return found != all.end() && found->second.class_of == "restricted" ? primitive_of(all, found->second.source)
                                                                        : name;
}

/// The types that a field may have: those that provide what it requires, where it does not name one. Nothing provides a
/// global-tx-id, which can be anything.
std::set<std::string> alternatives(const types& all, const field& f) {
    if (f.type != "*") return {f.type};
    std::set<std::string> found;
    for (const auto& [name, entry] : all) {
        if (entry.provided.count(f.required) == 1) found.insert(primitive_of(all, name));
    }
    return found.empty() ? std::set<std::string>{"*"} : found;
}

/// The shortest value in an encoding: zeros, but for a size that counts the octets behind it (AMQP 1.6.22 to 1.6.24).
std::string shortest(const encoding& e) {
    std::string value = static_cast<char>(static_cast<unsigned char>(e.code)) + std::string(e.width, '\0');
    if (e.category == "compound" || e.category == "array") {
        value.back() = static_cast<char>(e.category == "array" ? e.width + 1 : e.width);
        value += std::string(e.width, '\0');
    }
    return e.category == "array" ? value + '\x40' : value;
}

// ---------------------------------------------------------------------------------------------------------------------
// The headers

/// What the specification says of the type of a member: by another name where C++ knows one of a narrower meaning.
template <class T>
struct named {};
#define HUBWIRE_TEST_NAMED(type, text)                 \
    template <>                                        \
    struct named<type> {                               \
        static constexpr std::string_view name = text; \
    }
HUBWIRE_TEST_NAMED(bool, "boolean");
HUBWIRE_TEST_NAMED(std::uint8_t, "ubyte");
HUBWIRE_TEST_NAMED(std::uint16_t, "ushort");
HUBWIRE_TEST_NAMED(std::uint32_t, "uint");
HUBWIRE_TEST_NAMED(std::uint64_t, "ulong");
HUBWIRE_TEST_NAMED(amqp::timestamp, "timestamp");
HUBWIRE_TEST_NAMED(std::string_view, "string");
HUBWIRE_TEST_NAMED(amqp::symbol, "symbol");
HUBWIRE_TEST_NAMED(amqp::symbols, "symbol");
HUBWIRE_TEST_NAMED(bytes, "binary");
HUBWIRE_TEST_NAMED(amqp::map, "map");
HUBWIRE_TEST_NAMED(amqp::value, "*");
HUBWIRE_TEST_NAMED(amqp::error, "error");
HUBWIRE_TEST_NAMED(amqp::role, "role");
HUBWIRE_TEST_NAMED(amqp::sender_settle_mode, "sender-settle-mode");
HUBWIRE_TEST_NAMED(amqp::receiver_settle_mode, "receiver-settle-mode");
HUBWIRE_TEST_NAMED(amqp::terminus_durability, "terminus-durability");
HUBWIRE_TEST_NAMED(amqp::terminus_expiry_policy, "terminus-expiry-policy");
HUBWIRE_TEST_NAMED(amqp::sasl_code, "sasl-code");
HUBWIRE_TEST_NAMED(amqp::milliseconds, "milliseconds");
HUBWIRE_TEST_NAMED(amqp::fields, "fields");
HUBWIRE_TEST_NAMED(amqp::filter_set, "filter-set");
#undef HUBWIRE_TEST_NAMED
template <class T>
struct named<std::optional<T>> : named<T> {};
template <class T>
struct named<hubwire::maybe<T>> : named<T> {};
template <class T, T Default>
struct named<amqp::with_default<T, Default>> : named<T> {};

/// "open" for amqp:open:list
std::string short_name(std::string_view descriptor) {
    const std::size_t begin = descriptor.find(':') + 1;
    return std::string{descriptor.substr(begin, descriptor.rfind(':') - begin)};
}

/// What a member can be, in the specification's words.
template <class T>
struct held {
    static std::set<std::string> types_of(const types&) { return {std::string{named<T>::name}}; }
};
template <class... Ts>
struct held<amqp::choice<Ts...>> {
    static std::set<std::string> types_of(const types&) { return {short_name(Ts::descriptor.name)...}; }
};
template <>
struct held<std::optional<amqp::message_id>> {
    /// Those of which any value is decoded as one.
    static std::set<std::string> types_of(const types& all) {
        std::set<std::string> found;
        for (const auto& [name, entry] : all) {
            for (const encoding& e : entry.encodings) {
                if (name != "null" && amqp::decode<amqp::properties>(support::composite_of(0x73, 1, shortest(e))))
                    found.insert(name);
            }
        }
        return found;
    }
};

/// The default of a member, as a number; none if it has no default.
template <class T>
constexpr std::optional<std::uint64_t> default_of = std::nullopt;
template <class T, T Default>
constexpr std::optional<std::uint64_t> default_of<amqp::with_default<T, Default>> = static_cast<std::uint64_t>(Default);

/// A default of the specification as a number: that of a choice is its place among those of the enumeration.
std::optional<std::uint64_t> number_of(const types& all, const field& f) {
    if (f.default_value.empty()) return std::nullopt;
    if (f.default_value == "false" || f.default_value == "true") return f.default_value == "true" ? 1 : 0;
    if (f.default_value.find_first_not_of("0123456789") == std::string::npos) return std::stoull(f.default_value);
    const auto& choices = all.at(f.type).choices;
    REQUIRE(choices.count(f.default_value) == 1);
    const std::string& value = choices.at(f.default_value);
    if (value.find_first_not_of("0123456789") == std::string::npos) return std::stoull(value);
    constexpr std::string_view policies[] = {"link-detach", "session-end", "connection-close", "never"};
    const auto* const at = std::find(std::begin(policies), std::end(policies), value);
    REQUIRE(at != std::end(policies));
    return static_cast<std::uint64_t>(at - policies);
}

/// Where ours is another type than theirs, it is narrower in its meaning, or not in C++.
bool same_types(const types& all, const field& theirs, const std::set<std::string>& ours) {
    if (ours == alternatives(all, theirs)) return true;
    if (theirs.type == "node-properties") return ours == std::set<std::string>{"fields"};
    // A restricted type without a meaning to C++ is held as the primitive one that it is.
    const auto found = all.find(theirs.type);
    return found != all.end() && found->second.choices.empty() && theirs.type != "fields" &&
           theirs.type != "filter-set" && ours == std::set{primitive_of(all, theirs.type)};
}

template <class Member>
void compare_field(const types& all, std::string_view name, bool mandatory, const field& theirs) {
    const std::set<std::string> ours = held<Member>::types_of(all);
    INFO(theirs.name << " of " << theirs.type << ' ' << theirs.required);
    CAPTURE(ours);
    CHECK(name == theirs.name);
    CHECK(mandatory == theirs.mandatory);
    CHECK(std::is_same_v<Member, amqp::symbols> == theirs.multiple);
    CHECK(same_types(all, theirs, ours));
    CHECK(default_of<Member> == number_of(all, theirs));
}

template <class T>
void compare(const types& all, const std::string& name) {
    INFO(name);
    REQUIRE(all.count(name) == 1);
    const type_entry& theirs = all.at(name);
    CHECK(theirs.class_of == "composite");
    CHECK(T::descriptor.code == theirs.code);
    CHECK(T::descriptor.name == theirs.descriptor);
    REQUIRE(T::field_table.size == theirs.fields.size());
    std::size_t index = 0;
    const T composite{};
    T::field_table.for_each(composite, [&]<class Member>(std::string_view field_name, const Member&, bool mandatory) {
        compare_field<Member>(all, field_name, mandatory, theirs.fields[index++]);
    });
}

template <class... Ts>
struct list_of {
    static constexpr std::size_t size = sizeof...(Ts);
};
using composites =
    list_of<amqp::open, amqp::begin, amqp::attach, amqp::flow, amqp::transfer, amqp::disposition, amqp::detach,
            amqp::end, amqp::close, amqp::error, amqp::header, amqp::properties, amqp::received, amqp::accepted,
            amqp::rejected, amqp::released, amqp::modified, amqp::source, amqp::target, amqp::delete_on_close,
            amqp::delete_on_no_links, amqp::delete_on_no_messages, amqp::delete_on_no_links_or_messages,
            amqp::coordinator, amqp::declare, amqp::discharge, amqp::declared, amqp::transactional_state,
            amqp::sasl_mechanisms, amqp::sasl_init, amqp::sasl_challenge, amqp::sasl_response, amqp::sasl_outcome>;

// An enumeration in a composite type, as it is sent
amqp::attach composite_with(amqp::sender_settle_mode mode) { return {.snd_settle_mode = mode}; }
amqp::attach composite_with(amqp::receiver_settle_mode mode) { return {.rcv_settle_mode = mode}; }
amqp::target composite_with(amqp::terminus_durability durable) { return {.durable = durable}; }
amqp::target composite_with(amqp::terminus_expiry_policy policy) { return {.expiry_policy = policy}; }
amqp::sasl_outcome composite_with(amqp::sasl_code code) { return {.code = code}; }

/// Every choice of a restricted type is an enumerator, or a constant, of its value; none is missing, and no enumerator
/// comes behind them.
template <class E, std::size_t N>
void compare_choices(const types& all, const std::string& name, const std::pair<const char*, E> (&ours)[N]) {
    INFO(name);
    const auto& theirs = all.at(name).choices;
    CHECK(theirs.size() == N);
    for (const auto& [choice, value] : ours) {
        INFO(choice);
        REQUIRE(theirs.count(choice) == 1);
        const std::string& wanted = theirs.at(choice);
        if constexpr (std::is_same_v<E, amqp::symbol>) {
            CHECK(value.text == wanted);
        } else if constexpr (std::is_same_v<E, amqp::terminus_expiry_policy>) {  // a symbol where it is sent
            const std::string field = "\x40\x40\xa3" + std::string(1, static_cast<char>(wanted.size())) + wanted;
            std::array<char, 64> memory{};
            const auto sent = amqp::encode(memory, composite_with(value));
            CHECK(sent.value_or({}) == bytes{support::composite_of(0x29, 3, field)});
        } else {
            const std::uint64_t number = wanted == "true" ? 1 : wanted == "false" ? 0 : std::stoull(wanted);
            CHECK(static_cast<std::uint64_t>(value) == number);
        }
    }
    if constexpr (std::is_enum_v<E> && !std::is_same_v<E, amqp::role>) {
        const auto one_more = amqp::encoded_size(composite_with(static_cast<E>(N)));
        CHECK((!one_more && one_more.error().code == hubwire::errc::amqp_choice));
    }
}

}  // namespace

TEST_CASE("specification: every composite type has its descriptor and its fields [AMQP 2.7 to 5.3]") {
    if (!present()) return;
    const types all = read_specification();
    std::set<std::string> ours;
    [&]<class... Ts>(list_of<Ts...>) {
        (compare<Ts>(all, short_name(Ts::descriptor.name)), ...);
        (ours.insert(short_name(Ts::descriptor.name)), ...);
    }(composites{});
    CHECK(ours.size() == composites::size);
    for (const auto& [name, entry] : all) {
        INFO(name);
        if (entry.class_of == "composite") CHECK(ours.count(name) == 1);
    }
}

TEST_CASE("specification: the sections of a message that are no composites have their descriptors [AMQP 3.2]") {
    if (!present()) return;
    const types all = read_specification();
    constexpr std::pair<const char*, amqp::section_kind> sections[] = {
        {"header", amqp::section_kind::header},
        {"delivery-annotations", amqp::section_kind::delivery_annotations},
        {"message-annotations", amqp::section_kind::message_annotations},
        {"properties", amqp::section_kind::properties},
        {"application-properties", amqp::section_kind::application_properties},
        {"data", amqp::section_kind::data},
        {"amqp-sequence", amqp::section_kind::amqp_sequence},
        {"amqp-value", amqp::section_kind::amqp_value},
        {"footer", amqp::section_kind::footer},
    };
    for (const auto& [name, kind] : sections) {
        INFO(name);
        const type_entry& entry = all.at(name);
        REQUIRE(entry.code <= 0xFF);
        // By number and by name; that the content is null does not matter yet.
        const std::string by_number{'\0', '\x53', static_cast<char>(entry.code), '\x40'};
        const std::string by_name =
            std::string{'\0', '\xa3', static_cast<char>(entry.descriptor.size())} + entry.descriptor + '\x40';
        for (const std::string& input : {by_number, by_name}) {
            const auto section = amqp::cut_section(input);
            REQUIRE(section);
            CHECK(section->kind == kind);
        }
    }
}

TEST_CASE("specification: enumerations and constants have the values of their types [AMQP 2.8, 3.5, 4.5, 5.3]") {
    if (!present()) return;
    const types all = read_specification();
    using enum amqp::terminus_durability;
    compare_choices<amqp::role>(all, "role", {{"sender", amqp::role::sender}, {"receiver", amqp::role::receiver}});
    compare_choices<amqp::sender_settle_mode>(all, "sender-settle-mode",
                                              {{"unsettled", amqp::sender_settle_mode::unsettled},
                                               {"settled", amqp::sender_settle_mode::settled},
                                               {"mixed", amqp::sender_settle_mode::mixed}});
    compare_choices<amqp::receiver_settle_mode>(
        all, "receiver-settle-mode",
        {{"first", amqp::receiver_settle_mode::first}, {"second", amqp::receiver_settle_mode::second}});
    compare_choices<amqp::terminus_durability>(
        all, "terminus-durability",
        {{"none", none}, {"configuration", configuration}, {"unsettled-state", unsettled_state}});
    compare_choices<amqp::sasl_code>(all, "sasl-code",
                                     {{"ok", amqp::sasl_code::ok},
                                      {"auth", amqp::sasl_code::auth},
                                      {"sys", amqp::sasl_code::sys},
                                      {"sys-perm", amqp::sasl_code::sys_perm},
                                      {"sys-temp", amqp::sasl_code::sys_temp}});
    compare_choices<amqp::symbol>(all, "std-dist-mode",
                                  {{"move", amqp::distribution_mode::move}, {"copy", amqp::distribution_mode::copy}});
    compare_choices<amqp::symbol>(all, "txn-capability",
                                  {{"local-transactions", amqp::txn_capability::local_transactions},
                                   {"distributed-transactions", amqp::txn_capability::distributed_transactions},
                                   {"promotable-transactions", amqp::txn_capability::promotable_transactions},
                                   {"multi-txns-per-ssn", amqp::txn_capability::multi_txns_per_ssn},
                                   {"multi-ssns-per-txn", amqp::txn_capability::multi_ssns_per_txn}});
    namespace condition = amqp::condition;
    compare_choices<amqp::symbol>(all, "amqp-error",
                                  {{"internal-error", condition::internal_error},
                                   {"not-found", condition::not_found},
                                   {"unauthorized-access", condition::unauthorized_access},
                                   {"decode-error", condition::decode_error},
                                   {"resource-limit-exceeded", condition::resource_limit_exceeded},
                                   {"not-allowed", condition::not_allowed},
                                   {"invalid-field", condition::invalid_field},
                                   {"not-implemented", condition::not_implemented},
                                   {"resource-locked", condition::resource_locked},
                                   {"precondition-failed", condition::precondition_failed},
                                   {"resource-deleted", condition::resource_deleted},
                                   {"illegal-state", condition::illegal_state},
                                   {"frame-size-too-small", condition::frame_size_too_small}});
    compare_choices<amqp::symbol>(all, "connection-error",
                                  {{"connection-forced", condition::connection_forced},
                                   {"framing-error", condition::framing_error},
                                   {"redirect", condition::connection_redirect}});
    compare_choices<amqp::symbol>(all, "session-error",
                                  {{"window-violation", condition::window_violation},
                                   {"errant-link", condition::errant_link},
                                   {"handle-in-use", condition::handle_in_use},
                                   {"unattached-handle", condition::unattached_handle}});
    compare_choices<amqp::symbol>(all, "link-error",
                                  {{"detach-forced", condition::detach_forced},
                                   {"transfer-limit-exceeded", condition::transfer_limit_exceeded},
                                   {"message-size-exceeded", condition::message_size_exceeded},
                                   {"redirect", condition::link_redirect},
                                   {"stolen", condition::stolen}});
    compare_choices<amqp::symbol>(all, "transaction-error",
                                  {{"unknown-id", condition::unknown_transaction},
                                   {"transaction-rollback", condition::transaction_rollback},
                                   {"transaction-timeout", condition::transaction_timeout}});
    using expiry_policy = amqp::terminus_expiry_policy;
    compare_choices<expiry_policy>(all, "terminus-expiry-policy",
                                   {{"link-detach", expiry_policy::link_detach},
                                    {"session-end", expiry_policy::session_end},
                                    {"connection-close", expiry_policy::connection_close},
                                    {"never", expiry_policy::never}});
}

TEST_CASE("specification: every encoding of a fixed width is as wide as it says [AMQP 1.6]") {
    if (!present()) return;
    std::size_t tested = 0;
    for (const auto& [name, entry] : read_specification()) {
        for (const encoding& e : entry.encodings) {
            INFO(name << ' ' << e.code);
            const std::string input = shortest(e);
            CHECK(amqp::decode<amqp::value>(input));
            if (e.category != "fixed") continue;
            if (e.width != 0) CHECK(amqp::decode<amqp::value>(bytes{input}.first(e.width)).error().needed == 1);
            ++tested;
        }
    }
    CHECK(tested == 27);
}
