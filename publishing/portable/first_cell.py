# @title The book's figures: run this cell first
# What makes the book's figures, and judges your code: its Python packages `explorables`
# and `judge`, a zip file written in base64. It is unpacked into a temporary folder.
# Nothing is fetched, but for anywidget where that is missing.
import atexit
import base64
import importlib
import importlib.util
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile


def bring_explorables(package, fetched):
    """Put the package where Python finds it; a second call changes nothing."""
    needed = ("torch", "numpy", "matplotlib", "tqdm", "sklearn", "ipywidgets")
    missing = [name for name in needed if not importlib.util.find_spec(name)]
    if missing:
        names = ", ".join(missing).replace("sklearn", "scikit-learn")
        raise ImportError(
            f"this notebook needs {names}, and does not install that by itself: "
            "install it where Jupyter runs"
        )
    if not importlib.util.find_spec("anywidget"):
        # --no-deps: pip must not change the ipywidgets that the front end fits.
        command = ["-m", "pip", "install", "--quiet", "--no-deps", *fetched]
        pip = subprocess.run([sys.executable, *command], capture_output=True, text=True)
        importlib.invalidate_caches()
        if not importlib.util.find_spec("anywidget"):
            raise ImportError(
                "the figures need anywidget, which could not be fetched. Where there "
                f"is a network, run pip install {' '.join(map(repr, fetched))}\n\n"
                f"{pip.stderr}"
            )
        print("Fetched anywidget. In JupyterLab, reload the page once to see figures.")
    prefix = "portable-explorables-"
    if not any(prefix in path for path in sys.path):
        folder = tempfile.mkdtemp(prefix=prefix)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(package))) as archive:
            archive.extractall(folder)
        sys.path.insert(0, folder)


bring_explorables("PACKAGE", ["anywidget>=0.9.21", "psygnal>=0.8.1"])
