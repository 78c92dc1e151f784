"""A Python file runs with consent only, in a process of its own, with limits; what comes back is plain."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

import dlstudio as dl
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.progress import Cancelled, Progress, watched
from dlstudio.exchange.arriving import pulse
from dlstudio.exchange.arriving.arrive import arrive
from dlstudio.exchange.arriving.limits import Limits

NET = """
import torch
from torch import nn
open({mark!r}, "w").write("ran")
print("a word to nobody")

class Inner(nn.Module):
    def __init__(self, n=4):
        super().__init__()
        self.linear = nn.Linear(n, n)
    def forward(self, x):
        return x + self.linear(x).relu()

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Inner(4) for _ in range(3)])
        self.out = nn.Linear(4, 2)
    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return self.out(x)
"""


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(NET.format(mark=str(tmp_path / "mark")))
    return path


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "model.py"
    path.write_text(text)
    return path


def test_without_consent_nothing_runs(net: Path) -> None:
    with pytest.raises(ProjectProblem, match=r"net\.py is Python, which has to run .* --allow-code"):
        dl.import_model(net, inputs=(4,))
    assert not (net.parent / "mark").exists()


def test_with_consent_the_outermost_class_becomes_the_project(net: Path) -> None:
    arrived = arrive(net, inputs=(4,), allow_code=True)
    assert (net.parent / "mark").exists()
    assert arrived.project.networks["model"].nodes["parts"].fields["repeat"] == 3
    module = dl.build(arrived.project)
    module.load_state_dict(dict(arrived.weights))
    assert torch.equal(module.state_dict()["parts.2.linear.weight"], arrived.weights["parts.2.linear.weight"])
    assert "answers as the model does" in str(arrived.report)


def test_a_class_can_be_named(net: Path) -> None:
    project = arrive(net, inputs=(4,), name="Inner", allow_code=True).project
    assert project.name == "Inner"
    assert {node.kind for node in project.networks["model"].nodes.values()} >= {"Linear", "ReLU", "Add"}


def test_several_models_are_asked_about(tmp_path: Path) -> None:
    text = "from torch import nn\nclass A(nn.Linear):\n    def __init__(self): super().__init__(2, 2)\n"
    path = written(tmp_path, text + text.replace("class A", "class B").replace("from torch import nn\n", ""))
    with pytest.raises(ProjectProblem, match=r"several models in it: A, B\. Say which one: --class A"):
        arrive(path, inputs=(2,), allow_code=True)


def test_a_class_that_needs_arguments_asks_for_a_function(tmp_path: Path) -> None:
    text = "from torch import nn\nclass A(nn.Module):\n    def __init__(self, n): super().__init__()\n"
    with pytest.raises(ProjectProblem, match=r"A cannot be made without arguments\. Add a function"):
        arrive(written(tmp_path, text), inputs=(2,), allow_code=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (", r"model\.py: line 1: SyntaxError"),
        ("import torch\n1 / 0", r"model\.py: line 2: ZeroDivisionError"),
        ("raise SystemExit(3)", r"model\.py: line 1: SystemExit"),
        ("import os\nos._exit(0)", r"the process ended while loading it"),
        ("import torch\nx = torch.ones(400_000_000)\n", "needs more memory than 500 MB beyond its weights"),
        ("x = bytearray(3_000_000_000)\n", "needs more memory than 500 MB beyond its weights"),
        ("x = 1\n", "there is no class in it that derives from nn.Module"),
    ],
)
def test_what_goes_wrong_in_a_file_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ProjectProblem, match=said):
        arrive(written(tmp_path, text), inputs=(2,), allow_code=True)


SHORT = Limits(patience=2.0)


def test_a_file_that_does_not_end_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(
        ProjectProblem, match=r"Running the file got no further for 2 seconds, so it was stopped\..* 20"
    ):
        arrive(written(tmp_path, "while True: pass\n"), inputs=(2,), allow_code=True, limits=SHORT)


FORWARD = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 2)
    def forward(self, x):
{body}
        return self.linear(x)
"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("while True: pass", "Running its model got no further for 2 seconds, .* a loop in its forward that does not"),
        ("while True: x = x + 1", "Running its model got no further for 2 seconds, .* --patience 20"),
        ("x = x + torch.ones(400_000_000).sum()", "needs more memory than 500 MB beyond its weights.* --memory 2000"),
        ("x = x + len(bytearray(3_000_000_000))", "needs more memory than 500 MB beyond its weights"),
        ("import os; os._exit(1)", "the process ended while running its model"),
    ],
)
def test_a_forward_that_does_not_end_or_eats_memory_is_stopped(tmp_path: Path, body: str, said: str) -> None:
    path = written(tmp_path, FORWARD.format(body=f"        {body}"))
    with pytest.raises(ProjectProblem, match=rf"model\.py: .*{said}"):
        arrive(path, inputs=(2,), allow_code=True, limits=SHORT)


def test_what_repeats_for_ever_gives_no_sign_of_getting_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "MOST", 10)
    monkeypatch.setattr(pulse, "SELDOM", -1.0)
    beats = pulse.Pulse(tmp_path)
    told = []
    for _ in range(20):
        beats.beat()
        told.append((tmp_path / pulse.FILE).read_text())
    assert len(set(told[:9])) == 9
    assert len(set(told[9:])) == 1


def test_the_weights_of_a_large_model_do_not_count_as_memory_that_it_eats(tmp_path: Path) -> None:
    text = "from torch import nn\nnet = nn.Sequential(*[nn.Linear(4000, 4000) for _ in range(3)])\n"
    arrived = arrive(written(tmp_path, text), inputs=(4000,), allow_code=True, limits=Limits(memory=150))
    assert sum(weight.nbytes for weight in arrived.weights.values()) > 150 * 2**20
    assert "answers as the model does" in str(arrived.report)


def test_it_ends_where_nobody_wants_it_any_more(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    path = written(tmp_path, f"import time\nopen({str(mark)!r}, 'w').close()\ntime.sleep(1000)\n")
    with pytest.raises(Cancelled), watched(Progress(mark.exists)):
        arrive(path, inputs=(2,), allow_code=True, limits=Limits(patience=300))


def test_limits_are_numbers_that_can_be_kept(net: Path) -> None:
    with pytest.raises(ProjectProblem, match="The patience is 0; give seconds"):
        dl.import_model(net, inputs=(4,), allow_code=True, patience=0)
    assert not (net.parent / "mark").exists()
    with pytest.raises(ProjectProblem, match="The patience is 0; give seconds"):
        Limits(patience=0.0)
    with pytest.raises(ProjectProblem, match="The memory is -5; give megabytes"):
        Limits(memory=-5)


def test_a_file_longer_than_anyone_writes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    with path.open("wb") as file:
        file.truncate(2**33)
    with pytest.raises(ProjectProblem, match="longer than 4 MB"):
        arrive(path, inputs=(2,), allow_code=True)


@pytest.mark.skipif(sys.platform == "win32", reason="who has started a process is not told there")
def test_a_file_that_runs_for_ever_ends_with_the_program_that_waits_for_it(tmp_path: Path) -> None:
    told = tmp_path / "number"
    path = written(
        tmp_path, f"import os\nopen({str(told)!r}, 'w').write(str(os.getpid()) + ' ')\nwhile True:\n    pass\n"
    )
    text = f"import dlstudio as dl; dl.import_model({str(path)!r}, inputs=(2,), allow_code=True, patience=600)"
    waiting = subprocess.Popen([sys.executable, "-c", text], stderr=subprocess.DEVNULL)
    while not (told.is_file() and told.read_text().endswith(" ")):
        assert waiting.poll() is None
        time.sleep(0.05)
    waiting.send_signal(signal.SIGKILL)
    waiting.wait()
    while _lives(int(told.read_text())):
        time.sleep(0.05)


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{number}/stat")
    return not (stat.is_file() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
