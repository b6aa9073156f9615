"""The build steps of the site and the benchmarks are plain scripts; tests import them by name."""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "book" / "site"))
sys.path.append(str(Path(__file__).resolve().parent / "benchmarks"))

settings.register_profile("no clock", deadline=None)  # no test fails because a machine is busy
settings.load_profile("no clock")
