"""When a notebook is executed anew, and a page read or written anew."""

import hashlib
import json
import os
import pathlib
import shutil

from jupyter_cache import get_cache
from jupyter_cache.cache.db import NbCacheRecord

import explorables
import judge
from publishing.live.node import BUNDLE

STATIC = pathlib.Path(__file__).parent / "static"


def hash_of(files):
    """Return twelve letters and digits that stand for what the files hold."""
    content = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(content).hexdigest()[:12]


def environment_hash(root):
    """Return a hash of what a cell's output depends on besides the cell.

    root: the book's folder, which need not have a requirements.txt.
    """
    package = pathlib.Path(explorables.__file__).parent
    look = [package / "tokens.json", package / "book.mplstyle"]
    judging = pathlib.Path(judge.__file__).parent
    code = [*sorted(package.glob("*.py")), *sorted(judging.glob("*.py"))]
    return hash_of([*root.glob("requirements.txt"), *code, *look])


def drop_half_written(folder):
    """Remove outputs that a build was writing when it was cut off, or the disk full.

    folder: jupyter-cache's, which would stop at them in each build to come.
    """
    if not (folder / "global.db").exists():
        return
    cache = get_cache(folder)
    for record in cache.list_cache_records():
        path = folder / "executed" / record.hashkey / "base.ipynb"
        try:
            json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            shutil.rmtree(path.parent, ignore_errors=True)
            NbCacheRecord.remove_record(record.pk, cache.db)


def configure(app, config):
    """Key the cache of outputs, and Sphinx's of pages, by all that they depend on."""
    environment = environment_hash(pathlib.Path(app.srcdir))
    # jupyter-cache knows the code of a notebook, not what it ran on.
    config.nb_execution_cache_path = os.path.join(
        app.srcdir, "_build", ".jupyter_cache", environment
    )
    drop_half_written(pathlib.Path(config.nb_execution_cache_path))
    # A page is read anew when its still pictures are drawn in another way, and
    # written anew when its script changes: Sphinx looks at neither.
    drawing = hash_of([BUNDLE / "still_html.cjs", BUNDLE / "still_png.cjs"])
    config.explorables_environment = f"{environment} {drawing}"
    static = filter(pathlib.Path.is_file, sorted(STATIC.rglob("*")))
    config.explorables_static = hash_of(static)


def setup(app):
    """Register the extension with Sphinx."""
    app.add_config_value("explorables_environment", "", "env")
    app.add_config_value("explorables_static", "", "html")
    app.connect("config-inited", configure)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
