#ifndef HUBWIRE_TESTS_SUPPORT_NAIVE_FEEDBACK_HPP
#define HUBWIRE_TESTS_SUPPORT_NAIVE_FEEDBACK_HPP

#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exact_block.hpp"
#include "naive_json.hpp"

/// Feedback records taken out of a naive tree, for tests and fuzzers to compare with.
namespace support {

struct naive_record {
    std::optional<std::string> members[6];
    friend bool operator==(const naive_record&, const naive_record&) = default;
};

inline constexpr std::string_view feedback_member_names[] = {
    "originalMessageId", "enqueuedTimeUtc", "statusCode", "description", "deviceId", "deviceGenerationId"};

/// The records of a body, or nothing if it is not JSON, or is not of the kinds that it has to be.
inline std::optional<std::vector<naive_record>> naive_feedback(std::string_view body) {
    using enum hubwire::json::kind;
    const auto parsed = naive_json(body);
    const auto* tree = std::get_if<json_tree>(&parsed);
    if (tree == nullptr || tree->kind != array) return std::nullopt;
    std::vector<naive_record> records;
    for (const auto& item : tree->parts) {
        if (item.second.kind != object) return std::nullopt;
        naive_record& record = records.emplace_back();
        for (const auto& [name, value] : item.second.parts) {
            for (std::size_t i = 0; i != 6; ++i) {
                if (name != feedback_member_names[i]) continue;
                if (value.kind != string && value.kind != null) return std::nullopt;
                record.members[i] = value.kind == string ? std::optional{value.text} : std::nullopt;
            }
        }
        if (!record.members[2]) record.members[2] = "Success";
    }
    return records;
}

inline naive_record naive_record_of(const hubwire::iothub::feedback_record& record) {
    const auto text = [](const std::optional<hubwire::json::string>& s) {
        return s ? std::optional{detail::decoded(*s)} : std::nullopt;
    };
    return {{text(record.original_message_id), text(record.enqueued_time_utc), text(record.status_code.text()),
             text(record.description), text(record.device_id), text(record.device_generation_id)}};
}

/// What the reader of JSON says of a body, asked for what has to be there.
inline hubwire::result<void> feedback_verdict(std::string_view body) {
    hubwire::json::reader in{body};
    in.enter_array();
    while (in.next_item()) {
        in.enter_object();
        while (in.next_member()) {
            for (const std::string_view name : feedback_member_names) {
                if (in.name() == name) {
                    static_cast<void>(in.get<std::optional<hubwire::json::string>>());
                    break;
                }
            }
        }
    }
    return in.finish();
}

/// What is wrong first with the library's reading of a body; "" if nothing is.
inline std::string compare_feedback(std::string_view body) {
    const exact_block block{body};
    hubwire::iothub::feedback_reader in{{block.data(), block.size()}};
    std::vector<naive_record> records;
    for (const auto& record : in) records.push_back(naive_record_of(record));
    const auto all = in.finish();
    const auto naive = naive_feedback(body);
    if (all.has_value() != naive.has_value()) return "a verdict of its own: " + std::string{body};
    if (naive && records != *naive) return "other records: " + std::string{body};
    const auto verdict = feedback_verdict(body);
    if (verdict.has_value() != all.has_value() || (!all && !(verdict.error() == all.error())))
        return "refused otherwise: " + std::string{body};
    return "";
}

}  // namespace support

#endif
