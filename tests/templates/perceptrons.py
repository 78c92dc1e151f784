"""Perceptrons, from one unit to networks of a few layers."""

from dlstudio.core.document import Project
from tests.templates.authoring import project, template


@template
def perceptron() -> Project:
    return project(
        "Perceptron",
        "One neuron that says yes or no: it weighs two inputs, adds an offset and steps from 0 to 1 at zero. "
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
    return project(
        "XOR with two neurons",
        "Two threshold neurons are enough for XOR when the inputs also go past the first one. The hidden neuron "
        "says “both”, and the last one counts the inputs that are on and takes “both” away twice. "
        "With weights (1, 1) and threshold 1.5 in the first and (1, 1, -2) and 0.5 in the second, the table comes "
        "out exactly. A network need not be made of neat layers, as long as no wire runs in a circle "
        "(Minsky and Papert, “Perceptrons”, 1969).",
        """x: input 2 > hidden: linear 1 > both: step
           x > beside: concat both > last: linear 1 > fires: step > y: output""",
    )


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
