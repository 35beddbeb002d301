"""Thousands of random operations on every explorable: `make abuse`.

python -m tests.explorables.abuse [kind ...] [--count N] [--seed S]

The operations are in abuse.js. After some of them, and at the end, the readout must be
what torch gives for the state; nothing may throw; and a figure put back to where it
began must have as many nodes and listeners as before.
"""

import argparse
import collections
import contextlib
import json
import random
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import opened
from tests.explorables.addresses import begun_of, keys_of, random_states, run
from tests.explorables.operating import COPIES, PAGES, reached, state_of
from tests.quantities import check_quantities, rebuild
from tools import records
from tools.site import ARGUMENTS, SITE, find_chromium

SCRIPTS = [Path(__file__).with_name(name) for name in ("labels.js", "abuse.js")]
COUNT = 10_000  # operations on each figure
STATES = 60  # of those that traits are set to, and that links lead to
RARELY = 100  # one node or listener that is left behind in so many operations shows


def known_states(state, seed):
    """Return (states, words): what a reader can bring a figure to, and addresses."""
    if state["kind"] == "Predict":  # a guess is nobody else's
        return [{"guess": state["guess"]}], []
    explorer = rebuild(state)
    keys = keys_of(explorer)
    rng = random.Random(seed)
    states = [*random_states(explorer, keys, STATES, rng)]
    begun = begun_of(rebuild(state))
    (answer,) = run({"kind": state["kind"], "begun": begun, "states": states})
    words = [one["words"] for one in answer["states"] if "words" in one]
    return [{key: one[key] for key in keys} for one in states], words


def counted(page, figure):
    """Return how many nodes and listeners there are, after a garbage collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    found = {one["name"]: one["value"] for one in metrics}
    listening = page.evaluate(
        "(id) => [...zeroMeanUnitVariance.models.get(id).listeners.values()]"
        ".reduce((sum, set) => sum + set.size, 0)",
        figure.get_attribute("data-model"),
    )
    nodes = figure.evaluate("(el) => el.querySelectorAll('*').length")
    return {
        "the model's listeners": listening,
        "the figure's nodes": nodes,
        "the page's nodes": found["Nodes"],
        "the page's listeners": found["JSEventListeners"],
    }


def abuse(page, figure, *, count, seed=0, every=50):
    """Operate a figure at random, and check it.

    Returns how often a text was not to be read, since another one or a mark was on it:
    labels.js has the rule.
    """
    state = state_of(page, figure)
    if not page.evaluate("'abuse' in window"):
        page.evaluate(COPIES)
        for script in SCRIPTS:
            page.evaluate(script.read_text("utf-8"))
    states, words = known_states(state, seed)
    given = {
        "id": figure.get_attribute("data-model"),
        **{"every": every, "states": states, "words": words},
    }

    def operate(count, seed):
        return page.evaluate("abuse", given | {"count": count, "seed": seed})

    operate(min(count, 20), seed + 1)  # what is made once has been made
    before = counted(page, figure)
    seen = operate(count, seed)
    after = counted(page, figure)
    covered = collections.Counter()
    for one in seen:
        where = f"seed {seed}, operation {one['after']}"
        assert one["wrong"] is None, f"{where}: {one['wrong']}"
        try:
            check_quantities(dict(one["shown"]), one["state"])
        except Exception as error:
            error.add_note(f"{where}, state {json.dumps(one['state'])[:1000]}")
            raise
        covered.update(one["covered"])
    assert after["the model's listeners"] == before["the model's listeners"]
    # A picture's axis may have some more ticks than before, and the browser may not yet
    # have let go of the copy that was removed last.
    some = 40 + count / RARELY
    copy = 2 * before["the figure's nodes"]
    for what, number in before.items():
        most = some + copy * what.startswith("the page")
        assert after[what] - number < most, f"{what}: {before} {after}"
    assert page.troubles == []
    return covered


def main(arguments=None):
    """Abuse all figures, or those of some kinds; return how many failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.explorables.abuse")
    parser.add_argument("kinds", nargs="*", help="VarianceExplorer; all if none")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--page", help="of this path alone")
    given = parser.parse_args(arguments)
    failed, all_done = [], 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=ARGUMENTS
        )
        for path in [given.page] if given.page else PAGES:
            with contextlib.ExitStack() as stack:
                page = stack.enter_context(opened(browser, f"{SITE.as_uri()}/{path}"))
                page.set_default_timeout(600_000)
                done, failed_before = 0, len(failed)
                for i, figure in enumerate(reached(page)):
                    kind = figure.get_attribute("data-kind")
                    if given.kinds and kind not in given.kinds:
                        continue
                    done += 1
                    name = f"{path}: {kind}, figure {i + 1}"
                    try:
                        found = abuse(page, figure, count=given.count, seed=given.seed)
                    except Exception as error:
                        failed.append(name)
                        notes = " ".join(getattr(error, "__notes__", ()))
                        print(f"{name} failed: {error} {notes}", flush=True)
                        page.troubles.clear()
                        continue
                    print(f"{name}: {given.count} operations", flush=True)
                    for texts, times in found.most_common(3):
                        print(f"    {times} times {texts}")
            all_done += done
            passed = len(failed) == failed_before
            if done and passed and not given.kinds and given.count >= COUNT:
                counts = {"figures": done, "operations": done * given.count}
                records.write("abuse", path, PAGES, **counts)
        browser.close()
    print(f"{all_done} figures, {len(failed)} failed")
    return len(failed) or not all_done


if __name__ == "__main__":
    sys.exit(main())
