"""The checks that compile something: it must compile, it must not, or the object code has to look a certain way."""

import pathlib
import re
import resource
import shlex
import signal
import tempfile

from toolbox import HERE, WARNINGS, Failure, Skipped, includes, run

# What a compiler may ask for on its own account, on any machine. The library itself asks for no symbol at all.
FREESTANDING = {"memcpy", "memmove", "memset", "memcmp", "strlen"}

# What stands in for an instruction that a Cortex-M has not got. It comes from libgcc, as part of the compiler; the
# reason is given for each.
CORTEX_M = {
    "__gnu_thumb1_case_uqi",  # the jump tables of a switch, which Cortex-M0 has no instruction for; these and the
    "__gnu_thumb1_case_uhi",  # next ones come with every compiler, in libgcc
    "__gnu_thumb1_case_shi",
    "__gnu_thumb1_case_sqi",
    "__aeabi_uidiv",  # division: Cortex-M0 has none, and no Cortex-M has one of 64 bits. Numbers and dates in text are
    "__aeabi_uidivmod",  # made of divisions
    "__aeabi_idiv",
    "__aeabi_idivmod",
    "__aeabi_uldivmod",
    "__aeabi_ldivmod",
    "__aeabi_lmul",  # and products of 64 bits, where numbers are read
    "__aeabi_llsl",  # and shifts of 64 bits
    "__aeabi_llsr",
    "__clzsi2",  # std::countl_zero, where the digits of a double are found
    "__clzdi2",
    "__aeabi_dadd",  # doubles, where numbers in JSON are read or written as such: Cortex-M0 calculates with integers only
    "__aeabi_dsub",
    "__aeabi_ddiv",
    "__aeabi_dmul",
    "__aeabi_dcmpeq",
    "__aeabi_dcmpge",
    "__aeabi_dcmpgt",
    "__aeabi_dcmple",
    "__aeabi_dcmplt",
    "__aeabi_ul2d",
    "__aeabi_d2ulz",
    "__ctzdi2",  # std::countr_zero of 64 bits, where detail::first_byte looks for the first byte that stops a scan
}

# The only thing that may change: which instructions the processor has. It is asked once, because that takes longer than
# ten signatures; and not where there is no system around the program.
STATE = {"hubwire::detail::known_x86_level"}

# Without these, distributions have their compilers add symbols to every object that are no business of ours, and clang
# replaces memcmp by bcmp, on systems that have it, where only equality is asked for.
AS_IT_IS = shlex.split("-fno-stack-protector -fno-pic -U_FORTIFY_SOURCE -fno-builtin-bcmp")

NO_RUNTIME = ["-fno-exceptions", "-fno-rtti"]


def _case(options, folder):
    """The source file that a case is named after."""
    path = HERE / folder / f"{options.case}.cpp"
    if not path.is_file():
        names = sorted(other.stem for other in path.parent.glob("*.cpp"))
        raise Failure(f"There is no such case; there are: {', '.join(names)}")
    return path


def _run_to_the_end(command):
    result = run(command)
    if result.returncode != 0:
        raise Failure(f"{shlex.join(result.args)} ends with status {result.returncode}.\n\n{result.stdout.rstrip()}")
    return result.stdout


def precompile(compiler, options):
    """Not a check: makes the header that --precompiled names, for the cases of must_fail to begin with."""
    header = pathlib.Path(options.precompiled)
    header.write_text("#include <hubwire/hubwire.hpp>\n")
    suffix = ".pch" if compiler.family == "clang++" else ".gch"
    compiler.must(*WARNINGS, "-x", "c++-header", header, "-o", f"{header}{suffix}")


def must_fail(compiler, options):
    """A misuse does not compile, and for the right reason. (That nothing else is wrong with it, correct_uses says.)

    The file's first lines are comments that say how:
        // expect: <a regex that the diagnostic matches>, or <one for g++> ||| <one for clang>
        // flags: <flags for the misuse alone>
        // errors: <how many lines with "error:" the compiler may print at most>, likewise
        // only: <g++ or clang++>, the only one that refuses this
    """
    path = _case(options, "must_fail")
    wishes = _wishes(path)
    if wishes.get("only", compiler.family) != compiler.family:
        raise Skipped(f"only {wishes['only']} refuses this")

    precompiled = _precompiled(options)
    if "flags" in wishes:  # with others than it was made with, the precompiled header is of no use
        precompiled = []
    command = [*WARNINGS, *precompiled, "-fsyntax-only", *shlex.split(wishes.get("flags", "")), path]
    result = compiler.try_to(*command)
    said = f"{shlex.join(result.args)}\n\n{result.stdout.rstrip()}"
    if result.returncode == 0:
        raise Failure(f"This compiles, but it is a misuse that must not:\n\n{said}")
    regex = _wish_for(compiler, wishes["expect"])
    if not re.search(regex, result.stdout):
        raise Failure(f"This is refused, but not for the right reason: /{regex}/ does not match.\n\n{said}")
    errors = len(re.findall(r"\berror:", result.stdout))
    most = int(_wish_for(compiler, wishes["errors"])) if "errors" in wishes else errors
    if errors > most:
        raise Failure(f"This is refused, but with {errors} errors instead of {most}; nobody would find the one that "
                      f"matters.\n\n{said}")


def correct_uses(compiler, options):
    """Without the one bad line, with -DCORRECT, every misuse of must_fail compiles.

    All together, each in a namespace of its own behind what any of them includes: one by one they take minutes.
    """
    included = set()
    cases = []
    for path in sorted((HERE / "must_fail").glob("*.cpp")):
        if _wishes(path).get("only", compiler.family) == compiler.family:
            text = path.read_text()
            included.update(includes(text))
            body = re.sub(r"^#include .*", "", text, flags=re.M)
            cases.append(f'namespace {path.stem} {{\n#line 1 "{path}"\n{body}\n}}\n')
    source = "".join(f"#include <{header}>\n" for header in sorted(included)) + "".join(cases)
    compiler.must(*WARNINGS, *_precompiled(options), "-fsyntax-only", "-DCORRECT", "-x", "c++", "-", input=source,
                  why="With -DCORRECT there is nothing wrong in these files, and they have to compile.")
    print(f"{len(cases)} uses")


def _wishes(path):
    """What the first lines of a misuse ask for."""
    return dict(re.findall(r"^// (expect|flags|errors|only): (.*)$", path.read_text(), flags=re.M))


def _precompiled(options):
    # g++ warns of what a precompiled header declares as if it came behind the globals of the case.
    return ["-include", options.precompiled, "-Wno-shadow"] if options.precompiled else []


def _wish_for(compiler, text):
    """What is written for all compilers, or for g++ ||| for clang."""
    wishes = [wish.strip() for wish in text.split("|||")]
    return wishes[-1] if compiler.family == "clang++" else wishes[0]


def hostile_macros(compiler, options):
    """The library compiles after headers that define ordinary words as macros."""
    # The standard headers come first: they do not survive such macros themselves, and they #undef some of them.
    standard_first = [part for name in compiler.standard_headers() for part in ("-include", name)]
    compiler.must(*WARNINGS, "-fsyntax-only", *standard_first, HERE / "hostile_macros.cpp",
                  why="The library uses a name that a well-known header defines as a macro. Rename it (or put min and\n"
                  "max in brackets); the macros are in tests/static/hostile_macros.cpp.")


def two_units(compiler, options):
    """Two translation units that both include everything link and run."""
    with tempfile.TemporaryDirectory() as directory:
        program = pathlib.Path(directory, "two_units")
        compiler.must(*WARNINGS, *sorted((HERE / "two_units").glob("*.cpp")), "-o", program,
                      why="The two files have to link. A symbol that is defined twice lacks an `inline` in its header.")
        _run_to_the_end([program])


def undefined_symbols(compiler, options):
    """Everything compiles without exceptions and RTTI; its object code needs no library and holds no state.

    At the levels named by --levels.
    """
    path = _case(options, "everything")
    faults = []
    with tempfile.TemporaryDirectory() as directory:
        for level in options.levels.split():
            binary = pathlib.Path(directory, "object.o")
            compiler.must(*WARNINGS, *NO_RUNTIME, *AS_IT_IS, level, "-c", path, "-o", binary)
            faults += [f"{level}: {fault}" for fault in _faults_of_object(compiler, binary)]
    if faults:
        raise Failure(f"Of the object code of {path.relative_to(HERE)}:\n\n" + "\n".join(faults) +
                      "\n\nA symbol that is needed points to a function of the standard library that is not inline"
                      "\n(often one that throws). State is a variable that is neither constexpr nor local.")


def _faults_of_object(compiler, binary):
    objdump = compiler.tool("objdump")
    listing = run([objdump, "--section-headers", "--syms", "--demangle", binary])
    if listing.returncode != 0:
        raise Skipped(f"{objdump} does not work here: {listing.stdout}")

    # "  3 .data  00000004 ..." is a section and its size.
    sizes = re.findall(r"^ *\d+ (\S+) +([0-9a-f]+) ", listing.stdout, flags=re.M)
    # "0000 g     F .text\t0001 f()" is a symbol: address, seven flags, section, size, name.
    symbols = re.findall(r"^[0-9a-f]+ .{7} (\S+)\t[0-9a-f]+ (?:\.hidden )?(.+)$", listing.stdout, flags=re.M)
    if not any(section.startswith(".text") for section, name in symbols):
        raise Failure(f"There is no code in the object, or {objdump} prints it in a way we do not understand:\n"
                      + listing.stdout)

    allowed = FREESTANDING | (CORTEX_M if "__ARM_EABI__" in compiler.predefined else set())
    for section, name in symbols:
        if section == "*UND*" and name not in allowed:
            yield f"needs the symbol {name}"
        if section == "*COM*":
            yield f"holds the variable {name}"
    for section, size in sizes:
        if int(size, 16) == 0:
            continue
        if re.match(r"\.(init_array|preinit_array|ctors)", section):
            yield f"runs code before main, by {section}"
        # What is in .data.rel.ro is constant: only its addresses are put in when the program is loaded.
        if re.match(r"\.(data|bss|tdata|tbss)(?!\.rel\.ro)", section):
            names = [name for where, name in symbols if where == section and name != section]
            if names and set(names) <= STATE:
                continue
            yield f"holds {int(size, 16)} bytes that can change, in {section}: {', '.join(names)}"


def codegen(compiler, options):
    """Fixed-size loads, stores and copies become the few instructions they should be."""
    if "__x86_64__" not in compiler.predefined:
        raise Skipped("the instructions looked for are those of x86-64")
    with tempfile.TemporaryDirectory() as directory:
        listing = pathlib.Path(directory, "codegen.s")
        compiler.must(*WARNINGS, *AS_IT_IS, "-fno-asynchronous-unwind-tables", "-O2", "-S", HERE / "codegen.cpp",
                      "-o", listing)
        functions = _functions(listing.read_text())
    faults = []
    for name, body in functions.items():
        rules = [rule for prefix, rule in CODEGEN_RULES.items() if name.startswith(prefix)]
        if len(rules) != 1:
            raise Failure(f"{name} in tests/static/codegen.cpp has no rule, by its name, in tests/static/compiled.py")
        fault = rules[0](body)
        if fault:
            faults.append(f"{name} {fault}:\n" + "\n".join(f"    {line}" for line in body))
    if len(functions) < len(CODEGEN_RULES):
        faults.append(f"only these functions were found: {', '.join(functions)}")
    if faults:
        raise Failure("Of the functions in tests/static/codegen.cpp, at -O2:\n\n" + "\n\n".join(faults))
    print(f"{len(functions)} functions: {', '.join(functions)}")


def _functions(assembly):
    """The instructions (and the jump labels) of each function."""
    bodies = re.findall(r"^([a-z]\w*):[^\n]*\n(.*?)^\t\.size\t\1, ", assembly, flags=re.M | re.S)
    return {name: [" ".join(line.split("#")[0].split()) for line in body.splitlines()
                   if re.match(r"\t[a-z]|\.L(?!F|func)\w+:", line)] for name, body in bodies}


def _matching(pattern, body):
    return [line for line in body if re.match(pattern, line)]


def _one_swap(body):
    """A single swap, nothing put together from pieces, and no way but straight on."""
    if len(_matching(r"bswap|movbe|ro[lr]w (\$8, )?%|xchgb", body)) != 1:
        return "has to swap the bytes exactly once"
    if _matching(r"sh[lr]|sa[lr]|or[bwlq]? ", body):
        return "puts the number together from pieces"
    if _matching(r"j|call", body):
        return "has to be straight-line code"
    return None


def _no_call(body):
    """A jump that does not go to a label of the function's own is the last call of the function."""
    return "has to get by without a call" if _matching(r"call|j\w+ [^.]|rep ", body) else None


def _no_early_end(body):
    """At most one jump, which goes back, and nobody else who compares."""
    if _matching(r"call|j\w+ [^.]|rep", body):
        return "leaves it to another function, or to an instruction that ends early"
    jumps = _matching(r"j", body)
    if len(jumps) > 1:
        return f"has {len(jumps)} ways to go; one of them may be out of the loop"
    if jumps and f"{jumps[0].split()[-1]}:" not in body[:body.index(jumps[0])]:
        return "has a jump that goes forward"
    return None


CODEGEN_RULES = {"load_": _one_swap, "store_": _one_swap, "read_": _one_swap, "copy_": _no_call,
                 "compare_": _no_early_end}


def trap(compiler, options):
    """A broken precondition ends the program on the spot, with optimization too."""
    with tempfile.TemporaryDirectory() as directory:
        program = pathlib.Path(directory, "trap")
        compiler.must(*WARNINGS, "-O2", HERE / "trap.cpp", "-o", program)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # they are meant to crash: no core files
        kinds = _run_to_the_end([program]).split()
        faults = []
        for kind in kinds:
            _run_to_the_end([program, kind, "keep"])
            result = run([program, kind, "break"])
            if result.returncode not in (-signal.SIGILL, -signal.SIGTRAP):
                faults.append(f"{kind} ends with status {result.returncode}, and has printed: {result.stdout.strip()}")
    if faults:
        raise Failure("A program that breaks a precondition has to stop by SIGILL or SIGTRAP, where it breaks it:\n\n"
                      + "\n".join(faults) + "\n\nSee tests/static/trap.cpp for what each does, and detail::require.")
    print(f"{len(kinds)} preconditions: {' '.join(kinds)}")
