"""What is no longer part of the book goes from its site."""

import os
import pathlib


def keep_only(folder, names):
    """Remove a folder's files, all but those of these names; "a/b" is one in "a"."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in names:
            path.unlink()


def remove_pages(app, exception):
    """Remove the pages that the book had at an earlier build, sources and images.

    The folder of sources tells which these are: no other page is touched.
    """
    if exception or app.builder.format != "html" or app.builder.name == "epub":
        return
    out, env = pathlib.Path(app.outdir), app.env
    ending = app.config.html_sourcelink_suffix
    sources = {}
    for page in env.found_docs:
        name = os.fspath(env.doc2path(page, base=False))  # newer Sphinx: a path
        sources[name if name.endswith(ending) else name + ending] = page
    kept = {pathlib.Path(app.builder.get_outfilename(page)) for page in env.found_docs}
    for source in (out / "_sources").rglob("*"):
        name = source.relative_to(out / "_sources").as_posix()
        if source.is_dir() or name in sources:
            continue
        page = pathlib.PurePosixPath(name.removesuffix(ending)).with_suffix("")
        file = pathlib.Path(app.builder.get_outfilename(str(page)))
        if file not in kept:
            file.unlink(missing_ok=True)
            while file.parent != out and not any(file.parent.iterdir()):
                file = file.parent
                file.rmdir()
    keep_only(out / "_sources", sources)
    keep_only(out / "_images", {name for _, name in env.images.values()})
    keep_only(out / "_downloads", {name for _, name in env.dlfiles.values()})


def setup(app):
    """Register the extension with Sphinx."""
    # Before the pages are read for their fonts.
    app.connect("build-finished", remove_pages, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
