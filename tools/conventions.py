"""Ask other libraries what the book says of them, and record that they agreed.

python -m tools.conventions PYTHON    (of an environment with those libraries)
"""

import argparse
import importlib.util
import subprocess
import sys

from tools import records
from tools.reference import ROOT

FOLDER = ROOT / "tests" / "conventions"


def read_claims():
    """Return the table of tests/conventions/claims.py: {name: Claim}."""
    spec = importlib.util.spec_from_file_location("claims", FOLDER / "claims.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CLAIMS


def main(arguments=None):
    """Run tests/conventions, write the record, and return pytest's exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.conventions")
    parser.add_argument("python")
    options = parser.parse_args(arguments)
    # tests/conftest.py needs a browser's driver, which is not in that environment
    command = ["-m", "pytest", "--noconftest", "-p", "no:cacheprovider", FOLDER]
    status = subprocess.run([options.python, *command], cwd=ROOT).returncode
    if status == 0:
        claims = read_claims().values()
        asked = sum(claim.value is not None for claim in claims)
        records.write("conventions", claims=asked, documented=len(claims) - asked)
    return status


if __name__ == "__main__":
    sys.exit(main())
