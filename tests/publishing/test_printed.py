"""publishing.live: what a cell printed stands in its page as it was printed."""

import nbformat
from bs4 import BeautifulSoup

from publishing.live import merge_streams


def test_a_line_that_came_in_pieces_is_one_line(build_site):
    notebook = nbformat.v4.new_notebook()
    pieces = [("stdout", "a"), ("stdout", " b\nc"), ("stderr", "d"), ("stderr", "e\n")]
    outputs = [
        nbformat.v4.new_output("stream", name=name, text=text) for name, text in pieces
    ]
    lexer = {"name": "python", "pygments_lexer": "python"}
    notebook.metadata["language_info"] = lexer
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# Book"),
        nbformat.v4.new_code_cell("print()", outputs=outputs),
    ]
    folder, warnings = build_site(
        {"book.ipynb": nbformat.writes(notebook)},
        extensions=["myst_nb", "publishing"],
        master_doc="book",
        nb_execution_mode="off",
        nb_merge_streams=True,
    )
    assert warnings == ""
    soup = BeautifulSoup((folder / "book.html").read_text("utf-8"), "html.parser")
    assert sorted(one.get_text() for one in soup.select(".output pre")) == [
        "a b\nc\n",
        "de\n",
    ]


def test_the_pieces_stay_as_they_are():
    pieces = [nbformat.v4.new_output("stream", text=text) for text in ("a", "b", "c")]
    for _ in range(2):
        assert [one.text for one in merge_streams(pieces)] == ["abc"]
    assert [one.text for one in pieces] == ["a", "b", "c"]
