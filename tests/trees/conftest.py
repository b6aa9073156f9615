"""Tests of trees share a maker of random ones."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
