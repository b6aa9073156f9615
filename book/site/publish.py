"""Put the built site among the versions that are online, in one commit of the branch gh-pages.

    python book/site/publish.py                  publish _build/html in its folder (address.folder)
    python book/site/publish.py --tag v0.1.0     the same, if that is the tag of this version
    python book/site/publish.py --remove         take the folder away again

A published version has a folder of its own; latest/ is a copy of the newest. Around them lie the
files that a host shows for the whole: a way to latest/, the list of versions, a page for lost
readers, and what search engines ask for. The branch has no history: each build weighs 100 MB.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

import address
import policy
from folders import BUILD, ROOT, SITE

BRANCH = "gh-pages"
TRIES = 5
# what goes into a version's folder beside its pages, if it has been made
ALONG = (
    BUILD / "sbom.json",
    BUILD / "forms" / "pruning-lab.pdf",
    BUILD / "forms" / "pruning-lab.epub",
)
UNLISTED = ("lite", "notebooks", "search.html", "genindex.html", "index.html", "404.html")
AUTHOR = {"NAME": "publish.py", "EMAIL": "publish@localhost"}
FRAME = """<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>{title}</title>{head}
  <link rel="icon" href="latest/_static/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="latest/_static/fonts.css">
  <link rel="stylesheet" href="latest/_static/book.css">
</head>
<body>
  <main id="site-text"><article>
  {body}
  </article></main>
</body>
</html>
"""


def main(arguments: list[str]) -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description="Publish the built site.")
    parser.add_argument("--tag", help="refuse if this is not the tag of the version")
    parser.add_argument("--remove", action="store_true", help="take the folder away")
    asked = parser.parse_args(arguments)
    if asked.tag:
        check_tag(asked.tag)
    publish(ROOT, address.folder(), address.base(), None if asked.remove else SITE)
    print(f"{'Removed' if asked.remove else 'Published'}: {address.here()}/")


def check_tag(tag: str) -> None:
    """Refuse a tag that is not the version's."""
    if tag != f"v{address.version()}":
        raise ValueError(
            f"the tag of version {address.version()} is v{address.version()}, not {tag}"
        )


def publish(repository: Path, folder: str, base: str, site: Path | None) -> None:
    """Add a site to the branch, in a folder of it, or remove the folder; then push the branch.

    If another run has pushed in the meantime, it starts again from what that one left.
    """
    if not base:
        raise ValueError("the site has no address; set baseurl in _config.yml, or SITE_URL")
    for tries_left in reversed(range(TRIES)):
        with tempfile.TemporaryDirectory() as scratch:
            try:
                return _publish_once(repository, folder, base, site, Path(scratch))
            except ValueError as error:
                if "stale info" not in str(error) or not tries_left:
                    raise


def _publish_once(
    repository: Path, folder: str, base: str, site: Path | None, scratch: Path
) -> None:
    target = scratch / "site"
    target.mkdir()
    state = {"GIT_INDEX_FILE": str(scratch / "index"), "GIT_WORK_TREE": str(target)}

    def git(*arguments: str) -> str:
        return run(repository, *arguments, **state)

    known = git("ls-remote", "--heads", "origin", BRANCH).partition("\t")[0]
    if known:
        git("fetch", "--quiet", "--depth=1", "origin", known)
        git("read-tree", known)
        git("checkout-index", "--all")
    lay_out(target, folder, base, site)
    git("add", "--all", "--force", str(target))
    commit = git("commit-tree", git("write-tree"), "-m", f"The site, after {folder}")
    head = f"refs/heads/{BRANCH}"
    git("push", "--quiet", f"--force-with-lease={head}:{known}", "origin", f"{commit}:{head}")


def run(repository: Path, *arguments: str, **variables: str) -> str:
    """What a git command says; a ValueError with its complaint if it fails."""
    who = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in AUTHOR.items()}
    done = subprocess.run(
        ["git", "--git-dir", str(repository / ".git"), *arguments],
        env=os.environ | who | variables,
        cwd=variables.get("GIT_WORK_TREE", repository),
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise ValueError(f"git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def lay_out(target: Path, folder: str, base: str, site: Path | None) -> None:
    """Add a site to the folder of all versions, or remove one, and write the files around them."""
    shutil.rmtree(target / folder, ignore_errors=True)
    if site:
        shutil.copytree(site, target / folder)
        for file in filter(Path.is_file, ALONG):
            shutil.copyfile(file, target / folder / file.name)
    newest = next(iter(versions(target)), "")
    if site and folder == newest:
        shutil.rmtree(target / address.NEWEST, ignore_errors=True)
        shutil.copytree(target / folder, target / address.NEWEST)
    around(target, base)


def versions(target: Path) -> list[str]:
    """The folders of versions, the newest first."""
    found = [path.name for path in target.iterdir() if address.VERSION.fullmatch(path.name)]
    return sorted(found, key=lambda name: [int(n) for n in name[1:].split(".")], reverse=True)


def around(target: Path, base: str) -> None:
    """Write what lies beside the versions."""
    newest = target / address.NEWEST
    files = {
        ".nojekyll": "",  # or the host would leave out _static
        "index.html": page("pruning-lab", way_in(), refresh(base)),
        "versions.html": page("Versions · pruning-lab", listed(target)),
        "robots.txt": robots(base),
        "sitemap.xml": sitemap(newest, base),
    }
    for name, text in files.items():
        (target / name).write_text(text, encoding="utf-8")
    if (newest / "404.html").is_file():
        shutil.copyfile(newest / "404.html", target / "404.html")


def robots(base: str) -> str:
    """What search engines may read, and where they find it listed."""
    hidden = "".join(f"Disallow: /{folder}\n" for folder in address.PASSING)
    return f"User-agent: *\n{hidden}Sitemap: {base}/sitemap.xml\n"


def page(title: str, body: str, head: str = "") -> str:
    """A page beside the versions."""
    return policy.with_policy(FRAME.format(title=title, head=head, body=body), policy.PAGE)


def refresh(base: str) -> str:
    """What sends a reader on to the newest version."""
    to = f"{address.NEWEST}/book/index.html"
    return (
        f'\n  <meta http-equiv="refresh" content="0; url={to}">'
        f'\n  <link rel="canonical" href="{escape(base)}/{to}">'
    )


def way_in() -> str:
    """The same for a browser that is not sent on."""
    return f'<p><a href="{address.NEWEST}/book/index.html">pruning-lab</a></p>'


def listed(target: Path) -> str:
    """The versions as a list of links, each with its files to take along."""
    newest = f'<a href="{address.NEWEST}/book/index.html">The newest</a> is always at one address;'
    items = []
    for name in versions(target):
        along = [
            f'<a href="{name}/{file.name}">{file.suffix[1:]}</a>'
            for file in ALONG[1:]
            if (target / name / file.name).is_file()
        ]
        links = [f'<a href="{name}/book/index.html">{name[1:]}</a>', *along]
        items.append(f"<li>{', '.join(links)}</li>")
    return (
        f"<h1>Versions</h1>\n  <p>{newest} each stays at its own.</p>\n  <ul>{''.join(items)}</ul>"
    )


def sitemap(newest: Path, base: str) -> str:
    """The addresses of the newest version's pages, as search engines read them."""
    pages = sorted(path.relative_to(newest).as_posix() for path in newest.rglob("*.html"))
    places = [
        f"<url><loc>{escape(base)}/{address.NEWEST}/{name}</loc></url>"
        for name in pages
        if name.split("/")[0] not in UNLISTED
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(places)
        + "\n</urlset>\n"
    )


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ValueError as error:
        sys.exit(str(error))
