"""The pages of a built site as the parts of one book, without what needs a screen."""

import pathlib
import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup, Tag
from sphinx.locale import _

HERE = pathlib.Path(__file__).parent
# Nothing without a script; of the site, not of the book.
LEFT_OUT = ("your_book", "licences")
ANSWERS = "answers"
# What is pressed, what leads from a page to itself, what is there twice, and the places
# of a figure's states.
LIVE_ONLY = (
    "script, noscript, button, input, .headerlink, .zm-progress, .zm-actions, "
    ".zm-exercise, .zm-copy, .zm-begin, .zm-narrow, .zm-controls, .zm-hidden, "
    ".zm-predict .zm-invitation, .zm-predict .zm-readout, .zm-live, .zm-review, "
    "[id*='?']"
)
LINK = {"class": "zm-bound-link"}
USES = ("href", "xlink:href")  # by which a drawing repeats a part of itself


class Part(NamedTuple):
    """A page of the book, or what stands at its end."""

    name: str  # a page's without its folder: ids of the book begin with it
    title: str
    article: Tag


class _Answer(NamedTuple):
    part: str
    label: str
    place: str  # its id
    asked: str  # the id of what it answers
    content: Tag


def bind(site, folder=""):
    """Return the Parts of a built site, in the order of its table of contents.

    folder: the language's in the site, "" or "zh/". Answers are the last part.
    """
    order = pages_in(site)
    answers, parts = [], []
    for page in order:
        path = (site / folder / f"{page}.html").resolve()
        soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        canonical = soup.find("link", rel="canonical")
        article = soup.find("article")
        for permalink in article.select(".headerlink"):
            permalink.decompose()
        name = name_of(page)
        lead_within(article, path, (site / folder).resolve(), order)
        if canonical:
            link_to_live(soup, article, name, canonical["href"])
        answers += take_answers(soup, article, name)
        for element in article.select(LIVE_ONLY):
            element.decompose()
        for fold in article("details"):
            unfold(fold)
        parts.append(Part(name, article.h1.get_text(), article))
    return [*parts, answers_part(answers, {p.name: p.title for p in parts})]


def pages_in(site):
    """Return a book's pages in their order, less those that only a script fills."""
    toc = yaml.safe_load((site.parents[1] / "_toc.yml").read_text("utf-8"))
    pages = [toc["root"], *(c["file"] for p in toc["parts"] for c in p["chapters"])]
    return [page for page in pages if page not in LEFT_OUT]


def name_of(page):
    """Return a page's name in the book: of its file, without a number before it."""
    return pathlib.PurePosixPath(page).name.lstrip("0123456789_")


def lead_within(article, path, root, pages):
    """Make a page's ids unique in the book, and have its links lead there.

    path: of the page's file, absolute. root: the folder of the language. pages: of the
    book. Links to files of the site become their text.
    """
    name = name_of(path.with_suffix(""))
    for element in article(True):
        for attribute, value in element.attrs.items():
            if attribute in ("id", "aria-labelledby"):
                element[attribute] = f"{name}--{value}"
            elif attribute in USES and element.name != "a":
                element[attribute] = value.replace("#", f"#{name}--", 1)
            elif isinstance(value, str) and "url(#" in value:
                element[attribute] = value.replace("url(#", f"url(#{name}--")
    article["id"] = name
    for link in article("a", href=True):
        parts = urlsplit(link["href"])
        if parts.scheme:
            continue
        there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        page = there.with_suffix("")
        page = page.relative_to(root).as_posix() if page.is_relative_to(root) else ""
        if there.suffix != ".html" or page not in pages:
            link.unwrap()  # to a file, or to a page that is left out
            continue
        place = parts.fragment.partition("?")[0]
        link["href"] = f"#{name_of(page)}" + (f"--{place}" if place else "")
    for image in article("img", src=True):
        if not urlsplit(image["src"]).scheme:
            image["src"] = (path.parent / unquote(image["src"])).resolve().as_uri()


def unfold(fold):
    """Leave of a fold its content, and of a prompt what it asks."""
    asked = fold.summary
    if "zm-prompt" in fold.get("class", ()):
        asked.name, asked["class"] = "p", "zm-asked"
    else:
        asked.decompose()
    fold.unwrap()


def link_to_live(soup, article, name, address):
    """Put a link to the page on the site below each figure that moves there."""
    for figure in article.select(".zm-anchored:has(.zm-static)"):
        place = figure["id"].removeprefix(f"{name}--")
        link = soup.new_tag("p", attrs=LINK)
        link.append(soup.new_tag("a", href=f"{address}#{place}"))
        link.a.string = str(_("Move this figure on the book's site"))
        figure.append(link)


def take_answers(soup, article, name):
    """Move the answers of quizzes and the solutions of exercises out of a page."""
    found = [
        (question.details, question.p.get_text().split(maxsplit=1)[0])
        for question in article.select(".zm-quiz div:has(> details)")
    ] + [
        (solution, asked.string)
        for solution in article.select(".tag_hide-cell > details")
        if (asked := solution.find_previous("strong", string=re.compile(r"^\d+\.$")))
    ]
    for number, (fold, label) in enumerate(found, start=1):
        asked, place = f"{name}--asked-{number}", f"{ANSWERS}--{name}-{number}"
        link = soup.new_tag("p", attrs=LINK, id=asked)
        link.append(soup.new_tag("a", href=f"#{place}"))
        link.a.string = str(_("Answer"))
        fold.replace_with(link)
        fold.summary.decompose()
        fold.name, fold.attrs = "div", {}
        kind = _("Question") if fold.select_one(".zm-feedback") else _("Exercise")
        yield _Answer(name, f"{kind} {label.rstrip('.')}", place, asked, fold)


def answers_part(answers, titles):
    """Return what the questions and exercises of all pages are answered by."""
    soup = BeautifulSoup(f'<article id="{ANSWERS}"><h1></h1></article>', "html.parser")
    soup.h1.string = str(_("Answers"))
    last = None
    for answer in answers:
        if answer.part != last:
            last = answer.part
            soup.article.append(soup.new_tag("h2"))
            soup.article.contents[-1].string = titles[last]
        heading = soup.new_tag("h3", id=answer.place)
        heading.append(soup.new_tag("a", href=f"#{answer.asked}"))
        heading.a.string = answer.label
        soup.article.extend([heading, answer.content])
    return Part(ANSWERS, soup.h1.string, soup.article)
