"""Recipes: the ways to train, as forms; what a training step does is bound to them by name in training/."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from dlstudio.catalog.metrics import CHOSEN
from dlstudio.core.fields import Choice, Declared, Flag, Int, Real, Values, Words
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.several import Several
from dlstudio.core.spec import Declaration, Registry

DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("float32", "tf32", "bf16", "fp16")

ADAM: Frozen[str, Value] = Frozen({"kind": "Adam"})
CONSTANT: Frozen[str, Value] = Frozen({"kind": "Constant"})

EPOCHS = Int(1, 10_000_000, help="How many times all training samples are seen")
BATCH = Int(1, 2**24, help="How many samples one step learns from", unit="samples")
SEED = Int(0, 2**32 - 1, help="Fixes every random choice, so that a run can be repeated")
DEVICE = Choice(options=DEVICES, help="Where to train; auto takes a GPU when there is one")
PRECISION = Choice(
    options=PRECISIONS, help="How numbers are stored while computing: bf16 and fp16 are faster on a GPU, tf32 on NVIDIA"
)
OPTIMIZER = Declared(registry="optimizer", usual="Adam", help="How weights follow their gradients")
SCHEDULE = Declared(registry="schedule", help="How the learning rate changes while training")
REGULARIZERS = Several(
    registry="regularizer",
    help="What holds weights and gradients back, each by its kind: L1, L2, MaxNorm, ClipNorm, ClipValue",
)


@dataclass(frozen=True)
class Recipe(Declaration):
    """One way to train; `roles` are the networks that it needs, by name."""

    roles: ClassVar[tuple[str, ...]] = ("model",)
    fed: ClassVar[str] = "model"
    """The role whose network the data goes into."""
    compares: ClassVar[bool] = True
    """Whether it learns by the losses that the Outputs name."""
    ignores: ClassVar[frozenset[str]] = frozenset()
    """Fields that all recipes have and that mean nothing to this one."""

    epochs: Annotated[int, EPOCHS] = 10
    batch_size: Annotated[int, BATCH] = 64
    optimizer: Annotated[Frozen[str, Value], OPTIMIZER] = ADAM
    schedule: Annotated[Frozen[str, Value], SCHEDULE] = CONSTANT
    seed: Annotated[int, SEED] = 0
    device: Annotated[str, DEVICE] = "auto"
    threads: Annotated[
        int,
        Int(
            0,
            1024,
            help="How many cores compute on a CPU, for the whole program while it trains; 0 takes one where a step is "
            "so small that several would only wait for each other, and otherwise as many as there are",
            unit="cores",
        ),
    ] = 0
    precision: Annotated[str, PRECISION] = "float32"
    compile: Annotated[bool, Flag(help="Compiles the network first: slower to start, often faster to run")] = False
    layout: Annotated[
        str,
        Choice(
            options=("auto", "channels first", "channels last"),
            help="How pictures lie in memory. auto takes the faster one: channels last for convolutions of up to "
            "256 channels on a CPU, and with bf16, fp16 or tf32 on a GPU",
        ),
    ] = "auto"
    capture: Annotated[
        bool,
        Flag(
            help="On an NVIDIA GPU: records a step as one graph and replays it, much faster for small networks. It is "
            "used only if it proves equal to the step itself"
        ),
    ] = False
    accumulate: Annotated[
        int,
        Int(
            1,
            65536,
            help="How many batches are summed up before one step: a large batch in little memory",
            unit="batches",
        ),
    ] = 1
    regularizers: Annotated[tuple[Frozen[str, Value], ...], REGULARIZERS] = ()
    decay_on: Annotated[
        str,
        Choice(
            options=("all", "weights"),
            help="What the optimizer's weight decay acts on: all parameters, or weights without biases and the scales "
            "of normalizations",
        ),
    ] = "all"
    rates: Annotated[
        Frozen[str, Value],
        Values(help="Factors on the learning rate of single nodes, such as 0.1 for conv1; 1 for all others"),
    ] = Frozen()
    average: Annotated[
        float,
        Real(
            low=0,
            high=0.999999,
            help="Keeps a moving average of the weights, which is what is validated and what the finished model has; "
            "0.999 is usual, 0 is off",
        ),
    ] = 0.0
    patience: Annotated[
        int,
        Int(
            0,
            1_000_000,
            help="Stops after so many epochs without a better validation loss; 0 never stops early",
            unit="epochs",
        ),
    ] = 0
    frozen: Annotated[
        tuple[str, ...],
        Words(most=4096, help="Nodes whose weights stay as they are, and the statistics of their batch norms too"),
    ] = ()
    learning: Annotated[
        str,
        Choice(
            options=("all", "last", "none"),
            help="For fine tuning. none: nothing learns, it only predicts. last: only the last layers before each "
            "output, the classifier. all: every layer, at a small learning rate",
        ),
    ] = "all"
    last: Annotated[int, Int(1, 4096, help="How many layers with weights learn before each output, with “last”")] = 1
    start: Annotated[
        Frozen[str, Value],
        Declared(
            registry="start",
            usual="Weights",
            help="Weights to go on from, of another run or a file; empty starts as the layers say",
        ),
    ] = Frozen()
    evaluate_every: Annotated[int, Int(1, 10_000, help="Validates after every so many epochs", unit="epochs")] = 1
    sharding: Annotated[
        str,
        Choice(
            options=("replicate", "shard"),
            help="With torchrun: replicate keeps the whole network in each process, shard a piece of every weight, "
            "for networks that do not fit on one device",
        ),
    ] = "replicate"
    checkpoint_every: Annotated[
        int,
        Int(
            0,
            2**31 - 1,
            help="Keeps a checkpoint every so many steps; 0 after each epoch, of epochs shorter than two seconds only "
            "after some. The best and the last are always kept",
            unit="steps",
        ),
    ] = 0
    workers: Annotated[
        int, Int(0, 256, help="Processes that read ahead when the data do not fit in memory; 0 reads between the steps")
    ] = 0


recipes: Registry[Recipe] = Registry("recipe")


def recipe(family: str, *, synonyms: str = "") -> Callable[[type[Recipe]], type[Recipe]]:
    """Registers a recipe under a heading of the training form."""

    def register(cls: type[Recipe]) -> type[Recipe]:
        return recipes.add(cls, family=family, synonyms=synonyms)

    return register


@recipe("Learning from examples", synonyms="classification, regression, tagging, teacher")
class Supervised(Recipe):
    """Shows the network inputs with the right answers, and moves its weights towards giving them.

    The loss of each Output says how the difference is measured; several are added with their weights."""

    metrics: Annotated[tuple[str, ...], CHOSEN] = ()


@recipe(
    "Learning without a teacher",
    synonyms="self-encoding, reconstruction, compression, code, denoising, sparse, variational, DAE, SAE, VAE, GEN-01, "
    "GEN-02, GEN-03, GEN-04, LOS-22, LOS-23, LOS-24",
)
class Autoencoder(Recipe):
    """Teaches the network to give out what went in, through a code that is narrow, noisy or dear.

    An Output that is one number for a sample (SparsityPenalty, KLDivergence) is a price added with its weight.
    With corruption, it sees a spoilt input and must give out the clean one."""

    corrupt: Annotated[
        str,
        Choice(
            options=("none", "noise", "mask"),
            help="How the input is spoilt: not at all, by adding Gaussian noise, or by setting some numbers to 0",
        ),
    ] = "none"
    corruption: Annotated[
        float, Real(low=0, help="The spread of the noise, or the share of the numbers that are set to 0")
    ] = 0.3
    metrics: Annotated[tuple[str, ...], CHOSEN] = ()


@recipe(
    "Learning without a teacher",
    synonyms="generative adversarial network, DCGAN, WGAN, LSGAN, discriminator, forger, trick, TRN-25, LOS-21, GEN-05",
)
class Gan(Recipe):
    """Two networks play: the generator makes samples from noise, the critic tells them from real ones.

    Each batch teaches the critic on real and made samples mixed, then the generator to trick the critic, which stays
    as it is meanwhile. The critic gives out one number, large for real; it must not end with a sigmoid."""

    title = "GAN"

    roles = ("generator", "critic")
    fed = "critic"
    compares = False

    loss: Annotated[
        str,
        Choice(
            options=("trick", "least squares", "wasserstein"),
            help="trick: cross entropy, the generator wants its samples called real. least squares: real is 1, made 0. "
            "wasserstein: the distance between the scores, which needs clipped weights or a gradient penalty",
        ),
    ] = "trick"
    critic_steps: Annotated[
        int, Int(1, 100, help="How many batches the critic learns from for each one of the generator")
    ] = 1
    critic_optimizer: Annotated[
        Frozen[str, Value], Declared(registry="optimizer", help="The critic's own optimizer; empty takes the same kind")
    ] = Frozen()
    clip_weights: Annotated[
        float, Real(low=0, help="Keeps each weight of the critic within this distance of 0 (WGAN: 0.01); 0 is off")
    ] = 0.0
    gradient_penalty: Annotated[
        float, Real(low=0, help="Pulls the length of the critic's gradient between real and made to 1 (10); 0 is off")
    ] = 0.0


@recipe(
    "Learning from examples",
    synonyms="siamese, triplet, contrastive, face verification, embedding, one-shot, similarity, LOS-19, LOS-20, "
    "TRN-26, NUM-81",
)
class MetricLearning(Recipe):
    """Teaches an encoder to put samples of one class near each other and others apart.

    Pairs and triplets are made within each batch by the labels, so a batch should hold several samples of each
    class."""

    compares = False

    loss: Annotated[
        Frozen[str, Value],
        Declared(registry="loss", help="How codes are compared: Triplet, Contrastive or CosineEmbedding"),
    ] = Frozen({"kind": "Triplet"})
    mining: Annotated[
        str,
        Choice(
            options=("random", "hard"),
            help="Which partners an anchor gets: any, or the farthest of its class and the nearest of the others",
        ),
    ] = "random"
    normalize: Annotated[bool, Flag(help="Puts all codes on a sphere of radius 1")] = False


@recipe(
    "Learning from examples",
    synonyms="rosenblatt, mark I, linear separation, mistakes, cycling, TRN-01, TRN-02, NUM-56",
)
class PerceptronRule(Recipe):
    """Corrects a single neuron on each mistake: W ← W + x where it should have fired, W ← W − x where not.

    Where a line can part the classes it makes at most (R/γ)² mistakes in all; where none can, it never ends, and says
    so when its weights come back to where they were."""

    compares = False
    ignores = frozenset(
        {
            "optimizer",
            "schedule",
            "regularizers",
            "decay_on",
            "rates",
            "average",
            "accumulate",
            "precision",
            "capture",
            "frozen",
            "learning",
            "last",
        }
    )

    rate: Annotated[
        float, Real(low=0, open_low=True, help="How far one correction moves; from zeros it is no matter")
    ] = 1.0
    first: Annotated[
        str,
        Choice(
            options=("zeros", "drawn"),
            help="The first weights: zeros, or as the layer draws them; a start from other weights goes before",
        ),
    ] = "zeros"


@recipe(
    "Learning sequences",
    synonyms="language model, char-rnn, next token, perplexity, truncated backpropagation through time, BPTT, GPT, "
    "TRN-17, NUM-82, NUM-83",
)
class Language(Recipe):
    """Teaches a network to foretell the next symbol of each place in a text.

    Recurrent layers read a window in chunks: their state is carried from one to the next, the gradient is not.
    A network that keeps no state, such as a transformer, reads each window whole."""

    chunk: Annotated[int, Int(1, 65536, help="How many steps the gradient goes back in time")] = 25
    metrics: Annotated[tuple[str, ...], CHOSEN] = ()
