"""myst-nb's renderer, with explorables and inline SVG."""

import dataclasses
import functools
import json
import re

from docutils import nodes
from myst_nb.core.render import NbElementRenderer
from myst_nb.core.utils import coalesce_streams
from nbformat import NotebookNode
from sphinx.locale import _

import explorables
from explorables.plots import hash_of
from publishing.languages import (
    judged,
    language_of,
    messages_of,
    sentences_of,
    words_of,
)
from publishing.live.inline_figures import inline_svg, title_of
from publishing.live.paths import with_steps
from publishing.live.still_html import draw_stills
from publishing.live.still_png import want_pictures

STATE_MIMETYPE = "application/vnd.jupyter.widget-state+json"
# The file and line before a warning: another one on each machine.
CONTENT = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)
WARNING_PLACE = re.compile(r"^[^\s:][^:\n]*:\d+: (?=\w*Warning: )", re.MULTILINE)


def merge_streams(outputs):
    """Join stream outputs of one name that follow each other: a matter of timing."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            text = last.text + output.text
            merged[-1] = NotebookNode({**last, "text": text})
        else:
            merged.append(output)
    return merged


def whole_streams(outputs):
    """Do myst-nb's merging, which would begin a line with each of a kernel's pieces."""
    return coalesce_streams(merge_streams(outputs))


def state_in(figure):
    """Return the state of an explorable, given as the page's HTML; of others None."""
    content = CONTENT.search(figure)
    if not content or 'class="zm-static"' not in figure:
        return None
    return json.loads(content[1])["state"]


class PageRenderer(NbElementRenderer):
    """myst-nb's renderer, with explorables and inline SVG."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self._names = {}  # of widget models: in order of appearance, not random
        self._figures = []  # (state, node, cell data) of each explorable shown

    @functools.cached_property
    def _speech(self):
        env = self.renderer.sphinx_env
        return words_of(env.app, env.docname)

    @functools.cached_property
    def _sentences(self):
        return sentences_of(self.renderer.sphinx_env.app)

    def render_nb_finalise(self, metadata):
        """Draw the page's still pictures; what ipywidgets would need is left out."""
        if not self._figures:
            return
        stills = draw_stills(
            [
                {"name": f"zm-still-{i}", "state": state}
                for i, (state, _, _) in enumerate(self._figures, start=1)
            ],
            messages_of(self.renderer.sphinx_env.app),
        )
        for (state, node, data), still in zip(self._figures, stills, strict=True):
            if "error" in still:
                self.logger.warning(
                    f"cell {data.cell_index + 1}: {state['kind']} could not be drawn "
                    f"for the still picture: {still['error']}",
                    subtype="still",
                    line=data.line,
                )
            html = still.get("html") or f"<p>{_('This figure needs JavaScript.')}</p>"
            node += nodes.Text(f"{with_steps(html)}</div>")
            node["title"] = still.get("title", "")
            node["english"] = node["english"] or still.get("english", "")
        env = self.renderer.sphinx_env
        if language_of(env.config) != "en":  # for portable notebooks in that language
            drawn = [(data.cell_index, state) for state, _, data in self._figures]
            want_pictures(env, drawn)

    def render_widget_view(self, data):
        """Return the node that an explorable is mounted in."""
        widgets = self.renderer.nb_client.nb_metadata.get("widgets", {})
        models = widgets.get(STATE_MIMETYPE, {}).get("state", {})
        model_id = data.content["model_id"]
        state = models.get(model_id, {}).get("state", {})
        if "kind" not in state:
            self.logger.warning(
                f"cell {data.cell_index + 1} shows a widget that is no explorable: on "
                "the page it would be a dead control. Tag the cell `remove-output`, "
                "and show a Sweep there.",
                subtype="dead_control",
                line=data.line,
            )
            return []
        # Out of the cache its keys are sorted, fresh from a kernel they are not.
        state = json.loads(json.dumps(state, sort_keys=True))
        widget_class = getattr(explorables, state["kind"])
        state = {
            "kind": state["kind"],
            **widget_class.class_state(),
            **{name: state[name] for name in widget_class.own_traits()},
        }
        english = state.get("title") or state.get("question", "")
        state = widget_class.reworded(state, self._speech[0])
        if (language := language_of(self.renderer.sphinx_env.config)) != "en":
            state["language"] = language
        figure = dict(state)
        lazy = {}
        for trait in widget_class.class_trait_names(lazy=True):
            content = json.dumps(state.pop(trait))
            lazy[trait] = hash_of(content)
            self._keep(lazy[trait], content)
        name = self._names.setdefault(model_id, f"model-{len(self._names) + 1}")
        # The name of its module is that of its code in the browser, too.
        code = widget_class.__module__.rpartition(".")[2]
        content = {"state": state, "lazy": lazy, "code": code}
        content = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        content = content.replace("</", r"<\/")
        begin = (
            f'<div class="zm-static" data-model="{name}" data-kind="{state["kind"]}" '
            "data-nosnippet>"  # no words for a search to show
            f'<script type="application/json">{content}</script>'
        )
        node = nodes.raw(text=begin, format="html", classes=["output"])
        node["english"] = english
        node["anchor"] = widget_class.anchor
        node["said"] = self._take_noted()
        self._figures.append((figure, node, data))
        return [node]

    def render_stderr(self, output, *arguments):
        """Return a warning without the place of the cell on the building machine."""
        output = {**output, "text": WARNING_PLACE.sub("", output["text"])}
        return super().render_stderr(output, *arguments)

    def render_text_plain(self, data):
        """Return what a cell's last line is, in the page's language if it is words."""
        content = judged(data.string, self._sentences)
        return super().render_text_plain(dataclasses.replace(data, content=content))

    def render_image(self, data):
        """Return an SVG inline and themed; other images as myst-nb does."""
        if data.mime_type != "image/svg+xml":
            return super().render_image(data)
        options = self.renderer.get_cell_level_config(
            "render_image_options", data.cell_metadata, line=data.line
        )
        if not options.get("alt"):
            self.logger.warning(
                f"the figure of cell {data.cell_index + 1} has no alt text: give the "
                "cell metadata mystnb.image.alt",
                subtype="alt",
                line=data.line,
            )
        words, _ = self._speech
        alt = words(options.get("alt", ""), "what is to be seen")
        node = inline_svg(words.svg(data.string), alt)
        node["english"] = title_of(data.string)
        node["said"] = self._take_noted()
        return [node]

    def _take_noted(self):
        """Return what was said since, for the catalogue: (kind, text) each."""
        _, noted = self._speech
        taken, noted[:] = [*noted], []
        return taken

    def _keep(self, name, content):
        """Have a trait's value written beside the page when the build ends."""
        env = self.renderer.sphinx_env
        kept = env.metadata[env.docname].setdefault("explorables_lazy", {})
        kept[name] = (
            f'zeroMeanUnitVariance.define("{name}", (use, module) => '
            f"{{ module.exports = {{ value: {content} }}; }});\n"
        )
