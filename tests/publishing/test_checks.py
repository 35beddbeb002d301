"""The records of what `make test` does not run, as their page shows them."""

import datetime

import pytest

from publishing.checks import read
from tools.records import write

PARTS = ("one", "two")


def test_counts_are_summed_when_all_parts_have_passed(tmp_path):
    path = tmp_path / "abuse.json"
    assert read(path, "date") is None
    write("abuse", "one", PARTS, folder=tmp_path, figures=3, version="1.10")
    assert read(path, "figures") is None
    write("abuse", "two", PARTS, folder=tmp_path, figures=1_000)
    assert read(path, "figures") == "1,003"
    assert read(path, "version") == "1.10"
    assert read(path, "date") == datetime.datetime.now(datetime.UTC).date().isoformat()
    with pytest.raises(KeyError, match="date, figures, version"):
        read(path, "pages")


def test_the_date_is_that_of_the_oldest_part(tmp_path):
    path = tmp_path / "mutate.json"
    path.write_text('{"one": {"date": "2024-02-29"}, "gone": null}')
    write("mutate", "two", PARTS, folder=tmp_path)
    assert read(path, "date") == "2024-02-29"


def test_a_part_that_there_is_not_is_named(tmp_path):
    with pytest.raises(
        ValueError, match="abuse has the parts one, two, and no 'three'"
    ):
        write("abuse", "three", PARTS, folder=tmp_path)
