"""A report tells of any run in one file that fetches nothing and runs nothing, with the numbers of the run itself."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import dlstudio as dl
from dlstudio.cli.app import app
from dlstudio.core.frozen import freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.report_curves import Axis
from dlstudio.exchange.report_markup import element, table
from dlstudio.runs.findings import FindingRow, write_findings
from dlstudio.runs.library import note
from tests.exchange.browser import browsing, program
from tests.exchange.small import small

HOSTILE = "</style></script><script>window.taken = true</script><img src=http://x.test onerror='window.taken = 1'>\"&"
LESSONS = (
    "lenet5",
    "language_model",
    "small_unet",
    "linear_regression",
    "variational_autoencoder",
    "gan",
    "triplet",
    "xor",
)


class Read(HTMLParser):
    """What stands in a page: its elements, and the text of them all."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def count(self, tag: str, **given: str) -> int:
        wanted = {name.rstrip("_"): value for name, value in given.items()}
        return sum(found == tag and wanted.items() <= attrs.items() for found, attrs in self.tags)


@pytest.fixture(scope="module")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dl.Run]:
    """A short run of a template, made once."""
    known: dict[str, dl.Run] = {}

    def make(name: str) -> dl.Run:
        if name not in known:
            folder = tmp_path_factory.mktemp("runs")
            known[name] = dl.train(small(name), runs=folder, epochs=1, device="cpu", probes=False)
        return known[name]

    return make


def report(run: Any, folder: Path) -> Read:
    proof = dl.export(run, "report", folder / "report.html")
    assert [each.name for each in folder.iterdir() if each.is_file()] == ["report.html"]
    return Read(proof.path.read_text("utf-8"))


@pytest.mark.parametrize("name", LESSONS)
def test_every_method_has_its_report(name: str, run_of: Any, tmp_path: Path) -> None:
    run = run_of(name)
    page = report(run, tmp_path)
    for title in ("Curves", "Metrics", "Answers", "Network", "Findings", "Data", "Settings", "Environment"):
        assert page.count("a", href=f"#{title.lower()}") == 1
    assert page.count("svg", class_="graph") == sum(bool(each.nodes) for each in run.project.networks.values())
    assert page.count("svg", class_="plot") >= 1
    assert "could not be asked" not in page.text
    assert "dlstudio train project.dls --seed 0 --device cpu" in page.text


@pytest.mark.parametrize("name", ["lenet5", "language_model", "small_unet"])
def test_the_share_of_right_answers_is_that_of_the_evaluation(name: str, run_of: Any, tmp_path: Path) -> None:
    run = run_of(name)
    told = re.search(r"(\d{1,3}\.\d)% are right", report(run, tmp_path).text)
    assert told is not None
    numbers = run.evaluate("test").numbers
    assert float(told[1]) == pytest.approx(100 * numbers["accuracy"], abs=0.06)


def test_the_square_counts_every_sample_of_the_part(run_of: Any, tmp_path: Path) -> None:
    run = run_of("lenet5")
    text = dl.export(run, "report", tmp_path / "report.html").path.read_text("utf-8")
    cells = re.findall(r'<td class="(right|wrong) share-\w+">([\d,]+|·)</td>', text)
    assert len(cells) == 100
    counts = {kind: sum(int(n) for k, n in cells if k == kind and n != "·") for kind in ("right", "wrong")}
    assert sum(counts.values()) == run.evaluate("test").samples
    assert Read(text).count("img") >= 16


def test_curves_go_through_the_numbers_of_the_run(run_of: Any, tmp_path: Path) -> None:
    run = run_of("lenet5")
    text = dl.export(run, "report", tmp_path / "report.html").path.read_text("utf-8")
    [line] = re.findall(r'aria-label="Loss">.*?<path class="line through" d="M([^"]+)"', text, re.DOTALL)
    points = [tuple(map(float, point.split())) for point in line.split("L")]
    steps, values = run.metrics("loss")
    assert len(points) == len(steps)
    heights = [-y for _, y in points]
    for one, other in ((0, 1), (3, 7), (2, len(steps) - 1)):
        assert (heights[one] < heights[other]) == (values[one] < values[other])
    slope = (points[-1][1] - points[0][1]) / (values[-1] - values[0])
    for (_, y), value in zip(points, values, strict=True):
        assert y == pytest.approx(points[0][1] + slope * (value - values[0]), abs=0.3)


@pytest.mark.parametrize(
    ("axis", "ticks"),
    [
        (Axis(0, 10, 0, 100), [0, 2, 4, 6, 8, 10]),
        (Axis(0.93, 1.07, 0, 100), [0.95, 1.0, 1.05]),
        (Axis(0.002, 30, 100, 0, log=True), [0.01, 0.1, 1, 10]),
        (Axis(5, 5, 0, 100), [5]),
    ],
)
def test_ticks_are_round_numbers(axis: Axis, ticks: list[float]) -> None:
    assert axis.ticks() == pytest.approx(ticks)


def test_a_log_axis_has_powers_of_ten_at_even_distances() -> None:
    axis = Axis(0.001, 10, 0, 400, log=True)
    assert [round(axis.place(10.0**power)) for power in range(-3, 2)] == [0, 100, 200, 300, 400]


@pytest.fixture
def hostile(tmp_path: Path) -> dl.Run:
    """A run whose names, notes, classes and findings would all be scripts."""
    (tmp_path / "data").mkdir()
    with (tmp_path / "data" / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["<b>a</b>", "<script>", "class"])
        rows.writerows([i % 7 + 0.5, i % 5 + 0.5, HOSTILE if i % 2 else "b"] for i in range(40))
    source = {"kind": "Table", "file": str(tmp_path / "data" / "rows.csv"), "roles": {"class": "class"}}
    project = dl.line("input 2 > fc 8 > relu > fc 2")
    project = replace(project, name=HOSTILE, notes=HOSTILE, data=freeze({"source": source}))
    project = project.with_network("model", replace(project.networks["model"], note=HOSTILE))
    run = dl.train(project, runs=tmp_path / "runs", epochs=2, device="cpu", probes=False)
    note(tmp_path / "runs", run.path.name, HOSTILE)
    write_findings(run.path, [FindingRow("code", HOSTILE, HOSTILE)])
    return run


def test_hostile_names_stay_text(hostile: dl.Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    page = report(hostile, out)
    assert page.count("script") == 0
    assert page.text.count("window.taken = true") >= 5
    assert all(not name.startswith("on") for _, attributes in page.tags for name in attributes)
    for _, attributes in page.tags:
        for name in ("src", "href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:image/png;base64,"))


def test_a_browser_runs_nothing_of_it_and_nothing_is_cut_off(hostile: dl.Run, run_of: Any, tmp_path: Path) -> None:
    if program() is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium-headless-shell")
    with browsing(tmp_path / "profile") as page:
        for run in (hostile, run_of("lenet5")):
            file = dl.export(run, "report", tmp_path / f"{run.path.name[:4]}.html").path
            for wide in (390, 1280):
                page.look(wide, 800)
                page.open(file.as_uri())
                assert page.evaluate("window.taken === undefined") is True
                assert page.evaluate("document.documentElement.scrollWidth") <= wide
            assert page.evaluate("performance.getEntriesByType('resource').length") == 0
        assert page.said == []


def test_elements_escape_all_that_is_not_markup() -> None:
    assert element("p", "<i>", title='"<') == '<p title="&quot;&lt;">&lt;i&gt;</p>'
    assert "<script>" not in table(("<script>",), [("<script>",)])


def test_what_cannot_be_read_again_says_why(tmp_path: Path, hostile: dl.Run) -> None:
    (tmp_path / "data" / "rows.csv").unlink()
    out = tmp_path / "out"
    out.mkdir()
    text = report(hostile, out).text
    assert "The data could not be read again" in text
    assert "The network could not be asked" in text
    assert "Loss" in text


def test_a_project_that_was_never_trained_has_no_report(tmp_path: Path) -> None:
    with pytest.raises(ProjectProblem, match="was not trained yet"):
        dl.export(dl.template("lenet5"), "report", tmp_path / "a.html")
    assert not any(tmp_path.iterdir())


def test_the_command_line_says_where_it_is(run_of: Any, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["export", str(run_of("xor").path), "report", str(tmp_path / "xor.html")])
    assert done.exit_code == 0, done.output
    assert "xor.html is written." in " ".join(done.stdout.split())
    assert "certificate" not in done.stdout
    assert (tmp_path / "xor.html").is_file()
