#ifndef HUBWIRE_TESTS_SUPPORT_OWN_STACK_HPP
#define HUBWIRE_TESTS_SUPPORT_OWN_STACK_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <string_view>

#include "support/catch2.hpp"

#if __has_include(<pthread.h>) && !defined(_WIN32)
#include <pthread.h>
#define HUBWIRE_TESTS_HAVE_OWN_STACK
#endif

// Sanitizers keep locals elsewhere, or put room between them.
#if defined(__SANITIZE_ADDRESS__)
#define HUBWIRE_TESTS_STACK_IS_WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(safe_stack)
#define HUBWIRE_TESTS_STACK_IS_WATCHED
#endif
#endif

namespace support {

/// What a call has left on the stack: it runs on one of its own, whose memory is looked at when it is done. Only whole
/// pieces are looked for, not what a compiler keeps of them in registers and saves.
class own_stack {
public:
    /// Whether a system has what it takes, and locals lie on the stack: AddressSanitizer may put them elsewhere. Not
    /// without optimization, where compilers keep copies of what a function takes and returns, which nobody can wipe.
    /// Where nothing can be found, it says so.
    [[nodiscard]] static bool works() {
#if !defined(__OPTIMIZE__)
        WARN("nothing is looked for on the stack: this is built without optimization");
        return false;
#else
        if (finds_what_is_left()) return true;
        WARN("nothing is looked for on the stack: what is left there is not found");
        return false;
#endif
    }

    /// Whether what a call leaves is found, as a test of this.
    [[nodiscard]] static bool finds_what_is_left() {
        constexpr std::string_view secret = "this is what is left behind, and found";
        own_stack stack;
        stack.run([&] {
            volatile char copy[secret.size()];
            volatile char* volatile to = copy;
            for (std::size_t i = 0; i != secret.size(); ++i) to[i] = secret[i];
        });
        return stack.holds(secret);
    }

    own_stack() { std::fill_n(memory_, size, '\0'); }

    /// Whatever run returns is lost: what is to be kept belongs to the caller.
    template <class Function>
    void run(Function function) {
#if defined(HUBWIRE_TESTS_HAVE_OWN_STACK)
        pthread_attr_t attributes;
        pthread_t thread;
        const auto call = [](void* f) -> void* {
            // What comes when the thread ends writes over what lies highest. Written by way of a pointer that could
            // have changed: compilers leave out what of an array nobody touches.
            volatile char above[8192];
            volatile char* volatile top = above;
            top[0] = 0;
            call_below(*static_cast<Function*>(f));
            top[1] = 0;
            return nullptr;
        };
        if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstack(&attributes, memory_, size) != 0 ||
            pthread_create(&thread, &attributes, call, &function) != 0)
            std::abort();
        pthread_join(thread, nullptr);
        pthread_attr_destroy(&attributes);
#else
        function();
#endif
    }

    /// How much of it was written to, from where it begins down to the last place. Sanitizers make that more.
    [[nodiscard]] std::size_t used() const {
        return static_cast<std::size_t>(memory_ + size -
                                        std::find_if(memory_, memory_ + size, [](char c) { return c != 0; }));
    }

    /// Whether this stands anywhere in its memory.
    [[nodiscard]] bool holds(hubwire::bytes secret) const {
        const std::string_view whole{memory_, size};
        return whole.find(secret.text()) != std::string_view::npos;
    }

private:
    template <class Function>
    HUBWIRE_NEVER_INLINE static void call_below(Function& function) {
        function();
    }

    static constexpr std::size_t alignment = std::size_t{1} << 16;  // of pages, on any machine
    static constexpr std::size_t size = std::size_t{1} << 18;

    std::unique_ptr<char[]> whole_{new char[size + alignment]};
    char* memory_ = whole_.get() + (alignment - reinterpret_cast<std::uintptr_t>(whole_.get()) % alignment);
};

}  // namespace support

#endif
