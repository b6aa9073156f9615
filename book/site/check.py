"""Style, types, import rules and spelling: python book/site/check.py."""

import subprocess
import sys
from pathlib import Path

from folders import ROOT

CHECKS = [
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["pytest", "-q", "tests/test_imports.py"],
]
SPELLING = [sys.executable, str(Path(__file__).with_name("spelling.py"))]


def main() -> int:
    """Run every check, also after one has failed, and return how many did."""
    commands = [*([sys.executable, "-m", *check] for check in CHECKS), SPELLING]
    return sum(subprocess.run(command, cwd=ROOT).returncode != 0 for command in commands)


if __name__ == "__main__":
    sys.exit(main())
