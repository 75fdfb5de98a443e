#ifndef HUBWIRE_TESTS_INTEROP_TLS_HPP
#define HUBWIRE_TESTS_INTEROP_TLS_HPP

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "process.hpp"
#include "socket.hpp"

/// The same transport within TLS, by OpenSSL: what a device needs to reach a real hub.
namespace interop {

[[noreturn]] inline void fail_with_tls(const std::string& what) {
    std::string text(256, '\0');
    ::ERR_error_string_n(::ERR_get_error(), text.data(), text.size());
    ::ERR_clear_error();  // another connection of this thread would take what is left for its own
    throw std::runtime_error{what + ": " + text.c_str()};
}

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

class tls_connection {
public:
    /// To a server with a certificate for this name that the authority in the file has signed; or it throws.
    tls_connection(tcp_connection transport, const std::string& authority, const std::string& name)
        : transport_{std::move(transport)}, context_{::SSL_CTX_new(::TLS_client_method())} {
        ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without saying that it wants none
        if (!context_ || ::SSL_CTX_load_verify_locations(context_.get(), authority.c_str(), nullptr) != 1)
            fail_with_tls("no authority");
        ::SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
        ::SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        ssl_.reset(::SSL_new(context_.get()));
        if (!ssl_ || ::SSL_set1_host(ssl_.get(), name.c_str()) != 1 || !ask_for(name) ||
            ::SSL_set_fd(ssl_.get(), transport_.fd()) != 1)
            fail_with_tls("no connection");
        shake_hands(::SSL_connect);
    }

    /// All of the parts, one behind the other. Small ones are put together: each would be a record of its own.
    void send(std::initializer_list<hubwire::bytes> parts) {
        std::size_t size = 0;
        for (const hubwire::bytes part : parts) size += part.size();
        constexpr std::size_t record = 16'384;
        const deadline until = transport_.new_deadline();
        if (size <= record) {
            joined_.clear();
            for (const hubwire::bytes part : parts) joined_ += part.text();
            return write(joined_, until);
        }
        for (const hubwire::bytes part : parts) write(part, until);
    }

    /// At least one byte; 0 if the peer has closed.
    [[nodiscard]] std::size_t receive(hubwire::buffer into) {
        const deadline until = transport_.new_deadline();
        for (;;) {
            if (const auto n = try_receive(into)) return *n;
            wait_for(transport_.fd(), POLLIN, "the peer sends nothing", until);
        }
    }

    /// The same of what has come already; nothing if that is less than a record of TLS, or none of data.
    [[nodiscard]] std::optional<std::size_t> try_receive(hubwire::buffer into) {
        const deadline until = transport_.new_deadline();
        std::size_t n = 0;
        while (::SSL_read_ex(ssl_.get(), into.data(), into.size(), &n) != 1) {
            const int why = ::SSL_get_error(ssl_.get(), 0);
            ::ERR_clear_error();
            if (why == SSL_ERROR_WANT_READ) return std::nullopt;
            if (why == SSL_ERROR_ZERO_RETURN || why == SSL_ERROR_SYSCALL || why == SSL_ERROR_SSL) return 0;
            if (why != SSL_ERROR_WANT_WRITE) throw std::runtime_error{"TLS cannot read on"};
            wait_for(transport_.fd(), POLLOUT, "the peer takes no bytes", until);
        }
        return n;
    }

    [[nodiscard]] int fd() const { return transport_.fd(); }
    void set_patience(std::chrono::milliseconds p) { transport_.set_patience(p); }

    /// Whether some has come already, so that nothing more need arrive before it can be received.
    [[nodiscard]] bool has_pending() const { return ::SSL_pending(ssl_.get()) != 0; }

    void cut() { transport_.cut(); }

private:
    friend class tls_server;

    /// The server's end.
    tls_connection(tcp_connection accepted, ::SSL_CTX& context)
        : transport_{std::move(accepted)}, ssl_{::SSL_new(&context)} {
        if (!ssl_ || ::SSL_set_fd(ssl_.get(), transport_.fd()) != 1) fail_with_tls("no connection");
        shake_hands(::SSL_accept);
    }

    void shake_hands(int (*step)(::SSL*)) {
        const deadline until = transport_.new_deadline();
        for (int n = step(ssl_.get()); n != 1; n = step(ssl_.get())) {
            if (!wait_for_what_it_needs(n, "the peer does not go on with the handshake", until))
                fail_with_tls("no handshake");
        }
    }

    /// False if it is not waiting that a call needs which has returned this.
    bool wait_for_what_it_needs(int returned, const char* what, const deadline& until) {
        const int why = ::SSL_get_error(ssl_.get(), returned);
        if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return false;
        wait_for(transport_.fd(), why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, what, until);
        return true;
    }

    /// What the macro SSL_set_tlsext_host_name does, by casts of C.
    bool ask_for(const std::string& name) {
        return ::SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                          const_cast<char*>(name.c_str())) == 1;
    }

    void write(hubwire::bytes part, const deadline& until) {
        std::size_t n = 0;
        while (!part.empty() && ::SSL_write_ex(ssl_.get(), part.data(), part.size(), &n) != 1) {
            if (!wait_for_what_it_needs(0, "the peer takes no bytes", until)) fail_with_tls("not sent");
        }
    }

    tcp_connection transport_;
    std::unique_ptr<::SSL_CTX, freed_by<::SSL_CTX_free>> context_;
    std::unique_ptr<::SSL, freed_by<::SSL_free>> ssl_;
    std::string joined_;
};

/// What makes the server's end of connections, and has the certificate for all of them.
class tls_server {
public:
    tls_server(const std::string& certificate, const std::string& key)
        : context_{::SSL_CTX_new(::TLS_server_method())} {
        ::signal(SIGPIPE, SIG_IGN);
        if (!context_ || ::SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION) != 1 ||
            ::SSL_CTX_use_certificate_file(context_.get(), certificate.c_str(), SSL_FILETYPE_PEM) != 1 ||
            ::SSL_CTX_use_PrivateKey_file(context_.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
            fail_with_tls("no certificate");
    }

    [[nodiscard]] tls_connection accept(tcp_connection transport) {
        return tls_connection{std::move(transport), *context_};
    }

private:
    std::unique_ptr<::SSL_CTX, freed_by<::SSL_CTX_free>> context_;
};

/// An authority of our own, and a certificate for localhost that it has signed, in files of a folder.
struct test_certificates {
    test_certificates(const std::string& openssl, const temporary_folder& folder)
        : authority{folder.path() / "ca.pem"},
          certificate{folder.path() / "server.pem"},
          key{folder.path() / "server.key"} {
        const std::string authority_key = (folder.path() / "ca.key").string();
        const std::string request = (folder.path() / "server.csr").string();
        const std::string extensions =
            folder.file("extensions", "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n");
        run({openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
             "/CN=hubwire test authority", "-keyout", authority_key, "-out", authority});
        run({openssl, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out",
             request});
        run({openssl, "x509", "-req", "-in", request, "-CA", authority, "-CAkey", authority_key, "-CAcreateserial",
             "-days", "2", "-extfile", extensions, "-out", certificate});
    }

    std::string authority;
    std::string certificate;
    std::string key;

private:
    static void run(const std::vector<std::string>& command) {
        process p{command};
        if (p.finish() != 0) throw std::runtime_error{"openssl has made no certificate:\n" + p.output()};
    }
};

}  // namespace interop

#endif
