"""States of explorables that a reader can reach, and their addresses."""

import json
from pathlib import Path

import traitlets

from tests.explorables.views import state_of
from tests.node import run_script

SCRIPT = Path(__file__).with_name("addresses.mjs")


def run(*cases):
    """Return the answers of addresses.mjs, which says what a case is."""
    return run_script(SCRIPT, cases)


def begun_of(explorer):
    """Return the state that a figure begins with, as a front end has it."""
    told = {"limits": explorer.limits, "constants": explorer.constants}
    return json.loads(json.dumps(state_of(explorer) | told))  # a tuple is a list


def keys_of(explorer):
    """Return the names of the traits that a reader can change."""
    (answer,) = run({"kind": explorer.kind, "begun": begun_of(explorer)})
    return answer["keys"]


def random_value(trait, now, rng):
    """Return a value that a handle, a slider or a button could give a trait."""
    if isinstance(trait, traitlets.List):
        inner = trait._trait
        if now and isinstance(now[0], list):
            return [[random_number(None, rng) for _ in row] for row in now]
        if not now:
            return now
        shortest, longest = trait._minlen, min(trait._maxlen, 100)
        free = longest < 100
        count = rng.randint(shortest, longest) if free else len(now)
        return [random_value(inner, now[0], rng) for _ in range(count)]
    if isinstance(trait, traitlets.Enum):
        return rng.choice(list(trait.values))
    if isinstance(trait, traitlets.Bool):
        return rng.random() < 0.5
    if isinstance(trait, traitlets.Int):
        low = trait.min if trait.min is not None else -100
        high = trait.max if trait.max is not None else 100
        return rng.randint(max(low, -(10**6)), min(high, 10**6))
    if isinstance(trait, traitlets.Float):
        return random_number(trait, rng)
    return now


def random_number(trait, rng):
    """Return a number within a trait's limits, of a few digits."""
    low = getattr(trait, "min", None)
    high = getattr(trait, "max", None)
    low = -10.0 if low is None or low == -float("inf") else low
    high = 10.0 if high is None or high == float("inf") else high
    digits = rng.choice([1, 2, 3])
    return min(high, max(low, float(f"{rng.uniform(low, high):.{digits}g}")))


def random_states(explorer, keys, count, rng):
    """Yield states of what a reader can change, which Python accepts."""
    begun = begun_of(explorer)
    while count:
        state = dict(begun)
        for key in keys:
            if rng.random() < 0.6:
                trait = getattr(type(explorer), key)
                state[key] = random_value(trait, begun[key], rng)
        if "parameters" in state:
            state["index"] = [
                rng.randrange(len(one["values"])) for one in state["parameters"]
            ]
        if "answers" in keys:
            state["answers"] = [
                rng.randrange(-1, len(one["choices"])) for one in state["questions"]
            ]
        if accepted(explorer, {key: state[key] for key in keys}):
            count -= 1
            yield state


def accepted(explorer, traits):
    """Return whether Python takes these values together."""
    try:
        with explorer.hold_trait_notifications():
            for name, value in traits.items():
                setattr(explorer, name, value)
    except traitlets.TraitError:
        return False
    return True
