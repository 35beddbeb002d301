"""The records of checks that `make test` does not run: what they counted, and when.

A command that checks the book ends with `write("mutate", mutants=..., killed=...)`,
which makes checks/mutate.json. The files are in git; the page `checked` shows their
numbers and dates, by the role {check}`mutate mutants`.
"""

import datetime
import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "checks"


def write(name, *, folder=FOLDER, **counts):
    """Write checks/<name>.json: today's date, and the counts, in the order given.

    counts: what was counted, by a word in small letters; an int, or a str where it is
    a version. Only a run that passed and was complete is worth a record.
    """
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"date": today, **counts}, indent=2) + "\n", "utf-8")
    print(f"{path.relative_to(folder.parent)}: {counts}")


def read(*, folder=FOLDER):
    """Return {name: {"date": ..., what: count}} of all records."""
    return {
        path.stem: json.loads(path.read_text("utf-8"))
        for path in sorted(folder.glob("*.json"))
    }
