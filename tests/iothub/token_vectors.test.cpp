// SAS tokens, keys, connection strings and addresses, as the SDKs of the hub and edgeHub write and read them. The data
// is looked for as in mqtt/vectors.test.cpp; where it is not, these tests say so and pass. What we read otherwise than
// an SDK stands in a table with its reason; a row of it that no longer differs fails.

#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/jsonl.hpp"
#include "support/vectors.hpp"

using hubwire::bytes;
using support::json;
namespace iothub = hubwire::iothub;
namespace text = hubwire::text;

namespace {

bool present() { return support::vectors_are_present("iothub"); }

std::vector<json> rows_of(std::string_view file) { return support::read_jsonl(support::vectors("iothub") / file); }

std::string text_or_nothing(const json& value) { return value.is_null() ? "" : value.text(); }

/// What we do otherwise than an SDK with an input, and why.
struct difference {
    std::string_view input;
    std::string_view why;
};

/// Compares whether an input is accepted, save for known differences, each of which has to be met.
class verdicts {
public:
    explicit verdicts(std::vector<difference> known) : known_{std::move(known)}, met_(known_.size(), false) {}

    void compare(const std::string& input, bool theirs, bool ours) {
        INFO(input);
        for (std::size_t i = 0; i != known_.size(); ++i) {
            if (known_[i].input != input) continue;
            met_[i] = true;
            CHECK(ours != theirs);
            return;
        }
        CHECK(ours == theirs);
    }

    ~verdicts() {
        for (std::size_t i = 0; i != known_.size(); ++i) {
            INFO(known_[i].input);
            CHECK(met_[i]);
        }
    }

    verdicts(const verdicts&) = delete;
    verdicts(verdicts&&) = delete;
    verdicts& operator=(const verdicts&) = delete;
    verdicts& operator=(verdicts&&) = delete;

private:
    std::vector<difference> known_;
    std::vector<bool> met_;
};

/// The value of a key of a connection string, as the vectors name them.
std::string field(const iothub::connection_string& all, std::string_view name) {
    const std::array<std::pair<std::string_view, std::string_view>, 9> fields{{
        {"HostName", all.host_name},
        {"CredentialScope", all.credential_scope},
        {"CredentialType", all.credential_type},
        {"DeviceId", all.who.device_id},
        {"ModuleId", all.who.module_id},
        {"SharedAccessKeyName", all.shared_access_key_name},
        {"SharedAccessKey", all.shared_access_key},
        {"SharedAccessSignature", all.shared_access_signature},
        {"GatewayHostName", all.gateway_host_name},
    }};
    for (const auto& [key, value] : fields) {
        if (key == name) return std::string{value};
    }
    return all.x509 ? "true" : "false";
}

/// Reads a file of connection strings by the rules of an SDK; all it accepts and we do, we read alike and write again.
void read_connection_strings(std::string_view file, const iothub::connection_string_options& rules,
                             std::vector<difference> known, std::size_t at_least) {
    verdicts compared{std::move(known)};
    std::size_t read = 0;
    for (const json& row : rows_of(file)) {
        const std::string& input = row["input"].text();
        INFO(input);
        const auto ours = iothub::decode_connection_string(input, rules);
        compared.compare(input, row["ok"].boolean(), ours.has_value());
        ++read;
        if (!ours || !row["ok"].boolean()) continue;
        for (const std::string_view name :
             {"HostName", "CredentialScope", "CredentialType", "DeviceId", "ModuleId", "SharedAccessKeyName",
              "SharedAccessKey", "SharedAccessSignature", "GatewayHostName"}) {
            CHECK(field(*ours, name) == text_or_nothing(row["fields"][name]));
        }
        std::array<char, 1024> memory{};
        const auto again = iothub::encode_connection_string(memory, *ours, rules);
        REQUIRE(again);
        CHECK(*iothub::decode_connection_string(again->text(), rules) == *ours);
        // By the strict rules it is read alike, or not at all.
        const auto strict = iothub::decode_connection_string(input);
        if (strict) CHECK(*strict == *ours);
    }
    CHECK(read >= at_least);
}

/// A token of an SDK: its fields, whether its signature is verified, and whether we write the same.
void read_token(const json& row, bool same_text) {
    const std::string& written = row["token"].text();
    const std::string& resource = row["resource"].text();
    INFO(written);
    const auto token = iothub::decode_sas_token(written);
    REQUIRE(token);
    CHECK(token->resource == resource);
    CHECK(static_cast<double>(token->expiry) == row["expiry"].number());
    CHECK(token->policy == text_or_nothing(row["policy"]));
    const auto key = iothub::sas_key::of_hub(row["key_base64"].text());
    CHECK(iothub::check_signature(*token, key));
    CHECK_FALSE(iothub::check_signature(*token, iothub::sas_key::of_event_hubs(row["key_base64"].text())));

    std::array<char, 2048> memory{};
    const std::string policy = text_or_nothing(row["policy"]);
    if (!policy.empty() && !iothub::check_policy_name(policy)) return;  // no policy of a hub is called like this
    const auto ours = iothub::encode_sas_token(
        memory, {.resource = {.host_name = resource}, .expiry = token->expiry, .policy = policy}, key);
    REQUIRE(ours);
    if (same_text) CHECK(ours->text() == written);
    const auto again = iothub::decode_sas_token(ours->text());
    REQUIRE(again);
    CHECK(again->resource == resource);
    CHECK(iothub::check_signature(*again, key));
}

}  // namespace

TEST_CASE("connection strings, as the SDK for Python reads them") {
    if (!present()) return;
    constexpr std::string_view signature_is_enough = "a signature is as good as a key, as the documentation has it";
    read_connection_strings(
        "connstr_python.jsonl", {},
        {
            {"HostName=h;DeviceId=d;SharedAccessSignature=SharedAccessSignature "
             "sr=h%2Fdevices%2Fd&sig=abc%3D&se=1456481802",
             signature_is_enough},
            {"HostName=h;DeviceId=d;SharedAccessSignature=SharedAccessSignature "
             "sr=h%2Fdevices%2Fd&sig=x%3d&se=1456481802",
             signature_is_enough},
            {"DeviceId=id;HostName=name;SharedAccessKey=key;SharedAccessSignature=key", "one of them is enough"},
            {"DeviceId=id;HostName=name;SharedAccessSignature=key;x509=true", "one of them is enough"},
        },
        40);
}

TEST_CASE("connection strings, as the SDK for Node reads them") {
    if (!present()) return;
    read_connection_strings(
        "connstr_node.jsonl", {.skip_empty_parts = true, .skip_unknown_keys = true, .last_repeated_counts = true},
        {
            {"HostName=n;DeviceId=d;garbage;SharedAccessKey=k", "a part without a = has lost something"},
        },
        30);
}

TEST_CASE("connection strings, as the SDK for C# reads them") {
    if (!present()) return;
    read_connection_strings("connstr_csharp.jsonl",
                            {.ignore_case = true, .skip_unknown_keys = true, .semicolon_in_identifier = true},
                            {
                                {"HostName=acme.azure-devices.net;DeviceId=device1;X509Cert=true;x509=false",
                                 "two names of the same key, which contradict each other"},
                            },
                            20);
}

TEST_CASE("connection strings, as the parser of the SDK for C takes them apart") {
    if (!present()) return;
    constexpr std::string_view no_rules = "the parser only splits: whether that is enough to connect, others ask";
    constexpr std::string_view semicolons = "a ; too many would be part of the next key";
    read_connection_strings("connstr_csdk.jsonl", {.skip_empty_parts = true, .skip_unknown_keys = true},
                            {
                                {"HostName=h;;DeviceId=d", semicolons},
                                {";HostName=h", semicolons},
                                {"", no_rules},
                                {"hostname=h", no_rules},
                                {"HostName = h;DeviceId=d", no_rules},
                            },
                            14);
}

TEST_CASE("connection strings, keys and tokens of the tests of the SDK for Python") {
    if (!present()) return;
    std::size_t read = 0;
    for (const json& row : rows_of("python_sdk_auth.jsonl")) {
        const std::string& function = row["function"].text();
        const std::string& which = row["case"].text();
        const json& args = row["args"];
        INFO(function << ": " << which);
        if (args["input_string"].is(json::kind::string)) {
            const auto ours = iothub::decode_connection_string(args["input_string"].text());
            CHECK(ours.has_value() == which.starts_with("Instantiates"));
        } else if (args["invalid_token_str"].is(json::kind::string)) {
            CHECK_FALSE(iothub::decode_sas_token(args["invalid_token_str"].text()));
        } else if (!args["key"].is_null()) {
            const json& key = args["key"];
            const std::string base64 =
                key.is(json::kind::string) ? key.text() : support::from_hex(key["bytes_hex"].text());
            const auto ours = iothub::sas_key::of_hub(base64);
            CHECK(ours.valid().has_value() == !args["expected_signing_key"].is_null());
            if (!ours.valid()) {
                ++read;
                continue;
            }
            const std::string secret = support::from_hex(args["expected_signing_key"]["bytes_hex"].text());
            CHECK(ours.hmac_key().sign(std::string_view{"a"}) ==
                  hubwire::crypto::hmac_of(secret, std::string_view{"a"}));
        } else if (!args["expected_signature"].is_null()) {
            const json& data = args["data_string"];
            const std::string message =
                data.is(json::kind::string) ? data.text() : support::from_hex(data["bytes_hex"].text());
            // The key of these tests, which the rows do not repeat.
            const auto mac = iothub::sas_key::of_hub("NMgJDvdKTxjLi+xBxxkDDEwDJxEvOE5u8BiT0mVgPeg=").sign(message);
            std::array<char, 44> base64{};
            CHECK(text::encode_base64(base64, *mac)->text() == args["expected_signature"].text());
        } else {
            continue;  // values of other types than text, which C++ does not take, and a test of the SDK's clock
        }
        ++read;
    }
    CHECK(read >= 27);
}

TEST_CASE("tokens that the SDK for Python writes, and reads") {
    if (!present()) return;
    verdicts compared{{
        {"SharedAccessSignature  sr=a&sig=b&se=4102444800", "one space is what all write"},
        {"SharedAccessSignature sr=a&sr=b&sig=b&se=4102444800", "which of the two was meant?"},
    }};
    for (const json& row : rows_of("sas_python_device.jsonl")) {
        if (!row["key_base64"].is_null()) {
            read_token(row, row["policy"].is_null());
            continue;
        }
        const std::string& written = row["token"].text();
        const auto token = iothub::decode_sas_token(written);
        compared.compare(written, row["ok"].boolean(), token.has_value());
        const auto lax = iothub::decode_sas_token(written, {.any_white_space = true, .last_repeated_counts = true});
        CHECK(lax.has_value() == row["ok"].boolean());
        if (!lax) continue;
        CHECK(lax->resource == row["resource"].text());
        CHECK(static_cast<double>(lax->expiry) == row["expiry"].number());
    }
}

TEST_CASE("tokens that the SDK for C writes, and validates") {
    if (!present()) return;
    constexpr std::string_view order = "every order is as good, and two of them are documented";
    constexpr std::string_view short_value = "one character is enough";
    constexpr std::string_view expired = "whether it has expired is asked later";
    verdicts compared{{
        {"SharedAccessSignature sig=bm90c2ln&se=4102444800&sr=host", order},
        {"SharedAccessSignature se=4102444800&sr=host&sig=bm90c2ln", order},
        {"SharedAccessSignature sr=host&sig=bm90c2ln&se=1", expired},
        {"SharedAccessSignature sr=a&sig=bm90c2ln&se=4102444800", short_value},
        {"SharedAccessSignature sr=ho&sig=b&se=4102444800", short_value},
        {"SharedAccessSignature sr=host&sr=host2&sig=bm90c2ln&se=4102444800", "which of the two was meant?"},
    }};
    for (const json& row : rows_of("sas_csdk.jsonl")) {
        if (!row["key_base64"].is_null()) {
            const std::string& resource = row["resource"].text();
            // Where the resource is given encoded, what is compared with is what it stands for.
            if (resource.find('%') == std::string::npos) {
                read_token(row, false);
                continue;
            }
            const auto token = iothub::decode_sas_token(row["token"].text());
            REQUIRE(token);
            CHECK(token->resource.raw() == row["sr_wire"].text());
            CHECK(iothub::check_signature(*token, iothub::sas_key::of_hub(row["key_base64"].text())));
            continue;
        }
        const std::string& written = row["token"].text();
        const auto token = iothub::decode_sas_token(
            written,
            {.ignore_case = true, .any_white_space = true, .allow_no_word = true, .skip_unknown_fields = true});
        compared.compare(written, row["ok"].boolean(), token.has_value());
        if (token && !row["ok"].boolean() && written.find("&se=1") == written.size() - 5)
            CHECK(token->is_expired(1'700'000'000));
    }
}

TEST_CASE("tokens that the SDK for Node writes: each is verified, and most are what we write") {
    if (!present()) return;
    std::size_t same = 0;
    std::size_t read = 0;
    for (const json& row : rows_of("sas_node.jsonl")) {
        // It escapes !'()* in lower case or not at all; its services have another order of fields.
        const std::string& resource = row["resource"].text();
        const bool alike = row["policy"].is_null() && resource.find_first_of("!'()*") == std::string::npos;
        read_token(row, alike);
        same += alike ? 1 : 0;
        ++read;

        const auto token = iothub::decode_sas_token(row["token"].text());
        CHECK(token->resource.raw() == row["sr"].text());
        CHECK(token->signature.raw() == row["sig_wire"].text());
        std::array<char, 2048> memory{};
        if (row["policy"].is_null()) CHECK(iothub::encode_sas_token(memory, *token)->text() == row["token"].text());
        const std::string& kind = row["kind"].text();
        iothub::identity who{};
        if (kind != "service") who.device_id = row["device_id"].text();
        if (kind == "module") who.module_id = row["module_id"].text();
        const iothub::sas_resource meant{.host_name = row["host"].text(), .who = who};
        const auto view = iothub::decode_sas_resource(token->resource.raw());
        if (who.device_id.empty() || iothub::check_identity(who)) {
            REQUIRE(view);
            CHECK(*view == meant);
            CHECK(iothub::check_sas_token(*token, iothub::sas_key::of_hub(row["key_base64"].text()),
                                          {.resource = meant, .now = token->expiry}));
        } else {
            CHECK_FALSE(view);
        }
    }
    CHECK(read >= 129);
    CHECK(same >= 16);
}

TEST_CASE("tokens as the SDK for Node reads them") {
    if (!present()) return;
    verdicts compared{{
        {"xSharedAccessSignaturex sr=a&sig=b&se=1", "that is another word"},
    }};
    for (const json& row : rows_of("sas_parse_node.jsonl")) {
        const std::string& written = row["token"].text();
        INFO(written);
        const bool one_space = written.find("  ") == std::string::npos;  // which it wants, but of any kind
        const auto token = iothub::decode_sas_token(written, {.any_white_space = one_space,
                                                              .skip_unknown_fields = true,
                                                              .skip_empty_parts = true,
                                                              .last_repeated_counts = true});
        compared.compare(written, row["ok"].boolean(), token.has_value());
        if (!token || !row["ok"].boolean()) continue;
        CHECK(token->resource.raw() == row["sr"].text());
        CHECK(token->signature.raw() == row["sig"].text());
        CHECK(std::to_string(token->expiry) == row["se"].text());
        CHECK(token->policy.raw() == text_or_nothing(row["skn"]));
    }
}

TEST_CASE("tokens that edgeHub refuses, we refuse, or find expired") {
    if (!present()) return;
    std::size_t read = 0;
    for (const json& row : rows_of("sas_parse_edgehub.jsonl")) {
        INFO(row["token"].text());
        const auto token = iothub::decode_sas_token(row["token"].text(), {.any_white_space = true});
        CHECK_FALSE(row["ok"].boolean());
        CHECK((!token || token->is_expired(1'700'000'000, 300)));
        CHECK(token.has_value() == row["why"].text().starts_with("expired"));
        ++read;
    }
    CHECK(read >= 8);
}

TEST_CASE("HMACs of other programs") {
    if (!present()) return;
    std::size_t read = 0;
    for (const json& row : rows_of("hmac_sha256.jsonl")) {
        if (row["key_hex"].is_null()) {  // of the SDK for Node: a key of a hub, and its signature in base64
            const auto mac = iothub::sas_key::of_hub(row["key_base64"].text()).sign(row["data"].text());
            std::array<char, 44> base64{};
            CHECK(text::encode_base64(base64, *mac)->text() == row["mac_base64"].text());
            continue;
        }
        const std::string secret = support::from_hex(row["key_hex"].text());
        const std::string message = support::from_hex(row["data_hex"].text());
        const std::string mac = support::from_hex(row["mac_hex"].text());
        CHECK(bytes{hubwire::crypto::hmac_of(secret, message)} == bytes{mac});
        if (secret.empty()) {
            CHECK_FALSE(iothub::sas_key::of_event_hubs(secret).valid());
        } else {
            CHECK(bytes{*iothub::sas_key::of_event_hubs(secret).sign(message)} == bytes{mac});
        }
        std::array<char, 1024> base64{};
        const auto key = iothub::sas_key::of_hub(text::encode_base64(base64, secret)->text());
        if (!secret.empty() && secret.size() <= iothub::sas_key::most_bytes)
            CHECK(bytes{*key.sign(message)} == bytes{mac});
        ++read;
    }
    CHECK(read > 10);
}

TEST_CASE("addresses and audiences, as edgeHub reads them") {
    if (!present()) return;
    // An address alone is one for both directions. Which of them an endpoint of edgeHub's has, its table says.
    constexpr std::string_view direction = "refused for its direction only";
    verdicts compared{{}};
    std::size_t only_direction = 0;
    for (const json& row : rows_of("amqp_addresses_edgehub.jsonl")) {
        if (!row["audience"].is_null()) {
            const std::string& audience = row["audience"].text();
            const auto what = iothub::decode_sas_resource(audience);
            compared.compare(audience, row["ok"].boolean(), what.has_value());
            if (!what) continue;
            CHECK(what->host_name == "edgehubtest1.azure-devices.net");
            CHECK(what->who.device_id == text_or_nothing(row["device"]));
            CHECK(what->who.module_id == text_or_nothing(row["module"]));
            continue;
        }
        const std::string& address = row["address"].text();
        INFO(address);
        const auto view = iothub::decode_address(address);
        const bool from_hub = !row["hub_is_receiver"].boolean();
        using iothub::endpoint;
        const bool direction_fits = view && !(view->kind == endpoint::events && from_hub && !view->who.is_module()) &&
                                    !(view->kind == endpoint::device_bound && !from_hub);
        compared.compare(address + (from_hub ? " (from the hub)" : " (to the hub)"), row["ok"].boolean(),
                         direction_fits);
        if (view && !direction_fits) {
            INFO(direction);
            ++only_direction;
        }
        if (!view || !row["ok"].boolean()) continue;
        CHECK(view->host == "foo.bar");
        CHECK(view->who.device_id == text_or_nothing(row["device"]));
        CHECK(view->who.module_id == text_or_nothing(row["module"]));
        const std::string& type = row["link_type"].text();
        const endpoint expected = type == "Cbs"                                  ? endpoint::cbs
                                  : type == "C2D"                                ? endpoint::device_bound
                                  : type == "Events" || type == "ModuleMessages" ? endpoint::events
                                  : type.starts_with("Twin")                     ? endpoint::twin
                                                                                 : endpoint::methods;
        CHECK(view->kind == expected);
    }
    CHECK(only_direction == 2);
}
