"""Ask whether a pinned package has a known weakness: python book/site/audit.py.

pip-audit asks, over the open network. A weakness that does not touch us is explained in
pyproject.toml, with a day by which somebody looks again:

    [[tool.pruning-lab.audit]]
    id = "PYSEC-2026-1"
    why = "we never call the function"
    until = 2027-01-31
"""

import datetime
import subprocess
import sys
import tomllib
from typing import Any

from folders import ROOT

LOCK = ROOT / "requirements.lock"


def explained(text: str, today: datetime.date) -> list[str]:
    """The names of the weaknesses that pyproject.toml explains.

    Raises
    ------
    ValueError
        when one lacks its reason or its day, or the day has passed.
    """
    entries: list[dict[str, Any]] = (
        tomllib.loads(text).get("tool", {}).get("pruning-lab", {}).get("audit", [])
    )
    for entry in entries:
        if not entry.get("why") or not isinstance(entry.get("until"), datetime.date):
            raise ValueError(
                f"the exception {entry.get('id')} needs a reason (why) and a day (until)"
            )
        if entry["until"] < today:
            raise ValueError(f"the exception {entry['id']} ended on {entry['until']}; look again")
    return [str(entry["id"]) for entry in entries]


def command(ids: list[str]) -> list[str]:
    """The question to pip-audit: every pin as it stands, nothing resolved, nothing installed."""
    asked = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--no-deps"]
    return [*asked, "--disable-pip", *(f"--ignore-vuln={name}" for name in ids)]


def main() -> int:
    """Ask, and return how it went."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return subprocess.run(command(explained(text, datetime.date.today()))).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ValueError as error:
        sys.exit(str(error))
