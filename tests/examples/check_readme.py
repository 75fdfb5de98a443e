#!/usr/bin/env python3
"""Every block of C++ in README.md stands, white space aside, in an example, which is compiled and run."""

import pathlib
import re
import sys

examples = pathlib.Path(__file__).resolve().parent
readme = examples.parent.parent / "README.md"


def squeeze(text):
    return " ".join(text.split())


sources = [squeeze(path.read_text(encoding="utf-8")) for path in examples.glob("*.cpp")]
blocks = re.findall(r"```cpp\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
strangers = [block for block in blocks if not any(squeeze(block) in source for source in sources)]
for block in strangers:
    print(f"no example in tests/examples has this block of README.md:\n\n{block}")
sys.exit(1 if strangers or not blocks else 0)
