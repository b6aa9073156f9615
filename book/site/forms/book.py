"""What the book is called and when it was made, for the first page of a form and its metadata."""

import os
import subprocess
from datetime import UTC, datetime

from derive.wheel import JANUARY_2024
from folders import ROOT

TITLE = "pruning-lab"
SUBTITLE = "An interactive textbook on pruning in machine learning"
AUTHORS = "The pruning-lab authors"
LICENCE = "Text and figures CC BY 4.0, code MIT"


def made() -> datetime:
    """When the commit was made, so that two builds of one commit say the same."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        command = ["git", "log", "-1", "--format=%ct"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
        seconds = done.stdout.strip() or JANUARY_2024
    return datetime.fromtimestamp(int(seconds), UTC)
