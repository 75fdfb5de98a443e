"""hubwire as those who use it get it: each test_<name> below is a ctest, package.<name>.

A test works in a scratch directory of its own, empty at first and kept afterwards. It fails by raising Failure, which
says what is wrong with hubwire in words for somebody who has not read the test.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
AMALGAMATE = "single_include/amalgamate.py"

CMAKE_FILES, CONFIG_FILE, VERSION_FILE = "share/cmake/hubwire", "hubwireConfig.cmake", "hubwireConfigVersion.cmake"
PC_FILE = "share/pkgconfig/hubwire.pc"

LIBRARY_ONLY = ["-DHUBWIRE_BUILD_TESTS=OFF", "-DHUBWIRE_BUILD_BENCH=OFF", "-DHUBWIRE_BUILD_FUZZ=OFF"]
NO_CATCH2 = ["-DCMAKE_DISABLE_FIND_PACKAGE_Catch2=ON", "-DHUBWIRE_OFFLINE=ON"]

STRICT = {
    "gnu": "-fno-exceptions -fno-rtti -Werror -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow "
    "-Wold-style-cast -Wundef -Wno-unknown-warning-option "  # of those that follow, clang does not know each
    "-Wcast-align=strict -Wcast-qual -Wctor-dtor-privacy -Wdeprecated-copy-dtor -Wdouble-promotion "
    "-Wduplicated-branches -Wduplicated-cond -Wextra-semi -Wformat=2 -Wimplicit-fallthrough -Wlogical-op "
    "-Wmissing-declarations -Wnon-virtual-dtor -Wnull-dereference -Woverloaded-virtual -Wredundant-decls "
    "-Wredundant-tags -Wsuggest-override -Wunused-macros -Wvla -Wzero-as-null-pointer-constant".split(),
    "msvc": "/W4 /WX /permissive-".split(),
}


class Failure(Exception):
    """What is wrong with hubwire."""


class Skip(Exception):
    """What this machine lacks."""


# ---- Single header


def test_single_header_is_current():
    run("the committed single header is not what amalgamate.py makes", sys.executable, ROOT / AMALGAMATE, "--check")


def test_single_header_is_complete():
    single = (ROOT / "single_include/hubwire/hubwire.hpp").read_text(encoding="utf-8")
    for header in files_below(ROOT / "include"):
        if f"\n// {header}\n" not in single:
            raise Failure(f"{header} is not part of the single header: hubwire/hubwire.hpp does not include it")


def test_single_header():
    alone = scratch / "alone"
    (alone / "hubwire").mkdir(parents=True)
    shutil.copy(ROOT / "single_include/hubwire/hubwire.hpp", alone / "hubwire")
    shutil.copy(HERE / "consumer/main.cpp", alone)
    compile_program("the single header does not compile alone", "-I.", *STRICT[args.dialect], "main.cpp", cwd=alone)
    expect_greeting(alone / program_name("program"))


def test_single_header_beside_include():
    """Some of a program's headers may use the single header and others include/, in whatever order."""
    single, include = '#include "single_include/hubwire/hubwire.hpp"\n', "#include <hubwire/hubwire.hpp>\n"
    part = "#include <hubwire/core/reader.hpp>\n"
    use = "std::size_t {}() {{ return hubwire::reader{{hubwire::bytes{{}}}}.left(); }}\n"
    (scratch / "single_first.cpp").write_text(single + include + use.format("single_first"))
    (scratch / "single_last.cpp").write_text(part + single + use.format("single_last"))
    (scratch / "main.cpp").write_text(include + "std::size_t single_first();\nstd::size_t single_last();\n"
                                      "int main() { return single_first() + single_last() == 0 ? 0 : 1; }\n")
    compile_program("the single header and include/ do not go together in one program",
                    f"-I{ROOT}", f"-I{ROOT / 'include'}", "single_first.cpp", "single_last.cpp", "main.cpp")
    run("the single header and include/ do not go together in one program", scratch / program_name("program"))


def test_amalgamate_names_the_mistake():
    """Each mistake is made in a copy of the headers."""
    core, config = "include/hubwire/core.hpp", "include/hubwire/core/config.hpp"
    mistakes = [
        (core, "#include <hubwire/core/nonsuch.hpp>", "core.hpp:3: there is no include/hubwire/core/nonsuch.hpp"),
        (core, "#include <hubwire/hubwire.hpp>",
         "include cycle: hubwire/hubwire.hpp -> hubwire/core.hpp -> hubwire/hubwire.hpp"),
        (core, '#include "core/bytes.hpp"', "core.hpp:3: headers of ours are included as <hubwire/...>"),
        (core, "#if 1\n#include <hubwire/core/bytes.hpp>\n#endif", "core.hpp:4: a header of ours inside a conditional"),
        (config, "#include <hubwire/core/version.hpp>", "config.hpp: it comes first"),
        (core, "// changed", "regenerate it with: python3 single_include/amalgamate.py"),
    ]
    for number, (file, line, message) in enumerate(mistakes):
        copy = scratch / str(number)
        for part in ("include", "single_include"):
            shutil.copytree(ROOT / part, copy / part)
        shutil.copy(ROOT / "LICENSE", copy)
        amalgamate = [sys.executable, copy / AMALGAMATE]
        run("amalgamate.py fails on a copy of the headers", *amalgamate)
        edit(copy / file, r"(#define .*\n)", rf"\1{line}\n")
        output = run(f"amalgamate.py --check accepts {file} with the line\n{line}", *amalgamate, "--check", fails=True)
        if message not in output:
            raise Failure(f"{file} has the line\n{line}\nand amalgamate.py should say\n{message}\nbut says\n{output}")


# ---- Ways to get hubwire


def test_add_subdirectory():
    build_consumer("add_subdirectory", f"-DHUBWIRE_SOURCE={ROOT}")


def test_fetch_content():
    build_consumer("fetch_content", f"-DHUBWIRE_REPOSITORY={repository()}")


def test_find_package():
    build_consumer("find_package", *find_package_options(install_and_move()))


def test_pkg_config():
    pkg_config = use_pkg_config(install_and_move())
    run("pkg-config does not know the version", *pkg_config, f"hubwire = {version()}", "--print-errors")
    flags = shlex.split(run("pkg-config does not find hubwire", *pkg_config, "--cflags", "--libs", "hubwire"))
    compile_program("with what pkg-config says, a program does not compile", HERE / "consumer/main.cpp", *flags)
    expect_greeting(scratch / program_name("program"))


def test_without_catch2():
    output = configure("hubwire cannot be configured where there is no Catch2 and no network",
                       ROOT, scratch / "hubwire", *NO_CATCH2)
    for words in ("Catch2", "the library itself needs neither"):
        if words not in " ".join(output.split()):
            raise Failure(f'without Catch2 and network, the configuration does not say "{words}":\n{output}')
    build_consumer("find_package", *find_package_options(install_and_move(*NO_CATCH2)))


# ---- What a project that uses hubwire does not get


def test_no_leak_by_add_subdirectory():
    no_leak("add_subdirectory", f"-DHUBWIRE_SOURCE={ROOT}")


def test_no_leak_by_fetch_content():
    no_leak("fetch_content", f"-DHUBWIRE_REPOSITORY={repository()}")


def no_leak(way, *options):
    build, why = scratch / "build", f"in a project that uses hubwire by {way}, "
    configure(why + "more of hubwire shows than the library", HERE / "no_leak", build, f"-DWAY={way}", *options)
    build_target(why + "CMAKE_CXX_STANDARD 17 is not raised to 20", build, "on_cxx17")
    expect_greeting(build / program_name("on_cxx17"))
    build_target(why + "our headers give warnings, or need exceptions or RTTI", build, "strict")
    expect_greeting(build / program_name("strict"))
    build_target(why + "code with warnings does not compile: our -Werror reaches it", build, "careless")

    listing = run(why + "ctest fails", args.cmake.with_name(program_name("ctest")),
                  "--test-dir", build, "-C", "Release", "--show-only=json-v1")
    tests = [test["name"] for test in json.loads(listing)["tests"]]
    if tests != ["strict"]:
        raise Failure(f"{why}ctest should know its one test, strict, but knows {tests}")

    own = f"bin/{program_name('strict')}"
    installed = install(build, scratch / "installed")
    if installed != [own]:
        raise Failure(f"{why}cmake --install should install {own} alone, but installs {installed}")
    configure(why + "HUBWIRE_INSTALL=ON fails", HERE / "no_leak", build, "-DHUBWIRE_INSTALL=ON")
    installed = install(build, scratch / "installed with hubwire")
    if installed != sorted([own, *what_hubwire_installs()]):
        raise Failure(f"{why}HUBWIRE_INSTALL=ON should install {own} and hubwire, but installs {installed}")


def test_wrong_standard():
    # Whether an include before the #error shows depends on the compiler and the header, so this looks at the text.
    single = (ROOT / "single_include/hubwire/hubwire.hpp").read_text(encoding="utf-8")
    if not 0 < single.find("#error") < single.find("#include <"):
        raise Failure("the single header includes standard headers before its #error refuses old compilers")
    for directory in ("include", "single_include"):
        output = compile_program(f"C++17 is not refused by {directory}/", f"-I{ROOT / directory}",
                                 HERE / "consumer/main.cpp", standard=17, fails=True)
        errors = re.findall(r".*error(?: C\d+)?:.*", output)
        if not errors or not all("hubwire needs C++20" in error for error in errors):
            raise Failure(f'with C++17, {directory}/ should give the error "hubwire needs C++20" alone, not\n{output}')


# ---- What is installed


def test_install_manifest():
    """Of the whole of hubwire, with its tests, as somebody installs it who changes no option."""
    build, stage = scratch / "hubwire", scratch / "stage"
    configure("hubwire cannot be configured", ROOT, build, "-DHUBWIRE_OFFLINE=ON")
    installed = install(build, stage)
    for wrong, word in ((set(installed) - set(what_hubwire_installs()), "should not be"),
                        (set(what_hubwire_installs()) - set(installed), "is not")):
        if wrong:
            raise Failure(f"cmake --install: {word} installed: {', '.join(sorted(wrong))}")
    for file in installed:
        content = (stage / file).read_bytes()
        for path in (ROOT, build, stage):
            if os.fsencode(path) in content or os.fsencode(path.as_posix()) in content:
                raise Failure(f"the installed {file} names {path}, which means nothing on another machine")


def test_version():
    """The macros are the one place where the version stands."""
    prefix = install_and_move()
    compile_program("a program does not compile", f"-I{prefix / 'include'}", HERE / "consumer/main.cpp")
    macros = re.match(r"hubwire ([0-9.]+):", run("the program fails", scratch / program_name("program")))[1]
    output = configure("find_package fails", HERE / "consumer", scratch / "build", "-DWAY=find_package",
                       *find_package_options(prefix))
    cmake = re.search(r"hubwire_VERSION=(.*)", output)[1]
    pc = re.search(r"^Version: (.*)$", (prefix / PC_FILE).read_text(), re.MULTILINE)[1]
    if not macros == cmake == pc:
        raise Failure(f"version.hpp says {macros}, find_package {cmake} and pkg-config {pc}")


def test_version_follows_the_header():
    """Whoever raises the version in version.hpp need not remember to run CMake again."""
    source, build = scratch / "source", scratch / "build"
    shutil.copytree(ROOT / "include", source / "include")
    shutil.copy(ROOT / "CMakeLists.txt", source)
    configure("hubwire cannot be configured", source, build, *LIBRARY_ONLY)
    edit(source / "include/hubwire/core/version.hpp", r"(VERSION_PATCH) \d+", r"\1 4711")
    run("hubwire cannot be built", args.cmake, "--build", build)
    if "4711" not in (build / VERSION_FILE).read_text():
        raise Failure("version.hpp was changed and the project built again, but the package still has the old version: "
                      "the root CMakeLists.txt does not make version.hpp one of its CMAKE_CONFIGURE_DEPENDS")


def test_version_file_is_arch_independent():
    # The file holds the check in any case, behind a condition; so it is asked, as find_package asks it.
    ask = scratch / "ask.cmake"
    ask.write_text("cmake_minimum_required(VERSION 3.24)\n"
                   f"set(PACKAGE_FIND_VERSION {version()})\nset(CMAKE_SIZEOF_VOID_P 1)\n"
                   f"include([[{install_and_move() / CMAKE_FILES / VERSION_FILE}]])\n"
                   'message("unsuitable: ${PACKAGE_VERSION_UNSUITABLE}")\n')
    if run(f"{VERSION_FILE} fails", args.cmake, "-P", ask).strip() != "unsuitable:":
        raise Failure(f"{VERSION_FILE} looks at the size of a pointer, so what a 64-bit build installed is refused by "
                      "a 32-bit one, though headers serve both: ARCH_INDEPENDENT is missing where the file is written")


# ---- Steps


def run(why, *command, cwd=None, fails=False):
    """Runs the command and returns its output. It should succeed, or fail; if not, why says what is wrong."""
    command = [str(word) for word in command]
    done = subprocess.run(command, cwd=cwd or scratch, env=ENVIRONMENT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, encoding="utf-8", errors="replace")
    if (done.returncode != 0) != fails:
        raise Failure(f"{why}\n$ {shlex.join(command)}\n{done.stdout}(exit code {done.returncode})")
    return done.stdout


def configure(why, source, build, *options):
    return run(why, args.cmake, "-S", source, "-B", build, *args.configure,
               f"-DCMAKE_RUNTIME_OUTPUT_DIRECTORY=$<1:{build.as_posix()}>", *options)


def build_target(why, build, target):
    run(why, args.cmake, "--build", build, "--config", "Release", "--target", target)


def install(build, prefix):
    """The files installed, relative to the prefix."""
    run("cmake --install fails", args.cmake, "--install", build, "--config", "Release", "--prefix", prefix)
    return files_below(prefix)


def build_consumer(way, *options):
    build = scratch / "build"
    configure(f"a project cannot get hubwire by {way}", HERE / "consumer", build, f"-DWAY={way}", *options)
    build_target(f"a program that gets hubwire by {way} does not compile", build, "consumer")
    expect_greeting(build / program_name("consumer"))


def compile_program(why, *arguments, cwd=None, standard=20, fails=False):
    """By a call of the compiler and nothing else."""
    options = {
        "gnu": [f"-std=c++{standard}", *arguments, "-o", "program"],
        "msvc": ["/nologo", "/EHsc", f"/std:c++{standard}", *arguments, "/Feprogram.exe"],
    }
    return run(why, args.compiler, *options[args.dialect], cwd=cwd, fails=fails)


def expect_greeting(program):
    output = run("the program that uses hubwire fails", program)
    if output != f"hubwire {version()}: t\u00e9l\u00e9m\u00e9trie\n":
        raise Failure(f"the program that uses hubwire should print its version {version()} and the text, not\n{output}")


def install_and_move(*options):
    """Installs hubwire, moves it, and leaves nothing where it came from. Returns where it is now."""
    build, stage, moved = scratch / "to_install", scratch / "stage", scratch / "moved elsewhere"
    configure("hubwire cannot be configured", ROOT, build, *(options or LIBRARY_ONLY))
    install(build, stage)
    remove(build)
    return stage.rename(moved)


def find_package_options(prefix):
    """Where to find it, and which versions of it to ask for: before 1.0 each minor version may break the one before."""
    major, minor, patch = map(int, version().split("."))
    accepted = f"{major}.{minor};{version()}"
    refused = f"{major + 1}.0;{major}.{minor + 1};{major}.{minor}.{patch + 1}"
    if minor > 0:
        refused += f";{major}.{minor - 1}"
    return [f"-DCMAKE_PREFIX_PATH={prefix}", f"-DACCEPTED={accepted}", f"-DREFUSED={refused}"]


def use_pkg_config(prefix):
    """A command that runs pkg-config and sees nothing but the prefix."""
    program = shutil.which("pkg-config") or shutil.which("pkgconf")
    if not program:
        raise Skip("pkg-config is not installed")
    return [args.cmake, "-E", "env", f"PKG_CONFIG_LIBDIR={prefix / 'share/pkgconfig'}", program]


def repository():
    """A Git repository of what lies in the source tree now, committed or not."""
    if not shutil.which("git"):
        raise Skip("git is not installed")
    bare = scratch / "hubwire.git"
    git = ["git", f"--git-dir={bare}", f"--work-tree={ROOT}", "-c", "user.name=test", "-c", "user.email=test@localhost"]
    parts = [part for part in ("CMakeLists.txt", "LICENSE", "include", "single_include", "tests", "bench", "fuzz")
             if (ROOT / part).exists()]
    why = "git cannot make a repository of the source tree"
    run(why, "git", "init", "--quiet", "--bare", bare)
    run(why, *git, "add", "--", *parts, cwd=ROOT)
    run(why, *git, "commit", "--quiet", "--message=release", cwd=ROOT)
    run(why, *git, "tag", "release")
    return bare


def what_hubwire_installs():
    return sorted([f"include/{header}" for header in files_below(ROOT / "include")] +
                  [f"{CMAKE_FILES}/{CONFIG_FILE}", f"{CMAKE_FILES}/{VERSION_FILE}", PC_FILE])


def files_below(directory):
    return sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())


def version():
    text = (ROOT / "include/hubwire/core/version.hpp").read_text()
    return ".".join(re.findall(r"#define HUBWIRE_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", text))


def program_name(name):
    return name + (".exe" if os.name == "nt" else "")


def edit(file, pattern, replacement):
    file.write_text(re.sub(pattern, replacement, file.read_text(encoding="utf-8"), count=1), encoding="utf-8")


def remove(directory):
    subprocess.run([str(args.cmake), "-E", "rm", "-rf", str(directory)], check=True)


def clean_environment():
    """Without what would change where things are found, or which repository and configuration Git works with."""
    kept = {name: value for name, value in os.environ.items()
            if not re.match(r"(CMAKE_|GIT_|PKG_CONFIG|(DESTDIR|CXXFLAGS|LDFLAGS|hubwire_DIR|hubwire_ROOT)$)", name)}
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("test")
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--cmake", type=Path, required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--dialect", choices=STRICT, required=True, help="of the compiler's command line")
    parser.add_argument("--configure", nargs=argparse.REMAINDER, help="options for CMake: the generator and compiler")
    return parser.parse_args()


if __name__ == "__main__":
    args = parse_arguments()
    scratch = args.scratch.resolve()
    ENVIRONMENT = clean_environment()
    remove(scratch)
    scratch.mkdir(parents=True)
    try:
        globals()[f"test_{args.test}"]()
    except (Failure, OSError) as failure:
        sys.exit(f"package.{args.test}: {failure}")
    except Skip as skip:
        print(f"package.{args.test}: skipped, because {skip}")
        sys.exit(77)
