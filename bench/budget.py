#!/usr/bin/env python3
"""Holds each operation of hubwire's to the instructions it took, each capability to its bytes in flash, and each umbrella
header to what the compiler allocates to read it, within 3 %.

    python3 bench/budget.py check [instructions] [size] [size_cortex_m0] [compile] --build build
    python3 bench/budget.py update ...                                              writes bench/budgets.json anew

A check fails over the budget, and under it too: an improvement is recorded, or it can be lost again unseen. Budgets hold
for one compiler with fixed flags and one C library; where those are others, or valgrind is not there, it says that it is
skipped, and exits with 77.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import instructions
import programs
from size import size

HERE = Path(__file__).resolve().parent
INCLUDE = HERE.parent / "include"
BUDGETS = HERE / "budgets.json"
TOLERANCE = 0.03
SKIPPED = 77

# What a stream of a million packets takes is a matter of time, and of nothing else than what the thousand take.
NOT_COUNTED = "/1000000$"


class Skipped(Exception):
    """There is nothing to measure with."""


class NotBuilt(Exception):
    """What is there to measure is not what the sources say."""


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def cached(build, name):
    cache = build / "CMakeCache.txt"
    if not cache.exists():
        raise NotBuilt(f"there is no build in {build}: tests/run makes one in build, bench/run in build-bench (--build says which)")
    for line in cache.read_text().splitlines():
        if line.startswith(name + ":"):
            return line.partition("=")[2]
    return ""


def compiler_version(compiler):
    family = "clang++" if "clang" in output(compiler, "--version").splitlines()[0] else "g++"
    return f"{family} {output(compiler, '-dumpversion').partition('.')[0]}"


def of_instructions(build):
    if not shutil.which("valgrind"):
        raise Skipped("valgrind is not installed (Debian: apt-get install valgrind)")
    compiler = cached(build, "CMAKE_CXX_COMPILER")
    kind = cached(build, "CMAKE_BUILD_TYPE")
    flags = f"{cached(build, 'CMAKE_CXX_FLAGS')} {cached(build, f'CMAKE_CXX_FLAGS_{kind.upper()}')}".strip()
    library = " ".join(platform.libc_ver())
    return f"{compiler_version(compiler)} {flags}, {output(compiler, '-dumpmachine')}, {library}"


def benchmarks(build):
    """The programs of all sources, each newer than what it is made of: a budget that was not measured would be lost."""
    programs_of = {source: build / "bench" / f"bench_{source.name.removesuffix('.bench.cpp')}"
                   for source in sorted(HERE.glob("*.bench.cpp"))}
    if not any(program.exists() for program in programs_of.values()):
        raise Skipped("no benchmark was built (Debian: apt-get install libbenchmark-dev)")
    headers_changed = max(header.stat().st_mtime for header in INCLUDE.rglob("*.hpp"))
    old = [program.name for source, program in programs_of.items() if not program.exists() or
           program.stat().st_mtime < max(headers_changed, source.stat().st_mtime)]
    if old:
        raise NotBuilt(f"older than their sources, or not there: {', '.join(old)}\n    cmake --build {build} --target bench")
    return programs_of.values()


def measure_instructions(build):
    counts = {}
    for program in benchmarks(build):
        ours = {name: count for name, count in instructions.counts(program, f"-{NOT_COUNTED}").items()
                if programs.Name.of(name).contender == "hubwire"}
        if ours:
            counts[program.name.removeprefix("bench_")] = ours
    return counts


def of_size(compiler, flags):
    if not shutil.which(compiler):
        raise Skipped(f"{compiler} is not installed")
    return " ".join([compiler_version(compiler), "-Os", *flags, output(compiler, "-dumpmachine")])


def measure_size(compiler, flags):
    return {"bytes": {source.stem: size.sizes(compiler, flags, source)[0] for source in size.sources()}}


# How long a header takes to compile is never the same twice. What g++ allocates for it (all of it, the garbage as well) is,
# on every machine, whatever else runs there and however much memory there is. And it stands for time: a compiler that
# reads headers does little but build trees, and copy them for each instantiation. Of nine umbrellas and nine other
# headers, from <string_view> with 0.1 s and 20 MB to hubwire.hpp with 2.8 s and 383 MB, memory and seconds correlate with
# r = 0.99; each MB is 5 to 9 ms, on a machine that was busy. (The number of specializations, by -fstats, is as exact, but
# a thousand of them are anything from 24 to 93 ms; lines, for which static.preprocessed_size has budgets, say next to
# nothing: amqp.hpp has a fifth more than mqtt.hpp, and takes five times as long.)
COMPILING = ["-std=c++20", "-fsyntax-only"]

# g++ rounds to this, so one more or less is no change.
MEGABYTE = 1


def of_compiling(compiler):
    if not compiler_version(compiler).startswith("g++"):
        raise Skipped(f"{compiler} does not tell what it allocates; g++ does")
    return " ".join(["g++", output(compiler, "-dumpfullversion"), *COMPILING, output(compiler, "-dumpmachine")])


def measure_compiling(compiler):
    return {"megabytes": {f"hubwire/{header.name}": megabytes_of(compiler, header)
                          for header in sorted((INCLUDE / "hubwire").glob("*.hpp"))}}


def megabytes_of(compiler, header):
    """The compiler is asked in English; all of the last line that counts is what it allocated: TOTAL : 2.8 0.3 3.1 378M"""
    report = subprocess.run([compiler, *COMPILING, f"-I{INCLUDE}", "-ftime-report", "-x", "c++", "-"],
                            input=f"#include <hubwire/{header.name}>\n", check=True, capture_output=True, text=True,
                            env={**os.environ, "LC_ALL": "C"}).stderr
    return megabytes_in(report)


def megabytes_in(report):
    return int(re.search(r"^ *TOTAL +:.* (\d+)M$", report, re.MULTILINE)[1])


# Each says what its budgets hold for, and measures: {group: {operation: count}}.
SECTIONS = {
    "instructions": (of_instructions, measure_instructions),
    "size": (lambda build: of_size(cached(build, "CMAKE_CXX_COMPILER"), []),
             lambda build: measure_size(cached(build, "CMAKE_CXX_COMPILER"), [])),
    "size_cortex_m0": (lambda build: of_size(size.ARM_COMPILER, size.CORTEX_M0),
                       lambda build: measure_size(size.ARM_COMPILER, size.CORTEX_M0)),
    "compile": (lambda build: of_compiling(cached(build, "CMAKE_CXX_COMPILER")),
                lambda build: measure_compiling(cached(build, "CMAKE_CXX_COMPILER"))),
}

# What a count may be off by, however small it is.
RESOLUTION = {"compile": MEGABYTE}


def faults(budgets, measured, resolution=0):
    """Each a sentence. Both are {group: {operation: count}}."""
    found = []
    for group in sorted({*budgets, *measured}):
        allowed, counts = budgets.get(group, {}), measured.get(group, {})
        for name in sorted({*allowed, *counts}):
            if name not in allowed:
                found.append(f"{group}: {name} has no budget; it takes {counts[name]}")
            elif name not in counts:
                found.append(f"{group}: {name} has a budget, but does not exist")
            elif abs(counts[name] - allowed[name]) > max(TOLERANCE * allowed[name], resolution):
                change = counts[name] - allowed[name]
                found.append(f"{group}: {name} takes {counts[name]}, which is {abs(change)} "
                             f"({abs(change) / max(allowed[name], 1):.0%}) "
                             f"{'over' if change > 0 else 'under'} its budget of {allowed[name]}")
    return found


def check(section, build, budgets):
    """Whether all of a section is within its budgets."""
    holds_for, measure = SECTIONS[section]
    if section not in budgets:
        print(f"{section} has no budgets: python3 bench/budget.py update {section} --build {build}")
        return False
    if holds_for(build) != budgets[section]["of"]:
        raise Skipped(f"the budgets are of {budgets[section]['of']}, and this is {holds_for(build)}")
    measured = measure(build)
    found = faults(budgets[section]["budgets"], measured, RESOLUTION.get(section, 0))
    if found:
        print("\n".join(found))
        print(f"\nIf that is meant to be so, record it, and let the diff be reviewed:\n"
              f"    python3 bench/budget.py update {section} --build {build}")
        return False
    print(f"{section}: {sum(map(len, measured.values()))} budgets hold")
    return True


def update(section, build, budgets, others_too):
    holds_for, measure = SECTIONS[section]
    if section in budgets and holds_for(build) != budgets[section]["of"]:
        change = f"the budgets are of {budgets[section]['of']}, and this is {holds_for(build)}"
        if not others_too:
            raise Skipped(f"{change}: --others-too replaces them")
        print(f"{section}: {change}")
    budgets[section] = {"of": holds_for(build), "budgets": measure(build)}
    BUDGETS.write_text(json.dumps(budgets, indent=2, sort_keys=True) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["check", "update"])
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS) + "; all, if none is named")
    parser.add_argument("--others-too", action="store_true", help="update: replaces budgets of another compiler or library as well")
    parser.add_argument("--build", type=Path, default=HERE.parent / "build", help="of CMake, with CMAKE_BUILD_TYPE=Release")
    options = parser.parse_args()
    unknown = [section for section in options.sections if section not in SECTIONS]
    if unknown:
        parser.error(f"there is no section {unknown[0]}; these are there: {', '.join(SECTIONS)}")

    budgets = json.loads(BUDGETS.read_text()) if BUDGETS.exists() else {}
    outcome = 0
    for section in options.sections or SECTIONS:
        try:
            if options.verb == "update":
                update(section, options.build, budgets, options.others_too)
            elif not check(section, options.build, budgets):
                outcome = 1
        except Skipped as why:
            print(f"{section}: skipped, for {why}")
            outcome = outcome or SKIPPED
        except NotBuilt as why:
            print(f"{section}: {why}")
            outcome = 1
    return outcome


if __name__ == "__main__":
    sys.exit(main())
