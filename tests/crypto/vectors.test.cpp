// HMACs that SDKs of the hub, and Python, have made. The data is looked for as in mqtt/vectors.test.cpp; where it is
// not, these tests say so and pass.

#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/jsonl.hpp"
#include "support/vectors.hpp"

using support::from_hex;
using support::json;
namespace crypto = hubwire::crypto;
namespace text = hubwire::text;

namespace {

bool present() { return support::vectors_are_present("iothub"); }

std::vector<json> rows_of(std::string_view file) { return support::read_jsonl(support::vectors("iothub") / file); }

std::string from_base64(std::string_view encoded) {
    std::string memory(encoded.size(), '\0');
    return std::string{text::decode_base64(memory, encoded)->text()};
}

}  // namespace

TEST_CASE("HMACs of others are ours") {
    if (!present()) return;
    const auto rows = rows_of("hmac_sha256.jsonl");
    CHECK(rows.size() > 30);
    for (const json& row : rows) {
        const bool hex = row["key_base64"].is_null();
        const std::string key = hex ? from_hex(row["key_hex"].text()) : from_base64(row["key_base64"].text());
        const std::string data = hex ? from_hex(row["data_hex"].text()) : row["data"].text();
        const std::string mac = hex ? from_hex(row["mac_hex"].text()) : from_base64(row["mac_base64"].text());
        CHECK(hubwire::bytes{crypto::hmac_of(key, data)} == hubwire::bytes{mac});
    }
}

TEST_CASE("tokens of the SDK for Node are signed as we sign them") {
    if (!present()) return;
    const auto rows = rows_of("sas_node.jsonl");
    CHECK(rows.size() > 100);
    for (const json& row : rows) {
        INFO(row["token"].text());
        const crypto::hmac_key key{from_base64(row["key_base64"].text())};
        const auto mac = key.sign(row["string_to_sign"].text());
        std::array<char, 44> memory{};
        CHECK(text::encode_base64(memory, mac)->text() == row["signature_base64"].text());
        const std::string theirs = from_base64(row["signature_base64"].text());
        CHECK(crypto::equal_in_constant_time(mac, theirs));
    }
}
