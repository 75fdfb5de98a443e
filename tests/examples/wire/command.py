#!/usr/bin/env python3
"""wire as a command: a file, a pipe and hexadecimal digits show the same, and the status says whether all was well."""

import pathlib
import subprocess
import sys
import tempfile

wire = sys.argv[1]
expected = pathlib.Path(__file__).resolve().parent / "expected"


def run(*options, given=b""):
    done = subprocess.run([wire, *options], input=given, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def expect(what, holds):
    if not holds:
        sys.exit(f"wire: {what}")


names = [line.split()[0] for line in run("--sample", "list")[1].decode().splitlines()]
expect("the samples are those that are written down", sorted(names) == sorted(path.stem for path in expected.iterdir()))
for name in names:
    text = (expected / f"{name}.txt").read_bytes()
    stream = run("--sample", name, "--raw")[1]
    status = 0 if b", 0 violations, 0 remarks" in text else 1
    digits = stream.hex(" ", 4).encode() + b"\n"
    expect(f"{name}, piped", run(given=stream)[:2] == (status, text))
    expect(f"{name}, as digits", run("--hex", "-", given=digits)[:2] == (status, text))
    rows = [stream[at : at + 16] for at in range(0, len(stream), 16)]
    dump = "".join(f"{16 * i:08x}: {row.hex(' ', 2):<39}  {'.' * len(row)}\n" for i, row in enumerate(rows)).encode()
    expect(f"{name}, as a dump", run("--hex", given=dump)[:2] == (status, text))
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "stream"
        file.write_bytes(stream)
        expect(f"{name}, in a file", run(str(file))[:2] == (status, text))
    expect(f"{name}, coloured", b"\x1b[" in run("--color", "always", given=stream)[1])

expect("no file", run("/no/such/file")[0] == 2)
expect("no option", run("--loud")[0] == 2)
expect("no digits", run("--hex", given=b"10 0x")[0] == 2)
broken = stream.hex().encode() + b"\nzz\n"
expect("digits up to where there are none", run("--hex", given=broken)[1] == run(given=stream)[1])
expect("the line where there are none", b"line 2" in run("--hex", given=broken)[2])
for name in names:
    shown = run("--sample", name)
    expect(f"{name}, shown", shown[0] == (0 if b", 0 violations, 0 remarks" in shown[1] else 1))
expect("no sample", run("--sample")[0] == 2)
expect("two files", run("a", "b")[0] == 2)
full = pathlib.Path("/dev/full")
if full.exists():
    with full.open("wb") as out:
        done = subprocess.run([wire, "--sample", names[0]], stdout=out, stderr=subprocess.PIPE, timeout=60, check=False)
    expect("nowhere to write", done.returncode == 2 and b"cannot write" in done.stderr)
expect("half a byte", run("--hex", given=b"c0 0")[0] == 2)
