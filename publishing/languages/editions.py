"""The languages that the book is in besides English."""

from typing import NamedTuple


class Edition(NamedTuple):
    """A language: its folder in the site, its own name, its tag for browsers."""

    folder: str
    name: str
    tag: str


# By Sphinx's name of the language.
EDITIONS = {"zh_CN": Edition("zh/", "中文", "zh-CN")}
ENGLISH = Edition("", "English", "en")
