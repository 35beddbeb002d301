"""Runs what a reader wrote, in MicroPython, and returns what its page is to show."""

import io
import json
import sys

import judge
from judge.words import words

FILE = "your code"  # in tracebacks
BEGIN = f'File "{FILE}", line '


def no_input(*arguments):
    """Stand in for input()."""
    raise RuntimeError("input() has nothing to read here: give the value in the code")


def trouble(error):
    """Return an exception as {"type", "message", "frames": [[line, function], ...]}."""
    stream = io.StringIO()
    sys.print_exception(error, stream)
    frames = []
    for line in stream.getvalue().split("\n"):
        if line.strip().startswith(BEGIN):
            number, _, function = line.strip()[len(BEGIN) :].partition(", in ")
            frames.append([int(number), function])
    return {"type": type(error).__name__, "message": str(error), "frames": frames}


def run(request):
    """Run a cell and what checks it; JSON in, {source, check, words}, and JSON out.

    {"value", "verdict"}: what the value of the check, an expression, says, and the
    verdict of the judge; of True and False "right" and "wrong" alone. "trouble": what
    was raised, by the code or while it was judged.
    """
    request = json.loads(request)
    words.update(request["words"])
    scope = {"__name__": "__main__", "input": no_input, "judge": judge}
    answer = {}
    try:
        exec(compile(request["source"], FILE, "exec"), scope)
        value = eval(compile(request["check"], "check", "eval"), scope)
        if isinstance(value, bool):
            answer["verdict"] = "right" if value else "wrong"
        else:
            answer["value"] = str(value)
            answer["verdict"] = getattr(value, "verdict", "")
        if getattr(value, "error", None):
            answer["trouble"] = trouble(value.error)
    except BaseException as error:  # sys.exit(), too
        answer["trouble"] = trouble(error)
    return json.dumps(answer)
