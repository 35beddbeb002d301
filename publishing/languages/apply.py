"""Translations, put where Sphinx does not put them; and what is not translated.

A message without a translation is shown in English, and is a warning.
"""

import hashlib
import json
import pathlib

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import _
from sphinx.transforms import SphinxTransform, i18n
from sphinx.util import logging
from sphinx.util.nodes import extract_messages

from publishing.languages import folder_of, language_of, messages_of
from publishing.languages.catalogues import SHARED, SITE, read, templates
from publishing.languages.catalogues import folder_of as catalogues_of
from publishing.languages.check import faults
from publishing.languages.collect import is_source, messages_said
from publishing.languages.comments import translated
from publishing.languages.messages import has_words
from publishing.languages.sources import (
    said_by_figures,
    said_by_scripts,
    said_by_settings,
)
from publishing.languages.words import texts_of, words_of

logger = logging.getLogger(__name__)
# Else of two links of a paragraph to one page both would lead where the last one does.
i18n.EXCLUDED_PENDING_XREF_ATTRIBUTES += ("reftargetid",)
# Before a script, in a line: several of a page add to what is said in a language.
SAYS = "globalThis.zeroMeanUnitVarianceMessages"
LONGEST = 80  # letters of a message that are shown


def configure(app, config):
    """Have a catalogue for each page, and pages read anew with the shared ones."""
    config.gettext_compact = False
    if (language := language_of(config)) == "en":
        return
    shared = [catalogues_of(app.srcdir, language) / f"{name}.po" for name in SHARED]
    content = b"".join(path.read_bytes() for path in shared if path.exists())
    config.languages_shared = hashlib.sha256(content).hexdigest()[:12]
    if config.html_baseurl:
        config.html_baseurl += folder_of(config)


def translate_settings(app):
    """Have the settings that readers see in the language of the build."""
    if language_of(app.config) == "en":
        return
    app.english_settings = [*said_by_settings(app.config)]
    app.config.html_title = _(app.config.html_title)
    if "cite" in app.env.domains:
        names = app.env.get_domain("cite").reference_style.person
        names.sep, names.sep2, names.last_sep = _(", "), _(" and "), _(", and ")
        names.other = _(" et al.")


class Apply(SphinxTransform):
    """Translate the comments in code; mark what is still English, and warn of it."""

    default_priority = 25  # when Sphinx has translated the prose, at 20

    def apply(self, **options):
        """Go through the document."""
        source = str(self.document["source"])
        if source.endswith("<translated>") or language_of(self.config) == "en":
            return
        words, _noted = words_of(self.app, self.env.docname)
        for node in [*self.document.findall(is_source)]:
            text = translated(node.astext(), words)
            node.rawsource = text
            node[:] = [nodes.Text(text)]
        for node, text in extract_messages(self.document):
            if has_words(text) and not words.knows(text):
                node["classes"].append("language-en")
        warn(self.app, self.env.docname, self.env.metadata[self.env.docname])


def warn(app, page, metadata):
    """Warn of what is not translated on a page, or not as it should be."""
    path = catalogues_of(app.srcdir, language_of(app.config)) / f"{page}.po"
    wanted = dict.fromkeys(
        text for domain, _kind, text in metadata.get("messages", ()) if not domain
    )
    warn_of(path, wanted, page)


def warn_of(path, wanted, location):
    """Warn of the messages among those wanted that a catalogue has not, or not well."""
    known = {message.id: message for message in read(path)}
    missing = [text for text in wanted if text not in known or not known[text].string]
    if missing:
        logger.warning(
            f"{len(missing)} messages of {path.name} are not translated, the first "
            f"being {missing[0][:LONGEST]!r}: `make translate` lists them",
            location=location,
            type="languages",
            subtype="missing",
        )
    for text in wanted:
        if text in known and known[text].string:
            for fault in faults(known[text]):
                logger.warning(
                    f"the translation of {text[:LONGEST]!r} {fault}",
                    location=location,
                    type="languages",
                    subtype="fault",
                )


def check_shared(app, env):
    """Warn of what is not translated besides the pages."""
    if (language := language_of(app.config)) == "en":
        return
    found = templates(messages_said(app))
    for name in SHARED:
        path = catalogues_of(app.srcdir, language) / f"{name}.po"
        warn_of(path, found[name], f"{name}.po")


def translate_labels(app, doctree):
    """Translate the captions of _toc.yml and the words on folds."""
    # A caption that a page says, too, as a heading, is among that page's messages.
    own = texts_of(app, app.env.docname)
    for toctree in doctree.findall(addnodes.toctree):
        if caption := toctree.get("caption"):
            toctree["caption"] = own.get(caption) or _(caption)
    for cell in doctree.findall(nodes.container):
        for name in ("prompt_show", "prompt_hide"):
            if name in cell:
                cell[name] = _(cell[name])


def translate_scripts(app, exception):
    """Write into each script what it says, in the language of the build."""
    if exception or app.builder.format != "html" or language_of(app.config) == "en":
        return
    from publishing.live import sources_of_scripts

    static = pathlib.Path(app.outdir, "_static")
    (language, texts), *_ = messages_of(app).items()
    said = [*said_by_figures()]
    for name, sources in sources_of_scripts().items():
        own = {
            text: texts[text] for at, text in said if at in sources and text in texts
        }
        script = (static / name).read_text("utf-8")
        if script.startswith(f"({SAYS}"):  # of an earlier build
            script = script.partition("\n")[2]
        content = json.dumps(own, ensure_ascii=False, separators=(",", ":"))
        add = (
            f"({SAYS}??={{}}).{language}="
            f"Object.assign({SAYS}.{language}??{{}},{content});"
        )
        (static / name).write_text(f"{add}\n{script}", encoding="utf-8")
    # And what Sphinx's search says, of which Sphinx has translated a part.
    texts = texts_of(app, SITE)
    said = {text: texts[text] for text in said_by_scripts() if text in texts}
    theirs = {"messages": said, "plural_expr": "0", "locale": ""}
    script = f"Documentation.addTranslations({json.dumps(theirs)});\n"
    (static / "translations.js").write_text(script, encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_config_value("languages_shared", "", "env")
    app.add_transform(Apply)
    # After publishing.repository, which may find the site's address.
    app.connect("config-inited", configure, priority=550)
    # After sphinxcontrib.bibtex, which makes its style then.
    app.connect("builder-inited", translate_settings, priority=600)
    # Before publishing.folding, which takes the words on folds.
    app.connect("doctree-read", translate_labels, priority=400)
    app.connect("env-check-consistency", check_shared)
    # After publishing.live_cells, which writes its script anew.
    app.connect("build-finished", translate_scripts, priority=550)
    return {
        "env_version": 3,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
