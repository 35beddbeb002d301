"""Every state of an explorable has an address, and comes back from it exactly."""

import random

import pytest
import traitlets

import explorables
from explorables.base import Number
from tests.explorables.addresses import (
    accepted,
    begun_of,
    keys_of,
    random_states,
    run,
)
from tests.explorables.made import NAMES, make

CASES = 10_000
LONGEST = 300


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
