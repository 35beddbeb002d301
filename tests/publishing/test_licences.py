"""The page of licences, against what the packages and the built site say."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from publishing.licences import FILE, packages
from tests.browser import ROOT, SITE

# What works while the site is built, and leaves nothing of itself in a page.
BUILD_ONLY = {
    "@resvg/resvg-wasm",
    "esbuild",
    "fflate",
    "postcss",
    "preact-render-to-string",
    "purgecss",
}


def test_every_package_is_listed_or_only_builds():
    asked_for = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    listed = {one["name"]: one["version"] for one in packages()}
    assert asked_for.keys() - listed.keys() == BUILD_ONLY
    for name in asked_for.keys() & listed.keys():
        assert listed[name] == asked_for[name]


def test_each_licence_has_its_text_and_says_whose_it_is():
    for one in packages():
        assert re.search(r"copyright", one["text"], re.IGNORECASE), one["name"]
        assert len(one["text"]) > 500, one["name"]
        assert re.search("MIT|BSD|ISC|OFL", one["licence"]), one["name"]


@pytest.mark.parametrize("folder", ["", "zh"])
def test_the_page_lists_them_and_leads_to_the_texts(folder):
    folder = SITE / folder
    soup = BeautifulSoup((folder / "licences.html").read_text("utf-8"), "html.parser")
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in soup.select("article tbody tr")
    ]
    assert rows == [[one["name"], one["version"], one["licence"]] for one in packages()]
    assert soup.select_one(f'article a[href="{FILE}"]')
    texts = (folder / FILE).read_text("utf-8")
    for one in packages():
        assert one["text"].strip() in texts


def test_the_theme_of_the_pages_is_among_the_packages():
    config = (ROOT / "_config.yml").read_text("utf-8")
    theme = re.search(r"html_theme: (\S+)", config)[1]
    assert theme in {one["name"].lower() for one in packages()}
