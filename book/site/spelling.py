"""Spelling of the book's prose: python book/site/spelling.py names each word it does not know.

Prose is the text of chapters, exercises and pages, and in Python, also in code cells, every string
that reads like a sentence: docstrings, captions, quizzes, messages. Hunspell checks it by its
British dictionary. Words of our field stand in book/words.txt, authors in the bibliography.
"""

import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

from hunspell import Hunspell
from pybtex.database.input.bibtex import Parser

from folders import ROOT

WORDS = ROOT / "book" / "words.txt"
PAGES = ("*.md", "book/**/*.md", "chapters/*.md", "exercises/*.md")
CODE = ("pruning_lab/**/*.py",)
DICTIONARIES = Path(sys.prefix) / "share" / "jupyter" / "dictionaries"  # jupyterlab-spellchecker's
LANGUAGE = "en_GB-ise"

FENCE = re.compile(
    r"^(?P<open>(?P<fence>`{3,}|:{3,})[ ]*(?P<info>[^\n]*)\n)(?P<body>.*?)^(?P=fence)[ \t]*$",
    re.M | re.S,
)
PROSE = {"admonition", "note", "tip", "warning", "important", "hint", "seealso", "margin", "figure"}
PROSE |= {
    "dropdown",
    "exercise",
    "glossary",
    "div",
    "grid",
    "card",
    "topic",
    "sidebar",
    "list-table",
}
MARKS = re.compile(
    r"""
      \A---\n.*?\n---$                       # what stands at the head of a page or a cell
    | ^:(?!alt:)[\w-]+:[^\n]*$ | ^:alt:      # options of a directive, but not what a picture shows
    | <!--.*?--> | </?[a-zA-Z][^<>]*>        # HTML
    | \$\$.*?\$\$ | \$[^$\n]+\$              # formulas
    | (?P<tick>`+)(?!`)(?s:.*?)(?<!`)(?P=tick)(?!`)   # code
    | \[[A-Z]\w+\d{4}[a-z]?\]_               # a citation in a docstring
    | \]\([^)\s]*\) | https?://\S+           # addresses
    | ^\([\w:.-]+\)=$                        # labels
    """,
    re.M | re.S | re.X,
)
ROLE = re.compile(r"[{:](?P<name>[\w:.-]+)[}:]`(?P<said>[^`<]*)(?P<target><[^`]*>)?`")
SHOWN = {"term", "abbr", "index", "doc", "ref"}  # roles that show prose; others show names
NOT_SAID = re.compile(
    r"""
      \{[^{}\n]*\} | \\[a-zA-Z]+             # fields of a format, escapes
    | ^[ ]*>>>[ ].*?(?=^[ ]*$|\Z)            # examples
    | ^[ ]*[\w*., ]+[ ]:[ ]                  # names that a docstring explains
    """,
    re.M | re.S | re.X,
)
OPTIONS = re.compile(
    r"\A(?:---\n.*?\n---$|(?::[^\n]*\n)+)|^[ ]*[%!][^\n]*$", re.M | re.S
)  # of a cell
SENTENCE = re.compile(r"[^\W\d_]{2,},? [^\W\d_]+,? [^\W\d_]{2,}")
WORD = re.compile(r"(?<![\w\\./@#%&=^~|])[^\W\d_]{3,}(?:[’'][^\W\d_]+)*(?![\w/=(\[|^]|\.\w)")


def main() -> int:
    """Say what is wrong, and return 1 if anything is."""
    speller = Speller(WORDS.read_text(encoding="utf-8").split(), authors())
    faults = [f"{place}: {word}" for place, word in said() if not speller.knows(word)]
    faults += speller.faults()
    print("\n".join(faults) or "Spelling: every word is known.")
    return bool(faults)


class Speller:
    """The dictionary and our own words, which must be in order and needed."""

    def __init__(self, own: list[str], names: Iterable[str] = ()) -> None:
        self.own, self.names, self.used = own, set(names), set[str]()
        self.dictionary = Hunspell(LANGUAGE, hunspell_data_dir=str(DICTIONARIES))

    def knows(self, word: str) -> bool:
        """Tell whether a word is right; one with capitals inside is a name or an abbreviation."""
        word = word.replace("’", "'").removesuffix("'s")
        if not word[1:].islower() or word in self.names or self.dictionary.spell(word):
            return True
        fitting = {word, word.lower()} & set(self.own)
        self.used |= fitting
        return bool(fitting)

    def faults(self) -> list[str]:
        """What is wrong with our own words."""
        wanted = sorted(set(self.own), key=lambda word: (word.lower(), word))
        spare = [word for word in wanted if word not in self.used]
        wrong = [f"book/words.txt: {word} is not needed" for word in spare]
        return wrong + (["book/words.txt: not sorted"] if self.own != wanted else [])


def said() -> Iterator[tuple[str, str]]:
    """Every word of prose, with the place where it stands."""
    for patterns, reduce in ((PAGES, page_prose), (CODE, code_prose)):
        for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
            text = reduce(path.read_text(encoding="utf-8"))
            for number, line in enumerate(text.split("\n"), 1):
                for word in WORD.findall(line):
                    yield f"{path.relative_to(ROOT).as_posix()}:{number}", word


def authors() -> set[str]:
    """The parts of the names of all authors in the bibliography."""
    entries = Parser(encoding="utf-8").parse_file(str(ROOT / "book" / "references.bib")).entries
    people = [p for entry in entries.values() for group in entry.persons.values() for p in group]
    return {part for person in people for part in re.findall(r"[^\W\d_]+", str(person))}


def page_prose(text: str) -> str:
    """A page of MyST with everything blank that is no prose; what is left stays in its place."""
    return inline(FENCE.sub(_fence, text))


def inline(text: str) -> str:
    """A text with everything blank that is a mark, a name, a formula or code."""
    return MARKS.sub(_blank, ROLE.sub(_role, text))


def _role(found: re.Match[str]) -> str:
    if found["name"] not in SHOWN:
        return _blank(found)
    start, end = found.span("said")
    before, after = start - found.start(), found.end() - end
    return " " * before + found["said"] + " " * after


def _fence(block: re.Match[str]) -> str:
    directive = re.match(r"\{(?:prf:)?([\w-]+)\}(.*)", block["info"])
    name = directive[1] if directive else ""
    if name == "code-cell":
        body = code_prose(OPTIONS.sub(_blank, block["body"]))
    elif name in PROSE:
        body = page_prose(block["body"])
    else:
        return _blank(block)
    title = directive[2] if directive and name != "figure" and name != "code-cell" else ""
    opening = block["open"].rstrip("\n")
    kept = " " * (len(opening) - len(title)) + page_prose(title)
    return f"{kept}\n{body}{' ' * len(block['fence'])}"


def code_prose(code: str) -> str:
    """Python with everything blank but the strings that read like sentences."""
    lines = [" " * len(line) for line in code.split("\n")]
    for (row, column), text in _strings(code):
        for number, line in enumerate(inline(NOT_SAID.sub(_blank, text)).split("\n")):
            start = 0 if number else column
            old = lines[row - 1 + number]
            lines[row - 1 + number] = old[:start] + line + old[start + len(line) :]
    return "\n".join(lines)


def _strings(code: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Every string that holds a sentence, with its place; one with fields is one string."""
    starts = [0, *(found.end() for found in re.finditer("\n", code))]
    opened: list[tuple[int, int]] = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        kind = tokenize.tok_name[token.type]
        if kind in ("STRING", "FSTRING_START"):
            opened.append(token.start)
        if kind in ("STRING", "FSTRING_END"):
            row, column = opened.pop()
            end_row, end_column = token.end
            text = code[starts[row - 1] + column : starts[end_row - 1] + end_column]
            if not opened and SENTENCE.search(text):
                yield (row, column), text


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


if __name__ == "__main__":
    sys.exit(main())
