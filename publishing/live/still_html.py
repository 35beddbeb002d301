"""Still pictures of explorables: what a page shows before, or without, their script."""

import explorables
from publishing.live.node import run_node


def draw_stills(figures, messages=()):
    """Return for each explorable its picture, or {"error": ...} with the reason.

    The picture is {"html", "title", "english"}: with its title, in its own language and
    in English.

    figures: a {"name", "state"} each. The state is that of its widget; the name makes
    the ids of its picture, which must differ on a page. One run of Node draws them
    all, by the code that draws them in the browser. messages: the translations that it
    takes, by language.
    """
    return run_node(
        "still_html.cjs",
        {
            "messages": dict(messages),
            "figures": [
                figure | {"state": with_limits(figure["state"])} for figure in figures
            ],
        },
    )


def with_limits(state):
    """Return the state of an explorable with what its widget tells of its class."""
    widget_class = getattr(explorables, state.get("kind", ""), None)
    return state | (widget_class.class_state() if widget_class else {})
