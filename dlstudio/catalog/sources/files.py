"""Data of your own: pictures, tables, arrays and sounds in files; relative paths start at the project's file."""

from typing import Annotated

from dlstudio.catalog.sources.source import Source, source
from dlstudio.core.fields import Choice, Flag, Int, Path, Real, Size, Text, Values, Words
from dlstudio.core.frozen import Frozen, Value

FILES = "Files"

FOLDER = Path(
    folder=True,
    help="A folder with one folder for each class; folders named train, validation and test may stand above them",
)
LABELS = Path(
    endings=(".csv",),
    help="A CSV file instead of class folders: file names, labels, and where wanted the part (train, validation, test)",
)


@source(FILES, gives="your images, a class each", synonyms="pictures, photos, images, classes, png, jpeg, imagefolder")
class ImageFolder(Source):
    """Pictures in folders, one folder for each class, or named with their labels in a CSV file.

    Brightness runs from 0 to 1. Pictures that do not fit into memory are read while training."""

    folder: Annotated[str, FOLDER] = ""
    labels: Annotated[str, LABELS] = ""
    size: Annotated[
        tuple[int, ...], Size(2, 0, 16384, help="Height and width; 0 takes the pictures as they are, all of one size")
    ] = (0, 0)
    fit: Annotated[
        str,
        Choice(options=("stretch", "crop", "pad"), help="How another shape is fitted: bent, cut off, or with borders"),
    ] = "stretch"
    color: Annotated[
        str, Choice(options=("auto", "grey", "color"), help="Auto takes grey where all of the first pictures are grey")
    ] = "auto"


@source(
    FILES,
    gives="your rows, classes or numbers",
    synonyms="spreadsheet, csv, tsv, parquet, excel, tabular, rows, columns",
)
class Table(Source):
    """Rows of a CSV, TSV or Parquet file; every column has a role.

    Left alone, columns of numbers and of words are inputs (words as one-hot) and the last column is the target."""

    file: Annotated[
        str,
        Path(
            endings=(".csv", ".tsv", ".txt", ".parquet", ".pq"),
            help="The file: .csv, .tsv or .txt with a first line of names, or .parquet",
        ),
    ] = ""
    roles: Annotated[
        Frozen[str, Value],
        Values(
            help="Roles by column: number, one-hot, index (for an embedding), ordinal (0, 1, 2 ... as a number), "
            "target, class (a target that is a class), value (a target that is a number), "
            "weight (how much a row counts in the loss), time, split, ignore"
        ),
    ] = Frozen()
    groups: Annotated[
        Frozen[str, Value], Values(help="Which input or target a column belongs to, where there are several of them")
    ] = Frozen()
    categories: Annotated[
        Frozen[str, Value],
        Values(help="The possible words of a column in their order; otherwise in that of the alphabet"),
    ] = Frozen()
    delimiter: Annotated[
        str, Choice(options=("auto", ",", ";", "\t", "|"), help="What stands between two cells of a line")
    ] = "auto"


@source(FILES, gives="your arrays, of any shape", synonyms="numpy, npy, npz, tensors, memory-mapped, nhwc, nchw")
class Arrays(Source):
    """NumPy arrays: the arrays of a .npz file by their names, or a .npy file, with a second one for the answers.

    A .npy file that is large is not read as a whole but looked up while training."""

    file: Annotated[str, Path(endings=(".npz", ".npy"), help="The .npz or .npy file")] = ""
    target_file: Annotated[
        str, Path(endings=(".npy",), help="For .npy: the file of the answers, of the same length")
    ] = ""
    targets: Annotated[
        tuple[str, ...],
        Words(help="Which arrays of the .npz are answers; empty takes y, label, labels, target, targets"),
    ] = ()
    layout: Annotated[
        str,
        Choice(
            options=("auto", "channels first", "channels last", "as it is"),
            help="Where the channels of pictures stand: N×C×H×W or N×H×W×C; auto finds the axis of length 1, 3 or 4",
        ),
    ] = "auto"
    limit: Annotated[int, Int(0, 2**20, unit="MB", help="Larger .npy files are not read as a whole")] = 512


@source(FILES, gives="your images and labels", synonyms="mnist, fashion, emnist, ubyte, lecun")
class IDX(Source):
    """The files in which MNIST and its relatives are handed out (…-ubyte, also .gz): pictures and labels."""

    images: Annotated[
        str, Path(endings=("-ubyte", ".gz"), help="The file of the pictures, such as train-images-idx3-ubyte")
    ] = ""
    labels: Annotated[str, Path(endings=("-ubyte", ".gz"), help="The file of their labels; may be missing")] = ""
    test_images: Annotated[
        str, Path(endings=("-ubyte", ".gz"), help="The file of the test pictures, if there is one")
    ] = ""
    test_labels: Annotated[str, Path(endings=("-ubyte", ".gz"), help="The file of their labels")] = ""


@source(
    FILES,
    gives="60,000 images 3×32×32, 10 or 100 classes",
    synonyms="cifar-10, cifar-100, 32x32, tiny images, krizhevsky",
)
class CIFARBinary(Source):
    """CIFAR-10 or CIFAR-100 in their binary version: color pictures of 32×32 pixels."""

    folder: Annotated[
        str, Path(folder=True, help="The unpacked folder, with data_batch_1.bin ... or train.bin and test.bin")
    ] = ""
    labels: Annotated[str, Choice(options=("fine", "coarse"), help="For CIFAR-100: its 100 classes or its 20")] = "fine"


@source(FILES, gives="your sounds, a class each", synonyms="audio, speech, sound, waveform, spectrogram, commands")
class WAVFolder(Source):
    """Sounds in .wav files, one folder for each class, or named with their labels in a CSV file."""

    folder: Annotated[str, FOLDER] = ""
    labels: Annotated[str, LABELS] = ""
    seconds: Annotated[
        float,
        Real(low=0, high=3600, unit="s", help="Longer sounds are cut, shorter ones filled up; 0 takes the first's"),
    ] = 1.0
    rate: Annotated[
        int, Int(0, 768_000, unit="Hz", help="Sounds are brought to this rate; 0 takes that of the first")
    ] = 0
    form: Annotated[
        str,
        Choice(
            options=("wave", "spectrogram", "frames"),
            help="The wave itself (a signal), the strength of each pitch over time as an image, or as a sequence",
        ),
    ] = "wave"
    window: Annotated[
        int, Int(16, 65536, help="Samples that a spectrogram looks at together; half as many pitches")
    ] = 256
    hop: Annotated[int, Int(1, 65536, help="Samples from one look to the next")] = 128


@source(FILES, gives="a data set of the hub", synonyms="huggingface, hub, datasets, arrow, download")
class HuggingFace(Source):
    """A data set of the Hugging Face library: a folder that it saved, or one from its hub when you allow that."""

    title = "Hugging Face"

    name: Annotated[str, Path(folder=True, help="A folder written by save_to_disk, or a name on the hub")] = ""
    subset: Annotated[str, Text(help="Which configuration, where the data set has several")] = ""
    online: Annotated[
        bool, Flag(help="Whether it may be downloaded; otherwise only files of this machine are read")
    ] = False
    inputs: Annotated[tuple[str, ...], Words(help="The columns that go in; empty takes all that are no target")] = ()
    targets: Annotated[
        tuple[str, ...], Words(help="The columns to be learnt; empty takes label, labels or target")
    ] = ()
