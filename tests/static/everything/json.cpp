// Every public function of json, in functions that anybody could call; as everything/core.cpp.

#include <hubwire/hubwire.hpp>

namespace json = hubwire::json;

template class hubwire::result<json::value>;
template class hubwire::result<json::number>;
template class hubwire::result<json::string>;
template class json::basic_reader<64>;
template class json::basic_reader<200>;
template class json::value_range<json::member>;
template class json::value_range<json::value>;
template class json::writer<hubwire::room::checked>;
template class json::writer<hubwire::room::unchecked>;
template class json::writer<hubwire::room::counting>;

namespace everything {

// string

bool strings(std::string_view plain, const json::string& other) {
    const json::string text{plain};
    return text == other || text.raw().empty() || text.is_escaped() || text.plain() || text.decoded_size() == 5;
}
hubwire::result<hubwire::bytes> of_string(hubwire::buffer output, const json::string& text) {
    const auto decoded = text.decode(output);
    return decoded ? decoded : json::encode_string(output, text);
}

// number

template <json::number_type T>
hubwire::result<T> number(hubwire::buffer output, const json::number& value) {
    const auto found = value.as<T>();
    if (!found || value.text().empty() || value == json::number{}) return found;
    const auto written = json::encode_number(output, *found);
    if (!written) return written.error();
    return found;
}
template hubwire::result<std::uint8_t> number(hubwire::buffer, const json::number&);
template hubwire::result<std::int64_t> number(hubwire::buffer, const json::number&);
template hubwire::result<std::uint64_t> number(hubwire::buffer, const json::number&);
template hubwire::result<double> number(hubwire::buffer, const json::number&);
hubwire::result<hubwire::bytes> same_number(hubwire::buffer output, const json::number& value) {
    return json::encode_number(output, value);
}

// reader

struct found {
    bool truth = false;
    int whole = 0;
    double real = 0;
    json::string text{};
    json::number number{};
    std::optional<int> maybe{};
    std::string_view raw{};
};
hubwire::result<found> read(std::string_view text, const json::options& rules) {
    found all;
    json::reader in{text, rules};
    in.enter_object();
    if (in.find_member("first")) all.truth = in.get<bool>();
    while (in.next_member()) {
        if (in.name() == "array") {
            in.enter_array();
            while (in.next_item()) all.whole += in.get<int>();
        } else if (in.peek() == json::kind::string) {
            all.text = in.get<json::string>();
        } else if (in.read_null()) {
            all.real = in.get<double>();
            all.number = in.get<json::number>();
            all.maybe = in.get<std::optional<int>>();
        } else if (in.depth() == 1) {
            all.raw = in.raw();
        } else {
            in.skip();
        }
    }
    in.leave();
    if (in.ok() && in.offset() == 0) in.fail(hubwire::errc::application, 0);
    const auto done = in.finish();
    if (!done) return in.error();
    return in.finish(all);
}

// value

hubwire::result<int> look(std::string_view text, const json::options& rules) {
    const auto strict = json::decode(text);
    const auto whole = strict ? strict : json::decode(text, rules);
    if (!whole) return whole.error();
    int sum = whole->is_null() || whole->kind() == json::kind::object ? 1 : 0;
    for (const json::member& m : whole->members()) sum += m.name == "a" ? m.value.as<int>().value_or(0) : 0;
    for (const json::value& item : whole->items()) sum += item.text() == "1" && item.offset() == 0 ? 1 : 0;
    if (const auto member = whole->find("a")) sum += member->get<std::optional<int>>("/b")->value_or(0);
    if (sum > 100) return sum;
    if (const auto deep = whole->find_path("/a/b")) return deep->as<int>();
    return whole->get<int>("/c/0");
}

// writer

template <hubwire::room Room>
void put(hubwire::basic_writer<Room>& all, const json::string& text, const json::number& number,
         const json::value& value) {
    json::put_string(all, text);
    json::put_number(all, number);
    json::put_number(all, 0.5);
    json::put_number(all, 5);
    json::writer out{all};
    out.begin_object();
    out.member("a", text);
    out.member("b", number);
    out.member("c", value);
    out.member("d", 0.5);
    out.member("e", true);
    out.member("f", nullptr);
    out.member("g", std::optional<int>{});
    out.begin_array("h");
    out.value(std::uint64_t{5});
    out.raw("{}");
    out.end_array();
    out.end_object();
    if (out.ok()) static_cast<void>(out.finish());
}
template void put(hubwire::writer&, const json::string&, const json::number&, const json::value&);
template void put(hubwire::unchecked_writer&, const json::string&, const json::number&, const json::value&);
template void put(hubwire::counting_writer&, const json::string&, const json::number&, const json::value&);

hubwire::result<std::size_t> encoded(hubwire::buffer output, int n) {
    const auto write = [n](auto& out) { out.value(n); };
    const auto written = json::encode(output, write);
    if (!written) return written.error();
    return json::encoded_size(write);
}

}  // namespace everything
