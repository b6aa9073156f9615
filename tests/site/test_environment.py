"""Set-up says what is missing in one sentence, and ends with a non-zero exit."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "book" / "site" / "environment.py"


def run_with(prelude: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script after a few lines that change what it finds on the machine."""
    code = (
        f"import sys, runpy\n{prelude}\nsys.argv = ['environment.py', *{arguments!r}]\n"
        f"runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def one_sentence(stderr: str) -> str:
    """Return what was said, after checking that it is one line and no traceback."""
    assert stderr.count("\n") == 1, stderr
    assert "Traceback" not in stderr
    return stderr


def test_a_python_that_is_too_old_is_named_together_with_what_to_do():
    done = run_with("sys.version_info = (3, 8, 18, 'final', 0)", "book")
    said = one_sentence(done.stderr)
    assert done.returncode != 0
    assert "3.11" in said
    assert "3.8" in said
    assert "PYTHON=" in said


def test_a_missing_browser_is_named_where_it_cannot_be_installed():
    prelude = "import os, shutil\nshutil.which = lambda name: None\nos.environ.pop('CHROMIUM', 0)"
    done = run_with(prelude, "dev")
    assert done.returncode != 0
    assert "chromium" in one_sentence(done.stderr)


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for pip")
def test_without_network_the_exit_says_so(tmp_path):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho 'ERROR: Could not find a version' ; exit 1\n")
    fake.chmod(0o755)
    prelude = (
        "import runpy as r\n"
        f"module = r.run_path({str(SCRIPT)!r})\n"
        "scope = module['install'].__globals__\n"
        f"here = scope['Path']({str(tmp_path)!r})\n"
        "scope.update(INSIDE=here / 'python', LOCK=here / 'lock')\n"
        "scope.update(VENV=here, ROOT=here, LOGS=here)\n"
        "module['main'](['book'])"
    )
    done = run_with(prelude)
    assert done.returncode != 0
    assert "online" in one_sentence(done.stderr)
    assert "Could not find a version" in done.stderr


def test_an_old_python_can_read_the_script_far_enough_to_complain():
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_the_lock_file_names_no_local_build_no_address_and_each_package_once():
    lines = [
        line
        for line in (ROOT / "requirements.lock").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    names = [line.split("==")[0].lower().replace("_", "-") for line in lines]
    assert all(line.count("==") == 1 and "+" not in line and "/" not in line for line in lines)
    assert len(set(names)) == len(names)
