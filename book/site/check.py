"""Style, types and import rules: python book/site/check.py."""

import subprocess
import sys

from folders import ROOT

CHECKS = [
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["pytest", "-q", "tests/test_imports.py"],
]


def main() -> int:
    """Run every check, also after one has failed, and return how many did."""
    return sum(
        subprocess.run([sys.executable, "-m", *check], cwd=ROOT).returncode != 0 for check in CHECKS
    )


if __name__ == "__main__":
    sys.exit(main())
