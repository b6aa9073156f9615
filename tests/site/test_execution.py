"""Chapters executed ahead: their outputs lie in the cache where the pages look for them."""

import os
import shutil
import subprocess
import sys

from jupyter_cache import get_cache

from folders import ROOT

CHAPTER = """---
kernelspec: {name: python3, display_name: Python 3}
---
# Page

```{code-cell} ipython3
import os
print(6 * 7, "static" if os.environ.get("PRUNING_LAB_STATIC") == "1" else "live")
```
"""


def test_the_outputs_of_a_chapter_are_cached(tmp_path):
    site = shutil.copytree(ROOT / "book" / "site", tmp_path / "book" / "site")
    shutil.copytree(ROOT / "pruning_lab", tmp_path / "pruning_lab")
    (tmp_path / "requirements.lock").write_text("")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "01_page.md").write_text(CHAPTER)
    subprocess.run(
        [sys.executable, "-c", "import execution; execution.build()"],
        env=os.environ | {"PYTHONPATH": str(site)},
        check=True,
    )
    (folder,) = (tmp_path / "_build" / "executed" / "chapters" / "01_page").iterdir()
    cache = get_cache(folder)
    (record,) = cache.list_cache_records()
    (cell,) = (c for c in cache.get_cache_bundle(record.pk).nb.cells if c.cell_type == "code")
    assert cell.outputs[0].text == "42 static\n"
