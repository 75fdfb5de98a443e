#ifndef HUBWIRE_TESTS_INTEROP_PROCESS_HPP
#define HUBWIRE_TESTS_INTEROP_PROCESS_HPP

#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "socket.hpp"

/// Programs of others that a test runs, each gone when the test is, however that ends.
namespace interop {

/// Where a program is that PATH, or a directory of the system, has; nothing if it is not installed.
inline std::optional<std::string> find_program(const std::string& name) {
    const char* const path = std::getenv("PATH");
    std::string places = (path != nullptr ? path : "") + std::string{":/usr/sbin:/usr/local/sbin"};
    for (std::size_t at = 0; at <= places.size();) {
        const std::size_t end = std::min(places.find(':', at), places.size());
        const std::string candidate = places.substr(at, end - at) + "/" + name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
        at = end + 1;
    }
    return {};
}

/// A folder that goes away with all that is in it.
class temporary_folder {
public:
    temporary_folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "hubwire-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) fail_with_errno("mkdtemp");
        path_ = pattern;
    }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::filesystem::path path() const { return path_; }

    /// A file with this content; returns its name.
    std::string file(std::string_view name, std::string_view content) const {
        const std::filesystem::path where = path_ / name;
        std::ofstream out{where, std::ios::binary};
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        if (!out.flush()) throw std::runtime_error{"cannot write " + where.string()};
        return where.string();
    }

private:
    std::filesystem::path path_;
};

/// A program that is running, and what it writes to both of its outputs.
class process {
public:
    explicit process(const std::vector<std::string>& command) {
        std::array<int, 2> ends{};
        if (make_pipe(ends) != 0) fail_with_errno("pipe");
        output_ = descriptor{ends[0]};
        descriptor its_end{ends[1]};
        std::vector<char*> arguments;
        for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
        arguments.push_back(nullptr);

        const pid_t parent = ::getpid();
        pid_ = ::fork();
        if (pid_ < 0) fail_with_errno("fork");
        if (pid_ == 0) {
#if defined(__linux__)
            // If the test itself is killed, this goes too.
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::getppid() != parent) ::_exit(127);
#else
            static_cast<void>(parent);
#endif
            ::dup2(its_end.get(), STDOUT_FILENO);
            ::dup2(its_end.get(), STDERR_FILENO);
            const int nothing = ::open("/dev/null", O_RDONLY);
            ::dup2(nothing, STDIN_FILENO);
            ::execv(arguments[0], arguments.data());
            ::_exit(127);
        }
    }
    process(const process&) = delete;
    process& operator=(const process&) = delete;
    ~process() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            reap();
        }
    }

    /// Reads on until the text has come, or the program has closed its output: then false.
    bool wait_for_output(std::string_view text) {
        while (written_.find(text) == written_.npos) {
            if (!read_more()) return false;
        }
        return true;
    }

    /// Reads to the end, and returns the status: what the program returned, or 128 and the signal that ended it.
    int finish() {
        while (read_more()) {
        }
        return reap();
    }

    /// Asks the program to end, as systemd would.
    int stop() {
        ::kill(pid_, SIGTERM);
        return finish();
    }

    /// All that it has written so far.
    [[nodiscard]] const std::string& output() const { return written_; }

private:
    bool read_more() {
        std::array<char, 4096> memory;
        wait_for(output_.get(), POLLIN, "a program writes nothing");
        const ssize_t n = ::read(output_.get(), memory.data(), memory.size());
        if (n <= 0) return false;
        written_.append(memory.data(), static_cast<std::size_t>(n));
        return true;
    }

    int reap() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    pid_t pid_ = -1;
    descriptor output_;
    std::string written_;
};

}  // namespace interop

#endif
