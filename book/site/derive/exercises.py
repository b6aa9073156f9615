"""Tables of answers, from the sources of the exercises.

`python book/site/build.py` reads exercises/*.md and writes _build/answers/*.json.
"""

from __future__ import annotations

import json
from pathlib import Path

from pruning_lab.course.authored import Refused
from pruning_lab.course.proofs import answers


def build(root: Path) -> list[Path]:
    """Tables of answers for every source in root/exercises, as paths in root/_build/answers."""
    out = root / "_build" / "answers"
    out.mkdir(parents=True, exist_ok=True)
    seen: dict[str, str] = {}
    written = []
    for source in sorted((root / "exercises").glob("*.md")):
        found = answers(source.read_text(encoding="utf-8"))
        for one in found:
            if other := seen.get(one.name):
                raise Refused(f"{source.name} and {other} both ask for {one.name}; rename one")
            seen[one.name] = source.name
        table = {"chapter": source.stem, "exercises": [one.to_json() for one in found]}
        path = out / f"{source.stem}.json"
        path.write_text(json.dumps(table, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        written.append(path)
    return written
