"""A real Chromium and the built book, over http and from the disk."""

import contextlib
import gzip
import json
import time
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tools.site import ARGUMENTS, ROOT, SITE, find_chromium, page_paths, serve

__all__ = [
    "AXE",
    "IS_LAID_OUT",
    "KEY",
    "PUT_OFF",
    "SITE",
    "kept",
    "new_page",
    "page_paths",
    "violations",
    "wait_until",
    "wake",
]

KEY = "zero-mean-unit-variance"  # of what the browser keeps of the book
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Those that a first look wakes, or that say why they cannot be.
SEEN_ARE_AWAKE = """[...document.querySelectorAll(".zm-static")].every((el) =>
    el.matches("[data-live], [data-failed]") || !el.checkVisibility() ||
    el.getBoundingClientRect().top >= innerHeight)"""
# What arrival.js lays out later, and whether it has.
PUT_OFF = ".zm-arriving article section section > :not(section)"
IS_LAID_OUT = f"""document.readyState === "complete" &&
[...document.querySelectorAll({PUT_OFF!r})].every((el) => el.style.contentVisibility)"""
# The browser's own words differ, and not all of what it refuses is in the console.
WATCH_POLICY = """addEventListener("securitypolicyviolation", (one) => console.error(
    `refused: ${one.effectiveDirective} ${one.blockedURI} ${one.sample}`));"""
WATCH_SHIFTS = """window.shift = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });"""


@pytest.fixture(scope="session")
def http_site():
    """Serve the built book on loopback; yields its address."""
    with serve() as address:
        yield address


@pytest.fixture(scope="session")
def site_address(http_site):
    """Return a function from transport ("http" or "file") to the site's address."""
    return {"http": http_site, "file": SITE.as_uri()}.__getitem__


@pytest.fixture(scope="session")
def browser():
    """Yield one Chromium for all tests; fail with a message if there is none."""
    try:
        path = find_chromium()
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


def new_page(context):
    """Return a new page of a reader's browser.

    `page.troubles` lists its exceptions, its console errors, and what was refused.
    """
    page = context.new_page()
    page.add_init_script(WATCH_POLICY)
    page.troubles = []
    page.on("pageerror", lambda error: page.troubles.append(f"exception: {error}"))
    page.on(
        "console",
        lambda message: (
            page.troubles.append(f"console: {message.text}")
            if message.type == "error"
            else None
        ),
    )
    return page


def wait_until(page, expression):
    """Wait until a JavaScript expression is true, 30 seconds at most.

    Playwright's wait_for_function asks again by eval(), which a page's policy refuses.
    """
    until = time.monotonic() + 30
    while not page.evaluate(expression):
        assert time.monotonic() < until, f"never true: {expression}"
        page.wait_for_timeout(20)


def kept(page):
    """Return the records that a page's browser keeps, by their names."""
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')"))["records"]


@contextlib.contextmanager
def opened(browser, url, *, width=1280, scheme="light", touch=False):
    """Open a page with all its explorables awake; yields playwright's page.

    `page.troubles` lists console errors, exceptions and failed requests, and
    `page.requested` the address of every request, `page.first_load` of those before
    anything scrolled. `page.shift` is the layout shift score of loading the page and
    scrolling through it.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        has_touch=touch,
        reduced_motion="reduce",
    )
    page = new_page(context)
    page.requested = []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on(
        "requestfailed",
        lambda request: page.troubles.append(f"request failed: {request.url}"),
    )
    page.add_init_script(WATCH_SHIFTS)
    over_http = url.startswith("http")
    page.goto(url, wait_until="networkidle" if over_http else "load")
    wait_until(page, SEEN_ARE_AWAKE)
    page.first_load = [*page.requested]
    page.shift = wake(page)
    wait_until(page, IS_LAID_OUT)
    yield page
    context.close()


def first_files(page, site):
    """Return {file: its bytes, compressed} of what the site gave before a scroll.

    page: of `opened`. site: its address. Without a Sweep's frames.
    """
    first = {
        unquote(urlsplit(url.removeprefix(site)).path).lstrip("/")
        for url in page.first_load
        if url.startswith(site) and "/_static/explorables/" not in url
    }
    return {one: len(gzip.compress((SITE / one).read_bytes(), 6)) for one in first}


@pytest.fixture
def open_page(browser):
    """Return a function that opens a page of its own: `opened` tells its arguments."""
    with contextlib.ExitStack() as pages:
        yield lambda url, **look: pages.enter_context(opened(browser, url, **look))


@pytest.fixture(scope="module")
def load_once(browser, site_address):
    """Return a function: a page of the site, loaded once for all tests of a module.

    load_once(path, transport, **look): tests that look at one page in one way share
    it, so they leave it as they found it. Pages of another path are closed.
    """
    kept = {}
    with contextlib.ExitStack() as pages:

        def load(path, transport="file", **look):
            key = (transport, *sorted(look.items()))
            if kept.get("path") != path:
                pages.close()
                kept.clear()
                kept["path"] = path
            if key not in kept:
                url = f"{site_address(transport)}/{path}"
                kept[key] = pages.enter_context(opened(browser, url, **look))
            return kept[key]

        yield load


def violations(page, *within):
    """Return what axe finds on a page, or within what some selectors select."""
    page.evaluate(AXE.read_text("utf-8"))  # the page's policy refuses its script
    # WCAG 2.2's only rule that axe can check, and by itself does not.
    found = page.evaluate(
        """(within) => axe.run(
            within.length ? { include: within.map((one) => [one]) } : document,
            { rules: { "target-size": { enabled: true } },
              resultTypes: ["violations"] },
        ).then((result) => result.violations)""",
        list(within),
    )
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


def wake(page):
    """Bring every explorable of a page to life, as scrolling past it does.

    Those behind a prediction are woken last, after their folds were opened. Returns
    the page's layout shift score before that, None where it is not watched.
    """
    shift = _wake_all(page, ".zm-static:not(details:not([open]) *)")
    page.evaluate(
        "document.querySelectorAll('details:has(.zm-static)')"
        ".forEach((one) => (one.open = true))"
    )
    _wake_all(page, ".zm-static")
    page.evaluate("scrollTo(0, 0)")
    return shift


def _wake_all(page, selector):
    for figure in page.locator(selector).all():
        figure.scroll_into_view_if_needed()
        figure.locator("xpath=self::*[@data-live]").wait_for()
    return page.evaluate("window.shift")
