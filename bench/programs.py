#!/usr/bin/env python3
"""What the scripts here know of benchmark programs: how they run, and what the names of their rows say.

    python3 bench/programs.py check build/bench/bench_mqtt

runs each benchmark of a program briefly, and fails where its own checks do, or where an operation of hubwire's allocates.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass


@dataclass(frozen=True)
class Name:
    """transfer_encode, transfer_encode_by_hand, transfer_encode_with_proton, or sha256_with_openssl/1000."""
    operation: str
    argument: str  # "/1000", or nothing
    contender: str  # "hubwire", "by hand", or who else it is

    @staticmethod
    def of(text):
        operation, slash, argument = text.partition("/")
        found = re.fullmatch(r"(.+)_(by_hand|with_([a-z0-9]+))", operation)
        if not found:
            return Name(operation, slash + argument, "hubwire")
        return Name(found[1], slash + argument, found[3] or "by hand")


@dataclass
class Row:
    """What a benchmark measured."""
    name: Name
    text: str
    nanoseconds: float = 0.0
    size: int = 0  # bytes, or 0 where that says nothing
    allocations: float | None = None  # None where they cannot be counted
    error: str = ""
    items_per_second: float = 0.0  # where an operation is of many


def names(program, name_filter="."):
    return subprocess.run([os.path.abspath(program), "--benchmark_list_tests", f"--benchmark_filter={name_filter}"], check=True,
                          capture_output=True, text=True).stdout.split()


def rows_of(report):
    """Of Google Benchmark's JSON: of several repetitions the fastest, which others on the machine have disturbed least."""
    to_nanoseconds = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    rows = {}
    for entry in report["benchmarks"]:
        if entry.get("run_type") == "aggregate":
            continue
        text = entry.get("run_name", entry["name"])
        if entry.get("error_occurred"):
            rows[text] = Row(Name.of(text), text, error=entry["error_message"])
            continue
        row = Row(Name.of(text), text, entry["cpu_time"] * to_nanoseconds[entry["time_unit"]],
                  int(entry.get("bytes", 0)), entry.get("allocations"),
                  items_per_second=entry.get("items_per_second", 0.0))
        if text not in rows or (not rows[text].error and row.nanoseconds < rows[text].nanoseconds):
            rows[text] = row
    return list(rows.values())


def run(program, *arguments):
    with tempfile.NamedTemporaryFile("r", suffix=".json") as report:
        subprocess.run([os.path.abspath(program), f"--benchmark_out={report.name}", "--benchmark_out_format=json", *arguments], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return rows_of(json.load(report))


def faults(rows):
    found = [f"{row.text}: {row.error}" for row in rows if row.error]
    found += [f"{row.text} allocates {row.allocations:g} times, and nothing of hubwire's may"
              for row in rows if row.name.contender == "hubwire" and row.allocations]
    return found if rows else ["there is no benchmark"]


def main():
    if len(sys.argv) != 3 or sys.argv[1] != "check":
        sys.exit(__doc__)
    program = sys.argv[2]
    rows = run(program, "--benchmark_min_time=0.001")
    found = faults(rows)
    print("\n".join(found) or f"{os.path.basename(program)}: {len(rows)} benchmarks work, and hubwire's allocate nothing")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
