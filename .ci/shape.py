#!/usr/bin/env python3
"""Fails when a promise about the tree's shape is broken:

- a crate's README is its rustdoc, so that there is one text to keep true;
- a `lib.rs` is a table of contents: at most 80 lines, and no function bodies;
- both databases have the same migrations, under the same numbers and names.

Run from the root: .ci/shape.py
"""
import pathlib
import re
import sys

CRATES = ["bot-core", "knowledge", "adapters", "admin"]
INCLUDE = '#![doc = include_str!("../README.md")]'
MIGRATIONS = pathlib.Path("bot-core/migrations")
LIB_MAX = 80


def readme(crate):
    lib = pathlib.Path(crate, "src/lib.rs").read_text()
    if INCLUDE not in lib:
        yield f"{crate}/src/lib.rs does not include its README: {INCLUDE}"
    if not pathlib.Path(crate, "README.md").read_text().startswith("# "):
        yield f"{crate}/README.md does not begin with a title"


def contents(path):
    text = path.read_text()
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    if len(text.splitlines()) > LIB_MAX:
        yield f"{path} has more than {LIB_MAX} lines; it is a table of contents"
    if re.search(r"\bfn\s+\w+", code):
        yield f"{path} holds a function; it is a table of contents"


def names(database):
    return {path.name for path in (MIGRATIONS / database).glob("*.sql")}


def migrations():
    sqlite, postgres = names("sqlite"), names("postgres")
    for name in sorted(sqlite ^ postgres):
        where = "sqlite" if name in sqlite else "postgres"
        yield f"migration {name} stands only in {MIGRATIONS / where}"
    numbers = sorted(int(name.split("_")[0]) for name in sqlite)
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"migrations are not numbered 1, 2, 3 …: {numbers}"


def main():
    broken = [line for crate in CRATES for line in readme(crate)]
    for path in [pathlib.Path("src/lib.rs"), *(pathlib.Path(crate, "src/lib.rs") for crate in CRATES)]:
        broken += contents(path)
    broken += migrations()
    print("\n".join(broken) or "shape: ok")
    return bool(broken)


sys.exit(main())
