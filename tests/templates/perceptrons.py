"""Perceptrons, from one unit to networks of a few layers."""

from math import cos, pi, sin

from dlstudio.core import edits
from dlstudio.core.document import MODEL, Project
from dlstudio.core.frozen import Value
from tests.templates.authoring import part, project, template


def given(made: Project, **weights: tuple[Value, Value]) -> Project:
    """The project with the weights and the offset of some nodes set by hand."""
    for node, (weight, bias) in weights.items():
        fields = {"weight_init": {"kind": "Given", "values": weight}, "bias_init": {"kind": "Given", "values": bias}}
        made = edits.put(made, MODEL, node, **fields)
    return made


@template
def perceptron() -> Project:
    return project(
        "Perceptron",
        "One neuron that says yes or no: it weighs two inputs, adds an offset and steps from 0 to 1. "
        "Its weights draw one straight line through the plane of its inputs, so it learns AND and OR but never XOR. "
        "A threshold has no gradient: the perceptron rule trains it, back-propagation cannot "
        "(Frank Rosenblatt, “The Perceptron”, 1958).",
        "x: input 2 > neuron: linear 1 > fires: step > y: output",
    )


@template
def xor() -> Project:
    return project(
        "XOR network",
        "The smallest task that one neuron cannot learn: say yes when exactly one of two inputs is on. "
        "Four hidden neurons bend the plane so that the last one can part it with a straight line. "
        "Watch the boundary while it trains, and try two hidden neurons: then some starts get stuck "
        "(Rumelhart, Hinton and Williams, “Learning representations by back-propagating errors”, 1986).",
        "x: input 2 > hidden: linear 4 > tanh: tanh > score: linear 1 > y: output",
    )


@template
def xor_skip() -> Project:
    made = project(
        "XOR with two neurons",
        "Two threshold neurons are enough for XOR when the inputs also go past the first one. The hidden neuron "
        "says “both”, and the last one counts the inputs that are on and takes “both” away twice. "
        "The weights are set by hand: (1, 1) and threshold 1.5 in the first, (1, 1, -2) and 0.5 in the second, and the "
        "table comes out exactly. A network need not be made of neat layers, as long as no wire runs in a circle "
        "(Minsky and Papert, “Perceptrons”, 1969).",
        """x: input 2 > hidden: linear 1 > both: step
           x > beside: concat both > last: linear 1 > fires: step > y: output""",
    )
    return given(made, hidden=([[1, 1]], [-1.5]), last=([[1, 1, -2]], [-0.5]))


@template
def mlp() -> Project:
    return project(
        "Multilayer perceptron",
        "The plainest network that reads digits: the 28 × 28 pixels in one row, 128 hidden neurons, and ten scores. "
        "It knows nothing of neighbourhood: shuffle the pixels and it learns just as well. Compare it with LeNet-5, "
        "which has fewer weights and makes fewer mistakes "
        "(LeCun, Bottou, Bengio and Haffner, “Gradient-based learning applied to document recognition”, 1998).",
        "image: input 1x28x28 > flatten: flatten > hidden: linear 128 > relu: relu > scores: linear 10 > digit: output",
    )


@template
def xor_nand() -> Project:
    made = project(
        "XOR from NAND gates",
        "Perceptrons can be wired like the gates of a computer. A neuron with the weights -2 and -2 and the offset 3 "
        "is a NAND gate: it says no only when both of its inputs are on. Four of them make XOR, with no training at "
        "all, and since every logic circuit can be built from NAND gates, so can any computation be built from "
        "perceptrons (Michael Nielsen, “Neural networks and deep learning”, 2015).",
        """x: input 2 > bits: split 2
           bits.y1 > both: Nand bits.y2
           bits.y1 > left: Nand both
           bits.y2 > right: Nand both
           left > last: Nand right > y: output""",
        Nand=part(
            "a: input 1; b: input 1; a > pair: concat b > neuron: linear 1 > fires: step > y: output",
            "A gate that is off only when both inputs are on.",
        ),
    )
    fixed = {"weight_init": {"kind": "Constant", "val": -2.0}, "bias_init": {"kind": "Constant", "val": 3.0}}
    return edits.put_all(made, "Nand", ["neuron"], fixed)


@template
def pentagons() -> Project:
    made = project(
        "Two pentagons",
        "Any region of the plane can be cut out with straight lines: ten neurons draw the sides of two pentagons, two "
        "say “inside all five” of the one or the other, and the last says “inside either”. With steps, as here, the "
        "weights are set by hand; start them at random and exchange the steps for sigmoids to train it "
        "(after Richard Lippmann, “An introduction to computing with neural nets”, 1987).",
        """point: input 2 > sides: linear 10 > step1: step > pentagons: linear 2 > step2: step
           > either: linear 1 > step3: step > inside: output""",
    )
    lines = [line for middle in (-1.5, 1.5) for line in pentagon(middle)]
    return given(
        made,
        sides=([line[:2] for line in lines], [line[2] for line in lines]),
        pentagons=([[1] * 5 + [0] * 5, [0] * 5 + [1] * 5], [-4.5, -4.5]),
        either=([[1, 1]], [-0.5]),
    )


def pentagon(middle: float) -> list[list[float]]:
    """The sides of a pentagon whose corners lie 1 away from (middle, 0): a·x + b·y + c is positive inside."""
    angles = [2 * pi * (side / 5 + 0.05) for side in range(5)]
    return [
        [round(each, 4) + 0.0 for each in (-cos(angle), -sin(angle), cos(pi / 5) + middle * cos(angle))]
        for angle in angles
    ]


@template
def deep_feed_forward() -> Project:
    return project(
        "Deep feed-forward network",
        "Three hidden layers of 16 neurons tell two interleaved spirals apart. Watch the boundary: the first layer "
        "draws lines, the second corners, the third curls around the spirals. Take layers away or make them narrower "
        "until it fails, and see what width and depth are good for "
        "(Lang and Witbrock, “Learning to tell two spirals apart”, 1988).",
        """point: input 2 > hidden1: linear 16 > tanh1: tanh > hidden2: linear 16 > tanh2: tanh
           > hidden3: linear 16 > tanh3: tanh > scores: linear 2 > spiral: output""",
    )


@template
def depths() -> Project:
    return project(
        "No, three and twenty hidden layers",
        "Three networks of one width look at the same two spirals and learn side by side: one has no hidden layer, one "
        "has three, one has twenty. Open the panel Space and watch the three boundaries: without a hidden layer it "
        "stays a straight line, three layers curl around the spirals, and twenty plain layers are no better than the "
        "line: depth gives room for what a network can say, but little of the gradient is left at the first layer "
        "(after Xavier Glorot and Yoshua Bengio, “Understanding the difficulty of training deep feedforward neural "
        "networks”, 2010).",
        """point: input 2 > line: linear 2 > none: output target=kind
           point > hidden1: linear 16 > tanh1: tanh > hidden2: linear 16 > tanh2: tanh
           > hidden3: linear 16 > tanh3: tanh > scores3: linear 2 > three: output target=kind
           point > first: linear 16 > tanh: tanh > layers: Layer repeat=19 > scores20: linear 2
           > twenty: output target=kind""",
        Layer=part("x: input 16 > linear: linear 16 > tanh: tanh > y: output", "One hidden layer."),
    )


@template
def radial_basis() -> Project:
    return project(
        "Radial basis network",
        "Fits a curve with bumps. Each of the twelve units answers only near its own centre, and the last layer adds "
        "the bumps up. Look at the bumps while they learn where to stand and how wide to be. What lies far from all "
        "centres is answered with the last layer's offset, whatever the network has learned "
        "(Broomhead and Lowe, “Multivariable functional interpolation and adaptive networks”, 1988).",
        "x: input 1 > bumps: rbf 12 > sum: linear 1 > y: output",
    )


@template
def linear_regression() -> Project:
    return project(
        "Linear regression",
        "The smallest thing that learns: one weight for each input and an offset, trained to the least sum of squares. "
        "Here training is only a way to the answer that a formula gives too, so you can see whether it arrives, and "
        "how a learning rate that is too large makes it fly apart "
        "(Gauss, “Theoria motus corporum coelestium”, 1809).",
        "features: input 10 > weigh: linear 1 > y: output",
    )


@template
def logistic_regression() -> Project:
    return project(
        "Logistic regression",
        "One neuron that says how likely something is: it weighs its inputs and bends the sum to between 0 and 1. "
        "Where two classes overlap it cannot be right every time, but it can know how often it is: compare its curve "
        "with the share of ones among the data near each point "
        "(David Cox, “The regression analysis of binary sequences”, 1958).",
        "x: input 1 > weigh: linear 1 > probability: sigmoid > y: output",
    )


@template
def softmax_regression() -> Project:
    return project(
        "Softmax regression",
        "Three scores, one for each class, and no hidden layer. The softmax, which is part of the loss, turns them "
        "into shares that sum to one. The borders between the classes are straight lines; with two classes it is "
        "exactly logistic regression (John Bridle, “Probabilistic interpretation of feedforward classification "
        "network outputs”, 1990).",
        "point: input 2 > scores: linear 3 > kind: output",
    )


@template
def wine() -> Project:
    return project(
        "Wine from a table",
        "A small network for the rows of a table: thirteen measurements of a wine go in, scores for its three growers "
        "come out. So most people meet neural networks: a few hundred rows, one hidden layer, and the question whether "
        "it does any better than a line (Forina and others, “Wine recognition data”, 1991).",
        "measurements: input 13 > hidden: linear 16 > relu: relu > scores: linear 3 > cultivar: output",
    )
