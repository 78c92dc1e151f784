"""The generated source: how it reads, that it stands alone, and how an error finds its node again."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from dlstudio.compiler.emit import emit
from dlstudio.compiler.line import line
from dlstudio.compiler.load import blame, load
from dlstudio.compiler.names import MODULE_WORDS
from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from tests.building import build
from tests.compiler.test_blocks import with_block

LENET = """\
\"\"\"untitled: written by dlstudio; needs torch only.\"\"\"

import torch
from torch import Tensor, nn


class Model(nn.Module):
    \"\"\"The network “model”.\"\"\"

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.relu1 = nn.ReLU()
        self.avg_pool1 = nn.AvgPool2d(2)
        self.flatten1 = nn.Flatten()
        self.linear1 = nn.Linear(1176, 10)

    def forward(self, image: Tensor) -> Tensor:
        x = self.conv1(image)  # 6×28×28
        x = self.relu1(x)  # 6×28×28
        x = self.avg_pool1(x)  # 6×14×14
        x = self.flatten1(x)  # 1176
        x = self.linear1(x)  # 10
        return x


if __name__ == "__main__":
    model = Model()
    print(model)
    image = torch.randn(2, 1, 28, 28)
    result = model(image)
    print(tuple(result.shape))
"""


def test_the_source_reads_as_one_would_write_it() -> None:
    assert emit(line("input 1x28x28 > conv 6 5x5 p2 > relu > avgpool 2 > flatten > fc 10")).text == LENET


@pytest.mark.parametrize(
    "text",
    [
        "input 1x28x28 > conv 6 5x5 p2 > relu > avgpool 2 > flatten > fc 10",
        "input 5x3 > peepholelstm 4 > fc 2",
        "input 2 > rbf 8 > fc 1",
        "input 4 > fc 20 weight_init=SparseLinks > tanh > fc 2 weight_init=XavierUniform bias_init=Zeros",
        "tokens: input 9 tokens int > embedding 20 8 > lstm 6 > fc 20",
    ],
)
def test_the_file_runs_with_torch_alone(text: str, tmp_path: Path) -> None:
    """In a folder of its own, where dlstudio cannot be imported."""
    file = tmp_path / "model.py"
    file.write_text(emit(line(text)).text, "utf-8")
    blocked = (
        "import sys; sys.modules['dlstudio'] = None; import runpy; runpy.run_path('model.py', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-I", "-c", blocked], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "(2, " in done.stdout


def test_an_error_at_run_time_names_the_node_and_shows_its_line() -> None:
    module = build(line("input 4 > fc 3 > relu > last: fc 2"))
    module.last = nn.Linear(99, 2)
    with pytest.raises(RuntimeError) as caught:
        module(torch.zeros(1, 4))
    found = blame(caught.value)
    assert found
    assert (found.network, found.node) == ("model", "last")
    assert "self.last(x)" in str(caught.getrepr(style="native"))


def test_an_error_inside_a_block_names_the_node_of_the_block() -> None:
    module = build(with_block("x: input 4 > inner: fc 4", "input 4 > Part"))
    module.part1.inner = nn.Linear(99, 2)
    with pytest.raises(RuntimeError) as caught:
        module(torch.zeros(1, 4))
    found = blame(caught.value)
    assert found
    assert (found.network, found.node) == ("Part", "inner")


def test_blame_of_a_stranger_is_nobody() -> None:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int("elsewhere")
    assert blame(caught.value) is None


def test_a_project_with_errors_is_not_built_and_says_why() -> None:
    broken = edits.put(line("input 1x8x8 > conv 4 3 > flatten > fc 2"), "model", "conv1", kernel_size=(20, 20))
    with pytest.raises(ProjectProblem, match="model/conv1: The kernel covers 20"):
        build(broken)


def test_words_of_modules_are_those_of_torch() -> None:
    public = {name for name in dir(nn.Module()) if not name.startswith("_")}
    assert public == set(MODULE_WORDS)


def test_values_reach_the_source_only_as_literals() -> None:
    """Texts in names and notes cannot break out of where they stand."""
    hostile = '"""\nimport os\nos.abort()\n"""\\'
    project = line("input 4 > fc 3")
    project = type(project)(hostile, hostile, project.networks)
    source = emit(project)
    assert load(source)()(torch.zeros(1, 4)).shape == (1, 3)
    assert "\nimport os" not in source.text


def test_weight_norm_and_initialisers_work_together() -> None:
    project = line("input 4 > fc 3 bias_init=Zeros")
    project = edits.put(
        project, "model", "linear1", weight_init={"kind": "Constant", "val": 0.5}, reparametrize="weight norm"
    )
    module = build(project)
    torch.testing.assert_close(module.linear1.weight, torch.full((3, 4), 0.5))
    torch.testing.assert_close(module(torch.ones(1, 4)), torch.full((1, 3), 2.0))


def test_beside_a_skip_the_main_variable_is_out() -> None:
    text = emit(with_block("x: input 8 > fc 8 > relu > fc 8 > add x > relu", "input 8 > Part")).text
    body = text.split("def forward(self, x: Tensor) -> Tensor:\n")[1].split("\n\n")[0]
    assert [line.split("  #")[0].strip() for line in body.splitlines()] == [
        "out = self.linear1(x)",
        "out = self.relu1(out)",
        "out = self.linear2(out)",
        "out = out + x",
        "out = self.relu2(out)",
        "return out",
    ]


def test_an_output_called_out_does_not_make_the_main_variable_stumble() -> None:
    text = emit(line("x: input 8 > fc 8 > relu > add x > fc 8 > out: output")).text
    assert "out = out + x" in text
    assert "out_" not in text


def test_what_is_needed_again_keeps_the_name_of_its_node() -> None:
    text = emit(line("input 8 > down: fc 8 > relu > fc 8 > add down > fc 2")).text
    assert "down = self.down(x)" in text
    assert "x = self.relu1(down)" in text
    assert "x = x + down" in text


def test_rounds_that_grow_are_a_loop_over_what_grows() -> None:
    project = with_block("x: input 8 > new: fc 4; x > both: concat new > y: output", "input 8 > Part repeat=5")
    assert "nn.Sequential(*(Part(in_features=n) for n in range(8, 28, 4)))" in emit(project).text
    assert build(project)(torch.zeros(2, 8)).shape == (2, 28)


def test_an_expression_is_written_where_another_number_happens_to_be_the_same() -> None:
    part = "x: input 8 > a: fc =slim > relu > b: fc =wide > tanh"
    text = emit(with_block(part, "input 2 > Part slim=2 wide=3 > Part slim=3 wide=5", wide=1, slim=1)).text
    assert "self.a = nn.Linear(slim, slim)" in text
    assert "self.b = nn.Linear(slim, wide)" in text


def test_what_comes_in_may_be_a_multiple_of_an_argument() -> None:
    part = "x: input 8 > fc =width > relu > fc =width*4"
    text = emit(with_block(part, "input 8 > Part width=2 > fc 12 > Part width=3 > fc 20 > Part width=5", width=1)).text
    assert "def __init__(self, width: int) -> None:" in text
    assert "self.linear1 = nn.Linear(width * 4, width)" in text


def test_a_long_note_becomes_a_docstring_of_several_lines() -> None:
    project = line("input 8 > fc 2")
    text = emit(Project(notes="word " * 60, networks=project.networks)).text
    assert max(map(len, text.splitlines())) <= 120


def test_each_module_is_imported_from_once() -> None:
    text = emit(line("input 6 tokens int > embedding 9 8 > learnedpositions 6 > fc 2")).text
    assert text.count("from torch import") == 1


def test_a_comment_shows_the_shapes_that_are_used() -> None:
    assert (
        "x, _ = self.lstm1(x)  # 9×6\n"
        in emit(line("tokens: input 9 tokens int > embedding 20 8 > lstm 6 > fc 2")).text
    )


def test_several_results_bear_the_names_of_their_nodes() -> None:
    assert "return a, b\n" in emit(line("x: input 4 > a: fc 2; x > b: fc 3")).text
