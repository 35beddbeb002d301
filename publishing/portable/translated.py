"""A chapter's notebook in another language, cell by cell."""

import re

from publishing.languages import judged, translated_code

WIDGET = "application/vnd.jupyter.widget-view+json"


def translate(nb, parser, words, pictures, sentences):
    """Put a notebook's prose, comments and pictures in other words, in place.

    Its code stays: the texts of its figures are translated when they are made. Their
    still pictures are those drawn for the page, {cell's index: [PNG, ...]}. Of what
    cells print, what the judge says is translated, by its sentences.
    """
    for index, cell in enumerate(nb.cells):
        drawn = iter(pictures.get(index, ()))
        if cell.cell_type == "markdown":
            cell.source = translated(cell.source, parser, words)
            continue
        cell.source = translated_code(cell.source, words)
        for output in cell.outputs:
            data = output.get("data", {})
            if WIDGET in data and not (picture := next(drawn, None)):
                data.pop("image/png", None)
            elif WIDGET in data:
                data["image/png"] = picture
            if "text/plain" in data:
                data["text/plain"] = judged(data["text/plain"], sentences)
            if "image/svg+xml" in data:
                data["image/svg+xml"] = words.svg("".join(data["image/svg+xml"]))


def translated(source, parser, words):
    """Return the source of a Markdown cell in other words, block by block.

    What a catalogue holds is what stands in a paragraph, a heading or a cell of a
    table, letter for letter, and the alt text of an image.
    """
    done, rest = "", source
    for token in _inlines(parser.parse(source, {})):
        images = [child for child in token.children or () if child.type == "image"]
        for text in [image.content for image in images] or [token.content]:
            said = words(text)
            # In a list or a quotation its lines are not one below the other.
            pattern = r"\s+(?:> *)?".join(map(re.escape, text.split()))
            if said != text and (found := re.search(pattern, rest)):
                done += rest[: found.start()] + said
                rest = rest[found.end() :]
    return done + rest


def _inlines(tokens):
    for token in tokens:
        if token.type == "inline":
            yield token
        else:
            yield from _inlines(token.children or ())
