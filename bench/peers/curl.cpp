#include <curl/curl.h>

#include "../samples/text.hpp"
#include "../support/measure.hpp"

// libcurl's escaping, which answers with memory that it has asked for.

namespace {

using bench::clean;
using bench::escaping;
using bench::measure;
using hubwire::bytes;

class answer {
public:
    explicit answer(char* text, std::size_t size) : text_{text}, size_{size} {}
    answer(const answer&) = delete;
    answer(answer&& other) noexcept : text_{std::exchange(other.text_, nullptr)}, size_{other.size_} {}
    answer& operator=(const answer&) = delete;
    answer& operator=(answer&&) = delete;
    ~answer() { curl_free(text_); }

    friend bool operator==(const answer& a, bytes b) { return a.text_ != nullptr && bytes{a.text_, a.size_} == b; }

private:
    char* text_;
    std::size_t size_;
};

std::string escaped(std::string_view from) {
    const auto encoded = hubwire::text::encode_percent(bench::memory, from);
    return std::string{encoded->text()};
}

void encode(benchmark::State& state, std::string_view text) {
    CURL* const curl = curl_easy_init();
    const auto op = [curl](std::string_view from) {
        char* const to = curl_easy_escape(curl, from.data(), static_cast<int>(from.size()));
        return std::optional<answer>{std::in_place, to, to == nullptr ? 0 : std::char_traits<char>::length(to)};
    };
    const std::string expected = escaped(text);
    measure(state, text, op, bytes{expected});
    curl_easy_cleanup(curl);
}
void decode(benchmark::State& state, std::string_view text) {
    CURL* const curl = curl_easy_init();
    const auto op = [curl](std::string_view from) {
        int size = 0;
        char* const to = curl_easy_unescape(curl, from.data(), static_cast<int>(from.size()), &size);
        return std::optional<answer>{std::in_place, to, static_cast<std::size_t>(size)};
    };
    const std::string from = escaped(text);
    measure(state, std::string_view{from}, op, bytes{text});
    curl_easy_cleanup(curl);
}

void percent_encode_with_curl(benchmark::State& state) { encode(state, escaping); }
void percent_encode_clean_with_curl(benchmark::State& state) { encode(state, clean); }
void percent_decode_with_curl(benchmark::State& state) { decode(state, escaping); }
void percent_decode_clean_with_curl(benchmark::State& state) { decode(state, clean); }
BENCHMARK(percent_encode_with_curl);
BENCHMARK(percent_encode_clean_with_curl);
BENCHMARK(percent_decode_with_curl);
BENCHMARK(percent_decode_clean_with_curl);

}  // namespace
