#!/usr/bin/env python3
"""Fails when a crate depends on one that its floor may not know, when bot-core's pure part reaches
outwards, or when SQL stands outside a store. Reads `cargo metadata` and the tracked sources.

Run from the root: .ci/layers.py
"""
import json
import pathlib
import re
import subprocess
import sys

MAY_KNOW = {
    "bot-core": set(),
    "knowledge": {"bot-core"},
    "adapters": {"bot-core"},
    "admin": {"bot-core", "knowledge"},
}
KEPT_OUT = {
    "bot-core": {"teloxide", "teloxide-core", "serenity", "axum", "reqwest", "tantivy"},
    "knowledge": {"teloxide", "teloxide-core", "serenity", "axum"},
    "admin": {"teloxide", "teloxide-core", "serenity"},
}

meta = json.loads(
    subprocess.check_output(["cargo", "metadata", "--no-deps", "--format-version=1", "--offline"])
)
ours = {package["name"] for package in meta["packages"]}
broken = []
for package in meta["packages"]:
    name = package["name"]
    needs = {dep["name"] for dep in package["dependencies"]}
    if name in MAY_KNOW:
        broken += [f"{name} -> {other}" for other in sorted(needs & ours - MAY_KNOW[name])]
    broken += [f"{name} -> {other}" for other in sorted(needs & KEPT_OUT.get(name, set()))]
sources = subprocess.check_output(["git", "ls-files", "*.rs"], text=True).splitlines()
for name in filter(lambda path: pathlib.Path(path).is_file(), sources):
    text = pathlib.Path(name).read_text(errors="replace")
    in_tests = re.search(r"(^|/)(tests|benches|examples)/", name)
    if not in_tests and re.search(r"\bsqlx::(query|raw_sql)", text) and not re.search(r"(^|/)store(\.rs$|/)", name):
        broken.append(f"SQL outside a store: {name}")
    if name.startswith("bot-core/src/domain/") and re.search(
        r"\b(crate::(store|runtime|port)\b|sqlx::|tokio::|std::(fs|net|time::SystemTime|time::Instant)\b|Utc::now)", text
    ):
        broken.append(f"domain reaches outwards: {name}")
    if name.startswith("bot-core/src/store/") and re.search(r"\bcrate::(runtime|port)\b", text):
        broken.append(f"store knows more than domain: {name}")
print("\n".join(broken) or "layers: ok")
sys.exit(bool(broken))
