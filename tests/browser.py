"""A real Chromium and the built book, over http and from the disk."""

import pytest
from playwright.sync_api import sync_playwright

from tools.site import ARGUMENTS, ROOT, SITE, find_chromium, page_paths, serve

__all__ = ["AXE", "SITE", "page_paths", "wake"]

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


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
    """Yield one Chromium for all tests; fails, and says so, where there is none."""
    try:
        path = find_chromium()
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser):
    """Return a function that opens a page with all its explorables awake.

    open_page(url, width=1280, scheme="light", touch=False) gives playwright's page;
    `page.troubles` lists console errors, exceptions and failed requests, and
    `page.requested` the address of every request.
    """
    contexts = []

    def open_one(url, *, width=1280, scheme="light", touch=False):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            has_touch=touch,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.troubles, page.requested = [], []
        page.on("pageerror", lambda error: page.troubles.append(f"exception: {error}"))
        page.on(
            "console",
            lambda message: (
                page.troubles.append(f"console: {message.text}")
                if message.type == "error"
                else None
            ),
        )
        page.on("request", lambda request: page.requested.append(request.url))
        page.on(
            "requestfailed",
            lambda request: page.troubles.append(f"request failed: {request.url}"),
        )
        page.goto(url)
        wake(page)
        return page

    yield open_one
    for context in contexts:
        context.close()


def wake(page):
    """Bring every explorable of a page to life, as scrolling past it does."""
    for figure in page.locator(".zm-static").all():
        figure.scroll_into_view_if_needed()
        figure.locator("xpath=self::*[@data-live]").wait_for()
    page.evaluate("scrollTo(0, 0)")
