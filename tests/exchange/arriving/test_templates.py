"""Every template, built as torch and imported again, answers as before and takes the same weights."""

import pytest
import torch

import dlstudio as dl
from dlstudio.compiler.emit import emit
from dlstudio.exchange.arriving.arrive import arrive

HEAVY = 400_000_000
"""Products for one sample; larger networks are built of the same parts, and take too long here."""

LIGHT = [name for name in dl.templates() if dl.summary(dl.template(name)).macs < HEAVY]


def test_most_templates_are_tried() -> None:
    assert len(LIGHT) > 35


@pytest.mark.parametrize("name", LIGHT)
def test_a_template_comes_back_as_it_was(name: str) -> None:
    torch.manual_seed(0)
    project = dl.template(name)
    source = emit(project)
    model = dl.build(project).eval()
    arrived = arrive(model, inputs=[x.shape for x in source.inputs.values()])
    assert arrived.report.whole, str(arrived.report)
    module = dl.build(arrived.project).eval()
    module.load_state_dict(model.state_dict())
    again = emit(arrived.project)
    assert set(again.inputs) == set(source.inputs)
    if len(source.outputs) == 1 and name not in DRAWN:
        given = {
            n: torch.randn(3, *x.shape) if x.dtype == "float" else torch.randint(0, 2, (3, *x.shape))
            for n, x in source.inputs.items()
        }
        with torch.no_grad():
            torch.testing.assert_close(module(**given), model(**given), rtol=1e-5, atol=1e-6)


DRAWN: set[str] = set()
"""Templates that draw random numbers in evaluation too."""
