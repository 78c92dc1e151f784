"""Networks whose blocks pass their input on beside what they make of it: ResNet, DenseNet; and MobileNet."""

from dlstudio.core.document import Project
from tests.templates.authoring import Part, part, project, template

STEM = """image: input 3x224x224 > conv1: conv 64 7x7 s2 p3 nobias > bn1: bn > relu1: relu > pool1: maxpool 3 s2 p1"""

HEAD = "mean: globalavgpool > fc: linear 1000 > scores: output"

BASIC = part(
    """x: input 64x56x56
       x > conv1: conv =channels 3x3 p1 nobias > bn1: bn > relu1: relu
         > conv2: conv =channels 3x3 p1 nobias > bn2: bn > sum: add x > relu2: relu > y: output""",
    "Two convolutions and the skip past them.",
    channels=64,
)

BASIC_DOWN = part(
    """x: input 64x56x56
       x > conv1: conv =channels 3x3 stride==stride p1 nobias > bn1: bn > relu1: relu
         > conv2: conv =channels 3x3 p1 nobias > bn2: bn
       x > project: conv =channels 1x1 stride==stride nobias > bn_skip: bn
       bn2 > sum: add bn_skip > relu2: relu > y: output""",
    "A basic block that changes the shape, so a 1 × 1 convolution makes the skip fit.",
    channels=128,
    stride=2,
)

BOTTLENECK = part(
    """x: input 256x56x56
       x > reduce: conv =width 1x1 nobias > bn1: bn > relu1: relu
         > conv: conv =width 3x3 p1 nobias > bn2: bn > relu2: relu
         > expand: conv =width*4 1x1 nobias > bn3: bn > sum: add x > relu3: relu > y: output""",
    "A 3 × 3 convolution between two 1 × 1 that narrow and widen, and the skip past them.",
    width=64,
)

BOTTLENECK_DOWN = part(
    """x: input 256x56x56
       x > reduce: conv =width 1x1 nobias > bn1: bn > relu1: relu
         > conv: conv =width 3x3 stride==stride p1 nobias > bn2: bn > relu2: relu
         > expand: conv =width*4 1x1 nobias > bn3: bn
       x > project: conv =width*4 1x1 stride==stride nobias > bn_skip: bn
       bn3 > sum: add bn_skip > relu3: relu > y: output""",
    "A bottleneck that changes the shape, so a 1 × 1 convolution makes the skip fit.",
    width=128,
    stride=2,
)

STAGE = part(
    "x: input 64x56x56 > first: BottleneckDown width==width stride==stride "
    "> rest: Bottleneck width==width repeat==blocks-1 > y: output",
    "Bottlenecks of one width: the first changes the shape, the others refine.",
    width=64,
    stride=2,
    blocks=3,
)

HE = "(He, Zhang, Ren and Sun, “Deep residual learning for image recognition”, 2015)."


@template
def resnet18() -> Project:
    return project(
        "ResNet-18",
        "Every two convolutions learn only what to add to their input, which passes them by on a skip wire. "
        "So the gradient always has a short way back, and depth no longer hurts. The first block of the stages 2 to 4 "
        "halves height and width and doubles the channels; a 1 × 1 convolution makes its skip fit. "
        f"11,689,512 parameters {HE}",
        f"""{STEM}
            > stage1: BasicBlock channels=64 repeat=2
            > down2: BasicDown channels=128 stride=2 > stage2: BasicBlock channels=128
            > down3: BasicDown channels=256 stride=2 > stage3: BasicBlock channels=256
            > down4: BasicDown channels=512 stride=2 > stage4: BasicBlock channels=512
            > {HEAD}""",
        BasicBlock=BASIC,
        BasicDown=BASIC_DOWN,
    )


def _bottlenecks(title: str, notes: str, *blocks: int) -> Project:
    one, two, three, four = blocks
    parts: dict[str, Part] = {"Bottleneck": BOTTLENECK, "BottleneckDown": BOTTLENECK_DOWN, "Stage": STAGE}
    return project(
        title,
        notes,
        f"""{STEM}
            > stage1: Stage width=64 stride=1 blocks={one} > stage2: Stage width=128 stride=2 blocks={two}
            > stage3: Stage width=256 stride=2 blocks={three} > stage4: Stage width=512 stride=2 blocks={four}
            > {HEAD}""",
        **parts,
    )


@template
def resnet50() -> Project:
    return _bottlenecks(
        "ResNet-50",
        "The residual network that most vision projects start from. Its blocks are bottlenecks: a 1 × 1 convolution "
        "narrows the channels, a 3 × 3 works on few of them, a 1 × 1 widens them again, and the skip joins before the "
        "last ReLU. Four stages of 3, 4, 6 and 3 blocks; the stride sits in the 3 × 3 convolution, as in torchvision. "
        f"25,557,032 parameters {HE}",
        *(3, 4, 6, 3),
    )


@template
def resnet152() -> Project:
    return _bottlenecks(
        "ResNet-152",
        "The deepest network of the paper that won ImageNet 2015, on one page: it differs from ResNet-50 in two "
        "numbers, since its stages hold 3, 8, 36 and 3 of the same bottlenecks. Without skips a network of this depth "
        "does not train at all; with them each block adds a small correction. "
        f"60,192,808 parameters {HE}",
        *(3, 8, 36, 3),
    )


@template
def densenet121() -> Project:
    return project(
        "DenseNet-121",
        "Every layer sees the maps of all layers before it in its block. Nothing is added up: all is kept side "
        "by side. Each layer adds only 32 channels, so 121 layers take fewer weights than ResNet-18 has. "
        "Between the blocks a 1 × 1 convolution halves the channels and a pooling halves height and width. "
        "7,978,856 parameters (Huang, Liu, van der Maaten and Weinberger, “Densely connected convolutional "
        "networks”, 2016).",
        f"""{STEM}
            > block1: DenseLayer growth=32 repeat=6 > shrink1: Transition channels=128
            > block2: DenseLayer growth=32 repeat=12 > shrink2: Transition channels=256
            > block3: DenseLayer growth=32 repeat=24 > shrink3: Transition channels=512
            > block4: DenseLayer growth=32 repeat=16 > bn5: bn > relu5: relu
            > {HEAD}""",
        DenseLayer=part(
            """x: input 64x56x56
               x > bn1: bn > relu1: relu > conv1: conv =growth*4 1x1 nobias
                 > bn2: bn > relu2: relu > conv2: conv =growth 3x3 p1 nobias
               x > join: concat conv2 > y: output""",
            "Makes a few new maps of all maps so far and puts them beside those.",
            growth=32,
        ),
        Transition=part(
            "x: input 256x56x56 > bn: bn > relu: relu > conv: conv =channels 1x1 nobias > pool: avgpool 2 > y: output",
            "Fewer channels, and half the height and width.",
            channels=128,
        ),
    )


@template
def mobilenet() -> Project:
    return project(
        "MobileNet",
        "A network for telephones, made of convolutions that are split in two. The depthwise one filters every channel "
        "by itself, the pointwise one mixes the channels at each pixel. That takes a ninth of the multiplications. "
        "Open a block and compare the cost of its two convolutions. 4,231,976 parameters "
        "(Howard and others, “MobileNets: efficient convolutional neural networks for mobile vision "
        "applications”, 2017).",
        """image: input 3x224x224 > conv1: conv 32 3x3 s2 p1 nobias > bn1: bn > relu1: relu
           > block1: Separable channels=64 stride=1
           > block2: Separable channels=128 stride=2 > block3: Separable channels=128 stride=1
           > block4: Separable channels=256 stride=2 > block5: Separable channels=256 stride=1
           > block6: Separable channels=512 stride=2 > block7: Separable channels=512 stride=1 repeat=5
           > block8: Separable channels=1024 stride=2 > block9: Separable channels=1024 stride=1
           > mean: globalavgpool > fc: linear 1000 > scores: output""",
        Separable=part(
            """x: input 32x112x112
               x > depthwise: dwconv 3x3 stride==stride p1 nobias > bn1: bn > relu1: relu
                 > pointwise: pwconv =channels nobias > bn2: bn > relu2: relu > y: output""",
            "A convolution in two steps: each channel by itself, then all channels at each pixel.",
            channels=64,
            stride=1,
        ),
    )


DEPTH = "(after He, Zhang, Ren and Sun, “Deep residual learning for image recognition”, 2015)."


@template
def plain20() -> Project:
    return project(
        "Twenty layers, plain",
        "Why depth alone does not help. Twenty sigmoid layers in a row should part two spirals easily, yet the "
        "network stays at one half right for ever: look at the gradients, which shrink by about four at each layer "
        "until nothing reaches the first ones. Then open “Twenty layers, residual”, which adds nine skips "
        f"{DEPTH}",
        "x: input 2 > first: linear 16 > sigmoid: sigmoid > layers: Pair repeat=9 > scores: linear 2 > spiral: output",
        Pair=part(
            "x: input 16 > linear1: linear 16 > sigmoid1: sigmoid > linear2: linear 16 > sigmoid2: sigmoid > y: output",
            "Two sigmoid layers.",
        ),
    )


@template
def residual20() -> Project:
    return project(
        "Twenty layers, residual",
        "The cure for depth. Twenty layers again, but every two of them only add to what passes by on a skip wire. "
        "The gradient takes the same wire back, arrives whole at the first layer, and the two spirals are parted "
        "within some hundred steps. Compare the gradients with those of “Twenty layers, plain” "
        f"{DEPTH}",
        "x: input 2 > first: linear 16 > layers: Pair repeat=9 > scores: linear 2 > spiral: output",
        Pair=part(
            "x: input 16 > linear1: linear 16 > sigmoid: sigmoid > linear2: linear 16 > sum: add x > y: output",
            "Two layers that add to what passes by.",
        ),
    )
