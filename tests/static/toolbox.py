"""What all static checks stand on: running a compiler, reading headers, and the two ways not to pass."""

import os
import pathlib
import re
import shlex
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

STANDARD = "-std=c++20"
WARNINGS = shlex.split("-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wundef"
                       " -Werror")


class Failure(Exception):
    """The check does not hold. The message is for somebody who has never seen the check."""


class Skipped(Exception):
    """The check cannot be looked at here; the message says what is missing."""


def run(command, **more):
    """Runs a command in plain English (messages are compared), and catches what it prints."""
    environment = dict(os.environ, LC_ALL="C")
    try:
        return subprocess.run([str(part) for part in command], env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", **more)
    except FileNotFoundError:
        raise Failure(f"There is no program {command[0]}.") from None


class Compiler:
    def __init__(self, program, include, flags=()):
        self.program = program
        self.include = pathlib.Path(include).resolve()
        self.flags = list(flags)
        self.predefined = self._macros_after("")

    @property
    def family(self):
        return "clang++" if "__clang__" in self.predefined else "g++"

    @property
    def major(self):
        return int(self.predefined["__clang_major__" if self.family == "clang++" else "__GNUC__"])

    def try_to(self, *arguments, **more):
        """Runs the compiler, whatever comes of it. Later flags win, so the arguments may name another standard."""
        return run([self.program, STANDARD, "-I", self.include, *self.flags, *arguments], **more)

    def must(self, *arguments, why="This has to compile.", **more):
        """Runs the compiler and returns what it prints; if it refuses, that is a failure of the check."""
        result = self.try_to(*arguments, **more)
        if result.returncode != 0:
            raise Failure(f"{why}\n\n{shlex.join(result.args)}\n\n{result.stdout.rstrip()}")
        return result.stdout

    def preprocess(self, source, *arguments):
        return self.must("-x", "c++", "-E", *arguments, "-", input=source)

    def macros(self, headers):
        """Name and value of every macro there is after including these headers."""
        return self._macros_after("".join(f"#include <{header}>\n" for header in headers))

    def _macros_after(self, source):
        lines = self.preprocess(source, "-dM").splitlines()
        return dict(re.fullmatch(r"#define (\w+)(.*)", line).groups() for line in lines)

    def standard_headers(self):
        """Every header from outside that the library includes when this compiler compiles it."""
        named = {name for text in headers(self.include).values() for name in includes(text)}
        opened = self.preprocess("#include <hubwire/hubwire.hpp>\n", "-M").split()
        return sorted(name for name in named if not name.startswith("hubwire/")
                      and any(path.endswith("/" + name) for path in opened))

    def tool(self, name):
        """The binutils program that belongs to this compiler, as objdump for the machine it compiles for."""
        return self.try_to(f"-print-prog-name={name}").stdout.strip()


def headers(include):
    """All headers, named as an #include names them, with their text."""
    return {path.relative_to(include).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(include.rglob("*")) if path.is_file()}


def without_comments(text, strings=True):
    """The text with its comments, and if so asked its strings too, blanked out. Lines keep their numbers."""
    def blank(match):
        token = match.group()
        if token.startswith("/"):
            return re.sub(r"[^\n]+", " ", token)
        return token if strings else '""'

    return re.sub(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<!\w)'(?:\\.|[^'\\\n])+'""", blank, text, flags=re.S)


def includes(text):
    """The headers that a header includes, in its order."""
    return re.findall(r'^[ \t]*#[ \t]*include[ \t]*<([^>]+)>', without_comments(text), flags=re.M)
