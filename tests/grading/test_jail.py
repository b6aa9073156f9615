"""The walls of the jail stand, whoever grades."""

import os
import subprocess

import pytest

from pruning_lab.grading import jail
from pruning_lab.grading.limits import Limits


@pytest.mark.parametrize("uid", [os.getuid(), 1000])
def test_bubblewrap_accepts_the_walls_of_root_and_of_an_ordinary_user(monkeypatch, uid):
    monkeypatch.setattr(jail.os, "getuid", lambda: uid)
    bwrap, *_ = jail.command(Limits())
    inside = ["--ro-bind", "/", "/", "--", "true"]
    done = subprocess.run([bwrap, *jail._walls(), *inside], capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
