"""The exercises of the chapters that readers write in code."""

import re
from typing import NamedTuple

import nbformat

CHECK = "judge.variance(my_var)"
VAR = """def my_var(input):
    mean = sum(input) / len(input)
    return sum((x - mean) ** 2 for x in input) / (len(input) - 1)
"""
BLANK = f"""import judge


def my_var(input):
    # your code
    ...


{CHECK}"""
SOLUTION = f"{VAR}\n\n{CHECK}"
NUMBER = re.compile(r"^\*\*(\d+)\.\*\*", re.MULTILINE)


class Exercise(NamedTuple):
    """An exercise's number, and its cells: the text, the blanks, the solution."""

    number: int
    cells: tuple

    @property
    def solution(self):
        """Return the code of the solution, without its check."""
        return self.cells[2].source.rpartition("\n\n\n")[0] + "\n"


def text(source):
    """Return a Markdown cell."""
    return nbformat.v4.new_markdown_cell(source)


def code(source, tag):
    """Return a code cell with a tag."""
    return nbformat.v4.new_code_cell(source, metadata={"tags": [tag]})


def exercises_of(path):
    """Return a chapter's exercises with a live cell."""
    cells = nbformat.read(path, as_version=4).cells
    return [
        Exercise(
            int(NUMBER.search(cells[i - 1].source)[1]), tuple(cells[i - 1 : i + 2])
        )
        for i, cell in enumerate(cells)
        if "live" in cell.metadata.get("tags", [])
    ]
