#ifndef HUBWIRE_TESTS_INTEROP_NODE_HPP
#define HUBWIRE_TESTS_INTEROP_NODE_HPP

#include <sys/stat.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "process.hpp"

/// Scripts for Node.js, with packages of npm.
namespace interop {

/// The folder with packages in it that tests/interop/run has filled.
inline std::string node_modules() {
    const char* const elsewhere = std::getenv("HUBWIRE_NODE_MODULES");
    return elsewhere != nullptr ? elsewhere : HUBWIRE_INTEROP_DIR "/../../build-interop/npm/node_modules";
}

/// The command that runs a script of ours which needs a package; nothing where that cannot be.
inline std::optional<std::vector<std::string>> node_command(const std::string& package, const std::string& script,
                                                            const std::vector<std::string>& arguments) {
    const auto node = find_program("node");
    const std::string folder = node_modules() + "/" + package;
    struct stat found{};
    if (!node || ::stat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) return std::nullopt;
    std::vector<std::string> command{"/usr/bin/env", "NODE_PATH=" + node_modules(), *node,
                                     HUBWIRE_INTEROP_DIR "/" + script};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

}  // namespace interop

#endif
