// Breaks a precondition, and says so if it is still there afterwards.
//
//     trap                 prints the kinds there are
//     trap <kind> keep     keeps within the precondition
//     trap <kind> break    goes one beyond it

#include <hubwire/hubwire.hpp>

#include <cstdio>
#include <cstring>

namespace {

constexpr std::string_view four = "four";

// The offset is 0 to keep the precondition, 1 to break it; neither is known to the compiler.
const struct {
    const char* kind;
    std::size_t (*use)(std::size_t offset);
} kinds[] = {
    {"bytes_index", [](std::size_t offset) { return std::size_t{hubwire::bytes{four}[3 + offset]}; }},
    {"bytes_index_of_empty",
     [](std::size_t offset) { return std::size_t{hubwire::bytes{four.data(), 1 - offset}[0]}; }},
    {"mqtt_list_under_the_output",
     [](std::size_t offset) {
         char memory[64]{};
         const std::string_view filters[] = {"ab", "cd", "ef", "gh"};
         const auto packet =
             hubwire::mqtt::encode(memory, hubwire::mqtt::unsubscribe{.packet_id = 1, .filters = filters});
         const auto decoded = hubwire::mqtt::decode<hubwire::mqtt::unsubscribe>(*packet);
         char elsewhere[64]{};
         const hubwire::buffer output{offset == 0 ? elsewhere : memory + 1, packet->size()};
         return hubwire::mqtt::encode(output, *decoded)->size();
     }},
    {"mqtt_list_front_of_empty",
     [](std::size_t offset) {
         const std::string_view filters[] = {"a"};
         const hubwire::mqtt::filter_list list{std::span{filters}.first(1 - offset)};
         return list.front().size();
     }},
    {"mqtt_range_that_changes",
     [](std::size_t offset) {
         struct changing {
             std::size_t by;
             std::size_t* passes;
             const std::string_view* begin() const { return text + (*passes)++ * by; }
             const std::string_view* end() const { return begin_of_end(); }
             const std::string_view* begin_of_end() const { return text + 3; }
             std::string_view text[3] = {"a", "b", "c"};
         };
         char memory[64];
         std::size_t passes = 0;
         return hubwire::mqtt::encode_unsubscribe(memory, 1, changing{.by = offset, .passes = &passes})->size();
     }},
    {"buffer_without_first",
     [](std::size_t offset) {
         char memory[4];
         return hubwire::buffer{memory}.without_first(4 + offset).size();
     }},
    {"bytes_first", [](std::size_t offset) { return hubwire::bytes{four}.first(4 + offset).size(); }},
    {"bytes_without_first", [](std::size_t offset) { return hubwire::bytes{four}.without_first(4 + offset).size(); }},
    {"maybe_value",
     [](std::size_t offset) {
         const hubwire::maybe<std::size_t> number = offset == 0 ? hubwire::maybe<std::size_t>{1} : std::nullopt;
         return *number;
     }},
    {"result_value",
     [](std::size_t offset) {
         hubwire::reader in{hubwire::bytes{four}.first(4 - offset)};
         const std::uint32_t number = in.u32();
         return std::size_t{*in.result_of(number)};
     }},
    {"result_member",
     [](std::size_t offset) {
         hubwire::reader in{hubwire::bytes{four}.first(4 - offset)};
         const auto part = in.take(4);
         return in.result_of(part)->size();
     }},
    {"result_error",
     [](std::size_t offset) {
         hubwire::reader in{hubwire::bytes{four}.first(3 + offset)};
         const std::uint32_t number = in.u32();
         return in.result_of(number).error().needed;
     }},
    {"result_of_no_error",
     [](std::size_t offset) {
         const auto code = offset == 0 ? hubwire::errc::no_space : hubwire::errc::none;
         return std::size_t{hubwire::result<int>{hubwire::error{.code = code}}.has_value()};
     }},
    {"result_void_error",
     [](std::size_t offset) {
         constexpr std::string_view text = "\xFF";
         return hubwire::check_utf8(text.data() + offset, hubwire::nul::refused).error().offset;
     }},
    {"result_void_of_no_error",
     [](std::size_t offset) {
         const auto code = offset == 0 ? hubwire::errc::no_space : hubwire::errc::none;
         return std::size_t{hubwire::result<void>{hubwire::error{.code = code}}.has_value()};
     }},
    {"reader_fail_with_none",
     [](std::size_t offset) {
         hubwire::reader in{four};
         in.fail(offset == 0 ? hubwire::errc::leftover : hubwire::errc::none);
         return in.left();
     }},
    {"writer_fail_with_none",
     [](std::size_t offset) {
         char memory[4];
         hubwire::writer out{memory};
         out.fail(offset == 0 ? hubwire::errc::too_long : hubwire::errc::none);
         return out.size();
     }},
    {"writer_fill_of_another",
     [](std::size_t offset) {
         char memory[8];
         hubwire::writer longer{memory};
         longer.u32(0);
         const auto place = longer.reserve16();
         hubwire::writer other{memory};
         other.u32(0);
         if (offset == 0) other.u16(0);
         other.fill(place, 1);
         return other.size();
     }},
    {"counting_writer_fill_size_of_another",
     [](std::size_t offset) {
         hubwire::counting_writer longer;
         longer.u32(0);
         const auto place = longer.reserve16();
         hubwire::counting_writer other;
         other.u32(0);
         if (offset == 0) other.u16(0);
         other.fill_size(place);
         return other.size();
     }},
    {"unchecked_writer_finish_after_overflow",
     [](std::size_t offset) {
         char memory[8];
         hubwire::unchecked_writer out{hubwire::buffer{memory, 4 - offset}};
         out.u32(0);
         return out.finish()->size();
     }},
    {"text_bare_percent",
     [](std::size_t offset) {
         const std::string_view besides = std::string_view{"/%"}.substr(offset, 1);
         return std::size_t{hubwire::text::bare_characters{besides}.contains('a')};
     }},
    {"reader_when_short_none",
     [](std::size_t offset) {
         return hubwire::reader{four, offset == 0 ? hubwire::errc::truncated : hubwire::errc::none}.left();
     }},
    {"reader_fail_beyond",
     [](std::size_t offset) {
         hubwire::reader in{four};
         in.fail(hubwire::errc::leftover, 4 + offset);
         return in.left();
     }},
    {"reader_read_since_later",
     [](std::size_t offset) {
         hubwire::reader in{four};
         in.u16();
         return in.read_since(2 + offset).size();
     }},
    {"reader_leave_twice",
     [](std::size_t offset) {
         hubwire::reader in{four};
         const auto around = in.enter(2);
         in.u16();
         in.leave(around);
         if (offset != 0) in.leave(around);
         return in.left();
     }},
    {"reader_leave_in_wrong_order",
     [](std::size_t offset) {
         hubwire::reader in{four};
         const auto around = in.enter(4);
         const auto between = in.enter(2);
         in.u16();
         in.leave(offset == 0 ? between : around);
         in.u16();
         in.leave(around);
         return in.left();
     }},
    {"reader_leave_of_another",
     [](std::size_t offset) {
         constexpr std::string_view longer_text = "12345678";
         hubwire::reader longer{longer_text};
         hubwire::reader in{hubwire::bytes{longer_text.data(), 4}};
         const auto foreign = longer.enter(2);
         const auto around = in.enter(2);
         in.u16();
         in.leave(offset == 0 ? around : foreign);
         return in.left();
     }},
    {"reader_result_within_a_part",
     [](std::size_t offset) {
         hubwire::reader in{four};
         const auto around = in.enter(2);
         const std::size_t value = in.u16();
         if (offset == 0) in.leave(around);
         return *in.result_of(value);
     }},
    {"reader_check_of_another",
     [](std::size_t offset) {
         constexpr std::string_view longer_text = "12345678";
         hubwire::reader in{hubwire::bytes{longer_text.data(), 4}};
         in.u32();
         in.expect(hubwire::bytes{longer_text.data() + offset, 4},
                   hubwire::result<void>{{.code = hubwire::errc::leftover}});
         return in.left();
     }},
    {"receive_buffer_received_more_than_fits",
     [](std::size_t offset) {
         char memory[4]{};
         hubwire::receive_buffer in{memory};
         in.received(3);
         in.received(1 + offset);
         return in.stream().size();
     }},
    {"receive_buffer_consumed_more_than_there_is",
     [](std::size_t offset) {
         char memory[4]{};
         hubwire::receive_buffer in{memory};
         in.received(3);
         in.consume(1);
         in.consume(2 + offset);
         return in.stream().size();
     }},
    {"websocket_more_here_than_the_payload",
     [](std::size_t offset) {
         char memory[20]{};
         return hubwire::websocket::encode_frame_around(memory, {.payload_size = 4}, 4 + offset)->size();
     }},
    {"websocket_received_more_than_fits",
     [](std::size_t offset) {
         char memory[4]{};
         hubwire::websocket::stream_reader in{memory, hubwire::websocket::role::client};
         in.received(4 + offset);
         return in.free_space().size();
     }},
    {"websocket_consumed_more_than_there_is",
     [](std::size_t offset) {
         char memory[] = {'\x82', 1, 'x'};
         hubwire::websocket::stream_reader in{memory, hubwire::websocket::role::client};
         in.received(3);
         const bool is_all = in.next_control().incomplete();
         in.consume(1 + offset);
         return in.stream().size() + std::size_t{is_all};
     }},
    {"websocket_skipped_more_than_there_is",
     [](std::size_t offset) {
         char memory[4]{};
         hubwire::websocket::stream_reader in{memory, hubwire::websocket::role::client};
         in.received(4);
         in.skip_head(4 + offset);
         return in.unread().size();
     }},
    {"websocket_skipped_behind_the_stream",
     [](std::size_t offset) {
         char memory[] = {'\x82', 1, 'x', 'y'};
         hubwire::websocket::stream_reader in{memory, hubwire::websocket::role::client};
         in.received(4 - offset);
         if (offset != 0 && !in.next_control().incomplete()) return offset;
         in.skip_head(0);
         return in.unread().size();
     }},
    {"websocket_head_cut_of_less",
     [](std::size_t offset) {
         hubwire::websocket::head_cutter cutter{hubwire::websocket::head_kind::request};
         const bool is_begun = cutter.cut(hubwire::bytes{"GET ", 4}).incomplete();
         return std::size_t{is_begun} + cutter.cut(hubwire::bytes{"GET ", 4 - offset}).error().needed;
     }},
    {"websocket_key_of_another_size",
     [](std::size_t offset) {
         constexpr std::string_view text = "dGhlIHNhbXBsZSBub25jZQ==";
         return hubwire::websocket::handshake_key::on_the_wire({text.data(), text.size() - offset}).text().size();
     }},
};

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        for (const auto& each : kinds) std::puts(each.kind);
        return 0;
    }
    for (const auto& each : kinds) {
        if (std::strcmp(each.kind, arguments[1]) != 0) continue;
        const std::size_t value = each.use(std::strcmp(arguments[2], "break") == 0 ? 1 : 0);
        std::printf("went on, with %zu\n", value);
        return 0;
    }
    return 1;
}
