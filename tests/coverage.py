#!/usr/bin/env python3
"""Coverage of include/ by test programs that clang built with -fprofile-instr-generate -fcoverage-mapping.

    tests/coverage.py --llvm 19 --include include PROGRAM...

Runs the programs, prints a line for each header, and what is not covered. Fails below 100 % of the lines or 95 % of the branches. A line
counts if any instantiation of its template runs it. Lines between "coverage: off, <reason>" and "coverage: on" do not
count; a reason has to be there. Nor do the branches of a detail::require: one that does not hold traps, and leaves no
counts; static.trap sees to those.
"""

import argparse
import functools
import json
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict

LINES_NEEDED = 100.0
BRANCHES_NEEDED = 95.0


class TestFailed(Exception):
    pass


def exempt_lines(path):
    exempt, inside = set(), False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if re.search(r"coverage: off", line):
            if not re.search(r"coverage: off, \w+", line):
                sys.exit(f"{path}:{number}: an exemption from coverage needs a reason")
            inside = True
        if inside:
            exempt.add(number)
        if re.search(r"coverage: on\b", line):
            inside = False
    if inside:
        sys.exit(f"{path}: 'coverage: off' without 'coverage: on'")
    return exempt


def empty_lines(path):
    """Lines without code, to which llvm-cov gives the count of what lies around them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, start=1) if re.fullmatch(r"\s*(//.*)?", line)}


def precondition_lines(path):
    lines, inside = set(), False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        inside = inside or "detail::require(" in line
        if inside:
            lines.add(number)
        inside = inside and ";" not in line
    return lines


def run(program, llvm):
    """Runs one program; returns what it covered: the lines of each file, and the branches.

    Each program is looked at by itself: the same inline function may have been compiled differently in two of them, and
    llvm-cov drops such functions when it is shown both at once.
    """
    with tempfile.TemporaryDirectory() as scratch:
        raw, profile = pathlib.Path(scratch, "raw"), pathlib.Path(scratch, "profile")
        test = subprocess.run([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              env={**os.environ, "LLVM_PROFILE_FILE": str(raw)})
        if test.returncode != 0:
            raise TestFailed(f"{program} fails:\n{test.stdout}")
        subprocess.run([f"llvm-profdata-{llvm}", "merge", "-o", profile, raw], check=True)

        def export(output_format):
            command = [f"llvm-cov-{llvm}", "export", f"-format={output_format}", f"-instr-profile={profile}", program]
            return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

        lines, branches = defaultdict(Counter), defaultdict(dict)
        add_lines(lines, export("lcov"))
        add_branches(branches, json.loads(export("text")))
        return lines, branches


def add_lines(lines, lcov):
    """lines: {file: {line: executions}}, the most that any instantiation has."""
    for row in lcov.splitlines():
        if row.startswith("SF:"):
            current = lines[row[3:]]
        elif row.startswith("DA:"):
            line, count = row[3:].split(",")[:2]
            current[int(line)] = max(current[int(line)], int(count))


def add_branches(branches, exported):
    """branches: {file: {(line, column): (times true, times false)}}, summed over all instantiations."""
    for function in exported["data"][0]["functions"]:
        for line, column, _, _, true, false, file_id, _, _ in function.get("branches", []):
            add_outcome(branches[function["filenames"][file_id]], (line, column), true, false)


def add_outcome(branches, at, true, false):
    before = branches.get(at, (0, 0))
    branches[at] = (before[0] + true, before[1] + false)


def percent(part, whole):
    return 100.0 if whole == 0 else 100.0 * part / whole


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llvm", required=True, help="the version of LLVM, as in clang++-19")
    parser.add_argument("--include", required=True, type=pathlib.Path)
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()

    lines_of, branches_of = defaultdict(Counter), defaultdict(dict)
    programs = [os.path.abspath(program) for program in options.programs]
    failures = []
    with multiprocessing.Pool() as pool:
        covered = pool.imap(functools.partial(run, llvm=options.llvm), programs)
        for _ in programs:
            try:
                lines, branches = next(covered)
            except TestFailed as failure:
                failures.append(str(failure))
                continue
            for file, counts in lines.items():
                for line, count in counts.items():
                    lines_of[file][line] = max(lines_of[file][line], count)
            for file, outcomes in branches.items():
                for at, outcome in outcomes.items():
                    add_outcome(branches_of[file], at, *outcome)
    if failures:
        sys.exit("\n".join(failures))

    totals, one_sided, uncovered = [0, 0, 0, 0], [], []
    for path in sorted(options.include.resolve().rglob("*.hpp")):
        name = path.relative_to(options.include.resolve())
        exempt = exempt_lines(path) | empty_lines(path)
        without_branches = exempt | precondition_lines(path)
        lines = {n: c for n, c in lines_of.get(str(path), {}).items() if n not in exempt}
        sides = [(at, side, count) for at, outcome in branches_of.get(str(path), {}).items() if at[0] not in without_branches
                 for side, count in zip(("true", "false"), outcome)]
        if not lines:
            continue
        row = [sum(c > 0 for c in lines.values()), len(lines), sum(count > 0 for _, _, count in sides), len(sides)]
        totals = [a + b for a, b in zip(totals, row)]
        print(f"{str(name):40} lines {percent(*row[:2]):6.1f} % of {row[1]:4}   branches {percent(*row[2:]):6.1f} % of {row[3]:4}")
        uncovered += [f"{name}:{n}: never runs" for n, count in sorted(lines.items()) if count == 0]
        one_sided += [f"{name}:{line}:{column}: never {side}" for (line, column), side, count in sorted(sides) if count == 0]

    if totals[1] == 0:
        sys.exit("no line of include/ is known to these programs: were they built with clang's source-based coverage?")
    lines, branches = percent(*totals[:2]), percent(*totals[2:])
    print("\n".join(one_sided + uncovered))  # the lines last: none of them may be missing
    print(f"coverage of include/: lines {lines:.1f} % of {totals[1]}, branches {branches:.1f} % of {totals[3]}")
    if lines < LINES_NEEDED or branches < BRANCHES_NEEDED:
        sys.exit(f"coverage is below {LINES_NEEDED:g} % of lines or {BRANCHES_NEEDED:g} % of branches")


if __name__ == "__main__":
    main()
