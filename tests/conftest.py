"""The build steps of the site and the benchmarks are plain scripts; tests import them by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "book" / "site"))
sys.path.append(str(Path(__file__).resolve().parent / "benchmarks"))
