"""Every page and every handle once in Debian's Firefox, over http and from the disk.

python -m tools.firefox [page ...]    (all pages, in all languages, if none is named)

Firefox is driven by WebDriver BiDi through a Playwright of its own, in .venv-firefox:
newer ones send what an ESR does not know yet. `make firefox` makes that folder. The
exit status is 1 where a page has an exception or an error in the console, refuses
anything by its policy, or has a figure that does not live, or
a handle that moves nothing.
"""

import shutil
import sys

from playwright.sync_api import sync_playwright

from tests.browser import WATCH_POLICY, wake
from tests.explorables.operating import drag, reached, settle, state_of
from tools import records
from tools.site import SITE, all_pages, chosen_pages, serve


def find_firefox():
    """Return the path of a Firefox; RuntimeError, with what to do, without one."""
    if path := shutil.which("firefox-esr") or shutil.which("firefox"):
        return path
    raise RuntimeError("Firefox is missing: run tools/install-firefox")


def operate(page):
    """Move each handle of a page once by mouse and by a key; return how many.

    ValueError names one that moves nothing.
    """
    count = 0
    for figure in reached(page):
        for handle in figure.locator("svg [role=slider]").element_handles():
            if not handle.is_visible():
                continue
            name = handle.get_attribute("aria-label")
            count += 1
            before = state_of(page, figure)
            handle.focus()
            page.keyboard.press("ArrowRight")
            page.keyboard.press("ArrowRight")
            settle(page)
            middle = state_of(page, figure)
            if middle == before:
                page.keyboard.press("ArrowLeft")  # it stood at its end
                settle(page)
                if state_of(page, figure) == before:
                    raise ValueError(f"{before['kind']}: no key moves {name!r}")
        for slider in figure.locator("svg [role=slider]").all()[:1]:
            before = state_of(page, figure)
            drag(slider)
            settle(page)
            if state_of(page, figure) == before:
                raise ValueError(f"{before['kind']}: the mouse moves nothing")
    return count


def look(browser, address, path):
    """Return (handles that were moved, troubles) of one page."""
    null = "null"  # an ESR has no command to override these
    page = browser.new_page(
        color_scheme=null, reduced_motion=null, forced_colors=null, contrast=null
    )
    page.add_init_script(WATCH_POLICY)
    troubles = []
    page.on("pageerror", lambda error: troubles.append(f"exception: {error}"))
    page.on(
        "console",
        lambda said: (
            troubles.append(f"console: {said.text}") if said.type == "error" else None
        ),
    )
    handles = 0
    try:
        page.goto(f"{address}/{path}")
        wake(page)
        handles = operate(page)
    except Exception as error:
        troubles.append(f"{type(error).__name__}: {error}")
    page.close()
    return handles, troubles


def main(arguments=None):
    """Look at pages; return whether one has a trouble."""
    paths = chosen_pages("python -m tools.firefox", arguments)
    failed, moved = [], 0
    with serve() as http, sync_playwright() as playwright:
        browser = playwright.firefox.launch(
            channel="moz-firefox", executable_path=find_firefox()
        )
        version = browser.version
        for path in paths:
            for address in (http, SITE.as_uri()):
                handles, troubles = look(browser, address, path)
                moved += handles
                where = f"{address.partition(':')[0]}: {path}"
                print(f"{where}: {handles} handles moved", flush=True)
                failed += [f"{where}: {one}" for one in troubles]
        browser.close()
    print("\n".join(failed) or f"Nothing is wrong in Firefox {version}.")
    if not failed and len(paths) == len(all_pages()):
        records.write("firefox", version=version, pages=len(paths), handles=moved)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
