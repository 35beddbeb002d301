"""Draw the static figures, or check that the files are what their scripts draw.

python -m figures [--check]
"""

import argparse
import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent


def draw_all():
    """Return {path of the SVG: what its script draws now} of every figure."""
    drawn = {}
    for script in sorted(HERE.glob("*.py")):
        module = importlib.import_module(f"figures.{script.stem}")
        if hasattr(module, "draw"):
            drawn[script.with_suffix(".svg")] = module.draw()
    return drawn


def main(arguments=None):
    """Run the command; return 1 if a checked file differs, else 0."""
    parser = argparse.ArgumentParser(prog="python -m figures", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args(arguments).check
    differ = 0
    for path, svg in draw_all().items():
        if path.is_file() and path.read_bytes() == svg.encode():
            continue
        differ += 1
        if check:
            print(f"figures/{path.name} is not what its script draws", file=sys.stderr)
        else:
            path.write_bytes(svg.encode())
            print(f"figures/{path.name}")
    if check and differ:
        print("to fix it: python -m figures", file=sys.stderr)
    return int(check and differ > 0)


if __name__ == "__main__":
    sys.exit(main())
