#ifndef HUBWIRE_CORE_SAME_ITEMS_HPP
#define HUBWIRE_CORE_SAME_ITEMS_HPP

namespace hubwire::detail {

/// Whether two lists that are views have the same items, in the same order, wherever these lie.
template <class List>
[[nodiscard]] constexpr bool same_items(const List& a, const List& b) noexcept {
    auto at = a.begin();
    auto other = b.begin();
    for (; at != a.end() && other != b.end(); ++at, ++other) {
        if (!(*at == *other)) return false;
    }
    return at == a.end() && other == b.end();
}

}  // namespace hubwire::detail

#endif
