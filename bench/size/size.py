#!/usr/bin/env python3
"""Compiles files and prints how many bytes of code and constants each has, and the functions that take most of them.

    python3 bench/size/size.py [--compiler g++] [--cortex-m0] bench/size/mqtt_device.cpp ...
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
FLAGS = ["-std=c++20", "-Os", "-fno-exceptions", "-fno-rtti", "-ffunction-sections", "-fdata-sections",
         "-fno-asynchronous-unwind-tables", f"-I{HERE.parent.parent / 'include'}"]
CORTEX_M0 = ["-mcpu=cortex-m0", "-mthumb"]
ARM_COMPILER = "arm-none-eabi-g++"


def sources():
    return sorted(HERE.glob("*.cpp"))


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def sizes(compiler, flags, source):
    """All of it, and of each function, the largest first."""
    prefix = re.match(r"(.*-)?", os.path.basename(compiler))[1] or ""
    tools = prefix if shutil.which(prefix + "size") else ""  # a cross compiler has tools of its own
    with tempfile.TemporaryDirectory() as directory:
        program = os.path.join(directory, "program.o")
        output(compiler, *FLAGS, *flags, "-c", "-o", program, str(source))
        # "text" holds code, constants, and a few bytes to unwind the stack with; nothing is initialized or zeroed.
        text = int(output(tools + "size", program).splitlines()[1].split()[0])
        symbols = output(tools + "nm", "-CSt", "d", "--size-sort", "--reverse-sort", program).splitlines()
    functions = []
    for line in symbols:
        _, size, _, name = line.split(maxsplit=3)
        functions.append((int(size), name))
    return text, functions


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="*", default=sources())
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--cortex-m0", action="store_true", help=f"with {ARM_COMPILER}")
    options = parser.parse_args()
    compiler, flags = (ARM_COMPILER, CORTEX_M0) if options.cortex_m0 else (options.compiler, [])
    for source in options.sources:
        text, functions = sizes(compiler, flags, source)
        print(f"{text:>6}  {Path(source).stem}, by {' '.join([os.path.basename(compiler), *flags])}")
        for size, name in functions[:12]:
            print(f"{size:6}    {name[:100]}")


if __name__ == "__main__":
    sys.exit(main())
