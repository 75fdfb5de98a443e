// The properties of a twin, read where they lie, and a report written; the payload of a method, of any shape.

#include <array>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string_view>

namespace {

namespace json = hubwire::json;

int fail(const hubwire::error& e) {
    std::printf("refused at %zu: %.*s\n", e.offset, static_cast<int>(e.message().size()), e.message().data());
    return 1;
}

struct settings {
    int interval = 60;
    std::optional<double> limit{};
};

// Member by member, in one pass, as little as it takes.
hubwire::result<settings> read_desired(std::string_view patch) {
    settings wanted;
    json::reader in{patch};
    in.enter_object();
    while (in.next_member()) {
        if (in.name() == "interval") {
            wanted.interval = in.get<int>();
        } else if (in.name() == "limit") {
            wanted.limit = in.get<std::optional<double>>();  // a null takes it away
        }
    }
    return in.finish(wanted);  // or the first thing that was wrong, and where
}

// By path, in a document that is looked at as a whole first.
int show_twin(std::string_view text) {
    const auto twin = json::decode(text);
    if (!twin) return fail(twin.error());

    const auto version = twin->get<std::int64_t>("/desired/$version");
    if (!version) return fail(version.error());
    std::printf("desired properties, version %lld\n", static_cast<long long>(*version));

    if (const auto desired = twin->find("desired")) {
        for (const json::member& m : desired->members()) {
            std::array<char, 64> memory;
            const auto name = m.name.decode(memory);  // without escapes, if it holds any
            if (!name) return fail(name.error());
            const std::string_view value = m.value.text();  // as it stands there, to be handed on
            std::printf("  %.*s = %.*s\n", static_cast<int>(name->size()), name->data(), static_cast<int>(value.size()),
                        value.data());
        }
    }
    return 0;
}

int write_report(const settings& now, std::string_view place) {
    std::array<char, 256> memory;
    const auto report = json::encode(memory, [&](auto& out) {
        out.begin_object();
        out.member("interval", now.interval);
        out.member("limit", now.limit);
        out.member("place", place);  // escaped where it has to be
        out.begin_array("errors");
        out.end_array();
        out.end_object();
    });
    if (!report) return fail(report.error());  // no space, text that is not UTF-8, or an end that is missing
    std::printf("%.*s\n", static_cast<int>(report->size()), report->data());
    return 0;
}

}  // namespace

int main() {
    const auto wanted = read_desired(R"({"interval": 30, "limit": 21.5, "more": {"not": ["for us"]}, "$version": 8})");
    if (!wanted) return fail(wanted.error());
    return show_twin(R"({"desired": {"interval": 30, "caf\u00e9": {"open": true}, "$version": 8}, "reported": {}})") +
           write_report(*wanted, "\"upstairs\"");
}
