"""Which repository the book is in, and the links to it on a chapter's page."""

import subprocess

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from publishing.repository.address import (
    PUBLISHED,
    colab_link,
    file_links,
    find_repository,
    git_remote,
    repository_of,
    web_address,
)
from tests.browser import AXE, ROOT

BOOK = "https://github.com/Owner/Book"
names = st.from_regex(r"[A-Za-z0-9_][\w-]{0,8}(\.[a-z]{1,2})?", fullmatch=True).filter(
    lambda name: name.isascii() and not name.endswith(".git")
)


# ---- the repository ----


@given(
    owner=names,
    name=names,
    form=st.sampled_from(
        [
            "https://{host}/{path}",
            "http://www.{host}/{path}",
            "https://user@{host}/{path}",
            "https://user:pass@word@{host}/{path}",
            "git@{host}:{path}",
            "{host}:{path}",
            "git@{host}:/{path}",
            "ssh://git@{host}/{path}",
            "ssh://git@ssh.{host}:443/{path}",
            "git://{host}/{path}",
            "git+ssh://git@{host}/{path}",
        ]
    ),
    end=st.sampled_from(["", "/", ".git", ".git/", "\n"]),
    host=st.sampled_from(["github.com", "GitHub.com", "git.example.org"]),
)
def test_every_form_of_an_address_is_understood(owner, name, form, end, host):
    url = form.format(host=host, path=f"{owner}/{name}") + end
    assert web_address(url) == f"https://{host.lower()}/{owner}/{name}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/srv/git/book.git",
        "../book",
        "file:///srv/git/book.git",
        "C:/books/book",
        r"C:\books\book",
        "https://github.com",
        "https://github.com/",
        "https://github.com/owner",
        "https://github.com/owner/name?a=b",
        'https://github.com/a/b"><script>',
        "javascript://github.com/a/b",
    ],
)
def test_what_has_no_web_address_gets_none(url):
    assert web_address(url) == ""


@pytest.mark.parametrize(
    ("configured", "environ", "remote", "repository"),
    [
        ("", {}, "", ""),
        (BOOK, {}, "", BOOK),
        ("", {}, "git@github.com:Owner/Book.git", BOOK),
        ("", {"GITHUB_REPOSITORY": "Owner/Book"}, "", BOOK),
        # A fork has the _config.yml of what it was forked from.
        (BOOK, {"GITHUB_REPOSITORY": "fork/Book"}, "", "https://github.com/fork/Book"),
        (BOOK, {}, "git@github.com:fork/Book.git", BOOK),
        ("", {"GITHUB_REPOSITORY": "a/b"}, BOOK, "https://github.com/a/b"),
        (BOOK, {"GITHUB_REPOSITORY": ""}, "", BOOK),
        ("nonsense", {}, BOOK, BOOK),
        (
            "",
            {"GITHUB_SERVER_URL": "https://git.example", "GITHUB_REPOSITORY": "a/b"},
            "",
            "https://git.example/a/b",
        ),
    ],
)
def test_who_says_which_repository_it_is(configured, environ, remote, repository):
    assert repository_of(configured, environ, remote) == repository


def git(folder, *arguments):
    subprocess.run(["git", "-C", folder, *arguments], check=True)


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """Return a git repository of its own, in a folder, with a remote."""
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "remote", "add", "origin", "git@github.com:Owner/Book.git")
    return tmp_path


def test_gits_remote_is_found(clone):
    assert find_repository(clone) == BOOK
    (clone / "_config.yml").write_text("repository: {url: https://gitlab.com/a/b}")
    assert find_repository(clone) == "https://gitlab.com/a/b"


def test_nothing_fails_without_a_remote_or_git(clone, monkeypatch):
    inner = clone / "folder"
    inner.mkdir()
    assert find_repository(inner) == ""
    with monkeypatch.context() as nowhere:
        nowhere.setenv("PATH", "")
        assert git_remote(clone) == ""
    git(clone, "remote", "remove", "origin")
    assert find_repository(clone) == ""


def test_links_are_made_only_where_they_are_known_to_work():
    notebook = "notebooks/a.ipynb"
    assert file_links(BOOK, "main", "chapters/a.ipynb") == (
        f"{BOOK}/blob/main/chapters/a.ipynb",
        f"{BOOK}/edit/main/chapters/a.ipynb",
    )
    assert colab_link(BOOK, notebook) == (
        f"https://colab.research.google.com/github/Owner/Book/blob/gh-pages/{notebook}"
    )
    gitlab = "https://gitlab.com/group/sub/book"
    assert file_links(gitlab, "main", "a.md") == (
        f"{gitlab}/-/blob/main/a.md",
        f"{gitlab}/-/edit/main/a.md",
    )
    for repository in ("", "https://git.example/a/b"):
        assert file_links(repository, "main", "a.md") == ()
    for repository in ("", gitlab, "https://git.example/a/b"):
        assert colab_link(repository, notebook) == ""


def test_the_site_is_published_to_the_branch_that_colab_reads():
    text = (ROOT / ".github/workflows/publish.yml").read_text("utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    job = workflow["jobs"]["branch"]
    assert job["permissions"] == {"contents": "write"}
    assert job["needs"] == "build"
    command = job["steps"][-1]["run"]
    assert f"--initial-branch {PUBLISHED}" in command
    assert command.rstrip().endswith(f"HEAD:{PUBLISHED}")


# ---- a chapter's page ----


@pytest.fixture
def chapter_page(build, tmp_path):
    """Return a function: builds a book of one chapter; gives its page's file."""

    def build_page(settings=""):
        (tmp_path / "_config.yml").write_text(settings)
        title = nbformat.v4.new_markdown_cell("# One", id="title")
        chapter = nbformat.v4.new_notebook(cells=[title])
        folder, warnings = build(
            {
                "intro": "# Intro\n\n```{toctree}\nchapters/01_one\nnotation\n```\n",
                "chapters/01_one.ipynb": nbformat.writes(chapter),
                "notation": "# Notation\n",
            },
            html_static_path=[str(ROOT / "publishing" / "page" / "static")],
            html_css_files=["book.css"],
            html_theme_options={"top_of_page_buttons": []},
        )
        assert warnings == ""
        return folder / "chapters" / "01_one.html"

    return build_page


def actions(page):
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    return {link.get_text(): link["href"] for link in soup.select(".zm-actions a")}


def test_a_chapter_offers_its_notebook_and_its_source(chapter_page, monkeypatch):
    page = chapter_page()
    download = {"Download notebook": "../notebooks/01_one.ipynb"}
    assert actions(page) == download
    assert (page.parent / "../notebooks/01_one.ipynb").exists()
    monkeypatch.setenv("GITHUB_REPOSITORY", "Owner/Book")
    assert list(actions(chapter_page("repository: {branch: trunk}")).items()) == [
        ("Open in Colab", colab_link(BOOK, "notebooks/01_one.ipynb")),
        *download.items(),
        ("View source", f"{BOOK}/blob/trunk/chapters/01_one.ipynb"),
        ("Suggest an edit", f"{BOOK}/edit/trunk/chapters/01_one.ipynb"),
    ]
    assert actions(page.parents[1] / "notation.html") == {}
    # Each time although no page has changed.
    monkeypatch.delenv("GITHUB_REPOSITORY")
    assert actions(chapter_page()) == download
    gitlab = "https://gitlab.com/a/b"
    assert actions(chapter_page(f"repository: {{url: {gitlab}}}")) == {
        **download,
        "View source": f"{gitlab}/-/blob/main/chapters/01_one.ipynb",
        "Suggest an edit": f"{gitlab}/-/edit/main/chapters/01_one.ipynb",
    }


def test_its_actions_can_be_read_and_touched(chapter_page, open_page):
    file = chapter_page(f"repository: {{url: {BOOK}}}").as_uri()
    for scheme in ("light", "dark"):
        page = open_page(file, width=360, scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        links = page.get_by_role("list", name="This chapter").get_by_role("link").all()
        boxes = [link.bounding_box() for link in links]
        assert len(boxes) == 4
        for box in boxes:
            assert min(box["width"], box["height"]) >= 24
            assert box["height"] < 40, "on one line"
            assert box["x"] + box["width"] <= 360
        page.add_script_tag(path=AXE)
        found = page.evaluate("axe.run('.zm-actions').then((r) => r.violations)")
        assert found == []
    page.emulate_media(media="print")
    assert not page.locator(".zm-actions").is_visible()
