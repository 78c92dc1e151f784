"""Files: pictures, arrays, IDX, CIFAR and sounds are read right, and what is broken is named with what to do."""

import gzip
import struct
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from dlstudio.core.issue import ProjectProblem
from dlstudio.data import labelled
from dlstudio.data.sounds import read_wav
from tests.data.building import every, prepared, write

EVERYTHING = {"split": "Everything"}


def picture(path: Path, size: tuple[int, int] = (6, 4), color: Any = (255, 0, 51), mode: str = "RGB") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, color).save(path)
    return path


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """A folder with two classes of two pictures each."""
    for i, kind in enumerate(("cat", "dog")):
        for number in (1, 10, 2):
            picture(tmp_path / "zoo" / kind / f"{number}.png", color=(255 * i, number, 51))
    return tmp_path


def fails(says: str, start: Path, kind: str, /, **fields: Any) -> None:
    with pytest.raises(ProjectProblem) as problem:
        prepared(kind, start, **{"data": EVERYTHING, **fields})
    assert says in str(problem.value)


def test_pictures_are_channels_first_between_0_and_1_in_natural_order(zoo: Path) -> None:
    made = prepared("ImageFolder", zoo, folder="zoo", data=EVERYTHING)
    rows = every(made.train)
    assert str(made.columns["image"].tensor) == "3×4×6"
    assert made.columns["class"].classes == ("cat", "dog")
    assert rows["class"].tolist() == [0, 0, 0, 1, 1, 1]
    assert (rows["image"][:, 1, 0, 0] * 255).round().tolist() == [1, 2, 10, 1, 2, 10]
    assert rows["image"][3, :, 0, 0].tolist() == pytest.approx([1, 1 / 255, 0.2])


def test_what_is_hidden_is_no_picture_and_no_class(zoo: Path) -> None:
    for place in (".thumbs/1.png", "cat/.kept/1.png", ".kept/dog/1.png", "cat/.3.png"):
        picture(zoo / "zoo" / place)
    made = prepared("ImageFolder", zoo, folder="zoo", data=EVERYTHING)
    assert made.columns["class"].classes == ("cat", "dog")
    assert len(made.train) == 6


def test_pictures_that_do_not_fit_are_read_while_training_and_are_the_same(
    zoo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = every(prepared("ImageFolder", zoo, folder="zoo").train)
    monkeypatch.setattr(labelled, "AT_MOST", 0)
    made = prepared("ImageFolder", zoo, folder="zoo", data={"transforms": [{"kind": "Scale", "factor": 1.0}]})
    assert not made.train.dataset.resident
    for name, value in every(made.train).items():
        assert torch.equal(value, whole[name])


@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
def test_pictures_are_brought_to_one_size(zoo: Path, fit: str) -> None:
    picture(zoo / "zoo" / "cat" / "large.jpg", (60, 20))
    made = prepared("ImageFolder", zoo, folder="zoo", size=(8, 8), fit=fit, color="grey")
    assert str(made.columns["image"].tensor) == "1×8×8"


def test_grey_pictures_stay_grey_also_those_of_16_bits(tmp_path: Path) -> None:
    picture(tmp_path / "a" / "1.png", mode="L", color=102)
    deep = np.full((4, 6), 102 * 257, dtype=np.uint16)
    Image.fromarray(deep).save(tmp_path / "a" / "2.png")
    rows = every(prepared("ImageFolder", tmp_path, folder="a", data=EVERYTHING).train)
    assert rows["image"].shape == (2, 1, 4, 6)
    assert rows["image"].flatten().tolist() == pytest.approx([0.4] * 48)


def test_folders_of_parts_split_the_pictures(tmp_path: Path) -> None:
    for part, count in (("train", 6), ("val", 2), ("test", 3)):
        for i in range(count):
            picture(tmp_path / "set" / part / "ab"[i % 2] / f"{i}.png", color=(i, i, len(part)))
    made = prepared("ImageFolder", tmp_path, folder="set")
    assert [len(part) for part in made.parts.values()] == [6, 2, 3]
    assert made.columns["class"].classes == ("a", "b")


def test_a_csv_file_names_labels_and_parts(zoo: Path) -> None:
    write(zoo / "labels.csv", "file,label,part", "cat/1.png,tame,train", "dog/1.png,wild,test", "dog/2.png,tame,train")
    made = prepared(
        "ImageFolder", zoo, folder="zoo", labels="labels.csv", data={"split": {"kind": "Given", "validation": 0}}
    )
    assert [part.indices.tolist() for part in made.parts.values()] == [[0, 2], [], [1]]
    assert made.columns["class"].classes == ("tame", "wild")


def test_pictures_of_another_size_are_named(zoo: Path) -> None:
    picture(zoo / "zoo" / "dog" / "3.png", (7, 4))
    fails("3.png is 3×4×7, but the first one is 3×4×6. Give the folder a size", zoo, "ImageFolder", folder="zoo")


@pytest.mark.parametrize("damage", [b"", b"no picture", b"\x89PNG\r\n\x1a\n truncated"])
def test_a_corrupt_picture_is_named_or_skipped(zoo: Path, damage: bytes) -> None:
    (zoo / "zoo" / "dog" / "2.png").write_bytes(damage)
    fails("2.png is no readable picture", zoo, "ImageFolder", folder="zoo")
    made = prepared("ImageFolder", zoo, folder="zoo", data={**EVERYTHING, "bad_rows": "skip"})
    assert len(made.train) == 5
    assert "1 row was left out" in made.issues[0].text
    assert "2.png" in made.issues[0].text


def test_a_picture_cut_short_is_named_or_skipped_also_when_read_while_training(
    zoo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zoo / "zoo" / "dog" / "2.png"
    noise = np.random.default_rng(0).integers(0, 255, (4, 6, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:-40])
    fails("2.png is no readable picture", zoo, "ImageFolder", folder="zoo")
    monkeypatch.setattr(labelled, "AT_MOST", 0)
    made = prepared("ImageFolder", zoo, folder="zoo", data={**EVERYTHING, "bad_rows": "skip"})
    assert len(made.train) == 5


def test_an_empty_folder_a_missing_one_and_a_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    fails("empty holds no images (.png, .jpg", tmp_path, "ImageFolder", folder="empty")
    fails("There is no folder", tmp_path, "ImageFolder", folder="missing")
    write(tmp_path / "file.txt", "x")
    fails("is no folder; choose", tmp_path, "ImageFolder", folder="file.txt")
    fails("The data names no folder", tmp_path, "ImageFolder")


def test_a_picture_outside_of_the_class_folders_is_told(zoo: Path) -> None:
    picture(zoo / "zoo" / "stray.png")
    fails("stray.png lies in no class folder", zoo, "ImageFolder", folder="zoo")


def test_a_label_file_with_a_mistake_is_told_with_its_line(zoo: Path) -> None:
    write(zoo / "a.csv", "cat/1.png,tame", "cat/9.png,tame")
    fails("a.csv, line 2: there is no file", zoo, "ImageFolder", folder="zoo", labels="a.csv")
    write(zoo / "a.csv", "cat/1.png,tame", "cat/2.png")
    fails("a.csv, line 2: a file name and a label are needed", zoo, "ImageFolder", folder="zoo", labels="a.csv")


def test_LAY_47_arrays_with_channels_last_are_turned(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (10, 5, 7, 3), dtype=np.uint8)
    np.savez(tmp_path / "a.npz", x=images, y=np.arange(10) % 2)
    made = prepared("Arrays", tmp_path, file="a.npz", data=EVERYTHING)
    assert made.columns["x"].tensor.shape == (3, 5, 7)
    assert made.columns["x"].tensor.axes == ("channel", "height", "width")
    assert torch.equal(every(made.train)["x"], torch.from_numpy(images).permute(0, 3, 1, 2).float())
    first = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
    np.savez(tmp_path / "b.npz", x=first, y=np.arange(10) % 2)
    again = prepared("Arrays", tmp_path, file="b.npz", data=EVERYTHING)
    assert torch.equal(every(again.train)["x"], every(made.train)["x"])


def test_arrays_on_the_disk_are_turned_the_same_way(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).random((10, 5, 7, 3)))
    whole, mapped = (prepared("Arrays", tmp_path, file="x.npy", limit=limit) for limit in (512, 0))
    assert torch.equal(every(whole.train)["x"], every(mapped.train)["x"])


def test_arrays_keep_their_kind_of_number(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "a.npz",
        a=np.zeros((4, 2), dtype=">f8"),
        b=np.zeros((4, 6), dtype=np.uint16),
        c=np.zeros((4, 3), dtype=bool),
        d=np.zeros((4, 5, 2), dtype=np.float16),
        e=np.arange(4.0),
        label=np.array([0, 1, 2, 1], dtype=np.int8),
    )
    made = prepared("Arrays", tmp_path, file="a.npz", data=EVERYTHING)
    assert {name: (str(c.tensor), c.tensor.dtype, c.role) for name, c in made.columns.items()} == {
        "a": ("2", "float", "input"),
        "b": ("6", "int", "input"),
        "c": ("3", "bool", "input"),
        "d": ("5×2", "float", "input"),
        "e": ("1", "float", "input"),
        "label": ("1 number", "int", "target"),
    }
    assert made.columns["label"].classes == ("0", "1", "2")


def test_arrays_of_objects_are_never_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.array([{"a": 1}, None], dtype=object))
    fails("the array x holds Python objects, which could run code", tmp_path, "Arrays", file="a.npz")
    np.save(tmp_path / "a.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
    fails("holds Python objects", tmp_path, "Arrays", file="a.npy")


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"x": np.zeros((5, 2)), "y": np.zeros(4)}, "unequal lengths (x has 5, y has 4)"),
        ({"x": np.zeros((5, 2), dtype=complex)}, "the array x holds complex128"),
        ({"x": np.array(["a", "b"])}, "the array x holds <U1"),
        ({"x": np.float64(3)}, "the array x is a single number"),
        ({"x": np.zeros((2, 1)), "y": np.array([-1, 1])}, "the classes in y start at -1"),
        ({"x": np.zeros((0, 1))}, "holds no samples"),
        ({}, "holds no arrays"),
    ],
)
def test_arrays_that_cannot_be_used_are_told(tmp_path: Path, arrays: dict[str, Any], says: str) -> None:
    np.savez(tmp_path / "a.npz", **arrays)
    fails(says, tmp_path, "Arrays", file="a.npz")


def test_NaN_in_an_array_is_told_by_its_sample_or_skipped(tmp_path: Path) -> None:
    values = np.zeros((6, 2))
    values[3, 1] = np.nan
    np.savez(tmp_path / "a.npz", x=values, y=np.arange(6) % 2)
    fails("sample 3: x holds NaN or infinity. Mend it", tmp_path, "Arrays", file="a.npz")
    made = prepared("Arrays", tmp_path, file="a.npz", data={**EVERYTHING, "bad_rows": "skip"})
    assert every(made.train)["y"].tolist() == [0, 1, 0, 0, 1]
    assert "1 row was left out: sample 3" in made.issues[0].text


@pytest.mark.parametrize("name", ["a.npz", "a.npy"])
@pytest.mark.parametrize("data", [b"", b"nothing", b"PK\x03\x04 and then", b"\x93NUMPY\x01\x00v\x00{'descr': '<f8'"])
def test_a_damaged_array_file_is_told(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ProjectProblem, match=r"a\.np"):
        prepared("Arrays", tmp_path, file=name)


def test_an_array_file_cut_short_is_told(tmp_path: Path) -> None:
    for save, name in ((np.savez, "a.npz"), (np.save, "a.npy")):
        save(tmp_path / name, np.random.default_rng(0).random((100, 10)))
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-200])
        fails(name, tmp_path, "Arrays", file=name)
        fails(name, tmp_path, "Arrays", file=name, limit=0)


def idx(path: Path, values: Any) -> Path:
    array = np.asarray(values, dtype=np.uint8)
    head = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    data = head + array.tobytes()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_idx_files_are_read_with_their_test_part(tmp_path: Path, suffix: str) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (12, 4, 5))
    idx(tmp_path / f"a{suffix}", pictures[:8])
    idx(tmp_path / f"b{suffix}", np.arange(8) % 3)
    idx(tmp_path / f"c{suffix}", pictures[8:])
    idx(tmp_path / f"d{suffix}", np.arange(4) % 3)
    names: dict[str, Any] = dict(
        zip(("images", "labels", "test_images", "test_labels"), (f"{n}{suffix}" for n in "abcd"), strict=True)
    )
    made = prepared("IDX", tmp_path, **names)
    assert [len(part) for part in made.parts.values()] == [7, 1, 4]
    torch.testing.assert_close(every(made.test)["image"], torch.from_numpy(pictures[8:]).unsqueeze(1).float() / 255)
    assert every(made.test)["label"].tolist() == [0, 1, 2, 0]


def test_broken_idx_files_are_told(tmp_path: Path) -> None:
    path = idx(tmp_path / "a", np.zeros((10, 4, 4)))
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    fails(
        "a is cut short or damaged: its header promises 10×4×4 numbers in 160 bytes, but 84 follow",
        tmp_path,
        "IDX",
        images="a",
    )
    path.write_bytes(whole[:6])
    fails("a is cut short or damaged", tmp_path, "IDX", images="a")
    path.write_bytes(b"GIF89a....")
    fails("a is no IDX file", tmp_path, "IDX", images="a")
    (tmp_path / "b.gz").write_bytes(gzip.compress(whole)[:-9])
    fails("b.gz is cut short or damaged", tmp_path, "IDX", images="b.gz")
    path.write_bytes(whole)
    idx(tmp_path / "c", np.zeros(7))
    fails("a holds 10 pictures, but c 7 labels", tmp_path, "IDX", images="a", labels="c")


def test_cifar_in_its_binary_version(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    records = generator.integers(0, 256, (6, 3073), dtype=np.uint8)
    records[:, 0] = [3, 1, 0, 2, 1, 3]
    (tmp_path / "data_batch_1.bin").write_bytes(records[:3].tobytes())
    (tmp_path / "data_batch_2.bin").write_bytes(records[3:5].tobytes())
    (tmp_path / "test_batch.bin").write_bytes(records[5:].tobytes())
    write(tmp_path / "batches.meta.txt", "airplane", "automobile", "bird", "cat")
    made = prepared("CIFARBinary", tmp_path, folder=".", data={"split": {"kind": "Given", "validation": 0}})
    assert [len(part) for part in made.parts.values()] == [5, 0, 1]
    assert made.columns["label"].classes == ("airplane", "automobile", "bird", "cat")
    expected = torch.from_numpy(records[:5, 1:].reshape(5, 3, 32, 32)).float() / 255
    torch.testing.assert_close(every(made.train)["image"], expected)


@pytest.mark.parametrize(("labels", "expected"), [("coarse", [1, 0]), ("fine", [7, 9])])
def test_cifar_100_has_two_kinds_of_labels(tmp_path: Path, labels: str, expected: list[int]) -> None:
    records = np.zeros((2, 3074), dtype=np.uint8)
    records[:, :2] = [[1, 7], [0, 9]]
    (tmp_path / "train.bin").write_bytes(records.tobytes())
    made = prepared("CIFARBinary", tmp_path, folder=".", labels=labels, data=EVERYTHING)
    assert every(made.train)["label"].tolist() == expected


def test_broken_cifar_folders_are_told(tmp_path: Path) -> None:
    fails("holds neither data_batch_1.bin nor train.bin", tmp_path, "CIFARBinary", folder=".")
    (tmp_path / "data_batch_1").write_bytes(b"pickle")
    fails("files are pickles and could run code", tmp_path, "CIFARBinary", folder=".")
    (tmp_path / "data_batch_1.bin").write_bytes(bytes(3073 * 2 + 5))
    fails(
        "data_batch_1.bin is cut short: after 2 pictures of 3,073 bytes, 5 bytes are left over",
        tmp_path,
        "CIFARBinary",
        folder=".",
    )


def sound(path: Path, values: np.ndarray, rate: int = 8000, width: int = 2, channels: int = 1) -> Path:
    """A WAV file of numbers between −1 and 1."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = np.round(values * (2 ** (8 * width - 1) - 1)).astype(np.int64) + (128 if width == 1 else 0)
    raw = whole.astype("<i8").view(np.uint8).reshape(-1, 8)[:, :width].tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(raw)
    return path


def tone(pitch: float, rate: int = 8000, seconds: float = 0.5) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * pitch * np.arange(int(rate * seconds)) / rate)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_sounds_of_every_depth_are_between_minus_1_and_1(tmp_path: Path, width: int) -> None:
    heard, rate = read_wav(sound(tmp_path / "a.wav", tone(440), width=width))
    assert rate == 8000
    np.testing.assert_allclose(heard.numpy(), tone(440), atol=2.5 / 2 ** (8 * width - 1) + 1e-6)


def test_channels_are_mixed(tmp_path: Path) -> None:
    both = np.stack([np.full(10, 0.5), np.full(10, -0.25)], axis=1).flatten()
    heard, _ = read_wav(sound(tmp_path / "a.wav", both, channels=2))
    assert heard.tolist() == pytest.approx([0.125] * 10, abs=1e-4)


def test_sounds_are_cut_filled_up_and_brought_to_one_rate(tmp_path: Path) -> None:
    sound(tmp_path / "s" / "a" / "1.wav", tone(440, seconds=1.0))
    sound(tmp_path / "s" / "a" / "2.wav", tone(440, seconds=0.25))
    sound(tmp_path / "s" / "b" / "3.wav", tone(440, rate=16000, seconds=0.5), rate=16000)
    made = prepared("WAVFolder", tmp_path, folder="s", seconds=0.5, data=EVERYTHING)
    assert str(made.columns["sound"].tensor) == "1×4000"
    assert made.columns["sound"].tensor.axes == ("channel", "time")
    one, short, other = every(made.train)["sound"][:, 0]
    assert short[2000:].abs().max() == 0
    np.testing.assert_allclose(other[200:-200].numpy(), one[200:-200].numpy(), atol=0.01)


@pytest.mark.parametrize(("form", "shape"), [("spectrogram", (1, 129, 30)), ("frames", (30, 129))])
def test_a_spectrogram_is_loudest_at_the_pitch(tmp_path: Path, form: str, shape: tuple[int, ...]) -> None:
    sound(tmp_path / "s" / "a" / "1.wav", tone(1000))
    made = prepared("WAVFolder", tmp_path, folder="s", seconds=0.5, form=form, data=EVERYTHING)
    assert made.columns["sound"].tensor.shape == shape
    [looks] = every(made.train)["sound"]
    pitches = looks[0] if form == "spectrogram" else looks.T
    assert set(pitches.argmax(0).tolist()) == {1000 * 256 // 8000}


def test_broken_sounds_are_named_or_skipped(tmp_path: Path) -> None:
    good = sound(tmp_path / "s" / "a" / "1.wav", tone(440)).read_bytes()
    (tmp_path / "s" / "a" / "2.wav").write_bytes(good[:300])
    fails("2.wav is cut short", tmp_path, "WAVFolder", folder="s")
    (tmp_path / "s" / "a" / "2.wav").write_bytes(b"RIFF nothing")
    fails("2.wav is no readable WAV file", tmp_path, "WAVFolder", folder="s")
    made = prepared("WAVFolder", tmp_path, folder="s", data={**EVERYTHING, "bad_rows": "skip"})
    assert len(made.train) == 1
    fails("fewer than the window of 65,536", tmp_path, "WAVFolder", folder="s", form="frames", window=65536)


@pytest.mark.parametrize("kind", ["Table", "Arrays", "IDX", "Text"])
def test_a_missing_file_is_told_with_where_paths_start(tmp_path: Path, kind: str) -> None:
    field = "images" if kind == "IDX" else "file"
    fails("There is no file", tmp_path, kind, **{field: "gone.dat"})
    fails("(paths start at the project's file)", tmp_path, kind, **{field: "gone.dat"})
    fails("The data names no file", tmp_path, kind)
    fails("is no usable path", tmp_path, kind, **{field: "a\0b"})


def test_a_set_of_the_hugging_face_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import datasets

    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)  # its thread would outlive the test
    datasets.disable_progress_bars()
    features = datasets.Features(
        {"x": datasets.Sequence(datasets.Value("float32"), length=2), "label": datasets.ClassLabel(names=["no", "yes"])}
    )
    parts = {
        name: datasets.Dataset.from_dict(
            {"x": [[i, i + 0.5] for i in range(n)], "label": [i % 2 for i in range(n)]}, features=features
        )
        for name, n in (("train", 8), ("test", 3))
    }
    datasets.DatasetDict(parts).save_to_disk(str(tmp_path / "set"))
    made = prepared("HuggingFace", tmp_path, name="set", data={"split": {"kind": "Given", "validation": 0}})
    assert [len(part) for part in made.parts.values()] == [8, 0, 3]
    assert made.columns["label"].classes == ("no", "yes")
    assert every(made.test)["x"].tolist() == [[0, 0.5], [1, 1.5], [2, 2.5]]
