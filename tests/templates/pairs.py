"""Networks that compare two things."""

from dlstudio.core.document import Project
from tests.templates.authoring import part, project, template

ENCODER = part(
    """x: input 1x28x28 > conv1: conv 16 3x3 p1 > relu1: relu > pool1: maxpool 2
       > conv2: conv 32 3x3 p1 > relu2: relu > pool2: maxpool 2
       > flatten: flatten > code: linear 64 > y: output""",
    "A picture as 64 numbers.",
)


@template
def siamese() -> Project:
    return project(
        "Siamese network",
        "Do two pictures show the same digit? One encoder looks at both, with the same weights. It is counted and "
        "trained once. What differs between the two codes, number by number and without its sign, is weighed by one "
        "neuron: near 1 the same, near 0 another. Swap the pictures and the answer stays the same. So it can compare "
        "things that it never saw in training, such as faces (Bromley and others, “Signature verification using a "
        "siamese time delay neural network”, 1993; Taigman and others, “DeepFace”, 2014).",
        """a: input 1x28x28 > encoder: Encoder
           b: input 1x28x28 > again: Encoder same_weights_as=encoder
           encoder > difference: absdiff again > drop: dropout 0.3
                   > weigh: linear 1 > same: sigmoid > answer: output""",
        Encoder=ENCODER,
    )


@template
def triplet() -> Project:
    return project(
        "Triplet encoder",
        "Turns a picture into a place: pictures of one digit shall lie together, others far away. It is shown three at "
        "a time, an anchor, one of the same kind and one of another, and pays until the second is nearer than the "
        "third by a margin. To add a new kind, or a new face, no training is needed: one picture gives it its place "
        "(Schroff, Kalenichenko and Philbin, “FaceNet”, 2015).",
        "image: input 1x28x28 > encoder: Encoder > code: output",
        Encoder=ENCODER,
    )
