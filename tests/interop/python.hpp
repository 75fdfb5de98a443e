#ifndef HUBWIRE_TESTS_INTEROP_PYTHON_HPP
#define HUBWIRE_TESTS_INTEROP_PYTHON_HPP

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "process.hpp"

/// Scripts for Python, with modules of Debian's.
namespace interop {

/// The command that runs a script of ours which needs a module; nothing where no Python has it. (The first one in PATH
/// need not be the one that packages install to.)
inline std::optional<std::vector<std::string>> python_command(const std::string& module, const std::string& script,
                                                              const std::vector<std::string>& arguments) {
    for (const auto& python : {std::optional<std::string>{"/usr/bin/python3"}, find_program("python3")}) {
        if (!python || ::access(python->c_str(), X_OK) != 0) continue;
        process attempt{{*python, "-c", "import " + module}};
        if (attempt.finish() != 0) continue;
        std::vector<std::string> command{*python, "-uB", HUBWIRE_INTEROP_DIR "/" + script};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return command;
    }
    return std::nullopt;
}

}  // namespace interop

#endif
