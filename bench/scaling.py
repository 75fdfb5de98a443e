#!/usr/bin/env python3
"""Whether twice as much takes at most twice the instructions, in each operation of bench_scaling.

    python3 bench/scaling.py build/bench/bench_scaling

It counts instructions, not time, so it says the same on every run; it needs valgrind, and without it exits with 77.
"""

import shutil
import sys
from collections import defaultdict

import instructions
import programs
from budget import NOT_COUNTED, SKIPPED

# What is proportional has a ratio of 1, less what is there anyway; what is quadratic nears that of the sizes, which is 2
# at least, and mostly 10.
SLACK = 1.25


def faults(counts):
    """Of counts by name, such as feedback_read/1000: each a sentence."""
    by_operation = defaultdict(list)
    for text, count in counts.items():
        name = programs.Name.of(text)
        by_operation[name.operation].append((int(name.argument[1:]), count))
    found = []
    for operation, points in sorted(by_operation.items()):
        points.sort()
        if len(points) < 2:
            found.append(f"{operation} is measured at one size only")
        for (size, count), (larger, more) in zip(points, points[1:]):
            if size != 0 and more / count > SLACK * larger / size:
                found.append(f"{operation} takes {count} instructions for {size}, but {more} for {larger}: "
                             f"{more / count:.1f} times as many for {larger / size:.1f} times as much")
    return found


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not shutil.which("valgrind"):
        print("scaling: skipped, for valgrind is not installed (Debian: apt-get install valgrind)")
        return SKIPPED
    counts = instructions.counts(sys.argv[1], f"-{NOT_COUNTED}")
    found = faults(counts)
    print("\n".join(found) or f"scaling: {len(counts)} counts, and nothing grows faster than its input")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
