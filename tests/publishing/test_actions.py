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
    git_remote,
    repository_of,
    tracked_files,
    web_address,
)
from tests.browser import ROOT, violations

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
    assert web_address(git_remote(clone)) == BOOK


def test_nothing_fails_without_a_remote_or_git(clone, monkeypatch):
    inner = clone / "folder"
    inner.mkdir()
    assert git_remote(inner) == ""
    assert tracked_files(inner) == []
    with monkeypatch.context() as nowhere:
        nowhere.setenv("PATH", "")
        assert git_remote(clone) == ""
        assert tracked_files(clone) == []
    git(clone, "remote", "remove", "origin")
    assert git_remote(clone) == ""


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
    bitbucket = "https://bitbucket.org/a/b"
    assert file_links(bitbucket, "main", "a.md") == (
        f"{bitbucket}/src/main/a.md",
        f"{bitbucket}/src/main/a.md?mode=edit&at=main",
    )
    for repository in ("", "https://git.example/a/b"):
        assert file_links(repository, "main", "a.md") == ("", "")
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


CHAPTER = "chapters/01_one"


@pytest.fixture
def site(build, monkeypatch):
    """Return a function: builds a book of one chapter; gives its folder."""
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    # Furo knows one site in a process, and this its own.
    static = str(ROOT / "publishing" / "page" / "static")

    def build_book(text="", **settings):
        cells = [
            nbformat.v4.new_markdown_cell(source, id=f"cell-{i}")
            for i, source in enumerate(["# One", text])
        ]
        chapter = nbformat.v4.new_notebook(cells=cells)
        folder, warnings = build(
            {
                "intro": f"# Intro\n\n```{{toctree}}\n{CHAPTER}\nnotation\n```\n",
                f"{CHAPTER}.ipynb": nbformat.writes(chapter),
                "notation": "# Notation\n",
            },
            html_static_path=[static],
            html_css_files=["book.css"],
            **settings,
        )
        assert warnings == ""
        return folder

    return build_book


def soup_of(folder, page=CHAPTER):
    text = (folder / f"{page}.html").read_text("utf-8")
    return BeautifulSoup(text, "html.parser")


def actions(folder, page=CHAPTER):
    links = soup_of(folder, page).select(".zm-actions a")
    return {link.get_text(): link["href"] for link in links}


def source_links(folder, page=CHAPTER):
    """Return Furo's two links to a page's source, to see it and to change it."""
    links = soup_of(folder, page).select(".view-this-page a, .edit-this-page a")
    return [link["href"] for link in links]


def test_a_chapter_offers_its_notebook_and_its_source(site, monkeypatch):
    folder = site()
    download = {"Download notebook": "../notebooks/01_one.ipynb"}
    assert actions(folder) == download
    assert source_links(folder) == []
    assert (folder / "notebooks/01_one.ipynb").exists()
    monkeypatch.setenv("GITHUB_REPOSITORY", "Owner/Book")
    site(book_branch="trunk")
    assert list(actions(folder).items()) == [
        ("Open in Colab", colab_link(BOOK, "notebooks/01_one.ipynb")),
        *download.items(),
    ]
    assert source_links(folder) == [
        f"{BOOK}/blob/trunk/{CHAPTER}.ipynb",
        f"{BOOK}/edit/trunk/{CHAPTER}.ipynb",
    ]
    # Each page has a source, a chapter alone a notebook.
    assert source_links(folder, "notation") == [
        f"{BOOK}/blob/trunk/notation.md",
        f"{BOOK}/edit/trunk/notation.md",
    ]
    assert actions(folder, "notation") == {}
    # Each time although no page has changed.
    monkeypatch.delenv("GITHUB_REPOSITORY")
    site()
    assert actions(folder) == download
    assert source_links(folder) == []
    gitlab = "https://gitlab.com/a/b"
    site(book_repository=gitlab)
    assert actions(folder) == download
    assert source_links(folder) == [
        f"{gitlab}/-/blob/main/{CHAPTER}.ipynb",
        f"{gitlab}/-/edit/main/{CHAPTER}.ipynb",
    ]


def test_jupyter_books_own_setting_counts_where_its_theme_has_it(site):
    # What Jupyter Book makes of repository.url and repository.branch.
    theirs = {"repository_url": BOOK, "repository_branch": "trunk"}
    folder = site(html_theme="sphinx_book_theme", html_theme_options=theirs)
    assert "Open in Colab" in actions(folder)


def test_its_actions_can_be_read_and_touched(site, open_page):
    file = (site(book_repository=BOOK) / f"{CHAPTER}.html").as_uri()
    for scheme in ("light", "dark"):
        page = open_page(file, width=360, scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        links = page.get_by_role("list", name="This chapter").get_by_role("link").all()
        assert len(links) == 2
        for link in links:
            assert link.bounding_box()["height"] < 40, "on one line"
        buttons = page.locator(".view-this-page a, .edit-this-page a").all()
        assert len(buttons) == 2
        for box in (link.bounding_box() for link in [*links, *buttons]):
            assert min(box["width"], box["height"]) >= 24
            assert box["x"] + box["width"] <= 360
        assert violations(page, ".zm-actions", ".content-icon-container") == []
    page.emulate_media(media="print")
    assert not page.locator(".zm-actions").is_visible()
    assert not page.locator(".view-this-page").is_visible()


# ---- files that prose names ----

TEST = "tests/reference/test_one.py"
NAMED = f"Its test is `{TEST}`, not `tests/none.py`, nor [`{TEST}`](https://a.org)."


@pytest.fixture
def repository(tmp_path):
    """Put a repository with one file into the book's folder."""
    path = tmp_path / TEST
    path.parent.mkdir(parents=True)
    path.write_text("")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", TEST)
    return tmp_path


def named_files(folder):
    links = soup_of(folder).select("article a:has(code)")
    return [(link.get_text(), link["href"]) for link in links]


def portable_text(folder):
    notebook = nbformat.read(folder / "notebooks/01_one.ipynb", 4)
    return notebook.cells[-1].source


def test_a_file_that_prose_names_is_a_link_where_the_repository_is_known(
    site, repository
):
    address = f"{BOOK}/blob/main/{TEST}"
    folder = site(NAMED, book_repository=BOOK)
    own = (TEST, "https://a.org")
    assert named_files(folder) == [(TEST, address), own]
    assert portable_text(folder) == NAMED.replace(
        f"is `{TEST}`", f"is [`{TEST}`]({address})"
    )
    # And plain code where it is not.
    folder = site(NAMED)
    assert named_files(folder) == [own]
    assert portable_text(folder) == NAMED
    assert {TEST, "tests/none.py"} <= {
        code.get_text() for code in soup_of(folder).select("article code")
    }


def test_what_git_does_not_keep_is_no_file_of_the_repository(site, repository):
    (repository / "tests/none.py").write_text("")
    folder = site(NAMED, book_repository=BOOK)
    assert "tests/none.py" not in [name for name, _ in named_files(folder)]
