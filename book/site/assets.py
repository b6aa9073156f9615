"""Fonts of the pages, from PyPI packages: the characters that the book uses, as woff2."""

import base64
import shutil
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from fingerprints import fingerprint
from folders import BUILD

ASSETS = BUILD / "assets"

# file in the package -> CSS family, weight, style. A subset is a modified font, and the licence
# reserves the name Source for the original: hence names of our own.
FACES = {
    "SourceSerifPro-Regular": ("Book Serif", "400", "normal"),
    "SourceSerifPro-It": ("Book Serif", "400", "italic"),
    "SourceSerifPro-Semibold": ("Book Serif", "600 700", "normal"),
    "SourceSerifPro-SemiboldIt": ("Book Serif", "600 700", "italic"),
    "SourceSansPro-Regular": ("Book Sans", "400", "normal"),
    "SourceSansPro-It": ("Book Sans", "400", "italic"),
    "SourceSansPro-Semibold": ("Book Sans", "600 700", "normal"),
    "STIXTwoMath-Regular": ("Book Math", "400", "normal"),
}
# What the first screen of every page needs stands in the style sheet itself: a reader's first page
# has them at once, and nothing jumps. The others, if they come late, wait for the next page.
FIRST = {
    "SourceSerifPro-Regular",
    "SourceSerifPro-It",
    "SourceSansPro-Regular",
    "SourceSansPro-Semibold",
}
PACKAGES = {
    "Book Serif": ("font_source_serif_pro", "files"),
    "Book Sans": ("font_source_sans_pro", "files"),
    "Book Math": ("ziamath", "fonts"),
}

# Latin, Greek, punctuation, arrows, signs of short formulas; what a font lacks stays out
CHARACTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x391, 0x3CA),
    *range(0x2010, 0x2028),
    *(0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x20AC, 0x2122),
    *range(0x2070, 0x208F),
    *range(0x2190, 0x2196),
    *(0x2202, 0x2206, 0x220F, 0x2211, 0x2212, 0x221A, 0x221E, 0x2248, 0x2260, 0x2264, 0x2265),
    *(0x25A0, 0x25A1, 0x25B2, 0x25BC, 0x25CA, 0x25CB, 0x25CF, 0x2713),
]
# what formulas are made of: Latin and Greek, upright, italic and bold, and signs
SIGNS = [
    *range(0x20, 0x7F),
    *(0xA0, 0xAF, 0xB1, 0xB7, 0xD7, 0x302, 0x303, 0x304, 0x305, 0x307),
    *range(0x391, 0x3CA),
    *(0x3D5, 0x3F5, 0x2016, 0x2026, 0x2032, 0x2061, 0x2062, 0x2063, 0x210E, 0x2112, 0x2113),
    *(0x2190, 0x2192, 0x2200, 0x2202, 0x2207, 0x2208, 0x220F, 0x2211, 0x2212, 0x221A, 0x221E),
    *(0x2227, 0x2228, 0x2229, 0x222A, 0x2248, 0x2260, 0x2264, 0x2265, 0x2282, 0x2286, 0x2295),
    *(0x2297, 0x2299, 0x22A4, 0x22C5, 0x22EF, 0x2308, 0x2309, 0x230A, 0x230B, 0xFE00),
    *range(0x1D400, 0x1D468),
    *range(0x1D6FC, 0x1D716),
]
FEATURES = ["kern", "liga", "mark", "ccmp", "locl", "lnum", "tnum", "ssty"]

# Stand-ins until a font has arrived, made as wide and high as the font, so that nothing jumps:
# local names and the mean width of SAMPLE in em (Liberation has the same metrics).
SAMPLE = "aaabcdeefghiijklmnnoopqrrssttuvwxyz      "
STAND_INS = {
    "Book Serif": (("Times New Roman", "Liberation Serif", "Tinos"), 854.395 / 2048),
    "Book Sans": (("Arial", "Liberation Sans", "Arimo"), 934.512 / 2048),
}


def font_source(name: str) -> Path:
    """The TrueType file of a face, from the package that ships it."""
    package, folder = PACKAGES[FACES[name][0]]
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ValueError(f"the package {package} is not installed; run `make book`")
    return Path(spec.origin).parent / folder / f"{name}.ttf"


def web_name(name: str) -> str:
    """The file name of a subset, without the reserved name."""
    for given in ("SourceSerifPro", "SourceSansPro", "STIXTwoMath"):
        family = FACES[f"{given}-Regular"][0]
        name = name.replace(given, family.replace(" ", ""))
    return name


def subset(source: Path, target: Path) -> None:
    """Write the characters the book uses, as woff2; copyright and licence stay inside."""
    font = TTFont(source, recalcTimestamp=False)  # the same bytes whenever it is made
    options = Options(layout_features=FEATURES)
    options.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=SIGNS if "MATH" in font else CHARACTERS)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6):
            record.string = target.stem
    font.flavor = "woff2"
    font.save(target)


def face_rule(name: str, font: Path) -> str:
    """One @font-face rule; the version makes browsers fetch a changed file."""
    family, weight, style = FACES[name]
    address, display = f"fonts/{font.name}?v={fingerprint([font])[:8]}", "optional"
    if name in FIRST:
        address = f"data:font/woff2;base64,{base64.b64encode(font.read_bytes()).decode()}"
        display = "block"  # for as long as it takes to unpack it
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style}; '
        f'font-display: {display}; src: url("{address}") format("woff2"); }}\n'
    )


def licence(name: str) -> str:
    """A face's copyright, and the licence that all of them have."""
    text = font_source("SourceSerifPro-Regular").with_name("LICENSE.txt")
    terms = text.read_text(encoding="utf-8").partition("\n")[2]
    return f"{TTFont(font_source(name))['name'].getDebugName(0)}\n{terms}"


def stand_in_rule(name: str) -> str:
    """An @font-face rule that stretches a local font to the metrics of the face."""
    family = FACES[name][0]
    locals_, local_width = STAND_INS[family]
    font = TTFont(font_source(name))
    em, cmap, widths = font["head"].unitsPerEm, font.getBestCmap(), font["hmtx"]
    width = sum(widths[cmap[ord(c)]][0] for c in SAMPLE) / len(SAMPLE) / em
    size = width / local_width
    ascent, descent = font["hhea"].ascent / em / size, -font["hhea"].descent / em / size
    sources = ", ".join(f'local("{local}")' for local in locals_)
    return (
        f'@font-face {{ font-family: "{family} stand-in"; src: {sources}; '
        f"size-adjust: {size:.2%}; line-gap-override: 0%; "
        f"ascent-override: {ascent:.2%}; descent-override: {descent:.2%}; }}\n"
    )


def write_fonts(target: Path) -> None:
    """Fill fonts/ and write fonts.css beside it."""
    (target / "fonts").mkdir(parents=True)
    rules = []
    for name in FACES:
        file = target / "fonts" / f"{web_name(name)}.woff2"
        subset(font_source(name), file)
        file.with_suffix(".txt").write_text(licence(name), encoding="utf-8")
        rules.append(face_rule(name, file))
    rules += [stand_in_rule("SourceSerifPro-Regular"), stand_in_rule("SourceSansPro-Regular")]
    (target / "fonts.css").write_text("".join(rules), encoding="utf-8")


def stamp() -> str:
    """What the assets depend on: this file and the versions of the packages."""
    packages = ["font-source-serif-pro", "font-source-sans-pro", "ziamath", "fonttools"]
    versions = " ".join(f"{name}=={distribution(name).version}" for name in packages)
    return fingerprint([Path(__file__)], versions)


def build(target: Path = ASSETS) -> Path:
    """The folder with fonts.css and fonts/; made only if an input changed."""
    mark = target.parent / f"{target.name}.stamp"
    if target.is_dir() and mark.is_file() and mark.read_text() == stamp():
        return target
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    write_fonts(target)
    mark.write_text(stamp())
    return target
