// Every public function of the core, for several types, in functions that anybody could call: all of it ends up in the
// object file. static.undefined_symbols compiles it without exceptions and RTTI, and looks at what it needs.

#include <hubwire/hubwire.hpp>

#include <array>

template class hubwire::result<std::uint8_t>;
template class hubwire::result<std::size_t>;
template class hubwire::result<std::string_view>;
template class hubwire::result<hubwire::bytes>;

namespace everything {

static_assert(HUBWIRE_VERSION_MAJOR + HUBWIRE_VERSION_MINOR + HUBWIRE_VERSION_PATCH > 0);

// bytes and buffer

template <class B>
hubwire::bytes bytes_of(const std::array<B, 4>& array, const B (&plain)[4], std::span<B> span,
                        std::span<const B> view) {
    const hubwire::bytes all[] = {array, std::span{plain}, span, view};
    return all[view.size() % 4];
}
template hubwire::bytes bytes_of(const std::array<char, 4>&, const char (&)[4], std::span<char>, std::span<const char>);
template hubwire::bytes bytes_of(const std::array<unsigned char, 4>&, const unsigned char (&)[4],
                                 std::span<unsigned char>, std::span<const unsigned char>);
template hubwire::bytes bytes_of(const std::array<std::byte, 4>&, const std::byte (&)[4], std::span<std::byte>,
                                 std::span<const std::byte>);

template <class B>
std::span<const B> span_of(hubwire::bytes some) {
    const std::span<const B> converted = some;
    return some.empty() ? converted : some.as<B>();
}
template std::span<const char> span_of(hubwire::bytes);
template std::span<const unsigned char> span_of(hubwire::bytes);
template std::span<const std::byte> span_of(hubwire::bytes);

hubwire::bytes no_bytes() { return {}; }
template <class B>
hubwire::bytes bytes_at(const B* data, std::size_t size) {
    return {data, size};
}
template hubwire::bytes bytes_at(const char*, std::size_t);
template hubwire::bytes bytes_at(const unsigned char*, std::size_t);
template hubwire::bytes bytes_at(const std::byte*, std::size_t);
hubwire::bytes bytes_of_text(std::string_view text) { return text; }
hubwire::bytes middle(hubwire::bytes some, std::size_t n) { return some.without_first(n).first(n); }
std::string_view text(hubwire::bytes some) { return some.text(); }
bool equal(hubwire::bytes a, hubwire::bytes b) { return a == b && a != no_bytes(); }
unsigned sum(hubwire::bytes some) {
    unsigned total = 0;
    for (std::size_t i = 0; i != some.size(); ++i) total += some[i];
    return some.data() == nullptr ? 0 : total;
}

template <class B>
hubwire::buffer buffer_of(std::array<B, 4>& array, B (&plain)[4], std::span<B> span) {
    const hubwire::buffer all[] = {array, plain, span, {}};
    return all[span.size() % 4];
}
template hubwire::buffer buffer_of(std::array<char, 4>&, char (&)[4], std::span<char>);
template hubwire::buffer buffer_of(std::array<unsigned char, 4>&, unsigned char (&)[4], std::span<unsigned char>);
template hubwire::buffer buffer_of(std::array<std::byte, 4>&, std::byte (&)[4], std::span<std::byte>);

hubwire::buffer no_buffer() { return {}; }
template <class B>
hubwire::buffer buffer_at(B* data, std::size_t size) {
    return {data, size};
}
template hubwire::buffer buffer_at(char*, std::size_t);
template hubwire::buffer buffer_at(unsigned char*, std::size_t);
template hubwire::buffer buffer_at(std::byte*, std::size_t);
std::span<char> span_of(hubwire::buffer some) {
    return some.empty() ? std::span<char>{} : std::span<char>{some.data(), some.size()};
}

// error and result

std::string_view message(const hubwire::error& error) { return error.message(); }
std::string_view rule(const hubwire::error& error) { return error.rule(); }
bool incomplete(const hubwire::error& error) { return error.incomplete() && error != hubwire::error{}; }

hubwire::result<void> success() { return {}; }
hubwire::result<void> failure(const hubwire::error& error) { return error; }
hubwire::error error_of(const hubwire::result<void>& check) {
    return check || check.has_value() || check.incomplete() ? hubwire::error{} : check.error();
}

// utf8

std::size_t valid_prefix(std::string_view text, hubwire::nul zero) { return hubwire::utf8_valid_prefix(text, zero); }
bool valid(std::string_view text, hubwire::nul zero) { return hubwire::is_utf8(text, zero); }
hubwire::result<void> check(std::string_view text, hubwire::nul zero) { return hubwire::check_utf8(text, zero); }

// reader

template <class U>
U number(hubwire::reader& in) {
    return in.be<U>();
}
template std::uint8_t number(hubwire::reader&);
template std::uint16_t number(hubwire::reader&);
template std::uint32_t number(hubwire::reader&);
template std::uint64_t number(hubwire::reader&);

template <class U>
hubwire::bytes sized(hubwire::reader& in) {
    return in.sized<U>();
}
template hubwire::bytes sized<std::uint8_t>(hubwire::reader&);
template hubwire::bytes sized<std::uint16_t>(hubwire::reader&);
template hubwire::bytes sized<std::uint32_t>(hubwire::reader&);

template <class T>
hubwire::result<T> result_of(const hubwire::reader& in, T value) {
    return in.result_of(value);
}
template hubwire::result<std::uint16_t> result_of(const hubwire::reader&, std::uint16_t);
template hubwire::result<std::string_view> result_of(const hubwire::reader&, std::string_view);
template hubwire::result<hubwire::bytes> result_of(const hubwire::reader&, hubwire::bytes);

std::uint64_t numbers(hubwire::reader& in) { return std::uint64_t{in.u8()} + in.u16() + in.u32() + in.u64(); }
hubwire::reader reader_of(hubwire::bytes input, hubwire::errc when_short) { return hubwire::reader{input, when_short}; }
hubwire::error where(const hubwire::reader& in) { return in.ok() ? hubwire::error{} : in.error(); }
std::size_t extent(const hubwire::reader& in) { return in.offset() + in.left(); }
hubwire::bytes limited(hubwire::reader& in, std::size_t limit) { return limit == 0 ? in.sized8() : in.sized32(limit); }
hubwire::bytes since(const hubwire::reader& in, std::size_t offset) { return in.read_since(offset); }
hubwire::result<std::uint16_t> finish(hubwire::reader& in) { return in.finish(in.u16()); }
void check(hubwire::reader& in) {
    const hubwire::bytes text = in.sized16();
    in.expect(text, hubwire::check_utf8(text.text()));
}
hubwire::bytes some(hubwire::reader& in, std::size_t n) { return n == 0 ? in.rest() : in.take(n); }
hubwire::bytes part(hubwire::reader& in, std::size_t n) {
    const auto around = in.enter(n);
    const hubwire::bytes inner = in.rest();
    in.leave(around);
    return inner;
}
void fail(hubwire::reader& in, hubwire::errc code, std::size_t at) {
    in.fail(code);
    in.fail(code, at);
}

// writer

template <class Writer>
void write(Writer& out, hubwire::bytes value, std::uint64_t number) {
    out.put(value);
    out.u8(static_cast<std::uint8_t>(number));
    out.u16(static_cast<std::uint16_t>(number));
    out.u32(static_cast<std::uint32_t>(number));
    out.u64(number);
    out.template be<std::uint8_t>(1);
    out.template be<std::uint16_t>(1);
    out.template be<std::uint32_t>(1);
    out.template be<std::uint64_t>(1);
    out.template sized<std::uint8_t>(value);
    out.template sized<std::uint16_t>(value);
    out.template sized<std::uint32_t>(value);
    out.sized8(value);
    out.sized16(value);
    out.sized32(value);
    out.put_with(2, [](char* to) { to[0] = to[1] = ' '; });
    out.put_with(
        4, [] { return std::size_t{1}; },
        [](char* to) {
            *to = ' ';
            return std::size_t{1};
        });
    const auto size = out.reserve32();
    out.fill(out.reserve8(), number);
    out.fill(out.reserve16(), number);
    out.fill(out.template reserve<std::uint64_t>(), number);
    out.fill_size(size);
    if (out.ok() && out.size() > 1000) out.fail(hubwire::errc::too_long);
}
template void write(hubwire::writer&, hubwire::bytes, std::uint64_t);
template void write(hubwire::unchecked_writer&, hubwire::bytes, std::uint64_t);
template void write(hubwire::counting_writer&, hubwire::bytes, std::uint64_t);

hubwire::result<hubwire::bytes> all_checked(hubwire::buffer output, hubwire::bytes value) {
    hubwire::writer out{output};
    write(out, value, value.size());
    return out.finish();
}
hubwire::result<hubwire::bytes> all_unchecked(hubwire::buffer output, hubwire::bytes value) {
    hubwire::unchecked_writer out{output};
    write(out, value, value.size());
    return out.finish();
}
hubwire::result<std::size_t> all_counted(hubwire::bytes value) {
    hubwire::counting_writer out;
    write(out, value, value.size());
    return out.finish();
}

hubwire::bytes all_received(hubwire::buffer memory, hubwire::bytes value) {
    hubwire::receive_buffer in{memory};
    for (const unsigned char byte : value) {
        const hubwire::buffer space = in.free_space(value.size());
        if (space.empty() || in.stream().size() == in.capacity()) in.consume(in.stream().size());
        if (in.free_space().empty()) break;
        *in.free_space().data() = static_cast<char>(byte);
        in.received(1);
    }
    return in.stream();
}

}  // namespace everything
