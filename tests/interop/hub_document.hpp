#ifndef HUBWIRE_TESTS_INTEROP_HUB_DOCUMENT_HPP
#define HUBWIRE_TESTS_INTEROP_HUB_DOCUMENT_HPP

#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <map>
#include <string>
#include <string_view>

#include "must.hpp"

namespace interop {

/// One half of a twin: an object of JSON that patches change, and that counts how often they did.
class twin_document {
public:
    static constexpr std::size_t max_depth = 10;

    [[nodiscard]] std::int64_t version() const { return version_; }

    /// Members of the patch replace those of the same name, objects are merged, and a null takes a member away. Returns
    /// false, and changes nothing, if the patch is no object, or has more levels than a twin may have.
    bool merge(std::string_view patch) {
        hubwire::json::basic_reader<max_depth> checked{patch};
        checked.skip();
        if (!checked.finish()) return false;
        const auto document = hubwire::json::decode(patch);
        if (!document || document->kind() != hubwire::json::kind::object) return false;
        merge(root_, *document);
        ++version_;
        return true;
    }

    /// A patch that was merged just now, as it is told to a device: with the version that it has led to.
    [[nodiscard]] std::string told(std::string_view patch) const {
        const auto document = must(hubwire::json::decode(patch));
        return written([&](auto& memory) {
            hubwire::json::writer out{memory};
            out.begin_object();
            for (const hubwire::json::member& m : document.members()) out.member(m.name, m.value);
            out.member("$version", version_);
            out.end_object();
        });
    }

    /// The members, and the version as another one.
    template <class Writer>
    void put(Writer& out) const {
        out.begin_object();
        put_members(out, root_);
        out.member("$version", version_);
        out.end_object();
    }

private:
    struct node {
        std::string text{};  // what is no object, as JSON
        std::map<std::string, node> members{};
    };

    static void merge(node& into, const hubwire::json::value& patch) {
        into.text.clear();
        for (const hubwire::json::member& m : patch.members()) {
            std::string name(m.name.decoded_size(), '\0');
            must(m.name.decode(name));
            if (m.value.is_null()) {
                into.members.erase(name);
            } else if (m.value.kind() == hubwire::json::kind::object) {
                merge(into.members[name], m.value);
            } else {
                into.members[name] = {.text = std::string{m.value.text()}};
            }
        }
    }

    template <class Writer>
    static void put_members(Writer& out, const node& from) {
        for (const auto& [name, child] : from.members) {
            out.name(name);
            if (!child.text.empty()) {
                out.raw(child.text);
            } else {
                out.begin_object();
                put_members(out, child);
                out.end_object();
            }
        }
    }

    node root_;
    std::int64_t version_ = 1;
};

}  // namespace interop

#endif
