#!/usr/bin/env python3
"""Counts the instructions of each operation of a benchmark program, as called from another translation unit.

    python3 bench/instructions.py build/bench/bench_mqtt [filter]

Unlike times, the counts are the same on every run. It needs valgrind.
"""

import os
import re
import subprocess
import sys
import tempfile


def instructions(program, name):
    """Of one call: the benchmark calls its operation through a function of a known name once before it times it."""
    with tempfile.NamedTemporaryFile("r", suffix=".callgrind") as counts:
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={counts.name}",
                        "--toggle-collect=*not_inlined*", program, f"--benchmark_filter=^{name}$",
                        "--benchmark_min_time=0.000000001"],
                       check=True, capture_output=True, env={**os.environ, "LD_BIND_NOW": "1"})
        text = counts.read()
    calls = sum(map(int, re.findall(r"^cfn=\(\d+\).*not_inlined.*\ncalls=(\d+)", text, re.MULTILINE)))
    total = int(re.search(r"^summary: (\d+)", text, re.MULTILINE)[1])
    return round(total / max(calls, 1))


def main():
    program, name_filter = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "."
    names = subprocess.run([program, "--benchmark_list_tests", f"--benchmark_filter={name_filter}"], check=True,
                           capture_output=True, text=True).stdout.split()
    for name in names:
        print(f"{instructions(program, name):8}  {name}", flush=True)


if __name__ == "__main__":
    main()
