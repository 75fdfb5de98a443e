#ifndef HUBWIRE_MQTT_LIST_HPP
#define HUBWIRE_MQTT_LIST_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/reader.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hubwire::mqtt {

namespace detail {

/// A range that is no array of such items, such as a list of others that convert to them.
template <class Range, class Item>
concept range_of_others = !std::is_convertible_v<const Range&, std::span<const Item>> && requires(const Range& range) {
    std::begin(range);
    std::end(range);
};

}  // namespace detail

/// The items of a SUBSCRIBE, SUBACK or UNSUBSCRIBE: either in an array of the caller's, to be encoded, or still on the
/// wire, where a decoder has checked them. Both look the same; nothing is copied or stored. An item is made where an
/// iterator is dereferenced: projections of it are lambdas, for by a pointer to a member they refer to what is gone.
/// Read reads one item.
template <class Item, Item (*Read)(reader&) noexcept>
class list {
public:
    constexpr list() noexcept = default;

    /// Of an array, a vector or a span.
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const Item>> && !hubwire::detail::borrowed<Range>)
    constexpr list(const Range& range HUBWIRE_LIFETIMEBOUND) noexcept : list{std::span<const Item>{range}, nullptr} {}
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const Item>> && hubwire::detail::borrowed<Range>)
    constexpr list(const Range& range) noexcept : list{std::span<const Item>{range}, nullptr} {}
    template <detail::range_of_others<Item> Range>
        requires(!std::same_as<Range, list>)
    list(const Range&) = delete;  // encode_subscribe and its kin take any range
    constexpr list(std::initializer_list<Item> items HUBWIRE_LIFETIMEBOUND) noexcept
        : items_{items.begin()}, size_{items.size()} {}

    // {{"a", "b"}} would be one text, which reaches from the one literal to the other: texts have one pair of braces.
    list(std::initializer_list<std::pair<const char*, const char*>>)
        requires std::same_as<Item, std::string_view>
    = delete;

    // The items would be gone at the end of the statement.
    list& operator=(std::initializer_list<Item> items) = delete;
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const Item>> && !hubwire::detail::borrowed<Range> &&
                 !std::is_reference_v<Range>)
    list& operator=(Range&& temporary) = delete;

    /// Pre: there are so many items on the wire, and nothing else. (Decoders see to that, and nobody else need call
    /// it.)
    [[nodiscard]] static constexpr list on_the_wire(bytes wire HUBWIRE_LIFETIMEBOUND, std::size_t size) noexcept {
        list items;
        items.wire_ = wire;
        items.size_ = size;
        return items;
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    class iterator {
    public:
        using value_type = Item;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr Item operator*() const noexcept {
            if (item_ != nullptr) return *item_;
            reader in{wire_, errc::truncated};
            return Read(in);
        }
        constexpr iterator& operator++() noexcept {
            --left_;
            if (item_ != nullptr) {
                ++item_;
            } else {
                reader in{wire_, errc::truncated};
                Read(in);
                wire_ = in.rest();
            }
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.left_ == b.left_; }

    private:
        friend list;
        constexpr iterator(const Item* item, bytes wire, std::size_t left) noexcept
            : item_{item}, wire_{wire}, left_{left} {}

        const Item* item_ = nullptr;
        bytes wire_;
        std::size_t left_ = 0;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{items_, wire_, size_}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    /// Pre: there is an item, or the program traps.
    [[nodiscard]] constexpr Item front() const noexcept {
        hubwire::detail::require(!empty());
        return *begin();
    }

    /// Whether the items are the same, wherever they lie.
    friend constexpr bool operator==(const list& a, const list& b) noexcept {
        if (a.size() != b.size()) return false;
        for (auto at = a.begin(), other = b.begin(); at != a.end(); ++at, ++other) {
            if (!(*at == *other)) return false;
        }
        return true;
    }

private:
    constexpr list(std::span<const Item> items, std::nullptr_t) noexcept : items_{items.data()}, size_{items.size()} {}

    const Item* items_ = nullptr;
    bytes wire_;
    std::size_t size_ = 0;
};

}  // namespace hubwire::mqtt

#endif
