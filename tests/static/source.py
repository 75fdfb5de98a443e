"""The checks that read the headers: as text, or as a preprocessor, a formatter or a linter does."""

import json
import math
import pathlib
import re
import shutil
import tempfile

from toolbox import (HERE, ROOT, STANDARD, WARNINGS, Failure, Skipped, headers, includes, run, without_comments)

# Which other areas an area may include. What is not written here is not allowed.
AREAS = {
    "core": set(),
    "text": {"core"},
    "crypto": {"core"},
    "json": {"core", "text", "crypto"},
    "mqtt": {"core"},
    "amqp": {"core"},
    "websocket": {"core", "text", "crypto"},
    "iothub": {"core", "text", "crypto", "json", "mqtt", "amqp"},
}

# Standard headers that cost little to include and bring no symbols: no <string>, no <memory>, no <ranges>.
CHEAP_HEADERS = set("""
    array bit compare concepts cstddef cstdint cstring iterator limits optional span string_view tuple type_traits
    utility
""".split())

# Other headers from outside, and the only headers of ours that may include them.
HEADERS_WITH_A_PLACE = {
    "intrin.h": {"hubwire/core/config.hpp"},
    "arm_neon.h": {"hubwire/crypto/sha256_arm.hpp"},
}

# The only headers that may ask which compiler or machine this is: those that are for one machine only need its names.
KNOWS_THE_COMPILER = {"hubwire/core/config.hpp", "hubwire/core/x86.hpp", "hubwire/crypto/sha256_arm.hpp",
                      "hubwire/crypto/sha256_x86.hpp", "hubwire/text/base64_x86.hpp"}

# Functions that are not constexpr: they take memory as machine words or blocks, or use instructions of some machines only,
# where others do the same in constant expressions; and what ends a program, or is to be refused in such an expression.
NOT_CONSTEXPR = re.compile(r"""
    \w*(blocks?|x86|arm)(_\w+)? | (x86|arm)_\w+ | top_bits | special_bytes(_at)? | (copy|mask)_both_ends
    | mask | equal_to | look_at | load_from_window | bytes_from_to | not_always_bare | copy_run
    | wipe_memory | trap | constant_expressions_take_buffers_of_char_only
""", re.VERBOSE)

# Functions that are not noexcept: they call what the user gives them. (Destructors are in any case.)
NOT_NOEXCEPT = re.compile(r"visit(_one_of)?|for_each|~\w+")

# What a function can return that is no view of anything, so that it does not matter what it was given.
NO_VIEW = re.compile(r"""
    (result<)? (void | bool | char | unsigned | int | double | errc | (hubwire::)?error | (std::)?u?int\w+ | std::size_t
    | word | delivery_progress) >?
""", re.VERBOSE)

# Parameters that memory is given by: a buffer, an array, a text that is its own owner.
OWNER = re.compile(r"""
    \bbuffer\ (?P<buffer>\w+) | \bstd::array<[^<>]*(<[^<>]*>)?[^<>]*>\ ?&+\ (?P<array>\w+)
    | \(&+(?P<c_array>\w+)(?P<bound>\ HUBWIRE_LIFETIMEBOUND)?\)\[ | \bstd::string&&?\ (?P<string>\w+)
""", re.VERBOSE)

# Functions that return views of what they were given or are part of all the same, or views that are of something else.
BOUND_TO_NOTHING = {
    ("hubwire/core/name_in.hpp", "name_in"),  # names are literals
    ("hubwire/amqp/value.hpp", "halves_of"),  # two numbers
    ("hubwire/core/bytes.hpp", "data"),
    ("hubwire/core/error.hpp", "entry"),  # of a table
    ("hubwire/core/reader.hpp", "error"),  # clang would take the code of an error for a view as well
    ("hubwire/core/result.hpp", "error"),
    ("hubwire/iothub/feedback.hpp", "operator_"),  # the record is the reader's, not the iterator's
}

FORBIDDEN = {
    r"\b(throw|try|catch)\b": "exceptions",
    r"\b(dynamic_cast|typeid)\b": "RTTI",
    r"\b(new|malloc|calloc|realloc)\b|\bdelete\b(?!\s*[;(])": "allocation",
    r"\bstd\s*::\s*visit\b": "std::visit, which throws",
    r"(\.|->)\s*(at|substr|value)\s*\(": "a member that throws",
    r"\bthread_local\b": "state",
}

PUBLIC_MACROS = {
    "HUBWIRE_ALWAYS_INLINE",
    "HUBWIRE_COLD",
    "HUBWIRE_INLINE_LAMBDA",
    "HUBWIRE_LIFETIMEBOUND",
    "HUBWIRE_NEVER_INLINE",
    "HUBWIRE_SHARED",
    "HUBWIRE_VERSION_MAJOR",
    "HUBWIRE_VERSION_MINOR",
    "HUBWIRE_VERSION_PATCH",
}

# Those that only some machines have.
MACROS_OF_MACHINES = {"HUBWIRE_HAS_BLOCKS", "HUBWIRE_HAS_BLOCK_MASKS", "HUBWIRE_HAS_SHA_ARM",
                      "HUBWIRE_HAS_WIDE_NUMBERS", "HUBWIRE_HAS_X86_LEVELS"}


def layering(compiler, options):
    """Includes go one way, guards have the file's name, and forbidden words stay out."""
    texts = headers(compiler.include)
    faults = []
    for name, text in texts.items():
        faults += [f"{name}: {fault}" for fault in _faults_of(name, text, texts)]
    faults += _faults_of_the_graph(texts)
    if faults:
        raise Failure("\n".join(faults) + "\n\nWhat is allowed stands at the top of tests/static/source.py."
                      "\nChange the header, or, if the design has changed, what stands there.")
    print(f"{len(texts)} headers keep to the layers")


def _area(name):
    """core for hubwire/core.hpp and hubwire/core/bytes.hpp, hubwire for hubwire/hubwire.hpp."""
    return pathlib.PurePosixPath(name).with_suffix("").parts[1]


def _umbrella(area):
    return f"hubwire/{area}.hpp"


def _faults_of(name, text, texts):
    """What is wrong with one header by itself."""
    if not re.fullmatch(r"hubwire/([a-z0-9_]+/)?[a-z0-9_]+\.hpp", name):
        yield "is not a header of the library; nothing else may lie here"
        return
    code = without_comments(text)

    guard = re.sub(r"\W", "_", name).upper()
    if not re.match(rf"\s*#ifndef {guard}\n#define {guard}\n.*\n#endif\s*\Z", code, flags=re.S):
        yield f"has to begin with #ifndef {guard} and #define {guard}, and to end with its #endif"

    for other in includes(text):
        fault = _fault_of_include(name, other, texts)
        if fault:
            yield f"includes <{other}>, {fault}"
    # By any other form of #include only config.hpp includes something: the file that is not there.
    for form in re.findall(r"^\s*#\s*include\s*([^<\s].*)", code, flags=re.M):
        if name != "hubwire/core/config.hpp":
            yield f"includes {form}, but only <...> is used here"

    for number, line in enumerate(without_comments(text, strings=False).splitlines(), 1):
        for pattern, meaning in FORBIDDEN.items():
            if re.search(pattern, line):
                yield f"line {number} has to do with {meaning}: {line.strip()}"
        reserved = re.search(r"\b(__(?!cpp_|VA_)\w+|_[A-Z]\w*)", line)
        if reserved and name not in KNOWS_THE_COMPILER:
            yield (f"line {number} asks which compiler this is, by {reserved.group()}; that is done in "
                   + ", ".join(sorted(KNOWS_THE_COMPILER)))


def _fault_of_include(name, other, texts):
    if not other.startswith("hubwire/"):
        if other in CHEAP_HEADERS or name in HEADERS_WITH_A_PLACE.get(other, ()):
            return None
        return "which is not one of the standard headers that may be used (here)"
    if other not in texts:
        return "which does not exist"
    mine, theirs = _area(name), _area(other)
    if mine == "hubwire":
        return None if other == _umbrella(theirs) else "but only whole areas are for this header to include"
    if mine not in AREAS:
        return f"but {mine} is not an area that has its place in the layers yet"
    if theirs == mine:
        return None
    if name == _umbrella(mine):
        return f"but an umbrella includes its own area only, which is {mine}"
    if theirs not in AREAS[mine]:
        return f"but {mine} may include " + (", ".join(sorted(AREAS[mine])) or "no other area")
    return None


def _faults_of_the_graph(texts):
    """What is wrong with the headers taken together."""
    edges = {name: [other for other in includes(text) if other in texts] for name, text in texts.items()}

    done, path = set(), []

    def cycles_from(name):
        if name in path:
            yield "a cycle: " + " -> ".join(path[path.index(name):] + [name])
        elif name not in done:
            path.append(name)
            for other in edges[name]:
                yield from cycles_from(other)
            path.pop()
            done.add(name)

    for name in edges:
        yield from cycles_from(name)

    def reachable_from(name, seen):
        if name in edges and name not in seen:
            seen.add(name)
            for other in edges[name]:
                reachable_from(other, seen)
        return seen

    for area in sorted({_area(name) for name in texts} - {"hubwire"}):
        umbrella = _umbrella(area)
        if umbrella not in texts:
            yield f"{umbrella} does not exist, so nobody can include the whole of {area}"
            continue
        if umbrella not in edges.get("hubwire/hubwire.hpp", ()):
            yield f"hubwire/hubwire.hpp has to include <{umbrella}>"
        for name in sorted(set(texts) - reachable_from(umbrella, set())):
            if _area(name) == area:
                yield f"{name} is not reached from {umbrella}"


def macro_leak(compiler, options):
    """Including the library defines the macros it promises, and no others."""
    outside = compiler.standard_headers()
    ours = set(compiler.macros([*outside, "hubwire/hubwire.hpp"])) - set(compiler.macros(outside))
    ours = {name for name in ours if not re.fullmatch(r"HUBWIRE_\w+_HPP", name)}
    faults = [f"{name} is defined, but nobody was told of it" for name in sorted(ours - PUBLIC_MACROS - MACROS_OF_MACHINES)]
    faults += [f"{name} is not defined, but it was promised" for name in sorted(PUBLIC_MACROS - ours)]
    if faults:
        raise Failure("After #include <hubwire/hubwire.hpp>, as compared with the standard headers it includes:\n\n"
                      + "\n".join(faults) + "\n\n#undef it at the end of its header, or change PUBLIC_MACROS in "
                      "tests/static/source.py and the documentation.")
    print("defined: " + " ".join(sorted(ours)))


def signatures(compiler, options):
    """Functions are constexpr and noexcept, and say so where what they return is a view of what they were given, or of a
    part of their object."""
    functions = [(name, *function) for name, text in headers(compiler.include).items()
                 for function in _functions_of(text)]
    if len(functions) < 100:
        raise Failure(f"Only {len(functions)} functions were found: _functions_of knows them by how they are laid out.")
    faults = [f"{name}: {fault}\n    {head}" for name, function, head in functions
              for fault in [*_faults_of_signature(function, head), *_faults_of_lifetime(name, function, head)]]
    if faults:
        raise Failure("\n".join(faults) + "\n\nWhich functions may do without stands at the top of tests/static/source.py.")
    print(f"{len(functions)} functions")


def _functions_of(text):
    """Name and head of each function, as they are laid out by clang-format: statements end where lines do. (What is
    neither constexpr nor inline would be defined twice in a program of two files: static.two_units looks at that.)"""
    code = re.sub(r"^[ \t]*#(.*\\\n)*.*", "", without_comments(text, strings=False), flags=re.M)
    code = re.sub(r"operator ?(\(\)|[^\w\s(]+)(?=\()", "operator_", code)
    code = code.replace("decltype(auto)", "auto").replace("= {}", "")
    for statement in re.split(r"[;{}][ \t]*$|^[ \t]*$|\b(?:public|private|protected):$", code, flags=re.M):
        head = " ".join(statement.split())
        found = re.search(r"((?<!if )\bconstexpr|\binline|INLINE) ([^=({<]|<[^<>]*>)*?([~\w:]+)\(", head)
        if found and not re.search(r"= (default|delete)$", head):
            yield found[3].rpartition("::")[2], head


def _faults_of_signature(name, head):
    before, _, behind = head.partition(f"{name}(")
    if "constexpr" not in before and not NOT_CONSTEXPR.fullmatch(name):
        yield "is not constexpr"
    if "noexcept" not in behind and not NOT_NOEXCEPT.fullmatch(name):
        yield "is not noexcept"


def _faults_of_lifetime(header, name, head):
    """What is defined outside of its class says nothing: its declaration does."""
    before, _, behind = head.partition(f"{name}(")
    if before.endswith("::") or (header, name) in BOUND_TO_NOTHING:
        return
    returned = re.split(r"\b(?:constexpr|inline|\w*INLINE)\b", before)[-1].strip()
    if not NO_VIEW.fullmatch(returned):
        for owner in OWNER.finditer(behind):
            if not owner["bound"] and not behind[owner.end():].startswith(" HUBWIRE_LIFETIMEBOUND"):
                yield f"may return a view of `{owner[0]}`, and is not HUBWIRE_LIFETIMEBOUND to it"
    if returned.endswith(("&", "*")) and re.search(r"\) const noexcept(?! HUBWIRE_LIFETIMEBOUND)", behind):
        yield "returns a pointer or a reference to a part of its object, and is not HUBWIRE_LIFETIMEBOUND to it"


def self_contained(compiler, options):
    """Each header compiles alone, and twice in a row, without a warning."""
    with tempfile.TemporaryDirectory() as directory:
        unit = pathlib.Path(directory, "unit.cpp")
        for name in headers(compiler.include):
            unit.write_text(f"#include <{name}>\n#include <{name}>\n")
            compiler.must(*WARNINGS, "-fsyntax-only", unit, why=f"{name} has to compile by itself, and twice in a row: "
                          "it includes all that it uses, and has a guard.")


def preprocessed_size(compiler, options):
    """How many lines an umbrella header makes of itself: what every user compiles each time."""
    table = HERE / "preprocessed_size.json"
    budgets = json.loads(table.read_text()) if table.exists() else {}
    version = f"{compiler.family} {compiler.major}"
    libstdcxx = compiler.macros(["version"]).get("_GLIBCXX_RELEASE")
    if libstdcxx is None or int(libstdcxx) != 12:
        raise Skipped("the budgets hold for libstdc++ 12, as it is in Debian 12")

    umbrellas = [name for name in headers(compiler.include) if name.count("/") == 1]
    measured = {}
    for name in umbrellas:
        lines = compiler.preprocess(f"#include <{name}>\n", "-P").splitlines()
        measured[name] = sum(1 for line in lines if line.strip())

    if options.update:
        budgets[version] = {name: math.ceil(lines * 1.03) for name, lines in measured.items()}
        table.write_text(json.dumps(budgets, indent=4, sort_keys=True) + "\n")
    elif version not in budgets:
        raise Skipped(f"there are no budgets for {version}; --update writes some")

    faults = []
    for name, lines in measured.items():
        budget = budgets[version].get(name)
        print(f"{name}: {lines} lines of {budget}")
        if budget is None:
            faults.append(f"{name} has no budget")
        elif lines > budget:
            faults.append(f"{name} has grown to {lines} lines, which is {lines - budget} over its budget of {budget}")
    faults += [f"{name} has a budget, but does not exist" for name in sorted(set(budgets[version]) - set(measured))]
    if faults:
        raise Failure("\n".join(faults) + "\n\nMost often a standard header is new, or came with one; see which:"
                      "\n    echo '#include <hubwire/hubwire.hpp>' |"
                      " <compiler> -std=c++20 -I include -x c++ -E -H - >/dev/null"
                      "\nIf the growth is worth it, write the budgets anew, once for each compiler:"
                      "\n    python3 tests/static/check.py preprocessed_size --include include --update"
                      " --compiler <compiler>")


def clang_format(compiler, options):
    """All C++ is formatted as .clang-format says."""
    program = _clang_tool("clang-format")
    files = sorted(path for folder in ("include", "tests", "bench", "fuzz") for suffix in ("*.hpp", "*.cpp")
                   for path in (ROOT / folder).rglob(suffix))
    names = [path.relative_to(ROOT) for path in files]
    result = run([program, "--dry-run", "-Werror", "--style=file", *names], cwd=ROOT)
    if result.returncode != 0:
        raise Failure(f"{result.stdout.rstrip()}\n\nRun `clang-format-19 -i` over these files.")
    print(f"{len(files)} files")


def clang_tidy(compiler, options):
    """clang-tidy has nothing to say of the headers."""
    if not (ROOT / ".clang-tidy").exists():
        raise Skipped("there is no .clang-tidy at the root of the project")
    program = _clang_tool("clang-tidy")
    with tempfile.TemporaryDirectory() as directory:
        unit = pathlib.Path(directory, "unit.cpp")
        unit.write_text("#include <hubwire/hubwire.hpp>\n")
        result = run([program, "--quiet", f"--config-file={ROOT / '.clang-tidy'}", "--header-filter=include/hubwire/",
                      "--warnings-as-errors=*", unit, "--", STANDARD, *WARNINGS, "-I", compiler.include])
    if result.returncode != 0:
        raise Failure(result.stdout.rstrip())


def _clang_tool(name, major=19):
    for program in (f"{name}-{major}", name):
        found = shutil.which(program)
        if found and re.search(rf"version {major}\.", run([found, "--version"]).stdout):
            return found
    raise Skipped(f"{name} {major} is not installed (another version has other opinions)")
