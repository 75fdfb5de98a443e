// Timestamps, and texts that are percent-encoded, as the SDKs of the hub read and write them; base64 of signatures. The
// data is looked for as in mqtt/vectors.test.cpp; where it is not, these tests say so and pass.

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/jsonl.hpp"
#include "support/vectors.hpp"

using support::json;
namespace text = hubwire::text;

namespace {

bool present() { return support::vectors_are_present("iothub"); }

std::vector<json> rows_of(std::string_view file) { return support::read_jsonl(support::vectors("iothub") / file); }

}  // namespace

TEST_CASE("timestamps of SDKs mean the same moment") {
    if (!present()) return;
    std::size_t read = 0;
    for (const json& row : rows_of("timestamps.jsonl")) {
        const std::string& written = row["text"].text();
        INFO(written);
        if (written == "0") continue;  // "no expiry", which is no timestamp
        const bool sdk_for_python = written.find('Z') == std::string::npos && row["ok"].boolean();
        const auto decoded = text::decode_timestamp(written);
        if (sdk_for_python) {
            CHECK(decoded.error().code == hubwire::errc::timestamp_zone);
        } else {
            CHECK(decoded.has_value() == row["ok"].boolean());
        }
        if (!row["ok"].boolean()) continue;
        const auto lenient = text::decode_timestamp(written, {.allow_no_zone = true});
        REQUIRE(lenient);
        CHECK(static_cast<double>(*lenient->in_milliseconds()) == row["unix_ms"].number());
        ++read;
    }
    CHECK(read >= 6);
}

TEST_CASE("what the SDK for Node writes into a property bag, we write, with the characters that it leaves alone") {
    if (!present()) return;
    std::size_t compared = 0;
    for (const json& row : rows_of("bag_encode_node.jsonl")) {
        const std::string& bag = row["bag"].text();
        // With one property, and no system properties before it.
        if (row["properties"].items().size() != 1 || bag.find('&') != std::string::npos) continue;
        const json& property = row["properties"].items().front();
        std::array<char, 1024> memory{};
        hubwire::writer out{memory};
        text::put_percent(out, property.items()[0].text(), {.bare = text::uri_component});
        out.put(std::string_view{"="});
        text::put_percent(out, property.items()[1].text(), {.bare = text::uri_component});
        CHECK(out.finish()->text() == bag);
        ++compared;
    }
    CHECK(compared > 300);
}

TEST_CASE("signatures of SDKs are base64, percent-encoded, in either case") {
    if (!present()) return;
    std::size_t compared = 0;
    for (const json& row : rows_of("sas_node.jsonl")) {
        const std::string& wire = row["sig_wire"].text();
        const std::string& base64 = row["signature_base64"].text();
        INFO(wire);
        std::array<char, 256> memory{};
        CHECK(text::percent_decodes_to(wire, base64));
        CHECK(text::decode_percent(memory, wire)->text() == base64);
        std::array<char, 32> mac{};
        REQUIRE(text::decode_base64(mac, base64));
        CHECK(text::encode_base64(memory, mac)->text() == base64);
        ++compared;
    }
    CHECK(compared > 100);
}
