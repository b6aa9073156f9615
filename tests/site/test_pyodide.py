"""The browser's Python: where it comes from, and a lock file that never leaves a gap."""

import hashlib
import json
import threading
import zipfile

import pytest

import serve
from live import pyodide, release


def wheel(folder, name, version="1.0", requires=(), module=None):
    """A wheel with one module and the metadata that matters."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {line}\n" for line in requires)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{module or name}/__init__.py", "")
        archive.writestr(f"{name}-{version}.dist-info/METADATA", metadata)
    return path


def unpacked(folder, version="0.27.7", depends=(), **packages):
    """A folder as an official release has it, with the packages that a kernel needs."""
    folder.mkdir()
    for name in pyodide.CORE:
        (folder / name).write_bytes(b"core")
    lock = {"info": {"version": version}, "packages": {}}
    for name in {*pyodide.KERNEL, "numpy", *packages}:
        data = name.encode()
        (folder / f"{name}.whl").write_bytes(data)
        lock["packages"][name] = {
            "name": name,
            "file_name": f"{name}.whl",
            "depends": packages.get(name, []),
            "imports": [name.replace("-", "_")],
            "sha256": hashlib.sha256(data).hexdigest(),
        }
    (folder / release.LOCK).write_text(json.dumps(lock))
    return folder


def build(tmp_path, folder, *wheels, modules=()):
    own = [wheel(tmp_path, "pruning_lab", requires=["numpy>=2"]), *wheels]
    read = release.source(str(folder), tmp_path / "cache")
    return pyodide.build(tmp_path / "out", read, own, modules)


def test_a_folder_is_copied_with_the_library_and_nothing_unneeded(tmp_path):
    kept = build(tmp_path, unpacked(tmp_path / "release", scipy=[]))
    assert "pruning-lab" in kept
    assert "numpy" in kept
    assert "scipy" not in kept
    lock = json.loads((tmp_path / "out" / release.LOCK).read_text())
    assert lock["packages"]["pruning-lab"]["depends"] == ["numpy"]
    assert all((tmp_path / "out" / p["file_name"]).is_file() for p in lock["packages"].values())


def test_what_a_notebook_imports_comes_along_and_waits_for_the_cell_that_imports_it(tmp_path):
    folder = unpacked(tmp_path / "release", scipy=[], statsmodels=["scipy"])
    started = build(tmp_path, folder, modules=["statsmodels", "numpy", "json"])
    lock = json.loads((tmp_path / "out" / release.LOCK).read_text())
    assert {"scipy", "statsmodels"} <= set(lock["packages"])
    assert (tmp_path / "out" / "scipy.whl").is_file()
    assert not {"scipy", "statsmodels"} & set(started)
    assert {"numpy", "pruning-lab"} <= set(started)


def test_a_missing_dependency_is_an_error_that_names_it(tmp_path):
    folder = unpacked(tmp_path / "release", ipython=["Stack_Data"])
    with pytest.raises(ValueError, match="ipython needs stack-data"):
        build(tmp_path, folder)


def test_names_are_one_name_however_they_are_spelled(tmp_path):
    folder = unpacked(tmp_path / "release", ipython=["prompt_toolkit"], **{"prompt-toolkit": []})
    assert "prompt-toolkit" in build(tmp_path, folder)


def test_a_wheel_tells_what_it_needs_in_the_browser(tmp_path):
    requires = [
        'pexpect; sys_platform != "emscripten"',
        'matplotlib>=3.8; extra == "widgets"',
        'pytest; extra == "dev"',
        "Typing_Extensions>=4",
        "widgetsnbextension",
    ]
    entry = pyodide.entry(wheel(tmp_path, "some_thing", requires=requires, module="thing"))
    assert entry["name"] == "some-thing"
    assert entry["imports"] == ["thing"]
    assert entry["depends"] == ["matplotlib", "typing-extensions"]


def test_a_damaged_file_is_refused(tmp_path):
    folder = unpacked(tmp_path / "release")
    (folder / "ipython.whl").write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"ipython\.whl has not the sha256"):
        build(tmp_path, folder)


def test_another_series_of_pyodide_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"needs Pyodide 0\.27\.x; PYODIDE offers 0\.29\.0"):
        build(tmp_path, unpacked(tmp_path / "release", version="0.29.0"))


def test_a_release_without_its_packages_is_named_as_such(tmp_path):
    folder = unpacked(tmp_path / "release")
    (folder / "numpy.whl").unlink()
    with pytest.raises(ValueError, match="take the whole release"):
        build(tmp_path, folder)


def test_a_folder_that_is_no_release_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Did you unpack the release"):
        release.source(str(tmp_path), tmp_path)


def test_an_address_is_fetched_once(tmp_path):
    folder = unpacked(tmp_path / "release")
    with serve.open_server(folder, 8500) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        first = build(tmp_path, address)
        server.shutdown()
    assert build(tmp_path, address) == first


def test_an_address_that_does_not_answer_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"127\.0\.0\.1:9/pyodide-lock\.json could not be fetched"):
        build(tmp_path, "http://127.0.0.1:9")
