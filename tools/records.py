"""The records of checks that `make test` does not run: what they counted, and when.

A command that takes long is run in parts, such as a chapter or a page each. One that
has passed is written by `write("mutate", "01_biased_variance", parts, mutants=...)`,
into checks/mutate.json. The files are in git; the page `checked` shows their sums, and
the date of the oldest part, by the role {check}`mutate mutants`.
"""

import datetime
import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "checks"


def write(name, part="all", parts=("all",), *, folder=FOLDER, **counts):
    """Write a part into checks/<name>.json: today's date, and the counts.

    parts: the names of all parts that there are now. Those that have never passed are
    null in the file; what is no part any longer is dropped.
    counts: what was counted, by a word in small letters; an int, or a str where it is
    a version. Only a part that passed and was complete is worth a record.
    """
    if part not in parts:
        raise ValueError(f"{name} has the parts {', '.join(parts)}, and no {part!r}")
    path = folder / f"{name}.json"
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    now = {one: before.get(one) for one in parts} | {part: {"date": today, **counts}}
    folder.mkdir(exist_ok=True)
    path.write_text(json.dumps(now, indent=2) + "\n", "utf-8")
    print(f"{path.relative_to(folder.parent)}: {part}: {counts}")
