// Every public function of text, in functions that anybody could call; as everything/core.cpp.

#include <hubwire/hubwire.hpp>

template class hubwire::result<hubwire::text::timestamp>;

namespace everything {

namespace text = hubwire::text;

// decimal

template <text::detail::decimal_number T>
hubwire::result<T> decimal(hubwire::buffer output, T value) {
    const auto written = text::encode_decimal(output, value);
    if (!written) return written.error();
    const auto strict = text::decode_decimal<T>(written->text(), {.refuse_leading_zeros = true});
    return strict ? strict : text::decode_decimal<T>(written->text());
}
template hubwire::result<std::uint8_t> decimal(hubwire::buffer, std::uint8_t);
template hubwire::result<std::int16_t> decimal(hubwire::buffer, std::int16_t);
template hubwire::result<std::uint32_t> decimal(hubwire::buffer, std::uint32_t);
template hubwire::result<std::int64_t> decimal(hubwire::buffer, std::int64_t);
template hubwire::result<std::uint64_t> decimal(hubwire::buffer, std::uint64_t);
static_assert(text::max_decimal_size == 20 && text::max_timestamp_size == 30);

// base64

hubwire::result<hubwire::bytes> to_base64(hubwire::buffer output, hubwire::bytes value) {
    return text::encode_base64(output, value);
}
hubwire::result<hubwire::bytes> of_base64(hubwire::buffer output, std::string_view value) {
    return text::decode_base64(output, value);
}
hubwire::result<std::size_t> base64_sizes(std::string_view value) {
    const auto size = text::base64_encoded_size(value.size());
    return size ? size : text::base64_decoded_size(value);
}

// percent

text::percent_options percent_rules(std::string_view besides, bool flag) {
    const text::bare_characters bare{besides};
    return {.bare = bare.contains('a') ? bare
                    : flag             ? text::unreserved
                                       : text::uri_component,
            .lower_case = flag,
            .keep_malformed = flag};
}
hubwire::result<hubwire::bytes> to_percent(hubwire::buffer output, std::string_view value,
                                           const text::percent_options& rules) {
    const auto encoded = text::encode_percent(output, value);
    return encoded ? encoded : text::encode_percent(output, value, rules);
}
hubwire::result<hubwire::bytes> of_percent(hubwire::buffer output, std::string_view value,
                                           const text::percent_options& rules) {
    const auto decoded = text::decode_percent(output, value);
    return decoded ? decoded : text::decode_percent(output, value, rules);
}
hubwire::result<std::size_t> percent_sizes(std::string_view value, const text::percent_options& rules) {
    const auto size = text::percent_encoded_size(value, rules);
    return size ? size : text::percent_decoded_size(value, rules);
}
bool same_text(std::string_view encoded, std::string_view plain, const text::percent_options& rules) {
    return text::percent_decodes_to(encoded, plain) || text::percent_decodes_to(encoded, plain, rules);
}

hubwire::result<std::size_t> lies_encoded(const text::percent_text& a, std::string_view value, hubwire::buffer output) {
    const text::percent_text b{value, a.keeps_malformed()};
    const text::percent_text c{value};
    if (a == b || a == value || c.is_plain() || c.plain() || c.decode(output)) return b.raw().size();
    return b.decoded_size();
}

// timestamp

hubwire::result<text::timestamp> of_timestamp(std::string_view value, const text::timestamp_options& rules) {
    const auto strict = text::decode_timestamp(value);
    return strict ? strict : text::decode_timestamp(value, rules);
}
hubwire::result<hubwire::bytes> to_timestamp(hubwire::buffer output, const text::timestamp& moment,
                                             const text::timestamp_options& rules) {
    const auto written = text::encode_timestamp(output, moment);
    return written ? written : text::encode_timestamp(output, moment, rules);
}
bool order(std::int64_t since_1970) {
    const auto a = text::timestamp::from_milliseconds(since_1970);
    const auto b = text::timestamp::from_nanoseconds(since_1970);
    return a < b && a.in_milliseconds() && b.in_nanoseconds() && a != b;
}

// into writers

template <hubwire::room Room>
void put(hubwire::basic_writer<Room>& out, std::string_view value, const text::timestamp& moment) {
    text::put_base64(out, value);
    text::put_percent(out, value, {.lower_case = true});
    text::put_percent(out, text::percent_text{value});
    text::put_percent(out, text::percent_text{value}, {.lower_case = true});
    text::put_decoded(out, text::percent_text{value});
    text::put_decimal(out, moment.seconds);
    text::put_decimal(out, moment.nanoseconds);
    text::put_timestamp(out, moment, {.fraction_digits = 3});
}
template void put(hubwire::writer&, std::string_view, const text::timestamp&);
template void put(hubwire::unchecked_writer&, std::string_view, const text::timestamp&);
template void put(hubwire::counting_writer&, std::string_view, const text::timestamp&);

}  // namespace everything
