#ifndef HUBWIRE_IOTHUB_FEEDBACK_HPP
#define HUBWIRE_IOTHUB_FEEDBACK_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/named.hpp>
#include <hubwire/json/reader.hpp>
#include <hubwire/json/string.hpp>
#include <hubwire/text/timestamp.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

/// What becomes of the messages that a service sends to devices, if it asked to be told: an array of records in JSON,
/// up to 64 of them in a message.
namespace hubwire::iothub {

/// The content type of a feedback message.
inline constexpr std::string_view feedback_content_type = "application/vnd.microsoft.iothub.feedback.json";

enum class feedback_status : std::uint8_t { success, expired, delivery_count_exceeded, rejected, purged };

namespace detail {

template <>
struct names_of<feedback_status> {
    static constexpr std::string_view all[] = {"Success", "Expired", "DeliveryCountExceeded", "Rejected", "Purged"};
};

}  // namespace detail

/// What became of one message. A member that is absent, or null, is empty; only the status is not: the hub leaves it
/// out where it is Success.
struct feedback_record {
    std::optional<json::string> original_message_id{};
    std::optional<json::string> enqueued_time_utc{};  // when that became of it, as in 2015-07-28T16:24:48.789Z
    named<feedback_status> status_code{feedback_status::success};
    std::optional<json::string> description{};
    std::optional<json::string> device_id{};
    std::optional<json::string> device_generation_id{};

    /// The time as a moment; it has up to nine digits of fraction. Where it is absent, escaped, or no time, it is
    /// refused as text::decode_timestamp would.
    [[nodiscard]] constexpr result<text::timestamp> enqueued_time() const noexcept {
        return text::decode_timestamp(enqueued_time_utc ? enqueued_time_utc->raw() : std::string_view{});
    }

    friend constexpr bool operator==(const feedback_record&, const feedback_record&) noexcept = default;
};

namespace detail {

/// The members of a record, in the order in which we write them, which is that of the documentation.
enum class feedback_key : std::uint8_t {
    original_message_id,
    enqueued_time_utc,
    status_code,
    description,
    device_id,
    device_generation_id,
    none,  // another one; also what comes before the first
};
inline constexpr std::size_t feedback_key_count = 6;
inline constexpr std::string_view feedback_names[feedback_key_count] = {
    "originalMessageId", "enqueuedTimeUtc", "statusCode", "description", "deviceId", "deviceGenerationId",
};

constexpr feedback_key feedback_key_of(const json::string& name) noexcept {
    std::uint8_t index = 0;
    while (index != feedback_key_count && !(name == feedback_names[index])) ++index;
    return feedback_key{index};
}

/// A name with its quotes and its colon, as it stands where there is no white space, to be compared eight bytes at a
/// time.
template <feedback_key Key>
struct feedback_literal {
    static constexpr std::string_view name = feedback_names[static_cast<std::size_t>(Key)];
    static constexpr std::size_t size = name.size() + 3;
    static constexpr std::array<char, size> characters = [] {
        std::array<char, size> all{'"'};
        for (std::size_t i = 0; i != name.size(); ++i) all[i + 1] = name[i];
        all[size - 2] = '"';
        all[size - 1] = ':';
        return all;
    }();

    HUBWIRE_ALWAYS_INLINE static constexpr word difference(const char* at, std::size_t i) noexcept {
        return load_word(at + i) ^ load_word(characters.data() + i);
    }
    /// Whether the text goes on like this.
    HUBWIRE_ALWAYS_INLINE static constexpr bool stands_at(const char* at, const char* end) noexcept {
        if (end - at < static_cast<std::ptrdiff_t>(size)) return false;
        word different = difference(at, size - word_size);
        for (std::size_t i = 0; i + word_size < size; i += word_size) different |= difference(at, i);
        return different == 0;
    }
};

/// A member of a record, whatever its type.
constexpr void set_member(feedback_record& record, feedback_key key, const std::optional<json::string>& text) noexcept {
    using enum feedback_key;
    switch (key) {
        case original_message_id:
            record.original_message_id = text;
            break;
        case enqueued_time_utc:
            record.enqueued_time_utc = text;
            break;
        case status_code:
            record.status_code = feedback_status::success;
            if (text) record.status_code = *text;
            break;
        case description:
            record.description = text;
            break;
        case device_id:
            record.device_id = text;
            break;
        case device_generation_id:
            record.device_generation_id = text;
            break;
        case none:
            break;
    }
}

/// White space as it stood somewhere last, where the next will mostly be the same: up to seven characters.
struct usual_space {
    word characters = 0;
    word mask = 0;  // of so many bytes
    std::uint32_t size = 0;
};

HUBWIRE_ALWAYS_INLINE constexpr const char* skip_usual_space(const char* at, const char* end,
                                                             usual_space& usual) noexcept {
    // coverage: off, for -Os, and a build with it has it
    if constexpr (optimize_for_size) return json::detail::skip_space(at, end);
    // coverage: on
    if (at != end && static_cast<unsigned char>(*at) > ' ') [[likely]]
        return at;
    if (end - at <= static_cast<std::ptrdiff_t>(word_size)) return json::detail::skip_all_space(at, end);
    const word w = load_word(at);
    if ((w & usual.mask) == usual.characters && static_cast<unsigned char>(at[usual.size]) > ' ') [[likely]]
        return at + usual.size;
    const char* const behind = json::detail::skip_all_space(at, end);
    if (const auto size = static_cast<std::size_t>(behind - at); size < word_size) {
        usual.size = static_cast<std::uint32_t>(size);
        usual.mask = (word{1} << 8 * size) - 1;
        usual.characters = w & usual.mask;
    }
    return behind;
}

/// What the records so far were like, since the next one will be like them: which member came behind which, and how
/// long its text was. Nothing depends on it but the time it takes.
struct feedback_habits {
    std::array<feedback_key, feedback_key_count + 1> next{
        feedback_key::description,          feedback_key::status_code,       feedback_key::none,
        feedback_key::device_generation_id, feedback_key::enqueued_time_utc, feedback_key::device_id,
        feedback_key::original_message_id};
    std::array<std::uint32_t, feedback_key_count> size{36, 28, 7, 7, 8, 18};
    usual_space before_name{};
    usual_space before_value{};
};

/// find_string_end, where the string is likely to be as long as the last one: then nothing waits for the length to be
/// found out.
HUBWIRE_ALWAYS_INLINE constexpr json::detail::string_end find_likely_string_end(const char* at, const char* end,
                                                                                bool replace_lone,
                                                                                std::uint32_t& likely_size) noexcept {
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated()) {
        constexpr std::size_t two_blocks = 2 * sizeof(block);
        const std::size_t size = likely_size;
        const auto special = [](const char* from) {
            return json::detail::special_bytes_at(from) | json::detail::special_bytes_at(from + sizeof(block))
                                                              << sizeof(block);
        };
        if (end - at > static_cast<std::ptrdiff_t>(2 * two_blocks) && at[size] == '"') [[likely]] {
            if (size < two_blocks) {
                if ((special(at) & ((1u << size) - 1)) == 0) [[likely]]
                    return {.at = at + size};
            } else if ((special(at) | special(at + (size - two_blocks))) == 0) {
                return {.at = at + size};
            }
        }
        const auto found = json::detail::find_string_end(at, end, replace_lone);
        // Where there were escapes, a guess would be in vain the next time too: no text ends where it begins.
        const auto length = found.escaped ? 0 : static_cast<std::size_t>(found.at - at);
        likely_size = static_cast<std::uint32_t>(length < 2 * two_blocks ? length : 2 * two_blocks);
        return found;
    }
    // coverage: off, for constant expressions, and for machines without blocks
#endif
    static_cast<void>(likely_size);
    return json::detail::find_string_end(at, end, replace_lone);
    // coverage: on
}

/// Reads a record that is as records are, whose opening brace was read: returns what comes behind it. Null if anything
/// is wrong, which is for a reader of JSON to tell.
constexpr const char* read_usual_record(const char* at, const char* end, feedback_record& record,
                                        feedback_habits& habits, bool replace_lone) noexcept {
    using json::detail::skip_space;
    using enum feedback_key;
    at = skip_space(at, end);
    if (at == end) return nullptr;
    if (*at == '}') return at + 1;
    feedback_key before = none;
    while (true) {
        feedback_key key = habits.next[static_cast<std::size_t>(before)];
        const auto is_next = [&]<feedback_key Key>() HUBWIRE_INLINE_LAMBDA {
            if (!feedback_literal<Key>::stands_at(at, end)) return false;
            at += feedback_literal<Key>::size;
            return true;
        };
        bool foreseen = false;
        switch (key) {
            case original_message_id:
                foreseen = is_next.template operator()<original_message_id>();
                break;
            case enqueued_time_utc:
                foreseen = is_next.template operator()<enqueued_time_utc>();
                break;
            case status_code:
                foreseen = is_next.template operator()<status_code>();
                break;
            case description:
                foreseen = is_next.template operator()<description>();
                break;
            case device_id:
                foreseen = is_next.template operator()<device_id>();
                break;
            case device_generation_id:
                foreseen = is_next.template operator()<device_generation_id>();
                break;
            case none:
                break;
        }
        if (!foreseen) {
            if (at == end || *at != '"') return nullptr;
            const auto name_end = json::detail::find_string_end(at + 1, end, replace_lone);
            if (name_end.code != errc::none) return nullptr;
            key = feedback_key_of(json::detail::string_maker::make(at + 1, name_end));
            at = skip_space(name_end.at + 1, end);
            if (at == end || *at != ':') return nullptr;
            ++at;
            habits.next[static_cast<std::size_t>(before)] = key;
        }
        at = skip_usual_space(at, end, habits.before_value);
        if (at == end) return nullptr;
        if (*at == '"' && key != none) [[likely]] {
            const auto found =
                find_likely_string_end(at + 1, end, replace_lone, habits.size[static_cast<std::size_t>(key)]);
            if (found.code != errc::none) return nullptr;
            set_member(record, key, json::detail::string_maker::make(at + 1, found));
            at = found.at + 1;
        } else {
            if (key != none && *at != 'n') return nullptr;
            json::detail::nesting<json::default_max_depth> levels;
            levels.push(false);
            levels.push(true);
            const auto found = json::detail::find_value_end(at, end, levels, replace_lone);
            if (found.code != errc::none) return nullptr;
            set_member(record, key, std::nullopt);
            at = found.at;
        }
        before = key;
        at = skip_space(at, end);
        if (at == end) return nullptr;
        if (*at == '}') return at + 1;
        if (*at != ',') return nullptr;
        at = skip_usual_space(at + 1, end, habits.before_name);
    }
}

}  // namespace detail

/// Reads the records of a feedback body, one after the other, as views into it:
///     iothub::feedback_reader feedback{body};
///     for (const iothub::feedback_record& record : feedback) ...
///     const auto done = feedback.finish();
/// Members that are not known are skipped, and of one that is there twice the last counts. The first thing that is
/// wrong ends it, where finish() says: records before it have been seen by then.
class feedback_reader {
public:
    constexpr feedback_reader() noexcept : feedback_reader{"[]"} {}
    constexpr explicit feedback_reader(std::string_view body, const json::options& rules = {}) noexcept
        : begin_{body.data()}, at_{body.data()}, end_{body.data() + body.size()}, rules_{rules} {}

    /// Goes to the next record, which is record() then. False behind the last, and after a failure.
    constexpr bool next() noexcept {
        using json::detail::skip_space;
        if (state_ == state::done) return false;
        at_ = skip_space(at_, end_);
        if (at_ == end_) return fail(errc::json_end, end_);
        if (state_ == state::outside) {
            if (*at_ != '[') return fail_outside();
            at_ = skip_space(at_ + 1, end_);
            if (at_ == end_) return fail(errc::json_end, end_);
            state_ = state::inside;
            if (*at_ == ']') return finish_array();
        } else {
            if (*at_ == ']') return finish_array();
            if (*at_ != ',') return fail(errc::json_comma, at_);
            at_ = skip_space(at_ + 1, end_);
        }
        return read_record();
    }
    [[nodiscard]] constexpr const feedback_record& record() const noexcept HUBWIRE_LIFETIMEBOUND { return record_; }

    [[nodiscard]] constexpr bool ok() const noexcept { return error_.code == errc::none; }

    /// Reads what is left, and says what was wrong first, if anything was. Its offset is one in the body.
    [[nodiscard]] constexpr result<void> finish() noexcept {
        while (next()) {
        }
        if (!ok()) return error_;
        return {};
    }

    /// Goes through what is left, once; all iterators are at the same record.
    class iterator {
    public:
        using value_type = feedback_record;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        /// Pre, as for the next two: it is not at the end, or the program traps.
        [[nodiscard]] constexpr const feedback_record& operator*() const noexcept {
            detail::require(in_ != nullptr);
            return in_->record_;
        }
        constexpr const feedback_record* operator->() const noexcept { return &**this; }
        constexpr iterator& operator++() noexcept {
            detail::require(in_ != nullptr);
            if (!in_->next()) in_ = nullptr;
            return *this;
        }
        constexpr void operator++(int) noexcept { ++*this; }
        friend constexpr bool operator==(const iterator&, const iterator&) noexcept = default;

    private:
        friend feedback_reader;
        constexpr explicit iterator(feedback_reader& in) noexcept : in_{&in} { ++*this; }
        feedback_reader* in_ = nullptr;
    };
    [[nodiscard]] constexpr iterator begin() noexcept HUBWIRE_LIFETIMEBOUND { return iterator{*this}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

private:
    enum class state : std::uint8_t { outside, inside, done };

    constexpr bool fail(errc code, const char* at) noexcept {
        error_ = {.code = code, .offset = static_cast<std::size_t>(at - begin_)};
        state_ = state::done;
        record_ = {};
        return false;
    }

    /// Fails as a reader of JSON has it.
    template <class Reader>
    constexpr bool fail_as(const Reader& in) noexcept {
        return fail(in.error().code, at_ + in.error().offset);
    }
    constexpr bool fail_outside() noexcept {
        json::reader in{rest(), rules_};
        in.enter_array();
        return fail_as(in);
    }

    constexpr bool finish_array() noexcept {
        at_ = json::detail::skip_space(at_ + 1, end_);
        if (at_ != end_) return fail(errc::json_leftover, at_);
        state_ = state::done;
        record_ = {};
        return false;
    }

    constexpr bool read_record() noexcept {
        record_ = {};
        if (at_ != end_ && *at_ == '{') {
            const char* const behind =
                detail::read_usual_record(at_ + 1, end_, record_, habits_, rules_.replace_lone_surrogates);
            if (behind != nullptr) [[likely]] {
                at_ = behind;
                return true;
            }
        }
        return fail_record();
    }
    HUBWIRE_COLD constexpr bool fail_record() noexcept {
        json::basic_reader<json::default_max_depth - 1> in{rest(), rules_};
        in.enter_object();
        while (in.next_member()) {
            if (detail::feedback_key_of(in.name()) == detail::feedback_key::none) continue;
            static_cast<void>(in.template get<std::optional<json::string>>());
        }
        hubwire::detail::require(!in.ok());
        return fail_as(in);
    }

    [[nodiscard]] constexpr std::string_view rest() const noexcept {
        return {at_, static_cast<std::size_t>(end_ - at_)};
    }

    const char* begin_;
    const char* at_;
    const char* end_;
    feedback_record record_{};
    detail::feedback_habits habits_{};
    error error_{};
    json::options rules_;
    state state_ = state::outside;
};

/// Anything with begin and end over records: an array, a vector, a view, or a reader of another feedback.
template <class Range>
concept feedback_records = requires(Range& range) {
    { *std::begin(range) } -> std::convertible_to<const feedback_record&>;
    std::end(range);
};

/// Writes the body of a feedback message: an array of the records, with the members that they have. Where a reader is
/// written, and ends before its array does, this fails with the reader's error code.
template <room Room, feedback_records Range>
constexpr void put_feedback(basic_writer<Room>& out, Range&& records) noexcept {
    const auto put_literal = [&out](std::string_view text) HUBWIRE_INLINE_LAMBDA { out.put(text); };
    std::string_view before_record = "[{";
    for (const feedback_record& record : records) {
        put_literal(before_record);
        before_record = "},{";
        std::string_view comma;
        const auto member = [&]<detail::feedback_key Key>(const std::optional<json::string>& text)
                                HUBWIRE_INLINE_LAMBDA {
                                    if (!text) return;
                                    put_literal(comma);
                                    constexpr auto& name = detail::feedback_literal<Key>::characters;
                                    put_literal({name.data(), name.size()});
                                    json::put_string(out, *text);
                                    comma = ",";
                                };
        using enum detail::feedback_key;
        member.template operator()<original_message_id>(record.original_message_id);
        member.template operator()<enqueued_time_utc>(record.enqueued_time_utc);
        member.template operator()<status_code>(record.status_code.text());
        member.template operator()<description>(record.description);
        member.template operator()<device_id>(record.device_id);
        member.template operator()<device_generation_id>(record.device_generation_id);
    }
    put_literal(before_record.size() == 2 ? "[]" : "}]");
    if constexpr (std::same_as<std::remove_cvref_t<Range>, feedback_reader>) {
        if (const auto all = records.finish(); !all) out.fail(all.error().code);
    }
}
template <feedback_records Range>
[[nodiscard]] constexpr result<bytes> encode_feedback(buffer output HUBWIRE_LIFETIMEBOUND, Range&& records) noexcept {
    writer out{output};
    put_feedback(out, records);
    return out.finish();
}

/// How many bytes encode_feedback would write, or why it would not.
template <feedback_records Range>
[[nodiscard]] constexpr result<std::size_t> feedback_size(Range&& records) noexcept {
    counting_writer out;
    put_feedback(out, records);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif
