#!/usr/bin/env python3
"""Counts the instructions of each operation of a benchmark program, as called from another translation unit.

    python3 bench/instructions.py build/bench/bench_mqtt [filter]

Unlike times, the counts are the same on every run, and on every x86-64 machine. It needs valgrind.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import programs

# What would make counts depend on the machine. glibc picks its memcpy, strlen and so on by what the processor has, and by
# its cache: it is told that this one has nothing beyond SSE2, as every x86-64 has, and a cache of one size. (The processor
# that valgrind makes up has no SHA instructions on any machine, so that portable code is what signs there, and those
# instructions have no budget.) Functions are bound before they are called, and little else of the environment, which lies
# on the stack and moves it, is passed on.
EVERYWHERE_THE_SAME = {
    "LD_BIND_NOW": "1",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-AVX512F,-AVX512VL,-AVX512BW,-BMI2,-ERMS,-FSRM,-SSE4_2,-SSE4_1,-SSSE3,"
                      "-Fast_Unaligned_Copy,-Fast_Copy_Backward,-AVX_Fast_Unaligned_Load"
                      ":glibc.cpu.x86_non_temporal_threshold=0xc0000",
}


def counts(program, name_filter="."):
    """Of each benchmark, by its name. All are in one run of valgrind: a benchmark calls its operation twice through a
    function of a known name, only what happens in there is counted, and each call leaves a part of the output."""
    program = Path(program).resolve()
    names = programs.names(str(program), name_filter)
    with tempfile.TemporaryDirectory() as directory:
        output = Path(directory) / "counts"
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}", "--combine-dumps=no",
                        "--toggle-collect=*not_inlined*", "--dump-before=*call_is_over*", f"./{program.name}",
                        f"--benchmark_filter={name_filter}", "--benchmark_min_time=0.000000001"],
                       check=True, capture_output=True, cwd=program.parent, env={"PATH": os.environ["PATH"], **EVERYWHERE_THE_SAME})
        parts = sorted(Path(directory).glob("counts.*"), key=lambda part: int(part.suffix[1:]))
        texts = [part.read_text() for part in parts]
        if any(re.search(r"not_inlined.*\.cold", text) for text in texts):
            raise RuntimeError(f"{program.name}: the compiler has cut a part off that seldom runs, which would not be counted")
        totals = [total(text) for text in texts]
    return counts_of(names, totals)


def total(part):
    return int(re.search(r"^(?:totals|summary): (\d+)", part, re.MULTILINE)[1])


def counts_of(names, totals):
    """Of calls in order, two for each name; the first of the two may do what is done only once."""
    calls = [count for count in totals if count != 0]
    if len(calls) != 2 * len(names):
        raise RuntimeError(f"{len(names)} benchmarks, but {len(calls)} calls: is each one measured by measure(), and does "
                           "its outcome hold what is expected?")
    return dict(zip(names, calls[1::2]))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    for name, count in counts(*sys.argv[1:]).items():
        print(f"{count:8}  {name}")


if __name__ == "__main__":
    main()
