"""A web page answers as the model does, in a real browser, opened from a disk and from a server on localhost."""

import hashlib
import http.server
import io
import json
import lzma
import shutil
import subprocess
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

import dlstudio as dl
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.resources import resource
from dlstudio.data.prepare import prepare
from dlstudio.data.transformed import Transformed, apply
from dlstudio.exchange import web_runtime
from dlstudio.exchange.carried import predicting
from dlstudio.exchange.subject import subject
from dlstudio.exchange.web_facts import web_facts
from tests.exchange.browser import Page, browsing, program
from tests.exchange.small import small

pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")

HOSTILE = "</title></script><script>window.taken = true</script><img src=x onerror='window.taken = true'> & \"co\""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    if program() is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium-headless-shell")
    with browsing(tmp_path_factory.mktemp("profile")) as found:
        yield found
        assert found.said == []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[dl.Run, Path]]:
    """A short run of a template and its page, made once."""
    known: dict[str, tuple[dl.Run, Path]] = {}

    def make(name: str) -> tuple[dl.Run, Path]:
        if name not in known:
            folder = tmp_path_factory.mktemp(name)
            project = small(name)
            if name == "wine":
                project = replace(project, name=HOSTILE, notes=HOSTILE)
            run = dl.train(project, runs=folder / "runs", epochs=1, device="cpu", probes=False)
            proof = dl.export(run, "web", folder / "page")
            assert proof.passed, str(proof)
            known[name] = run, proof.path
        return known[name]

    return make


def shown(page: Page, folder: Path) -> None:
    """Opens a page from the disk and waits until it has compared itself."""
    page.look(1280, 800)
    page.open((folder / "index.html").as_uri())
    assert page.until("document.documentElement.dataset.check") == "passed"


def answered(page: Page, script: str) -> list[torch.Tensor]:
    """What the network said after something was done to the page."""
    page.evaluate(f"{script}, undefined")
    assert page.until("studio.idle()")
    told = json.loads(page.evaluate("document.documentElement.dataset.answer"))
    return [torch.tensor(values) for values in told]


def samples(run: dl.Run) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Five samples of the test part, as the data holds them and as the network takes them."""
    prepared = prepare(run.project, settle=False)
    dataset = prepared.test.dataset
    inner = dataset.inner if isinstance(dataset, Transformed) else dataset
    raw = inner.take(prepared.test.indices[:5])
    return raw, apply(prepared.fitted, dict(raw))


@pytest.mark.parametrize("name", ["lenet5", "wine", "gru_classifier"])
def test_the_page_answers_real_samples_as_the_model_does(name: str, page: Page, made: Any) -> None:
    run, folder = made(name)
    shown(page, folder)
    [column] = page.evaluate("MODEL.inputs.map((each) => each.label)")
    raw, ready = samples(run)
    model = run.model().eval()
    for row in range(5):
        [found] = answered(page, f"studio.inputs[0].set({raw[column][row].flatten().tolist()})")
        with torch.no_grad():
            wanted = model(ready[column][row : row + 1])[0]
        assert torch.allclose(found, wanted.double().to(found.dtype), atol=1e-5)
        [best] = page.evaluate("[...document.querySelectorAll('.best .label')].map((each) => each.textContent)")
        assert best == page.evaluate("MODEL.outputs[0].classes")[int(wanted.argmax())]


def test_the_page_works_from_a_server_and_asks_no_one_else(page: Page, made: Any) -> None:
    _, folder = made("lenet5")
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(folder))) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            home = f"http://127.0.0.1:{server.server_port}/"
            page.open(f"{home}index.html")
            assert page.until("document.documentElement.dataset.check") == "passed"
            asked = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")
            assert len(asked) > 10
            assert [each for each in asked if not each.startswith((home, "blob:", "data:"))] == []
            refused = "fetch('http://192.0.2.1/').then(() => 'reached', () => 'refused')"
            assert page.evaluate(refused) == "refused"
            page.said[:] = [each for each in page.said if "192.0.2.1" not in each]
        finally:
            page.open("about:blank")
            server.shutdown()
            serving.join()


def test_a_digit_drawn_with_the_mouse_is_centred_and_answered_while_it_grows(page: Page, made: Any) -> None:
    run, folder = made("lenet5")
    shown(page, folder)
    page.evaluate("document.querySelector('.draw button').click()")
    box = page.evaluate(
        "(({x, y, width, height}) => [x, y, width, height])(document.querySelector('.paper').getBoundingClientRect())"
    )
    x, top, height = box[0] + box[2] * 0.2, box[1], box[3]
    page.evaluate("delete document.documentElement.dataset.answer")
    page.mouse("mousePressed", x, top + 0.2 * height)
    for share in (0.3, 0.4, 0.5, 0.6):
        page.mouse("mouseMoved", x, top + share * height)
    assert page.until("document.documentElement.dataset.answer")  # the button is still down
    page.mouse("mouseReleased", x, top + 0.6 * height)
    assert page.until("studio.idle()")
    image = torch.tensor(page.evaluate("Array.from(studio.inputs[0].value())")).reshape(28, 28)
    assert 19 <= int((image.amax(1) > 0.1).sum()) <= 21
    columns = (image.sum(0) * (torch.arange(28) + 0.5)).sum() / image.sum()
    assert abs(float(columns) - 14) < 0.6
    with torch.no_grad():
        wanted = run.model().eval()(image.reshape(1, 1, 28, 28).float())[0]
    [found] = json.loads(page.evaluate("document.documentElement.dataset.answer"))
    assert torch.allclose(torch.tensor(found), wanted, atol=1e-4)


def test_keys_draw_move_sliders_and_type(page: Page, made: Any) -> None:
    shown(page, made("lenet5")[1])
    page.evaluate("document.querySelector('.paper').focus()")
    page.key("Escape")
    assert page.evaluate("Math.max(...studio.inputs[0].value())") == 0
    page.key(" ", " ")
    for _ in range(8):
        page.key("ArrowDown")
    assert page.evaluate("Math.max(...studio.inputs[0].value())") > 0.5
    shown(page, made("wine")[1])
    page.evaluate("document.querySelector('input[type=range]').focus()")
    before = page.evaluate("studio.inputs[0].value()[0]")
    page.key("ArrowRight")
    assert page.evaluate("studio.inputs[0].value()[0]") > before
    shown(page, made("gru_classifier")[1])
    page.evaluate("document.querySelector('textarea').select()")
    page.ask("Input.insertText", text="the plot was zyx")
    assert "3 of 20" not in page.until("document.querySelector('.text .hint').textContent")
    assert "Not known: “zyx”" in page.evaluate("document.querySelector('.text .hint').textContent")
    row = page.evaluate("studio.inputs[0].value()")
    symbols = page.evaluate("MODEL.inputs[0].symbols")
    assert len(row) == 20
    assert [symbols[number] for number in row[-4:-1]] == ["the", "plot", "was"]


def test_sliders_have_the_names_and_ranges_of_the_data(page: Page, made: Any) -> None:
    run, folder = made("wine")
    shown(page, folder)
    prepared = prepare(run.project, settle=False)
    assert isinstance(prepared.train.dataset, Transformed)
    inner = prepared.train.dataset.inner
    [column] = [each for each in inner.columns.values() if each.role == "input"]
    values = inner.take(prepared.train.indices)[column.name]
    names = page.evaluate("[...document.querySelectorAll('.slider .label')].map((each) => each.textContent)")
    assert names == list(column.features)
    ends = page.evaluate("[...document.querySelectorAll('input[type=range]')].map((each) => [+each.min, +each.max])")
    assert torch.allclose(torch.tensor(ends), torch.stack([values.amin(0), values.amax(0)], 1))


def test_two_numbers_are_a_point_on_a_map_of_all_answers(page: Page, made: Any) -> None:
    run, folder = made("deep_feed_forward")
    shown(page, folder)
    box = page.evaluate("(({x, y, width}) => [x, y, width])(document.querySelector('.plane').getBoundingClientRect())")
    page.mouse("mousePressed", box[0] + 0.25 * box[2], box[1] + 0.75 * box[2])
    page.mouse("mouseReleased", box[0] + 0.25 * box[2], box[1] + 0.75 * box[2])
    assert page.until("studio.idle()")
    point = page.evaluate("studio.inputs[0].value()")
    first, second = page.evaluate("MODEL.inputs[0].features.map((each) => [each.low, each.high])")
    assert point[0] < sum(first) / 2
    assert point[1] < sum(second) / 2
    script = "((c) => Array.from(c.getContext('2d').getImageData(0.%d * c.width, 0.%d * c.height, 1, 1).data))"
    colors, classes = [], []
    features = page.evaluate("MODEL.inputs[0].features")
    model = run.model().eval()
    for x, y in ((10, 10), (90, 90), (50, 20), (20, 70)):
        colors.append(page.evaluate(f"{script % (x, y)}(document.querySelector('.plane'))"))
        shares = (x / 100, 1 - y / 100)
        ranges = [(each["low"], each["high"] - each["low"]) for each in features]
        place = [low - 0.15 * span + share * 1.3 * span for share, (low, span) in zip(shares, ranges, strict=True)]
        with torch.no_grad():
            classes.append(int(model(torch.tensor([place])).argmax()))
    blue = [color[2] > color[0] for color in colors]
    assert blue == [number == 0 for number in classes]


def test_names_of_a_project_stay_text(page: Page, made: Any) -> None:
    shown(page, made("wine")[1])
    assert page.evaluate("document.querySelector('h1').textContent") == HOSTILE
    assert page.evaluate("document.title") == HOSTILE
    assert page.evaluate("window.taken === undefined && document.images.length === 0") is True


@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_is_read_as_the_exported_python_file_reads_it(
    fit: str, channels: int, page: Page, made: Any, tmp_path: Path
) -> None:
    shown(page, made("lenet5")[1])
    generator = torch.Generator().manual_seed(3)
    noise = torch.rand(37, 53, 3, generator=generator) * torch.linspace(0.2, 1, 53)[:, None]
    picture = Image.frombytes("RGB", (53, 37), bytes((noise * 255).to(torch.uint8).flatten().tolist()))
    picture.save(tmp_path / "noise.png")
    spec: dict[str, Any] = {"shape": [channels, 20, 24], "fit": fit, "low": 0, "high": 1}
    wanted = predicting.read_picture(tmp_path / "noise.png", spec).flatten()
    data = io.BytesIO()
    picture.save(data, "PNG")
    script = "fetch('data:image/png;base64,%s').then((one) => one.blob()).then(createImageBitmap)"
    script += ".then((image) => Array.from(read(image, %s)))"
    found = torch.tensor(page.evaluate(script % (b64encode(data.getvalue()).decode(), json.dumps(spec))))
    assert float((found - wanted).abs().max()) <= 1.01 / 255
    assert float((found - wanted).abs().mean()) < 0.1 / 255


def test_nothing_is_cut_off_on_a_phone(page: Page, made: Any) -> None:
    for name in ("lenet5", "wine", "gru_classifier"):
        page.look(360, 740, dark=True)
        page.open((made(name)[1] / "index.html").as_uri())
        assert page.until("document.documentElement.dataset.check") == "passed"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 27)"


def test_the_certificate_lies_in_the_folder_and_on_the_page(page: Page, made: Any) -> None:
    _, folder = made("lenet5")
    told = json.loads((folder / "certificate.json").read_text("utf-8"))
    assert told["passed"] is True
    assert told["format"] == "web"
    shown(page, folder)
    assert "Certified" in page.evaluate("document.getElementById('certificate').textContent")
    assert "10 samples" in page.evaluate("document.getElementById('check').textContent")
    [cell] = page.evaluate("[...document.querySelectorAll('#certificate tbody th')].map((each) => each.textContent)")
    assert cell == "digit"


def test_a_page_names_no_outside_address(made: Any) -> None:
    _, folder = made("lenet5")
    for file in [folder / "index.html", *(folder / "page").iterdir()]:
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "").replace("python3 -m http", "")
        assert "http://" not in text, file
        assert "https://" not in text, file


def test_what_looks_at_a_whole_batch_is_expected_as_a_page_asks_it() -> None:
    made = subject(small("sparse_autoencoder"))
    facts = web_facts(made)
    for place in (0, 3):
        row = tuple(value[place : place + 1] for value in made.samples.ready.values())
        for output in facts["outputs"]:
            kept = torch.frombuffer(bytearray(b64decode(output["expected"]["data"])), dtype=torch.float32)
            wanted = made.answers(row)[output["name"]].flatten()
            assert torch.allclose(kept.reshape(facts["count"], -1)[place], wanted, atol=1e-6)


def test_a_page_is_made_anew_and_other_folders_are_left_alone(made: Any, tmp_path: Path) -> None:
    run, folder = made("wine")
    again = shutil.copytree(folder, tmp_path / "page")
    (again / "page" / "old.js").write_text("old")
    assert dl.export(run, "web", again).passed
    assert not (again / "page" / "old.js").exists()
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    with pytest.raises(ProjectProblem, match="holds other files"):
        dl.export(run, "web", other)
    assert [each.name for each in other.iterdir()] == ["mine.txt"]
    with pytest.raises(ProjectProblem, match="is a file"):
        dl.export(run, "web", other / "mine.txt")


def test_a_runtime_of_ones_own_is_taken_or_named_as_missing(made: Any, tmp_path: Path) -> None:
    with pytest.raises(ProjectProblem, match="npm pack onnxruntime-web"):
        web_runtime.write_runtime(tmp_path / "runtime", str(tmp_path))
    own = tmp_path / "package" / "dist"
    own.mkdir(parents=True)
    for name in web_runtime.FILES:
        (own / name).write_bytes(name.encode())
    web_runtime.write_runtime(tmp_path / "runtime", str(own.parent))
    assert (tmp_path / "runtime" / web_runtime.SCRIPT).read_bytes() == web_runtime.SCRIPT.encode()


def test_a_damaged_runtime_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = shutil.copytree(resource("web"), tmp_path / "web")
    packed = copied / f"{web_runtime.MODULE}.xz"
    packed.write_bytes(lzma.compress(lzma.decompress(packed.read_bytes()) + b"//"))
    monkeypatch.setattr(web_runtime, "resource", tmp_path.joinpath)
    with pytest.raises(ProjectProblem, match="not the file it should be"):
        web_runtime.write_runtime(tmp_path / "runtime")


@pytest.mark.slow
def test_the_runtime_is_that_of_the_package(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on this machine to fetch the package with")
    done = subprocess.run([npm, "pack", "onnxruntime-web@1.30.0"], cwd=tmp_path, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"npm could not fetch the package: {done.stderr.strip()[-200:]}")
    [package] = tmp_path.glob("*.tgz")
    sums = resource("web", "README.md").read_text("utf-8")
    assert b64encode(hashlib.sha512(package.read_bytes()).digest()).decode() in sums
    shutil.unpack_archive(package, tmp_path, filter="data")
    for name in web_runtime.FILES:
        assert hashlib.sha256((tmp_path / "package" / "dist" / name).read_bytes()).hexdigest() in sums
