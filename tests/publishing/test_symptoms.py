"""The page of symptoms: enough of them, and each leads to a section of the book."""

import functools
from urllib.parse import unquote, urldefrag

from bs4 import BeautifulSoup

from tests.browser import SITE

PAGE = "symptoms.html"


@functools.cache
def soup_of(path):
    return BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser")


def symptoms():
    """Return what the page lists: [(symptom, answer), ...], both as elements."""
    names = soup_of(PAGE).select("article dl > dt")
    return [(name, name.find_next_sibling("dd")) for name in names]


def test_lists_at_least_25_symptoms_each_once():
    names = [name.get_text(" ", strip=True) for name, _ in symptoms()]
    assert len(names) >= 25
    assert len(set(names)) == len(names)


def test_each_answer_is_a_line_or_two_and_leads_to_a_section():
    for name, answer in symptoms():
        links = answer.select("a[href]:not(.zm-term)")  # a word's explanation is none
        assert links, name.get_text()
        for link in links:
            page, section = urldefrag(link["href"])
            assert page.startswith("chapters/"), link
            assert soup_of(page).find("section", id=unquote(section)), link
        said = answer.get_text(" ", strip=True)
        for link in links:
            said = said.replace(link.get_text(" ", strip=True), "")
        assert 20 <= len(said) <= 300, said
