#include <benchmark/benchmark.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "samples/feedback.hpp"
#include "samples/twin.hpp"
#include "support/measure.hpp"

// Feedback bodies of 1, 10, 100 and 1000 records, as the hub writes them; pretty-printed; and with escapes in every
// text. The baseline is a scanner as one writes it by hand for this one purpose: a character at a time, which checks
// brackets, commas and quotes, and neither UTF-8 nor depth.

namespace {

using namespace std::literals;
namespace json = hubwire::json;
namespace iothub = hubwire::iothub;
using bench::body_of;
using bench::form;
using bench::measure;

/// So that all that is found is used: the sizes of the six texts of all records.
using total = std::size_t;

std::size_t size_of(const std::optional<json::string>& text) { return text ? text->raw().size() : 0; }

std::optional<total> predicted(std::string_view body) {
    iothub::feedback_reader in{body};
    total sum = 0;
    while (in.next()) {
        const iothub::feedback_record& r = in.record();
        sum += size_of(r.original_message_id) + size_of(r.enqueued_time_utc) + size_of(r.status_code.text()) +
               size_of(r.description) + size_of(r.device_id) + size_of(r.device_generation_id);
    }
    if (!in.ok()) return {};
    return sum;
}

int member_of(std::string_view name) {
    switch (name.size()) {
        case 17:
            return name == "originalMessageId" ? 0 : -1;
        case 15:
            return name == "enqueuedTimeUtc" ? 1 : -1;
        case 10:
            return name == "statusCode" ? 2 : -1;
        case 11:
            return name == "description" ? 3 : -1;
        case 8:
            return name == "deviceId" ? 4 : -1;
        case 18:
            return name == "deviceGenerationId" ? 5 : -1;
        default:
            return -1;
    }
}

total sum_of(const std::array<std::string_view, 6>& members) {
    total sum = 0;
    for (const std::string_view member : members) sum += member.size();
    return sum;
}

std::optional<total> generic(std::string_view body) {
    json::reader in{body};
    total sum = 0;
    in.enter_array();
    while (in.next_item()) {
        std::array<std::string_view, 6> members{};
        in.enter_object();
        while (in.next_member()) {
            const int member = member_of(in.name().raw());
            if (member >= 0) members[static_cast<std::size_t>(member)] = in.get<json::string>().raw();
        }
        sum += sum_of(members);
    }
    if (!in.finish()) return {};
    return sum;
}

std::optional<total> skipped(std::string_view body) {
    json::reader in{body};
    const std::size_t size = in.raw().size();
    if (!in.finish()) return {};
    return size;
}

// ---- written by hand

class scanner {
public:
    explicit scanner(std::string_view text) : at_{text.data()}, end_{text.data() + text.size()} {}
    bool comes(char c) {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }
    bool text(std::string_view& value) {
        if (!comes('"')) return false;
        const char* const from = at_;
        for (; at_ != end_ && *at_ != '"'; ++at_) {
            if (static_cast<unsigned char>(*at_) < 0x20) return false;
            if (*at_ == '\\' && ++at_ == end_) return false;
        }
        if (at_ == end_) return false;
        value = {from, static_cast<std::size_t>(at_ - from)};
        ++at_;
        return true;
    }
    bool done() {
        comes('x');  // white space is skipped on the way
        return at_ == end_;
    }

private:
    const char* at_;
    const char* end_;
};

std::optional<total> by_hand(std::string_view body) {
    scanner in{body};
    total sum = 0;
    if (!in.comes('[')) return {};
    do {
        std::array<std::string_view, 6> members{};
        if (!in.comes('{')) return {};
        do {
            std::string_view name;
            std::string_view value;
            if (!in.text(name) || !in.comes(':') || !in.text(value)) return {};
            const int member = member_of(name);
            if (member >= 0) members[static_cast<std::size_t>(member)] = value;
        } while (in.comes(','));
        if (!in.comes('}')) return {};
        sum += sum_of(members);
    } while (in.comes(','));
    if (!in.comes(']') || !in.done()) return {};
    return sum;
}

template <form As, std::optional<total> (*Read)(std::string_view)>
void read(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const std::string body = body_of(count, As);
    const auto expected = Read == skipped ? Read(body) : by_hand(body);
    measure(state, std::string_view{body}, Read, expected.value_or(0));
}

#define READ_AS(as, name, how)                                                        \
    void feedback_##as##name(benchmark::State& state) { read<form::as, how>(state); } \
    BENCHMARK(feedback_##as##name)
#define READ(name, how)                                                \
    READ_AS(compact, name, how)->Arg(1)->Arg(10)->Arg(100)->Arg(1000); \
    READ_AS(pretty, name, how)->Arg(100);                              \
    READ_AS(escaped, name, how)->Arg(100);                             \
    READ_AS(mixed, name, how)->Arg(100)

READ(, predicted);
READ(_generic, generic);
READ(_skipped, skipped);
READ(_by_hand, by_hand);
// ---- writing

std::vector<iothub::feedback_record> records_of(const std::string& body) {
    std::vector<iothub::feedback_record> records;
    iothub::feedback_reader in{body};
    for (const auto& record : in) records.push_back(record);
    return records;
}

std::vector<char> output(1 << 20);

template <class Write>
void write(benchmark::State& state, const Write& how) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const std::string body = body_of(count, form::compact);
    const auto records = records_of(body);
    const auto expected = iothub::encode_feedback(output, records);
    const std::string text{expected->text()};
    measure(state, &records, how, hubwire::bytes{text});
}

using records = const std::vector<iothub::feedback_record>*;

void feedback_write(benchmark::State& state) {
    write(state, [](records from) { return iothub::encode_feedback(output, *from); });
}

void feedback_write_generic(benchmark::State& state) {
    write(state, [](records from) {
        return json::encode(output, [from](auto& out) {
            out.begin_array();
            for (const auto& r : *from) {
                out.begin_object();
                out.member("originalMessageId", *r.original_message_id);
                out.member("enqueuedTimeUtc", *r.enqueued_time_utc);
                out.member("statusCode", r.status_code.text());
                out.member("description", *r.description);
                out.member("deviceId", *r.device_id);
                out.member("deviceGenerationId", *r.device_generation_id);
                out.end_object();
            }
            out.end_array();
        });
    });
}

void feedback_write_by_hand(benchmark::State& state) {
    write(state, [](records from) -> std::optional<hubwire::bytes> {
        char* to = output.data();
        const char* const end = to + output.size();
        const auto put = [&to, end](std::string_view text) {
            if (static_cast<std::size_t>(end - to) < text.size()) return false;
            std::memcpy(to, text.data(), text.size());
            to += text.size();
            return true;
        };
        const auto put_text = [&](std::string_view text) {
            for (const char c : text) {
                if (end - to < 2) return false;
                if (c == '"' || c == '\\') *to++ = '\\';
                *to++ = c;
            }
            return true;
        };
        std::string_view before = "[{\"originalMessageId\":\"";
        for (const auto& r : *from) {
            if (!put(before) || !put_text(r.original_message_id->raw()) || !put("\",\"enqueuedTimeUtc\":\"") ||
                !put_text(r.enqueued_time_utc->raw()) || !put("\",\"statusCode\":\"") ||
                !put_text(r.status_code.text().raw()) || !put("\",\"description\":\"") ||
                !put_text(r.description->raw()) || !put("\",\"deviceId\":\"") || !put_text(r.device_id->raw()) ||
                !put("\",\"deviceGenerationId\":\"") || !put_text(r.device_generation_id->raw()) || !put("\""))
                return {};
            before = "},{\"originalMessageId\":\"";
        }
        if (!put("}]")) return {};
        return hubwire::bytes{output.data(), static_cast<std::size_t>(to - output.data())};
    });
}
BENCHMARK(feedback_write)->Arg(1)->Arg(100);
BENCHMARK(feedback_write_generic)->Arg(100);
BENCHMARK(feedback_write_by_hand)->Arg(1)->Arg(100);

// ---- a twin: two members of a document of any shape, all of which is looked at

void twin_read(benchmark::State& state) {
    const auto op = [](std::string_view from) -> std::optional<bench::versions> {
        json::reader in{from};
        bench::versions found;
        in.enter_object();
        while (in.next_member()) {
            std::int64_t* const version = in.name() == "desired"    ? &found.desired
                                          : in.name() == "reported" ? &found.reported
                                                                    : nullptr;
            if (version == nullptr) continue;
            in.enter_object();
            while (in.next_member()) {
                if (in.name() == "$version") *version = in.get<std::int64_t>();
            }
        }
        if (!in.finish()) return {};
        return found;
    };
    measure(state, bench::twin(), op, bench::versions_of_twin);
}
BENCHMARK(twin_read);

// ---- numbers

template <class T>
hubwire::result<T> read_number(std::string_view text) {
    json::reader in{text};
    return in.finish(in.get<T>());
}
void number_int(benchmark::State& state) { measure(state, "1735689600"sv, read_number<std::int64_t>, 1'735'689'600); }

template <class T>
std::optional<T> read_number_with_std(std::string_view text) {
    T value{};
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) return {};
    return value;
}
std::optional<hubwire::bytes> write_number_with_std(double value) {
    const auto end = std::to_chars(bench::memory.data(), bench::memory.data() + bench::memory.size(), value);
    return hubwire::bytes{bench::memory.data(), static_cast<std::size_t>(end.ptr - bench::memory.data())};
}
void number_int_with_std(benchmark::State& state) {
    measure(state, "1735689600"sv, read_number_with_std<std::int64_t>, 1'735'689'600);
}
void number_double_with_std(benchmark::State& state) {
    measure(state, "21.375"sv, read_number_with_std<double>, 21.375);
}
void number_double_exact_with_std(benchmark::State& state) {
    measure(state, "0.30000000000000004"sv, read_number_with_std<double>, 0.1 + 0.2);
}
void number_write_with_std(benchmark::State& state) {
    measure(state, 21.375, write_number_with_std, hubwire::bytes{"21.375"sv});
}
void number_write_exact_with_std(benchmark::State& state) {
    measure(state, 0.1 + 0.2, write_number_with_std, hubwire::bytes{"0.30000000000000004"sv});
}
void number_double(benchmark::State& state) { measure(state, "21.375"sv, read_number<double>, 21.375); }
void number_double_exact(benchmark::State& state) {
    measure(state, "0.30000000000000004"sv, read_number<double>, 0.1 + 0.2);
}
void number_write(benchmark::State& state) {
    measure(state, 21.375, [](double v) { return json::encode_number(bench::memory, v); }, hubwire::bytes{"21.375"sv});
}
void number_write_exact(benchmark::State& state) {
    measure(
        state, 0.1 + 0.2, [](double v) { return json::encode_number(bench::memory, v); },
        hubwire::bytes{"0.30000000000000004"sv});
}
BENCHMARK(number_int);
BENCHMARK(number_double);
BENCHMARK(number_double_exact);
BENCHMARK(number_write);
BENCHMARK(number_write_exact);
BENCHMARK(number_int_with_std);
BENCHMARK(number_double_with_std);
BENCHMARK(number_double_exact_with_std);
BENCHMARK(number_write_with_std);
BENCHMARK(number_write_exact_with_std);

}  // namespace
