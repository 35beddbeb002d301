"""Which repository the book is in, and what follows from that: addresses of others."""

import os
import pathlib
import re
import subprocess

from sphinx.errors import ConfigError

# Where a host shows a file, and where it lets its readers change one.
FILES = {
    "github.com": ("blob/{branch}/{file}", "edit/{branch}/{file}"),
    "gitlab.com": ("-/blob/{branch}/{file}", "-/edit/{branch}/{file}"),
    "bitbucket.org": (
        "src/{branch}/{file}",
        "src/{branch}/{file}?mode=edit&at={branch}",
    ),
}
COLAB = "https://colab.research.google.com/github/"
PUBLISHED = "gh-pages"  # the branch that publish.yml puts the built site on
PATH = r"(?P<path>[\w.~-]+(?:/[\w.~-]+)+)"
HOST = r"(?:[^/]*@)?(?P<host>[\w-]+(?:\.[\w-]+)+)"
FORMS = (
    re.compile(rf"(?:https?|ssh|git|git\+ssh)://{HOST}(?::\d+)?/{PATH}"),
    re.compile(rf"{HOST}:/?{PATH}"),
)


def web_address(url):
    """Return the web address of a repository, or "" for one that has none.

    url: any form that git takes: https://..., ssh://..., git@github.com:owner/name.git.
    What stands before an @, such as a password, is left out.
    """
    url = url.strip().rstrip("/").removesuffix(".git")
    for form in FORMS:
        if match := form.fullmatch(url):
            host = re.sub(r"^(www|ssh)\.", "", match["host"].lower())
            return f"https://{host}/{match['path']}"
    return ""


def repository_of(configured, environ, remote):
    """Return the web address of the book's repository, or "" if none is known.

    The first one counts: what a GitHub runner says in `environ` that it builds, which
    in a fork is the fork; `configured`, repository.url in _config.yml, which forks
    copy; git's `remote`.
    """
    server = environ.get("GITHUB_SERVER_URL", "https://github.com")
    runner = f"{server}/{environ.get('GITHUB_REPOSITORY', '')}"
    return next(filter(None, map(web_address, (runner, configured, remote))), "")


def git_remote(root):
    """Return the address of the remote named origin, or "" without one, or without git.

    A folder within another project's repository has none either.
    """
    if not pathlib.Path(root, ".git").exists():
        return ""
    command = ["git", "-C", root, "config", "--get", "remote.origin.url"]
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def tracked_files(root):
    """Return the names of the files that git keeps of a book's folder, sorted."""
    command = ["git", "-C", root, "ls-files", "-z"]
    if not pathlib.Path(root, ".git").exists():
        return []
    try:
        listed = subprocess.run(command, capture_output=True, encoding="utf-8")
    except OSError:
        return []
    return sorted(filter(None, listed.stdout.split("\0")))


def site_address(baseurl, repository):
    """Return the address that the book will stand at, ending in a slash, or "".

    baseurl: _config.yml's html.baseurl; without it, the address is that of the
    GitHub Pages of `repository`, a web address.
    Errors: ConfigError for a baseurl that is no web address.
    """
    if baseurl and not re.match(r"https?://[^/\s]", baseurl):
        raise ConfigError(
            f"html.baseurl, in _config.yml, is {baseurl!r}, and is to begin with "
            "https://, as https://example.org/book/"
        )
    if baseurl:
        return baseurl.rstrip("/") + "/"
    match = re.fullmatch(r"https://github\.com/([\w-]+)/([\w.-]+)", repository)
    if not match:
        return ""
    owner, name = match.group(1).lower(), match.group(2)
    home = f"https://{owner}.github.io/"
    return home if home == f"https://{name.lower()}/" else f"{home}{name}/"


def file_links(repository, branch, file):
    """Return where a file is seen, and where it is changed; "" twice on other hosts."""
    host = repository.removeprefix("https://").partition("/")[0]
    forms = FILES.get(host, ("", ""))
    return tuple(
        f"{repository}/{form.format(branch=branch, file=file)}" if form else ""
        for form in forms
    )


def colab_link(repository, notebook):
    """Return the address that opens a notebook of the built site in Colab, or ""."""
    path = repository.removeprefix("https://github.com/")
    if path == repository:
        return ""
    return f"{COLAB}{path}/blob/{PUBLISHED}/{notebook}"


def find_addresses(app, config):
    """Set book_repository and book_files, of which links to a host are made.

    And html_baseurl, of which Sphinx makes canonical links.
    """
    # What Jupyter Book makes of repository.url and branch in _config.yml.
    theirs = config.html_theme_options
    configured = config.book_repository or theirs.get("repository_url") or ""
    remote = git_remote(app.srcdir)
    config.book_repository = repository_of(configured, os.environ, remote)
    config.book_branch = config.book_branch or theirs.get("repository_branch") or "main"
    config.book_files = tracked_files(app.srcdir) if config.book_repository else []
    config.html_baseurl = site_address(config.html_baseurl, config.book_repository)


def setup(app):
    """Register the extension with Sphinx."""
    app.add_config_value("book_repository", "", "html")
    app.add_config_value("book_branch", "", "html")
    app.add_config_value("book_files", [], "html")
    app.connect("config-inited", find_addresses)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
