"""What a reader does with a live cell, in playwright's words."""

import re

from playwright.sync_api import expect


class Cell:
    """A live cell of a page, the first or another."""

    def __init__(self, page, index=0):
        self.page = page
        self.place = page.locator("[data-cell]").nth(index)
        self.content = self.place.locator(".cm-content")
        self.said = self.place.locator(".zm-live-said")
        self.printed = self.place.locator(".zm-live-printed")

    def button(self, name):
        """Return one of the cell's buttons."""
        return self.place.get_by_role("button", name=name, exact=True)

    def open(self):
        """Press what brings the editor; returns the cell."""
        self.place.get_by_role("button").first.click()
        expect(self.content).to_be_focused()
        return self

    def write(self, code):
        """Put this code in the place of what is there."""
        self.content.focus()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(code)

    def text(self):
        """Return the code in the editor."""
        return "\n".join(self.content.locator(".cm-line").all_text_contents())

    def run(self, code=None, timeout=15_000):
        """Run what is there, or this code; returns what is said."""
        if code is not None:
            self.write(code)
        self.button("Run").click()
        self.ended(timeout)
        return self.said.inner_text()

    def ended(self, timeout=15_000):
        """Wait until a run has ended."""
        expect(self.said).to_have_attribute(
            "data-verdict", re.compile("."), timeout=timeout
        )

    @property
    def verdict(self):
        """Return the verdict of the last run."""
        return self.said.get_attribute("data-verdict")

    def marked(self):
        """Return the numbers of the lines that are marked."""
        return self.content.locator(".cm-line").evaluate_all(
            "(all) => all.flatMap((one, i) =>"
            " one.matches('.zm-live-trouble') ? [i + 1] : [])"
        )
