"""What GitHub runs: actions pinned by commit, few rights, and nothing that the repository lacks."""

import os
import re
import subprocess
import tomllib

import pytest
import yaml

import address
from folders import ROOT

FOLDER = ROOT / ".github"
WORKFLOWS = sorted((FOLDER / "workflows").glob("*.yml"))
FILES = [*WORKFLOWS, *sorted(FOLDER.glob("actions/*/action.yml"))]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def steps(path):
    """All steps of a workflow or an action."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    jobs = read.get("jobs", {"": read.get("runs")}).values()
    return [step for job in jobs for step in job["steps"]]


def ids(path):
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_an_action_is_pinned_by_commit_and_says_its_version(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if used := re.search(r"uses: (\S+)(.*)", line):
            if used[1].startswith("./"):
                assert (ROOT / used[1] / "action.yml").is_file()
            else:
                assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used[1]), used[1]
                assert re.search(r"# v\d+\.\d+\.\d+$", used[2]), line


@pytest.mark.parametrize("path", WORKFLOWS, ids=ids)
def test_a_workflow_may_only_read_unless_a_job_says_why(path):
    text = path.read_text(encoding="utf-8")
    read = yaml.safe_load(text)
    assert read["permissions"] == {"contents": "read"}
    for job in read["jobs"].values():
        if "permissions" in job:
            assert job["permissions"] == {"contents": "write"}
            assert "book/site/publish.py" in str(job)
        assert job["timeout-minutes"] <= 90
    assert "pull_request_target" not in text
    assert "secrets." not in text


@pytest.mark.skipif(os.name == "nt", reason="GitHub runs these scripts in a POSIX shell")
@pytest.mark.parametrize("path", FILES, ids=ids)
def test_every_script_is_one_that_a_shell_and_this_repository_understand(path):
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for step in steps(path):
        code = step.get("run", "")
        plain = re.sub(r"\$\{\{.*?\}\}", "x", code)
        done = subprocess.run(["bash", "-n"], input=plain, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= targets
        assert all((ROOT / file).is_file() for file in re.findall(r"\bbook/site/\S+\.py", code))
        # what somebody else may have written reaches a script as a variable, never as its text
        assert not re.search(r"\$\{\{[^}]*(head_ref|\.title|\.body|\.label)", code)


@pytest.mark.skipif(os.name == "nt", reason="GitHub runs these scripts in a POSIX shell")
def test_the_site_is_built_with_the_release_that_is_pinned():
    action = next(FOLDER.glob("actions/site/action.yml"))
    (code,) = [s["run"] for s in steps(action) if s.get("name") == "Pyodide"]
    question = re.search(r"\$\((python -c '.*')\)", code)[1]
    done = subprocess.run(
        ["bash", "-c", question.replace("python", "python3", 1)], cwd=ROOT, capture_output=True
    )
    listed = tomllib.loads((ROOT / "book" / "third_party.toml").read_text(encoding="utf-8"))
    (version,) = [one["version"] for one in listed["component"] if one["name"] == "Pyodide"]
    assert done.stdout.decode().strip() == version
    assert '"$RUNNER_TEMP/pyodide"' in str(steps(action))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("ISSUE_TEMPLATE/[!c]*.yml")), ids=ids)
def test_a_form_asks_for_something_and_names_itself(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form["name"]
    assert form["description"]
    assert len({field["id"] for field in form["body"]}) == len(form["body"])
    assert any(field.get("validations", {}).get("required") for field in form["body"])


def test_the_citation_is_that_of_this_version():
    assert CITATION["version"] == address.version()
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] in ("software", "dataset")
    for key in ("title", "message", "abstract"):
        assert CITATION[key].strip()
    assert all(author.get("name") or author.get("family-names") for author in CITATION["authors"])
    assert set(CITATION["license"]) == {"MIT", "CC-BY-4.0"}
    allowed = {"abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi"}
    allowed |= {
        "identifiers",
        "keywords",
        "license",
        "license-url",
        "message",
        "preferred-citation",
    }
    allowed |= {"references", "repository", "repository-artifact", "repository-code", "title"}
    assert set(CITATION) <= allowed | {"type", "url", "version"}
