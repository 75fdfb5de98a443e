#!/usr/bin/env python3
"""The demo says what is written down in expected.txt, and what README.md shows of it is a part of that."""

import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
expected = (here / "expected.txt").read_text(encoding="utf-8")
done = subprocess.run([sys.argv[1]], capture_output=True, timeout=60, check=False)
said = done.stdout.decode("utf-8").replace("\r\n", "\n")
if done.returncode != 0 or said != expected:
    sys.exit(f"demo: status {done.returncode}, and it does not say what is in expected.txt, but\n{said}")

readme = (here.parent.parent.parent / "README.md").read_text(encoding="utf-8")
blocks = [block for block in readme.split("```\n") if block.startswith("  pump-17 ->")]
if len(blocks) != 1 or blocks[0] not in expected:
    sys.exit("demo: README.md does not show a part of expected.txt")
