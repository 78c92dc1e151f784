"""Every registered layer, tried in the same way: a rule can never drift from what torch does."""

import copy
import inspect
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from dlstudio.catalog.code import Call
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Put
from dlstudio.compiler.check import check
from dlstudio.compiler.load import build
from dlstudio.core.spec import make
from tests.catalog import harness
from tests.catalog.harness import BATCH, DTYPES, KINDS, NAME

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
MIXING = {"BatchNorm", "SparsityPenalty"}
"""Kinds that compare the samples of a batch with each other by their nature."""

each_kind = pytest.mark.parametrize("kind", KINDS)


@each_kind
def test_takes_something_and_refuses_something_with_a_reason(kind: str) -> None:
    assert harness.accepted(kind, 1), f"{kind} takes nothing of the pool: give the class `examples`"
    for case in harness.refused(kind, 12):
        issues = [issue for issue in check(harness.project(case)) if issue.severity == "error"]
        assert issues, f"{case} is refused by its rule but checks clean"
        assert all(len(issue.text) > 15 and issue.text[0] != " " for issue in issues)


@each_kind
def test_rule_gives_the_shape_that_torch_gives(kind: str) -> None:
    for case in harness.accepted(kind, 60):
        module = harness.built(case, "meta").eval()
        made = harness.results(module(*(harness.sample(x, device="meta") for x in harness.flat(case.ins))))
        told = [x for _, x in sorted((case.outs or {}).items())]
        assert [tuple(y.shape[1:]) for y in made] == [t.shape for t in told], f"{case}"
        assert [y.dtype for y in made] == [DTYPES[t.dtype] for t in told], f"{case}"


@each_kind
def test_what_torch_refuses_the_rule_refuses(kind: str) -> None:
    """The grid holds inputs and fields that torch cannot take; building and running an accepted one never fails."""
    for case in harness.accepted(kind, 25):
        module = harness.built(case)
        module(*(harness.sample(x) for x in harness.flat(case.ins)))


@each_kind
def test_parameters_are_counted_as_torch_counts(kind: str) -> None:
    for case in harness.accepted(kind, 40):
        real = sum(p.numel() for p in harness.built(case, "meta").parameters())
        assert case.layer.parameters(**case.ins) == real, f"{case}"


@each_kind
def test_source_is_the_layer_made_by_hand(kind: str) -> None:
    for case in harness.accepted(kind, 10):
        theirs = harness.direct(case)
        if theirs is None or case.layer.setup(**case.ins):
            continue
        module = harness.built(case)
        ours = getattr(module, NAME)
        theirs.load_state_dict(ours.state_dict())
        given = [harness.sample(x) for x in harness.flat(case.ins)]
        both = []
        for part in (copy.deepcopy(ours), theirs):
            setattr(module, NAME, part)
            torch.manual_seed(0)
            both.append(harness.results(module.eval()(*given)))
        for a, b in zip(*both, strict=True):
            torch.testing.assert_close(a, b, equal_nan=True)


@each_kind
def test_omitted_keywords_say_what_torch_says(kind: str) -> None:
    for case in harness.accepted(kind, 2):
        call = case.layer.construct(**case.ins)
        if call is None or call.callee.startswith("."):
            continue
        maker = harness.find(call.callee)
        known = inspect.signature(maker.__init__).parameters
        for name, _ in call.keywords:
            if name in call.defaults:
                theirs = known[name].default if name in known else getattr(_plain(maker, call), name)
                theirs = getattr(theirs, "__name__", theirs)
                same = theirs == call.defaults[name] or (theirs is None and call.defaults[name] in (None, 0, ()))
                assert same, f"{kind}: {name} is {call.defaults[name]!r} here and {theirs!r} in torch"


def _plain(maker: Any, call: Call) -> Any:
    return maker(*(value for _, value in call.positional))


@each_kind
def test_survives_the_file(kind: str) -> None:
    from dlstudio.core.files import dumps, loads

    for case in harness.accepted(kind, 4):
        project = harness.project(case)
        assert loads(dumps(project)) == project


@pytest.mark.parametrize("kind", [kind for kind in KINDS if layers[kind].smooth])
def test_gradients_are_right(kind: str) -> None:
    for case in harness.accepted(kind, 3):
        if any(x.dtype != "float" for x in harness.flat(case.ins)) or any(
            t.dtype != "float" for t in (case.outs or {}).values()
        ):
            continue
        torch.manual_seed(1)
        module = harness.built(case).double().eval()
        given = [harness.sample(x, dtype=torch.float64).requires_grad_() for x in harness.flat(case.ins)]

        def run(*xs: torch.Tensor, module: Any = module) -> tuple[torch.Tensor, ...]:
            return tuple(harness.results(module(*xs)))

        assert torch.autograd.gradcheck(run, given, atol=1e-5, fast_mode=True), f"{case}"


@each_kind
def test_macs_are_those_of_the_flop_counter(kind: str) -> None:
    """On the meta device there are no fused kernels that the counter cannot see into."""
    for case in harness.accepted(kind, 8):
        module = harness.built(case, "meta").eval().requires_grad_(False)
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            module(*(harness.sample(x, device="meta") for x in harness.flat(case.ins)))
        assert case.layer.macs(**case.ins) * 2 * BATCH == counter.get_total_flops(), f"{case}"


@each_kind
def test_every_port_is_taken_somewhere(kind: str) -> None:
    good = [case for case in harness.cases(kind) if case.outs]
    wired = {port for case in good for port in case.ins}
    missing = {port.name for case in good for port in case.layer.ports_in()} - wired
    assert not missing, f"{kind}: no case fills {missing}; add a fitting tensor to the harness or an example"


@each_kind
def test_remedies_name_what_exists(kind: str) -> None:
    """A remedy with a misspelt field or kind would never work, and so would silently not be offered."""
    for case in harness.refused(kind, 40):
        refusal = harness.refusal(case)
        ports = {port.name for port in case.layer.ports_in()}
        assert refusal.port in {*ports, ""} or refusal.port.rstrip("0123456789") in ports, f"{case}: {refusal.port}"
        for remedy in refusal.remedies:
            if isinstance(remedy, Put):
                assert remedy.field in case.layer.specs, f"{case}: {remedy}"
            else:
                assert remedy.kind in layers, f"{case}: {remedy}"
                make(layers[remedy.kind], remedy.fields, {})


@each_kind
def test_formulas_speak_of_axes_that_come_out(kind: str) -> None:
    for case in harness.accepted(kind, 20):
        axes = {axis for out in (case.outs or {}).values() for axis in out.axes}
        formula = case.layer.formula(**case.ins)
        assert set(formula) <= axes, f"{case}"
        assert all(text and isinstance(text, str) for text in formula.values()), f"{case}"


@each_kind
def test_each_output_alone_is_what_it_is_beside_the_others(kind: str) -> None:
    for case in harness.accepted(kind, 4):
        ports = sorted(case.outs or {})
        if len(ports) < 2:
            continue
        together = harness.built(case).eval()
        given = [harness.sample(x) for x in harness.flat(case.ins)]
        torch.manual_seed(0)
        whole = dict(zip(ports, harness.results(together(*given)), strict=True))
        for port in ports:
            alone = build(harness.project(case, (port,))).eval()
            alone.load_state_dict(together.state_dict())
            torch.manual_seed(0)
            torch.testing.assert_close(alone(*given), whole[port], equal_nan=True)


@each_kind
def test_samples_of_a_batch_do_not_touch_each_other(kind: str) -> None:
    """An axis counted without the batch would mix the samples, and no shape would show it."""
    for case in harness.accepted(kind, 6):
        module = harness.built(case).eval()
        given = [harness.sample(x) for x in harness.flat(case.ins)]
        if kind in MIXING or harness.draws(module, given):
            continue
        whole = harness.results(module(*given))
        for i in range(BATCH):
            each = harness.results(module(*(x[i : i + 1] for x in given)))
            for one, every in zip(each, whole, strict=True):
                alike = torch.allclose(one, every[i : i + 1], rtol=1e-4, atol=1e-5, equal_nan=True)
                assert alike, f"{case}: a sample's result depends on the others"


@each_kind
def test_form_data_is_complete(kind: str) -> None:
    cls = layers[kind]
    assert cls.purpose().endswith("."), f"{kind} needs a one-line purpose"
    assert cls.line.words, f"{kind} needs a word for the line"
    for field in cls.specs.values():
        assert field.marker.help, f"{kind}.{field.name} needs a help text"
        field.marker.accept(field.default)
    for name in [*cls.line.order, *cls.line.letters.values(), *(name for name, _ in cls.line.flags.values())]:
        assert name in cls.specs, f"{kind} types a field {name} that it has not"


def test_no_two_layers_are_told_apart_by_nothing() -> None:
    """A word of the line may serve several kinds only when their inputs differ: conv for one, two, three dimensions."""
    homes: dict[str, list[str]] = {}
    for cls in layers:
        for word in cls.line.words:
            homes.setdefault(word, []).append(cls.kind)
    shared = {word: kinds for word, kinds in homes.items() if len(kinds) > 1}
    for word, kinds in shared.items():
        assert len({kind.rstrip("d").rstrip("123") for kind in kinds}) == 1, f"{word} means {kinds}"
