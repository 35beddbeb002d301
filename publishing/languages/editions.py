"""The languages that the book is in besides English."""

from typing import NamedTuple


class Edition(NamedTuple):
    """A language: its folder in the site, its own name, its tag for browsers.

    font: whose letters matplotlib's font lacks, the name of a variable font of
    Fontsource, which package.json has.
    """

    folder: str
    name: str
    tag: str
    font: str = ""


# By Sphinx's name of the language.
EDITIONS = {"zh_CN": Edition("zh/", "中文", "zh-CN", "noto-sans-sc")}
ENGLISH = Edition("", "English", "en")
