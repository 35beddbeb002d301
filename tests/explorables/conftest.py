"""What the tests of single figures share."""

import pytest


@pytest.fixture
def open_figure(open_page, site_address):
    """Return a function: (page, figure) of the first page that has a kind of figure.

    At the end, no page may have had any trouble.
    """
    # Which reads the built site; not all tests beside need one.
    from tests.explorables.operating import figure_of, first_page

    pages = []

    def opened(kind, width=360):
        address = f"{site_address('file')}/{first_page(kind)}"
        pages.append(open_page(address, width=width))
        return pages[-1], figure_of(pages[-1], kind)

    yield opened
    assert [trouble for page in pages for trouble in page.troubles] == []
