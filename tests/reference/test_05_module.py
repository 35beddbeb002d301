"""Chapter 5's BatchNorm1d and BatchNorm2d side by side with torch's."""

import copy
import io
import itertools
import math
import pickle
import sys
import types

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from torch import nn

from tests.reference.batch_norm import (
    OTHERS,
    THEIRS,
    TOLERANCE,
    axes_of,
    count,
    momenta,
    names,
    sizes,
    statistics,
    training,
    update_sizes,
)
from tests.reference.common import (
    all_defined,
    assert_near,
    largest,
    offsets,
    randn,
    shuffled_integers,
    signature,
)

CHAPTER = "05_batch_norm"
ours = all_defined(THEIRS)  # our modules by torch's names


@names
def test_has_torchs_signature(ours, name):
    assert signature(ours[name]) == signature(THEIRS[name])


class SideBySide(RuleBasedStateMachine):
    """Drives a module of ours and torch's through the same steps."""

    def __init__(self, ours):
        super().__init__()
        self.classes = ours, THEIRS

    @initialize(
        name=st.sampled_from(list(THEIRS)),
        features=st.integers(1, 3),
        eps=st.sampled_from([1e-5, 1e-3, 0.1]),
        momentum=st.none() | momenta,
        flags=st.tuples(*[st.booleans() | st.just(True)] * 3),
    )
    def make(self, name, features, eps, momentum, flags):
        """Make the two, with affine, bias and track_running_stats drawn."""
        self.name = name
        options = dict(
            zip(("affine", "bias", "track_running_stats"), flags, strict=True)
        )

        def new(classes):
            return classes[name](features, eps, momentum, **options, dtype=torch.double)

        self.new = new
        self.ours, self.theirs = self.both = [new(c) for c in self.classes]
        self.made = [dict(module.named_buffers()) for module in self.both]
        self.forget()

    def forget(self):
        """Note that the running statistics are equal again: sizes of their terms."""
        self.size = [0.0, 0.0]

    def outcome(self, step):
        """Take a step with both; return the results, or None where both raise."""
        results, errors = [], []
        for module in self.both:
            try:
                results.append(step(module))
            except (AttributeError, RuntimeError, TypeError, ValueError) as error:
                errors.append(error)
        assert len(errors) in (0, 2), errors
        if errors:
            assert type(errors[0]) is type(errors[1]), errors
            return None
        return results

    @rule(momentum=st.none() | momenta)
    def set_momentum(self, momentum):
        """Change the momentum of the batches to come."""
        for module in self.both:
            module.momentum = momentum

    @rule()
    def toggle_tracking(self):
        """Change the flag; buffers that are there stay, and others are not made."""
        for module in self.both:
            module.track_running_stats = not module.track_running_stats

    @rule()
    def reset_running_stats(self):
        """Forget all batches."""
        done = self.outcome(lambda module: module.reset_running_stats())
        if done and self.theirs.track_running_stats:
            self.forget()

    @rule()
    def reset_parameters(self):
        """Forget all batches and the weights."""
        done = self.outcome(lambda module: module.reset_parameters())
        if done and self.theirs.track_running_stats:
            self.forget()

    @rule()
    def exchange(self):
        """Let each load the state of the other."""
        states = [copy.deepcopy(module.state_dict()) for module in self.both]
        for module, state in zip(self.both, reversed(states), strict=True):
            module.load_state_dict(state, strict=True)

    @rule(seed=st.integers(0, 10**6), is_random=st.booleans())
    def load(self, seed, is_random):
        """Let each load the same state, from a new module of the other class."""
        donors = [self.new(c) for c in self.classes]
        state = donors[1].state_dict()
        for i, (key, tensor) in enumerate(state.items() if is_random else ()):
            values = randn(tensor.shape, seed + i)
            if key == "num_batches_tracked":
                values = torch.tensor(seed % 10)
            tensor.copy_(values.square() + 0.1 if key == "running_var" else values)
        donors[0].load_state_dict(state, strict=True)
        self.ours.load_state_dict(donors[1].state_dict(), strict=True)
        self.theirs.load_state_dict(donors[0].state_dict(), strict=True)
        self.forget()

    @rule(
        n=st.integers(0, 4) | st.integers(1, 4),
        sides=st.lists(st.integers(0, 3) | st.integers(1, 3), min_size=2, max_size=2),
        dense=st.booleans(),
        more=st.sampled_from([0, 0, 0, 0, 0, 1]),
        training=st.booleans(),
        seed=st.integers(0, 10**6),
        offset=offsets,
        scale=st.sampled_from([1.0, 0.01, 7.0]),
    )
    def forward(self, n, sides, dense, more, training, seed, offset, scale):
        """Compare output and gradients of a batch, and the errors of a wrong one."""
        for module in self.both:
            module.train(training)
        sides = sides if self.name == "BatchNorm2d" else sides[: 1 - dense]
        shape = n, self.theirs.num_features, *sides
        if math.prod(shape):  # torch looks at no channels of an empty batch
            shape = n, shape[1] + more, *sides
        x = scale * shuffled_integers(shape, offset, seed)
        module = self.theirs
        is_batch = module.training or module.running_mean is None
        used = statistics(x) if is_batch else (module.running_mean, module.running_var)
        used = [t.clone() for t in used]
        self.note_update(x)
        g = randn(shape, seed)

        def step(module):
            leaf = x.clone().requires_grad_()
            output = module(leaf)
            leaves = {"input": leaf, **dict(module.named_parameters())}
            found = torch.autograd.grad(output, list(leaves.values()), g)
            return {"output": output, **dict(zip(leaves, found, strict=True))}

        results = self.outcome(step)
        if results is None:
            assert more or (is_batch and count(x) == 1)
            return
        slack = 1.0
        if not is_batch and x.numel():  # the errors of what is stored come on top
            used[0] = used[0].abs() + self.size[0]
            slack += self.size[1] * largest(1 / (used[1] + module.eps))
        affine = module.weight, module.bias
        terms = sizes(x, *used, *affine, module.eps, is_batch, g)
        mine, torchs = results
        assert list(mine) == list(torchs)
        for name, value in torchs.items():
            assert_near(
                mine[name], value, TOLERANCE[torch.float64], terms[name] * slack
            )

    def note_update(self, x):
        """Add to `size` what a batch will add to the errors of the statistics."""
        module = self.theirs
        stored = module.running_mean, module.running_var
        is_update = module.training and module.track_running_stats
        if not is_update or stored[0] is None or count(x) < 2:
            return
        momentum = module.momentum
        if momentum is None:
            momentum = 1 / (module.num_batches_tracked.item() + 1)
        if x.shape[1] == module.num_features:
            new = update_sizes(x, momentum, *stored)
            old = self.size
            self.size = [
                abs(1 - momentum) * a + b for a, b in zip(old, new, strict=True)
            ]

    @invariant()
    def buffers_are_equal(self):
        """Compare all buffers, which are still the tensors that they were."""
        buffers = [dict(module.named_buffers()) for module in self.both]
        assert list(buffers[0]) == list(buffers[1])
        assert list(self.ours.state_dict()) == list(self.theirs.state_dict())
        for made, now in zip(self.made, buffers, strict=True):
            assert all(made[name] is tensor for name, tensor in now.items())
        for name, theirs in buffers[1].items():
            ours = buffers[0][name]
            assert not ours.requires_grad
            if name == "num_batches_tracked":
                torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
                continue
            size = self.size[name == "running_var"]
            assert_near(ours, theirs, TOLERANCE[torch.float64], size)
        for ours, theirs in zip(*(m.parameters() for m in self.both), strict=True):
            assert torch.equal(ours, theirs)


def test_modules_side_by_side_with_torch(ours):
    run_state_machine_as_test(
        lambda: SideBySide(ours),
        settings=settings(max_examples=150, stateful_step_count=30, deadline=None),
    )


OPTIONS = [
    dict(zip(("affine", "bias", "track_running_stats"), flags, strict=True))
    for flags in itertools.product([True, False], repeat=3)
]
options = pytest.mark.parametrize(
    "options",
    OPTIONS,
    ids=lambda o: "-".join(k for k, v in o.items() if v) or "nothing",
)
SHAPES = {"BatchNorm1d": (4, 3, 5), "BatchNorm2d": (2, 3, 4, 5)}


def trained(cls, shape, dtype=torch.float64, **options):
    """Return a module with weights that are not 1 and statistics of two batches."""
    module = cls(shape[1], dtype=dtype, **options)
    for i, parameter in enumerate(module.parameters()):
        parameter.data = randn(parameter.shape, i, dtype)
    for seed in range(2):
        module(randn(shape, seed, dtype))
    return module


@names
@options
def test_state_dict_is_exchangeable_with_torch(ours, name, options):
    shape = SHAPES[name]
    for classes in itertools.permutations([ours[name], THEIRS[name]]):
        source = trained(classes[0], shape, **options)
        target = classes[1](3, dtype=torch.float64, **options)
        target.load_state_dict(source.state_dict(), strict=True)
        pairs = zip(
            target.state_dict().items(), source.state_dict().items(), strict=True
        )
        for (key, loaded), (expected_key, expected) in pairs:
            assert key == expected_key
            assert loaded.dtype == expected.dtype
            assert torch.equal(loaded, expected)
        assert target.state_dict()._metadata == source.state_dict()._metadata  # version
        x = randn(shape, 3)
        assert_near(target.eval()(x), source.eval()(x), 1e-13)


@names
@options
def test_state_dict_of_others_is_refused_as_in_torch(ours, name, options):
    for others in OPTIONS:
        refused = []
        for classes in (ours, THEIRS):
            target, source = (classes[name](3, **o) for o in (options, others))
            try:
                target.load_state_dict(source.state_dict(), strict=True)
                refused.append(None)
            except RuntimeError as error:
                refused.append(str(error))
        assert refused[0] == refused[1]


@names
@options
@pytest.mark.parametrize("dtype", [None, torch.float64, torch.float16])
@pytest.mark.parametrize("device", [None, "cpu", "meta"])
def test_module_is_made_as_torch_makes_it(ours, name, options, dtype, device):
    mine, torchs = (
        classes[name](4, 1e-3, None, **options, device=device, dtype=dtype)
        for classes in (ours, THEIRS)
    )
    assert repr(mine) == repr(torchs)
    for attribute in ("num_features", "eps", "momentum", "affine", "training"):
        assert getattr(mine, attribute) == getattr(torchs, attribute)
    assert mine.track_running_stats is torchs.track_running_stats
    for kind in ("parameters", "buffers"):
        found = [dict(getattr(m, f"named_{kind}")()) for m in (mine, torchs)]
        assert list(found[0]) == list(found[1])
        for key, expected in found[1].items():
            a = found[0][key]
            assert (a.dtype, a.device, a.shape) == (
                expected.dtype, expected.device, expected.shape,
            )  # fmt: skip
            assert type(a) is type(expected)
            if device != "meta":
                assert torch.equal(a, expected)
    for attribute in (*OTHERS, "num_batches_tracked"):
        absent = [getattr(m, attribute) is None for m in (mine, torchs)]
        assert absent[0] == absent[1]


@names
@pytest.mark.parametrize("arguments", [(3,), (3, 0.1), (3, 0.1, 0.5), (3, 1e-5, 0.25)])
def test_module_passes_its_settings_on(ours, name, arguments):
    x = randn(SHAPES[name], 0, torch.float32)
    results = []
    for classes in (ours, THEIRS):
        module = classes[name](*arguments)
        results.append((module(x), module.running_mean, module.running_var))
        assert f"eps={module.eps}, momentum={module.momentum}" in repr(module)
    for a, b in zip(*results, strict=True):
        assert_near(a, b, TOLERANCE[torch.float32])


# Without the flag a memory that is there is used in eval, and not added to. With the
# flag there may be none.
@names
@training
@pytest.mark.parametrize("momentum", [0.25, None])
@pytest.mark.parametrize("flag", [True, False])
@pytest.mark.parametrize("made", [True, False])
def test_tracking_may_be_switched(ours, name, made, flag, training, momentum):
    x, results = randn(SHAPES[name], 5), []
    for classes, others in itertools.permutations([ours, THEIRS]):
        module = classes[name](3, dtype=torch.float64, track_running_stats=made)
        module.track_running_stats, module.momentum = flag, momentum
        other = trained(others[name], x.shape, track_running_stats=made)
        module.load_state_dict(other.state_dict(), strict=True)
        output = module.train(training)(x)
        results.append({"output": output, **dict(module.named_buffers())})
    assert list(results[0]) == list(results[1])
    for key, expected in results[1].items():
        assert_near(results[0][key], expected, 1e-14)


# Nothing is updated without a count where momentum is None, and no statistic alone
# stands for both.
@names
@training
@pytest.mark.parametrize("momentum", [0.25, None])
@pytest.mark.parametrize(
    "missing", ["running_mean", "running_var", "num_batches_tracked"]
)
def test_a_buffer_may_be_missing_as_in_torch(ours, name, missing, momentum, training):
    x, outcomes = randn(SHAPES[name], 5), []
    for classes in (ours, THEIRS):
        module = trained(classes[name], x.shape).train(training)
        module.momentum = momentum
        setattr(module, missing, None)
        try:
            output = module(x)
        except (RuntimeError, ValueError) as error:
            outcomes.append((type(error), module.state_dict()))
        else:
            outcomes.append((None, {"output": output, **module.state_dict()}))
    (mine, found), (torchs, expected) = outcomes
    assert mine is torchs
    assert list(found) == list(expected)
    for key, value in expected.items():
        assert_near(found[key], value, 1e-14)


# To a module they are one thing: moved, cast and copied with it.
@names
def test_buffers_go_where_the_module_goes(ours, name):
    x = randn(SHAPES[name], 5)
    pair = [
        trained(classes[name], x.shape, torch.float32) for classes in (ours, THEIRS)
    ]
    for change in ("double", "half", "bfloat16", "float"):
        dtypes = []
        for module in pair:
            getattr(module, change)()
            dtypes.append({k: v.dtype for k, v in module.state_dict().items()})
        assert dtypes[0] == dtypes[1]
        assert dtypes[0]["num_batches_tracked"] == torch.int64
        assert len(set(dtypes[0].values())) == 2
    assert {b.device.type for b in pair[0].to("meta").buffers()} == {"meta"}


@names
def test_a_copy_has_a_memory_of_its_own(ours, name):
    x = randn(SHAPES[name], 5)
    module = trained(ours[name], x.shape)
    before = copy.deepcopy(module.state_dict())
    twin = copy.deepcopy(module)
    assert_near(twin.eval()(x), module.eval()(x), 0, 1)
    twin.train()(x)
    assert twin.num_batches_tracked == before["num_batches_tracked"] + 1
    for key, value in module.state_dict().items():
        assert torch.equal(value, before[key])
    assert not torch.equal(twin.running_mean, module.running_mean)


@names
def test_momentum_none_keeps_the_mean_of_all_batches(ours, name):
    ranks = {"BatchNorm1d": (2,), "BatchNorm2d": (1, 2)}[name]
    module = ours[name](3, momentum=None, dtype=torch.float64)
    batches = [randn((n, 3, *ranks), n) for n in range(2, 9)]  # of different sizes
    for i, x in enumerate(batches, start=1):
        module(x)
        axes = axes_of(x)
        means = torch.stack([batch.mean(axes) for batch in batches[:i]])
        variances = torch.stack([batch.var(axes) for batch in batches[:i]])
        assert_near(module.running_mean, means.mean(0), 1e-14)
        assert_near(module.running_var, variances.mean(0), 1e-14)
        assert module.num_batches_tracked == i


def saved(features=3, **options):
    """Return the state of a module of torch's that has seen two batches."""
    cls = THEIRS["BatchNorm1d"]  # BatchNorm2d's has the same form
    return trained(cls, (4, features), torch.float32, **options).state_dict()


def loaded(cls, state, strict, assign, container, **options):
    """Load a state; return the error's text, or the module's state and repr after it.

    container: the module is the second of a Sequential, and its keys have a prefix.
    """
    module = cls(3, **options)
    target = nn.Sequential(nn.ReLU(), module) if container else module
    metadata = getattr(state, "_metadata", None)
    state = copy.copy(state)
    if metadata is not None:
        state._metadata = copy.deepcopy(metadata)
    try:
        result = target.load_state_dict(state, strict, assign)
    except RuntimeError as error:
        return str(error)
    return repr(result), dict(module.state_dict())


# Keys left out, added and of another shape, of any version, in a container or not.
@pytest.mark.filterwarnings("ignore:for .*copying from a non-meta:UserWarning")
@settings(max_examples=100, deadline=None)
@given(
    data=st.data(),
    name=st.sampled_from(list(THEIRS)),
    version=st.sampled_from(["none", None, 1, 2, 3]),
    strict=st.booleans(),
    assign=st.booleans(),
    container=st.booleans(),
    device=st.sampled_from([None, "meta"]),
)
def test_any_state_dict_is_loaded_or_refused_as_in_torch(
    ours, name, data, version, strict, assign, container, device
):
    source, options = (data.draw(st.sampled_from(OPTIONS)) for _ in range(2))
    plain = saved(data.draw(st.sampled_from([3, 3, 4])), **source)
    left_out = data.draw(st.sets(st.sampled_from(sorted(plain) or [""])))
    if data.draw(st.booleans()):  # as in old checkpoints
        left_out = {"num_batches_tracked"}
    prefix = "1." if container else ""
    state = type(plain)(
        (prefix + key, value) for key, value in plain.items() if key not in left_out
    )
    if data.draw(st.booleans()):
        state[prefix + "more"] = torch.zeros(1)
    if version != "none":
        own = {} if version is None else {"version": version}
        state._metadata = {"": {}, prefix.rstrip("."): own}
    outcomes = []
    for classes in (ours, THEIRS):
        found = loaded(
            classes[name], state, strict, assign, container, device=device, **options
        )
        text = found if isinstance(found, str) else found[0]
        outcomes.append((text, {} if isinstance(found, str) else found[1]))
    (mine, my_state), (torchs, their_state) = outcomes
    assert mine == torchs
    assert list(my_state) == list(their_state)
    for key, expected in their_state.items():
        assert my_state[key].dtype == expected.dtype
        assert my_state[key].device == expected.device
        if not expected.is_meta:
            assert torch.equal(my_state[key], expected)


@names
@pytest.mark.parametrize("batches", [0, 1, 5])
def test_a_state_from_before_batches_were_counted_leaves_the_count(ours, name, batches):
    state = dict(saved())
    del state["num_batches_tracked"]
    for classes in (ours, THEIRS):
        module = classes[name](3)
        for _ in range(batches):
            module(torch.ones(SHAPES[name]))
        module.load_state_dict(state)
        assert module.num_batches_tracked == batches
        assert torch.equal(module.running_mean, state["running_mean"])


@pytest.fixture
def importable(ours, monkeypatch):
    """Make ours importable under their module's name, as pickle and dynamo ask."""
    for cls in ours.values():
        parts = cls.__module__.split(".")
        for i in range(1, len(parts) + 1):
            name = ".".join(parts[:i])
            monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
        vars(sys.modules[cls.__module__]).update(cls.forward.__globals__)
    torch._dynamo.reset()  # what it compiled for another test counts against a limit


def pickled(module):
    """Return a module after it was saved to a file and loaded again."""
    file = io.BytesIO()
    torch.save(module, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


def compiled(module, **options):
    return torch.compile(module, fullgraph=True, backend="aot_eager", **options)


def exported(module, x, **options):
    return torch.export.export(module, (x,), **options).module()


def call_functional(module, x):
    """Call a module with twice its parameters."""
    twice = {k: 2 * p.detach() for k, p in module.named_parameters()}
    return torch.func.functional_call(module, twice, (x,))


def batched(x):
    return torch.stack([x, x.square()])


# (module, input) -> tensor: what else torch does with a module
USES = {
    "deepcopy": lambda module, x: copy.deepcopy(module)(x),
    "pickle": lambda module, x: pickle.loads(pickle.dumps(module))(x),
    "save and load": lambda module, x: pickled(module)(x),
    "functional_call": call_functional,
    "grad": lambda module, x: torch.func.grad(lambda x: module(x).pow(3).sum())(x),
    "jacrev": lambda module, x: torch.func.jacrev(module)(x),
    "jvp": lambda module, x: torch.func.jvp(module, (x,), (x.square(),))[1],
    "vmap": lambda module, x: torch.func.vmap(module)(batched(x)),
    "vmap over the last axis": lambda module, x: torch.func.vmap(module, -1, 1)(
        batched(x).movedim(0, -1)
    ),
    "trace": lambda module, x: torch.jit.trace(module, (x,), check_trace=False)(x),
    "compile": lambda module, x: compiled(module)(x),
    "compile, any size": lambda module, x: compiled(module, dynamic=True)(x),
    "export": lambda module, x: exported(module, x)(x),
    "export, any batch": lambda module, x: exported(
        module, x, dynamic_shapes=({0: torch.export.Dim("batch", min=2)},)
    )(x[:3]),
    "inference mode": lambda module, x: torch.inference_mode()(module)(x),
    "autocast": lambda module, x: torch.autocast("cpu", torch.bfloat16)(module)(x),
    "double": lambda module, x: module.double()(x.double()),
}


@training
@pytest.mark.parametrize("remembers", [True, False], ids=["memory", "none"])
@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")  # trace and its own
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
@pytest.mark.usefixtures("importable")
def test_is_used_in_every_way_that_torchs_is(ours, use, remembers, training):
    x = randn((4, 3, 5, 2), 0, torch.float32)
    outcomes = []
    for classes in (ours, THEIRS):
        module = classes["BatchNorm2d"](3, track_running_stats=remembers).train(
            training
        )
        try:
            found = use(module, x).detach()
        except Exception as error:  # vmap refuses to add many batches to one memory
            found = type(error)
        outcomes.append((found, dict(module.named_buffers())))
    (mine, buffers), (torchs, expected) = outcomes
    if isinstance(torchs, type) or isinstance(mine, type):
        assert mine is torchs is RuntimeError
        assert (remembers, training) == (True, True)
        return
    assert mine.dtype == torchs.dtype
    assert_near(mine, torchs, TOLERANCE[torch.float32])
    for key, value in expected.items():
        assert_near(buffers[key], value, TOLERANCE[torch.float32])


@names
@training
@pytest.mark.parametrize("momentum", [0.1, None])
def test_has_a_shape_and_a_layout_on_meta(ours, name, momentum, training):
    x = torch.empty((2, 3, 4, 5)[: {"BatchNorm1d": 3}.get(name)], device="meta")
    if name == "BatchNorm2d":
        x = x.to(memory_format=torch.channels_last)
    outcomes = []
    for classes in (ours, THEIRS):
        module = classes[name](3, momentum=momentum, device="meta").train(training)
        try:
            y = module(x)
            outcomes.append((y.shape, y.dtype, y.device, y.stride()))
        except RuntimeError as error:  # the count has no value there
            outcomes.append(type(error))
    assert outcomes[0] == outcomes[1]
    assert isinstance(outcomes[0], type) == (momentum is None and training)
