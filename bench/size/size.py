#!/usr/bin/env python3
"""Compiles one file and prints how many bytes of code and constants it has, and the functions that take most of them.

    python3 size.py arm-none-eabi-g++ -mcpu=cortex-m0 -mthumb -std=c++20 -Os -I ../../include mqtt_device.cpp
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main():
    compiler, *arguments = sys.argv[1:]
    prefix = re.match(r"(.*-)?", os.path.basename(compiler))[1] or ""
    tools = prefix if shutil.which(prefix + "size") else ""  # a cross compiler has tools of its own
    with tempfile.TemporaryDirectory() as directory:
        program = os.path.join(directory, "program.o")
        output(compiler, *arguments, "-c", "-o", program)
        # "text" holds code, constants, and a few bytes to unwind the stack with; nothing is initialized or zeroed.
        text = output(tools + "size", program).splitlines()[1].split()[0]
        symbols = output(tools + "nm", "-CSt", "d", "--size-sort", "--reverse-sort", program).splitlines()
    print(f"{text:>6}  all of it, by {os.path.basename(compiler)} {' '.join(a for a in arguments if a[:2] == '-m')}")
    for line in symbols[:12]:
        _, size, _, name = line.split(maxsplit=3)
        print(f"{int(size):6}    {name[:100]}")


if __name__ == "__main__":
    main()
