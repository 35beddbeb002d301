"""A font with the letters of a language that matplotlib's own font lacks.

For what is drawn as a PNG while the book is built: there no reader's system has a font
for what a font lacks. It is cut from a package of npm's, to what the catalogues say.
"""

import hashlib
import io
import json
import logging
import pathlib

import matplotlib
from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from matplotlib.ft2font import FT2Font

from publishing.languages import FONT, language_of
from publishing.languages.catalogues import folder_of, translations
from publishing.languages.editions import EDITIONS

WEIGHTS = {400: "Regular", 700: "Bold"}
# Of other scripts, other axes and vertical lines.
TABLES = ["BASE", "GDEF", "GSUB", "HVAR", "MVAR", "STAT", "VORG", "VVAR"]
TABLES += ["vhea", "vmtx"]
PACKAGES = pathlib.Path(__file__).parents[2] / "node_modules" / "@fontsource-variable"
OWN = pathlib.Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")


def font_files(app):
    """Return the files of the font for the build's language, one of each WEIGHTS.

    Of a language that needs none, and of English: [].
    """
    language = language_of(app.config)
    name = EDITIONS[language].font if language in EDITIONS else ""
    if not name:
        return []
    letters = letters_of(folder_of(app.srcdir, language))
    made_of = PACKAGES / name / "package.json", pathlib.Path(__file__)
    content = b"".join(path.read_bytes() for path in made_of) + letters.encode()
    key = hashlib.sha256(content).hexdigest()
    folder = pathlib.Path(app.doctreedir)
    files = [folder / f"{name}-{weight}-{key[:8]}.ttf" for weight in WEIGHTS]
    if not all(file.exists() for file in files):
        for old in folder.glob(f"{name}-*.ttf"):
            old.unlink()
        cut(PACKAGES / name, letters, files)
    return files


def letters_of(folder):
    """Return the letters of a language's catalogues that matplotlib's font lacks."""
    said = {
        letter
        for path in folder.rglob("*.po")
        for text in translations(path).values()
        for letter in text
    }
    return "".join(sorted(said - {*map(chr, FT2Font(OWN).get_charmap())}))


def cut(package, letters, files):
    """Write a font with these letters into a file of each of WEIGHTS.

    package: a variable font of Fontsource, in slices of a hundred letters.
    """
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # else a line a table
    # By halt a browser sets two marks that meet, such as ） and ，, closer together.
    options = subset.Options(layout_features=["halt"], hinting=False)
    options.drop_tables += TABLES
    parts = {weight: [] for weight in WEIGHTS}
    for name, ranges in json.loads((package / "unicode.json").read_text()).items():
        wanted = letters_in(ranges).intersection(letters)
        if not wanted:
            continue
        slice_name = f"{package.name}-{name.strip('[]')}-wght-normal.woff2"
        font = subset.load_font(package / "files" / slice_name, options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(text="".join(sorted(wanted)))
        subsetter.subset(font)
        font.flavor = None
        content = _saved(font).getvalue()
        for weight, those in parts.items():
            one = TTFont(io.BytesIO(content))
            instancer.instantiateVariableFont(one, {"wght": weight}, inplace=True)
            those.append(_saved(one))
    for (weight, those), file in zip(parts.items(), files, strict=True):
        font = Merger().merge(those)
        style = WEIGHTS[weight]
        names = {1: FONT, 2: style, 4: f"{FONT} {style}"}
        names[6] = names[4].replace(" ", "")  # without which resvg leaves a font out
        font["name"].names = []
        for number, text in names.items():
            font["name"].setName(text, number, 3, 1, 0x409)
        font.save(file)


def _saved(font):
    stream = io.BytesIO()
    font.save(stream)
    stream.seek(0)
    return stream


def letters_in(ranges):
    """Return the letters in ranges as CSS has them: "U+4e00-4e01, U+4e8c"."""
    found = set()
    for one in ranges.split(","):
        first, _, last = one.strip().removeprefix("U+").partition("-")
        found.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return found
