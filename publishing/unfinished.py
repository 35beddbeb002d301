"""A build that failed or was cut off is not built upon, and one works at a time.

Sphinx reads and writes only what has changed since the last build, whatever became of
that: it would not repeat the warnings that made it fail, and would take for done what
was written and not worked over. So a build says that it has begun, in a file beside
Sphinx's memory, and that it has ended; where the last one has not, all is read anew.
"""

import pathlib

from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.errors import ConfigError

try:
    import fcntl
except ImportError:  # Windows: there, nothing stops a second build
    fcntl = None

MARK = "unfinished"
# The last: what has been done by then is done.
LAST = 1000


def begin(app, config):
    """Mark the build as begun; forget the last one if that has not ended well.

    Errors: ConfigError, if another process is building in the same folder.
    """
    path = pathlib.Path(app.doctreedir) / MARK
    path.parent.mkdir(parents=True, exist_ok=True)
    app.unfinished = path.open("a+", encoding="utf-8")
    try:
        if fcntl:  # until the process ends, whichever way
            fcntl.lockf(app.unfinished, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise ConfigError(
            f"another build is at work in {app.outdir}: wait until it has ended"
        ) from error
    if path.stat().st_size:
        (path.parent / ENV_PICKLE_FILENAME).unlink(missing_ok=True)
    else:
        app.unfinished.write("A build has begun, and has not ended well.\n")
        app.unfinished.flush()


def end(app, exception):
    """Mark the build as ended, unless it failed."""
    # -W with and without --keep-going; their name in newer Sphinx.
    strict = ("warningiserror", "keep_going", "_fail_on_warnings")
    fails = app._warncount and any(getattr(app, name, False) for name in strict)
    if not exception and not fails:
        app.unfinished.truncate(0)
    app.unfinished.close()


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("config-inited", begin, priority=0)
    app.connect("build-finished", end, priority=LAST)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
