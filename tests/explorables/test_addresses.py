"""Every state of an explorable has an address, and comes back from it exactly."""

import json
import pathlib
import random
import subprocess

import pytest
import traitlets

import explorables
from explorables.base import Number
from publishing.live import NODE
from tests.explorables.test_traits import NAMES, make

SCRIPT = pathlib.Path(__file__).with_name("addresses.mjs")
CASES = 10_000
LONGEST = 300


def run(*cases):
    done = subprocess.run(
        [NODE, SCRIPT],
        input=json.dumps(cases),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def begun_of(explorer):
    names = ["kind", "limits", "constants", *explorer.own_traits()]
    # As a front end has it: a tuple is a list.
    return json.loads(json.dumps({name: getattr(explorer, name) for name in names}))


def keys_of(explorer):
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
    try:
        with explorer.hold_trait_notifications():
            for name, value in traits.items():
                setattr(explorer, name, value)
    except traitlets.TraitError:
        return False
    return True


# A guess is nobody else's.
SHARED = [name for name in NAMES if name != "Predict"]


@pytest.mark.parametrize("name", SHARED)
def test_every_state_comes_back_from_its_address(name):
    explorer = make(name)
    begun, keys = begun_of(explorer), keys_of(explorer)
    if not keys:
        pytest.fail(f"{name} names no keys that a reader can change")
    rng = random.Random(name)
    states = [*random_states(make(name), keys, CASES, rng)]
    (answer,) = run({"kind": name, "begun": begun, "states": states})
    for state, back in zip(states, answer["states"], strict=True):
        assert len(back["words"]) <= LONGEST
        assert back["ignored"] == []
        assert back["traits"] == {key: state[key] for key in keys}
    assert len({back["words"] for back in answer["states"]}) > 1


@pytest.mark.parametrize("name", SHARED)
def test_the_state_it_began_with_has_nothing_in_its_address(name):
    begun = begun_of(make(name))
    (answer,) = run({"kind": name, "begun": begun, "states": [begun]})
    assert answer["states"][0]["words"] == ""


@pytest.mark.parametrize("name", SHARED)
def test_whatever_stands_in_an_address_python_accepts_what_is_taken_of_it(name):
    explorer = make(name)
    begun, keys = begun_of(explorer), keys_of(explorer)
    rng = random.Random(name)
    values = ["1", "-1", "0", "2.5", "1e400", "1e30", "-1e30", "nan", "", "x", "1,2",
              "1,2;3,4", "%", "true", "9" * 400, "1,,2", "inf", "0x10"]  # fmt: skip
    words = [
        "&".join(
            f"{rng.choice([*keys, 'nonesuch', '__proto__', ''])}={rng.choice(values)}"
            for _ in range(rng.randint(1, 3))
        )
        for _ in range(300)
    ]
    (answer,) = run({"kind": name, "begun": begun, "words": words})
    taken = 0
    for one, found in zip(words, answer["decoded"], strict=True):
        assert accepted(make(name), found["traits"]), (one, found)
        taken += found["traits"] != {key: begun.get(key) for key in found["traits"]}
        for pair in one.split("&"):
            if (key := pair.partition("=")[0]) not in keys:
                assert key in found["ignored"]


def test_an_address_is_what_one_would_write():
    explorer = explorables.VarianceExplorer()
    begun = begun_of(explorer)
    state = begun | {"x": [1, 2.5, -3, 1e-7], "n": 7}
    (answer,) = run({"kind": "VarianceExplorer", "begun": begun, "states": [state]})
    assert answer["states"][0]["words"] == "x=1,2.5,-3,1e-7&n=7"


def test_every_number_has_its_limits_or_is_finite():
    for name in SHARED:
        explorer = make(name)
        for key in keys_of(explorer):
            trait = getattr(type(explorer), key)
            if isinstance(trait, traitlets.Float):
                assert isinstance(trait, Number), (name, key)
