#!/usr/bin/env python3
"""Writes single_include/hubwire/hubwire.hpp: include/hubwire/hubwire.hpp and all it includes, as one file.

    amalgamate.py                  write it
    amalgamate.py --check          compare it byte for byte with what would be written
    amalgamate.py --output FILE    write, or compare, FILE instead

Each header keeps its include guard, so the single header and those of include/ can meet in one program. Standard
headers included at the top level of a header move to the front, once each; what stands inside a conditional stays
there, and may not be a header of ours.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALL = "hubwire/hubwire.hpp"
# It refuses compilers that are too old. Standard headers would drown its message in errors, so it precedes them.
COMPILER_CHECK = "hubwire/core/config.hpp"
REGENERATE = "python3 single_include/amalgamate.py"

HEAD = """\
// hubwire {version}, the whole library as one header. It can be copied alone into a project: nothing else is needed.
//
// Generated from include/hubwire/ by "{command}". Change the headers there, never this file.
//
{licence}
"""


class Mistake(Exception):
    """Something in the headers that a person has to put right."""


class Header:
    """One of our headers: the headers it includes, and its text without those lines."""

    def __init__(self, name):
        self.name = name
        self.own = []  # [(name, "file:line" of the include)]
        self.std = set()
        kept = []
        conditionals = 0  # that are open; the include guard is the first
        for number, line in enumerate(self.path(name).read_text(encoding="utf-8").splitlines(), start=1):
            where = f"include/{name}:{number}"
            directive = re.match(r"\s*#\s*(\w+)\s*(.*)", line)
            word, rest = directive.groups() if directive else ("", "")
            conditionals += word.startswith("if")
            conditionals -= word == "endif"
            if word == "include" and self.collect(rest, conditionals, where):
                continue
            if line or (kept and kept[-1]):  # no two blank lines in a row
                kept.append(line)
        self.text = "\n".join(kept).strip("\n") + "\n"
        if not re.fullmatch(r"#ifndef (\w+)\n#define \1\n(.*\n)*#endif\n", self.text):
            raise Mistake(f"include/{name}: no include guard around all of it")

    @staticmethod
    def path(name):
        return ROOT / "include" / name

    def collect(self, target, conditionals, where):
        """Whether the include was noted down. If not, it stays in the text."""
        ours = re.match(r"<(hubwire/[^>]+)>", target)
        if ours and conditionals > 1:
            raise Mistake(f"{where}: a header of ours inside a conditional cannot become part of a single header")
        if ours:
            self.own.append((ours[1], where))
            return True
        if conditionals > 1 or self.name == COMPILER_CHECK:
            return False
        standard = re.match(r"<[^>]+>", target)
        if not standard:
            raise Mistake(f"{where}: headers of ours are included as <hubwire/...>")
        self.std.add(standard[0])
        return True


def in_dependency_order(name, where, done, path=()):
    """Puts the header and all it includes into done, each after those it needs."""
    if name in path:
        raise Mistake(f"{where}: include cycle: {' -> '.join(path[path.index(name):] + (name,))}")
    if name in done:
        return
    if not Header.path(name).is_file():
        raise Mistake(f"{where}: there is no include/{name}")
    header = Header(name)
    for own, line in header.own:
        in_dependency_order(own, line, done, path + (name,))
    done[name] = header


def version():
    text = Header.path("hubwire/core/version.hpp").read_text(encoding="utf-8")
    return ".".join(re.findall(r"^#define HUBWIRE_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$", text, re.MULTILINE))


def amalgamation():
    headers = {}
    in_dependency_order(COMPILER_CHECK, "amalgamate.py", headers)
    if len(headers) != 1:
        raise Mistake(f"include/{COMPILER_CHECK}: it comes first, so it can include no header of ours")
    in_dependency_order(ALL, "amalgamate.py", headers)

    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").splitlines()
    head = HEAD.format(version=version(), command=REGENERATE, licence="\n".join(f"// {l}".rstrip() for l in licence))
    std = "".join(f"#include {name}\n" for name in sorted(set().union(*(h.std for h in headers.values()))))
    first, *others = [f"// {name}\n\n{h.text}" for name, h in headers.items()]
    return "\n".join([head, first, std, *others])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare instead of writing; fails on a difference")
    parser.add_argument("--output", metavar="FILE", type=Path, default=ROOT / "single_include" / ALL)
    options = parser.parse_args()
    command = REGENERATE
    if options.output != parser.get_default("output"):
        command += f" --output {options.output}"
    try:
        wanted = amalgamation().encode("utf-8")
    except Mistake as mistake:
        return f"amalgamate.py: {mistake}"
    if not options.check:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_bytes(wanted)
    elif not options.output.is_file():
        return f"amalgamate.py: {options.output} does not exist; write it with: {command}"
    elif options.output.read_bytes() != wanted:
        return f"amalgamate.py: {options.output} is not what include/hubwire/ gives; regenerate it with: {command}"
    return 0


if __name__ == "__main__":
    sys.exit(main())
