#!/usr/bin/env python3
"""Prints the sizes of the Rust files and functions below this folder; exit 1 past the hard budget.

Run from the root: .ci/sizes.py [--file-max 600] [--fn-max 70]
Source only: tests/, benches/, examples/ and inline `#[cfg(test)] mod` are left out. A token scan:
functions made by macros are not seen.
"""
import argparse
import pathlib
import re
import statistics
import subprocess
import sys

TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|b?r(\#*)".*?"\1|b?"(?:\\.|[^"\\])*"|b?'(?:\\.[^']*|[^'\\\n])'|[{}]|\bfn\s+\w+|;|[()\[\]]""",
    re.S,
)


def tracked():
    out = subprocess.check_output(["git", "ls-files", "*.rs"], text=True)
    for line in out.splitlines():
        if pathlib.Path(line).is_file() and not re.search(r"(^|/)(tests?|benches|examples|fuzz)/", line):
            yield pathlib.Path(line)


def source_part(text):
    """The lines without inline test modules: `#[cfg(test)]` (and other attributes), then `mod name {` … `}`."""
    kept, lines, i = [], text.splitlines(), 0
    while i < len(lines):
        if lines[i].strip() == "#[cfg(test)]":
            j = i + 1
            while j < len(lines) and lines[j].strip().startswith("#["):
                j += 1
            head = re.match(r"(\s*)(pub(\(crate\))? )?mod \w+ \{", lines[j]) if j < len(lines) else None
            if head:
                while j < len(lines) and lines[j] != head.group(1) + "}":
                    j += 1
                i = j + 1
                continue
        kept.append(lines[i])
        i += 1
    return kept


def functions(text):
    stack, pending, depth, paren = [], None, 0, 0
    for match in TOKEN.finditer(text):
        token = match.group(0)
        if token.startswith("fn"):
            pending = (match.start(), token[2:].strip(), paren)
        elif token in "([":
            paren += 1
        elif token in ")]":
            paren -= 1
        elif token == "{":
            if pending and paren == pending[2]:
                stack.append((depth, pending))
                pending = None
            depth += 1
        elif token == "}":
            depth -= 1
            if stack and stack[-1][0] == depth:
                _, (start, name, _) = stack.pop()
                yield text.count("\n", start, match.end()) + 1, name
        elif token == ";" and pending and paren == pending[2]:
            pending = None


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--file-max", type=int, default=600)
    ask.add_argument("--fn-max", type=int, default=70)
    args = ask.parse_args()
    files, fns = [], []
    for path in tracked():
        lines = source_part(path.read_text(errors="replace"))
        files.append((len(lines), str(path)))
        fns += [(n, name, str(path)) for n, name in functions("\n".join(lines))]
    if not files:
        print("sizes: no Rust source yet")
        return 0
    sizes = sorted(n for n, _ in files)
    lengths = sorted(n for n, *_ in fns) or [0]
    print(f"files {len(sizes)}, lines {sum(sizes)}; file median {statistics.median(sizes):.0f}, max {sizes[-1]}")
    print(
        f"functions {len(fns)}; median {statistics.median(lengths):.0f}, "
        f"p90 {lengths[int(len(lengths) * 0.9)]}, max {lengths[-1]}; "
        f"over 50 lines {100 * sum(n > 50 for n in lengths) / len(lengths):.1f} %"
    )
    for n, path in sorted(files, reverse=True)[:5]:
        print(f"  file {n:5} {path}")
    for n, name, path in sorted(fns, reverse=True)[:5]:
        print(f"  fn   {n:5} {name} in {path}")
    over = [p for n, p in files if n > args.file_max] + [f"{name} in {p}" for n, name, p in fns if n > args.fn_max]
    if over:
        print("over the budget: " + ", ".join(over))
    return bool(over)


sys.exit(main())
