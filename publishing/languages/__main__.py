"""Translators' commands: `python -m publishing.languages update` or `check`.

update                     write what there is to be said into all catalogues
check LANGUAGE [PAGE ...]  say what is wrong with a language's, or some of them
"""

import pathlib
import shutil
import sys

from publishing.languages import MESSAGES
from publishing.languages.catalogues import folder_of, read, update
from publishing.languages.check import faults
from publishing.languages.editions import EDITIONS

ROOT = pathlib.Path.cwd()
LONGEST = 100  # letters of a message that are shown


def run_update(folder=ROOT / "_build" / ".doctrees"):
    """Update every language's catalogues, and list what there is to do."""
    for language in EDITIONS:
        for path, catalogue, new, gone in update(ROOT, language, folder / MESSAGES):
            name = path.relative_to(ROOT)
            if catalogue is None:
                print(f"{name}: removed, there is no such page any more")
                continue
            todo = [m for m in catalogue if m.id and (m.fuzzy or not m.string)]
            words = sum(len(m.id.split()) for m in catalogue if m.id)
            print(
                f"{name}: {len(catalogue)} messages, {words} words, {len(todo)} to do"
            )
            if len(todo) < len(catalogue):
                for text in new:
                    print(f"  new:  {text[:LONGEST]!r}")
            for text in gone:
                print(f"  gone: {text[:LONGEST]!r}")


def run_check(language, *pages):
    """Print the faults of a language's catalogues; return how many there are."""
    folder = folder_of(ROOT, language)
    count = 0
    for path in sorted(folder.rglob("*.po")):
        page = path.relative_to(folder).with_suffix("").as_posix()
        if pages and page not in pages:
            continue
        catalogue = read(path)
        undone = [m for m in catalogue if m.id and not m.string]
        if undone:
            first = undone[0].id[:LONGEST]
            print(f"{page}: {len(undone)} not translated, the first one {first!r}")
        for message in catalogue:
            for fault in faults(message) if message.id and message.string else ():
                print(f"{page}: {message.id[:LONGEST]!r}\n    {fault}")
                count += 1
        count += len(undone)
    print(f"{count} faults" if count else "No faults.")
    return count


def run_build(*options):
    """Build every language, and copy it into its folder; return whether one failed.

    options: "-W" makes warnings errors, as Jupyter Book's.
    """
    from jupyter_book.sphinx import build_sphinx
    from sphinx.locale import translators

    failed = False
    for language, edition in EDITIONS.items():
        translators.clear()  # of the language before, which Sphinx keeps
        # myst-nb writes beside the site, so that the site cannot lie in the other one.
        here = ROOT / "_build" / language
        failed |= bool(
            build_sphinx(
                ROOT,
                here / "html",
                noconfig=True,
                path_config=ROOT / "_config.yml",
                confoverrides={
                    "language": language,
                    "nitpicky": True,
                    "latex_individualpages": False,
                },
                warningiserror="-W" in options,
                keep_going=True,
                quiet=True,
            )
        )
        # Half a copy never stands in the site.
        there, copy = ROOT / "_build" / "html" / edition.folder, here / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(here / "html", copy)
        shutil.rmtree(there, ignore_errors=True)
        copy.rename(there)
    return failed


if __name__ == "__main__":
    command, *rest = sys.argv[1:] or ["help"]
    if command == "update":
        run_update()
    elif command == "check" and rest:
        sys.exit(run_check(*rest) > 0)
    elif command == "build":
        sys.exit(run_build(*rest))
    else:
        sys.exit(__doc__)
