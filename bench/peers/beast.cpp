#include <boost/beast/websocket/detail/hybi13.hpp>
#include <boost/beast/websocket/detail/mask.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "../support/measure.hpp"

// Boost.Beast: what its WebSocket does for each payload and each handshake, taken out of its streams.

namespace {

namespace beast = boost::beast::websocket::detail;
namespace websocket = hubwire::websocket;
using bench::measure;
using hubwire::bytes;

std::array<char, 65'536> payload;

void mask(char* data, std::size_t size) {
    beast::prepared_key key;
    beast::prepare_key(key, 0x3d21fa37);  // the first byte is the last of the number
    beast::mask_inplace(boost::asio::mutable_buffer{data, size}, key);
}

template <std::size_t Size>
void mask(benchmark::State& state) {
    std::string theirs(Size, 'x');
    std::string ours = theirs;
    mask(theirs.data(), Size);
    websocket::mask(ours, websocket::masking_key{0x37fa213d});
    if (theirs != ours) return state.SkipWithError("this is not what was expected");
    measure(
        state, bytes{payload.data(), Size},
        [](bytes all) -> std::optional<std::size_t> {
            mask(payload.data(), all.size());
            return all.size();
        },
        Size);
}
void mask_16_with_beast(benchmark::State& state) { mask<16>(state); }
void mask_1k_with_beast(benchmark::State& state) { mask<1024>(state); }
void mask_64k_with_beast(benchmark::State& state) { mask<65'536>(state); }
BENCHMARK(mask_16_with_beast);
BENCHMARK(mask_1k_with_beast);
BENCHMARK(mask_64k_with_beast);

void accept_key_with_beast(benchmark::State& state) {
    const auto key = websocket::handshake_key::on_the_wire("dGhlIHNhbXBsZSBub25jZQ==");
    beast::sec_ws_accept_type accept;
    const auto op = [&accept](const websocket::handshake_key& of) {
        beast::make_sec_ws_accept(accept, {of.text().data(), of.text().size()});
        return std::optional{std::string_view{accept.data(), accept.size()}};
    };
    measure(state, key, op, websocket::accept_key{key}.text());
}
BENCHMARK(accept_key_with_beast);

}  // namespace
