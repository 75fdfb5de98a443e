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
    {"bytes_first", [](std::size_t offset) { return hubwire::bytes{four}.first(4 + offset).size(); }},
    {"bytes_without_first", [](std::size_t offset) { return hubwire::bytes{four}.without_first(4 + offset).size(); }},
    {"error_message",
     [](std::size_t offset) {
         const auto code = static_cast<std::size_t>(hubwire::errc::none);
         return hubwire::error{.code = static_cast<hubwire::errc>(code - offset)}.message().size();
     }},
    {"error_rule",
     [](std::size_t offset) {
         const auto code = static_cast<std::size_t>(hubwire::errc::none);
         return hubwire::error{.code = static_cast<hubwire::errc>(code - offset)}.rule().size();
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
    {"writer_patch",
     [](std::size_t offset) {
         char memory[8];
         hubwire::writer out{memory};
         out.u32(0);
         out.patch<std::uint16_t>(2 + offset, 1);
         return static_cast<std::size_t>(memory[3]);
     }},
    {"writer_patch_far_away",
     [](std::size_t offset) {
         char memory[8];
         hubwire::writer out{memory};
         out.u32(0);
         out.patch<std::uint16_t>(0 - offset, 1);
         return static_cast<std::size_t>(memory[1]);
     }},
    {"proven_writer_patch",
     [](std::size_t offset) {
         char memory[8];
         hubwire::proven_writer out{memory};
         out.u32(0);
         out.patch<std::uint16_t>(2 + offset, 1);
         return static_cast<std::size_t>(memory[3]);
     }},
    {"counting_writer_patch",
     [](std::size_t offset) {
         hubwire::counting_writer out;
         out.u32(0);
         out.patch<std::uint16_t>(2 + offset, 1);
         return out.size();
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
