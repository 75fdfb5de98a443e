#!/usr/bin/env python3
"""The static checks: what the headers look like to a compiler, a linker or a reader, rather than what they do.

    python3 check.py <check>[.<case>] --compiler g++ --include ../../include

Exits with 0 if the check holds, 1 if it does not, and 77 if it cannot be looked at here (ctest shows it as skipped).
"""

import sys

sys.dont_write_bytecode = True  # the source tree stays as it is

import argparse
import shlex

import compiled
import source
from toolbox import Compiler, Failure, Skipped

CHECKS = {
    "clang_format": source.clang_format,
    "clang_tidy": source.clang_tidy,
    "layering": source.layering,
    "macro_leak": source.macro_leak,
    "preprocessed_size": source.preprocessed_size,
    "self_contained": source.self_contained,
    "signatures": source.signatures,
    "codegen": compiled.codegen,
    "correct_uses": compiled.correct_uses,
    "hostile_macros": compiled.hostile_macros,
    "must_fail": compiled.must_fail,
    "precompile": compiled.precompile,
    "trap": compiled.trap,
    "two_units": compiled.two_units,
    "undefined_symbols": compiled.undefined_symbols,
}


def main():
    known = "\n".join(f"  {name:22} {function.__doc__.splitlines()[0]}" for name, function in CHECKS.items())
    parser = argparse.ArgumentParser(description=__doc__, epilog="checks:\n" + known,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("check", help="one of those below; some have a case, which is a file: must_fail.bytes_index")
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--include", required=True, help="the directory that holds hubwire/hubwire.hpp")
    parser.add_argument("--flags", default="", help="more flags for every call of the compiler, as one argument")
    parser.add_argument("--precompiled", help="must_fail, correct_uses: a header that `precompile` made, to save time")
    parser.add_argument("--levels", default="-O0 -Os -O2", help="undefined_symbols: how to optimize, one after the other")
    parser.add_argument("--update", action="store_true", help="preprocessed_size: write the budgets anew")
    options = parser.parse_args()

    name, _, options.case = options.check.partition(".")
    if name not in CHECKS:
        parser.error(f"there is no check {name}; these are there:\n{known}")
    try:
        compiler = Compiler(options.compiler, options.include, shlex.split(options.flags))
        CHECKS[name](compiler, options)
    except Failure as failure:
        command = f"{options.compiler} {options.flags}".rstrip()
        print(f"static.{options.check} does not hold with {command}\n\n{failure}")
        return 1
    except Skipped as skipped:
        print(f"static.{options.check} is skipped: {skipped}")
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
