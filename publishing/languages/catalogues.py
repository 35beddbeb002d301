"""The catalogues of a language: read, brought up to date, written.

A message keeps its translation as long as no more of it changes than an address. One
that changed begins anew, with the translation of the nearest one that is gone as a
comment: nothing is taken over unread.
"""

import difflib
import functools
import io
import json
import pathlib
import re

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

FIGURES, JUDGE, SITE = "explorables", "judge", "sphinx"
SHARED = FIGURES, JUDGE, SITE  # catalogues of what is no page's
ALIKE = 0.6  # of two messages, for the one to be shown as what became of the other
ADDRESS = re.compile(r"(?<=\]\()[^)\s]+(?=\))")
WAS = "was: "  # begins the comments with a translation to look at
HEAD = (
    'msgid ""\nmsgstr ""\n'
    '"Language: {}\\n"\n"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n\n'
)


def folder_of(root, language):
    """Return the folder of a language's catalogues."""
    return pathlib.Path(root, "locales", language, "LC_MESSAGES")


def read(path):
    """Return the catalogue of a file; an empty one where there is none."""
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file)


@functools.lru_cache(maxsize=64)
def _translations(path, _changed):
    return {m.id: m.string for m in read(path) if m.id and m.string and not m.fuzzy}


def translations(path):
    """Return {message: translation} of a file, without what is not translated."""
    return _translations(path, path.stat().st_mtime_ns) if path.exists() else {}


def templates(messages):
    """Return what there is to be said: {catalogue: {message: [kind, ...]}}, in order.

    messages: {page: [(domain, kind, text), ...]} of the pages; "" has the settings.
    """
    import judge.known
    from publishing.languages.sources import said_by_figures, said_by_site

    found = {name: {} for name in SHARED}
    settings = [(kind, text) for _, kind, text in messages.get("", ())]
    for name, said in (
        (SITE, [*settings, *said_by_site()]),
        (FIGURES, said_by_figures()),
        (JUDGE, judge.known.texts()),
    ):
        for kind, text in said:
            found[name].setdefault(text, []).append(kind)
    for page, said in messages.items():
        if not page:
            continue
        found[page] = {}
        for domain, kind, text in said:
            found[domain or page].setdefault(text, []).append(kind)
    return found


def updated(old, template):
    """Return (catalogue, new messages, gone messages): the old one's translations."""
    known = {message.id: message for message in old if message.id}
    gone = {key: one for key, one in known.items() if key not in template}
    new = []
    catalogue = Catalog()
    for text, kinds in template.items():
        before = known.get(text)
        notes = [*getattr(before, "user_comments", [])]
        said = before.string if before else _readdressed(text, gone)
        if said:
            notes = [note for note in notes if not note.startswith(WAS)]
        elif before is None:
            new.append(text)
            notes = [f"{WAS}{one}" for one in _nearest(text, gone)]
        catalogue.add(
            text,
            said,
            auto_comments=dict.fromkeys(kinds),
            user_comments=notes,
            flags={"fuzzy"} if before and before.fuzzy else (),
        )
    return catalogue, new, [*gone]


def _readdressed(text, gone):
    """Return the translation of a message whose addresses alone have changed, or ""."""
    for key, message in gone.items():
        if message.string and ADDRESS.sub("", key) == ADDRESS.sub("", text):
            new = dict(zip(ADDRESS.findall(key), ADDRESS.findall(text), strict=True))
            return ADDRESS.sub(
                lambda found, new=new: new.get(found[0], found[0]), message.string
            )
    return ""


def _nearest(text, gone):
    """Return [English, translation] of what a message has probably been, or nothing."""
    translated = [key for key, message in gone.items() if message.string]
    for key in difflib.get_close_matches(text, translated, n=1, cutoff=ALIKE):
        return [key, gone[key].string]
    return []


def written(catalogue, language):
    """Return the text of a catalogue's file: nothing in it changes by itself."""
    for message in catalogue:  # "13 % go" is no format of Python's
        message.flags -= {"python-format", "python-brace-format"}
    stream = io.BytesIO()
    write_po(stream, catalogue, width=0, no_location=True, omit_header=True)
    return HEAD.format(language) + stream.getvalue().decode()


def update(root, language, messages):
    """Bring a language's catalogues up to date; yield (path, catalogue, new, gone)."""
    folder = folder_of(root, language)
    said = json.loads(pathlib.Path(messages).read_text("utf-8"))
    names = templates(said)
    for name, template in names.items():
        path = folder / f"{name}.po"
        old = read(path)
        catalogue, new, gone = updated(old, template)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(catalogue, language), "utf-8")
        yield path, catalogue, new, gone
    for path in sorted(folder.rglob("*.po")):
        if path.relative_to(folder).with_suffix("").as_posix() not in names:
            yield path, None, [], [m.id for m in read(path) if m.id]
            path.unlink()
