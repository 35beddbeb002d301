"""The book as a file: a PDF and an EPUB of each language, made from the built site.

In: the pages of `_build/html`, and their order in `_toc.yml`. Out: beside the front
page of each language `zero-mean-unit-variance.pdf` and `.epub`, and on it a link to
them (`python -m tools.bound pdf epub`). A figure becomes its still picture, with a
link to the live one where the site's address is known; answers and solutions stand at
the end. Chromium draws both: it lays out what the site's styles say.
"""
