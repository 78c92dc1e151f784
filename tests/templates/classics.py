"""The convolutional networks that made the field: LeNet-5, AlexNet, VGG-16, GoogLeNet."""

from dlstudio.core.document import Project
from tests.templates.authoring import part, project, template


@template
def lenet5() -> Project:
    return project(
        "LeNet-5",
        "The convolutional network that read cheques. Two rounds of convolution and average pooling, then three fully "
        "connected layers. Look at the shapes on the wires, where height and width fall while channels rise. "
        "The paper calls the layers C1, S2, C3, S4, C5, F6; here they are conv1, pool1, conv2, pool2, fc1, fc2. "
        "The border of two pixels in conv1 makes the paper's 32 × 32 of 28 × 28 pixels, conv2 sees all six maps, and "
        "the last layer gives scores for the softmax in place of the paper's Gaussian units: 61,706 parameters "
        "(LeCun, Bottou, Bengio and Haffner, “Gradient-based learning applied to document recognition”, 1998).",
        """image: input 1x28x28 > conv1: conv 6 5x5 p2 > act1: tanh > pool1: avgpool 2
           > conv2: conv 16 5x5 > act2: tanh > pool2: avgpool 2 > flatten: flatten
           > fc1: linear 120 > act3: tanh > fc2: linear 84 > act4: tanh > fc3: linear 10 > digit: output""",
    )


@template
def transfer() -> Project:
    return project(
        "Transfer learning",
        "What was learnt for one task helps with another. The edges and strokes that the convolutions find are those "
        "of all digits, whichever they were learnt from: keep them, teach only the layers behind them anew, and far "
        "fewer steps do. The network is LeNet-5 with five answers, since it sees five digits at a time "
        "(Yosinski, Clune, Bengio and Lipson, “How transferable are features in deep neural networks?”, 2014).",
        """image: input 1x28x28 > conv1: conv 6 5x5 p2 > act1: tanh > pool1: avgpool 2
           > conv2: conv 16 5x5 > act2: tanh > pool2: avgpool 2 > flatten: flatten
           > fc1: linear 120 > act3: tanh > fc2: linear 84 > act4: tanh > fc3: linear 5 > digit: output""",
    )


@template
def alexnet() -> Project:
    return project(
        "AlexNet",
        "The network that won ImageNet 2012 and made ReLU, dropout and graphics cards the habit. "
        "Large strided filters first, then ever smaller ones; the two local response normalizations let neighbouring "
        "channels compete, with the paper's constants k = 2, n = 5, α = 0.0001, β = 0.75. "
        "Most of the 62,378,344 parameters sit in the first fully connected layer. The paper split some convolutions "
        "in two halves for two graphics cards, which saves 1.4 million weights; here they are whole "
        "(Krizhevsky, Sutskever and Hinton, “ImageNet classification with deep convolutional neural networks”, 2012).",
        """image: input 3x227x227 > conv1: conv 96 11x11 s4 > relu1: relu > norm1: lrn 5 > pool1: maxpool 3 s2
           > conv2: conv 256 5x5 same > relu2: relu > norm2: lrn 5 > pool2: maxpool 3 s2
           > conv3: conv 384 3x3 same > relu3: relu > conv4: conv 384 3x3 same > relu4: relu
           > conv5: conv 256 3x3 same > relu5: relu > pool5: maxpool 3 s2 > flatten: flatten
           > fc6: linear 4096 > relu6: relu > drop6: dropout 0.5
           > fc7: linear 4096 > relu7: relu > drop7: dropout 0.5 > fc8: linear 1000 > scores: output""",
    )


CONV_RELU = part(
    "x: input 64x56x56 > conv: conv =channels 3x3 p1 > relu: relu > y: output",
    "A 3 × 3 convolution that keeps height and width, and a ReLU.",
    channels=64,
)


@template
def vgg16() -> Project:
    return project(
        "VGG-16",
        "Thirteen convolutions, all of them 3 × 3, and nothing but max pooling between the five stages. "
        "The pixels go 224 → 112 → 56 → 28 → 14 → 7, while the channels double up to 512. "
        "Two 3 × 3 filters in a row see as much as one 5 × 5 filter with fewer weights. "
        "Of its 138,357,544 parameters 102,764,544 belong to the first fully connected layer "
        "(Simonyan and Zisserman, “Very deep convolutional networks for large-scale image recognition”, 2014).",
        """image: input 3x224x224
           > stage1: ConvReLU channels=64 repeat=2 > pool1: maxpool 2
           > stage2: ConvReLU channels=128 repeat=2 > pool2: maxpool 2
           > stage3: ConvReLU channels=256 repeat=3 > pool3: maxpool 2
           > stage4: ConvReLU channels=512 repeat=3 > pool4: maxpool 2
           > stage5: ConvReLU channels=512 repeat=3 > pool5: maxpool 2 > flatten: flatten
           > fc1: linear 4096 > relu1: relu > drop1: dropout 0.5
           > fc2: linear 4096 > relu2: relu > drop2: dropout 0.5 > fc3: linear 1000 > scores: output""",
        ConvReLU=CONV_RELU,
    )


@template
def small_vgg() -> Project:
    return project(
        "Small VGG",
        "VGG's rule on digits: nothing but 3 × 3 convolutions that keep height and width, and max pooling that halves "
        "them while the channels double. Two stages and two fully connected layers in place of five and three, so it "
        "trains while you watch (after Simonyan and Zisserman, “Very deep convolutional networks for large-scale image "
        "recognition”, 2014).",
        """image: input 1x28x28
           > stage1: ConvReLU channels=8 repeat=2 > pool1: maxpool 2
           > stage2: ConvReLU channels=16 repeat=2 > pool2: maxpool 2 > flatten: flatten
           > fc1: linear 64 > relu1: relu > fc2: linear 10 > digit: output""",
        ConvReLU=CONV_RELU,
    )


INCEPTION = part(
    """x: input 192x28x28
       x > conv1: conv =c1 1x1 > relu1: relu
       x > reduce3: conv =c3r 1x1 > relu3r: relu > conv3: conv =c3 3x3 p1 > relu3: relu
       x > reduce5: conv =c5r 1x1 > relu5r: relu > conv5: conv =c5 5x5 p2 > relu5: relu
       x > pool: maxpool 3 s1 p1 > project: conv =pp 1x1 > relu_pool: relu
       relu1 > join: concat relu3 relu5 relu_pool > y: output""",
    "Four ways to look at the same maps side by side: 1 × 1, 3 × 3, 5 × 5 and pooling.",
    c1=64,
    c3r=96,
    c3=128,
    c5r=16,
    c5=32,
    pp=32,
)


@template
def inception() -> Project:
    return project(
        "Inception module",
        "Takes all filter sizes at once in place of the best one, and stacks the results by channel. "
        "The 1 × 1 convolutions before the large filters shrink the channels first: compare the "
        "multiplications of the 5 × 5 branch with and without its reduction. Two modules in a row and a mean over "
        "each map read digits here, small enough to train while you watch "
        "(Szegedy and others, “Going deeper with convolutions”, 2014; Lin, Chen and Yan, “Network in network”, 2013).",
        """image: input 1x28x28 > stem: conv 12 3x3 p1 > relu: relu > pool: maxpool 2
           > mix1: Inception c1=8 c3r=6 c3=16 c5r=3 c5=4 pp=4 > bn1: bn
           > mix2: Inception c1=16 c3r=12 c3=32 c5r=4 c5=6 pp=10 > bn2: bn
           > mean: globalavgpool > scores: linear 10 > digit: output""",
        Inception=INCEPTION,
    )


@template
def googlenet() -> Project:
    return project(
        "GoogLeNet",
        "The winner of ImageNet 2014: nine Inception modules between three convolutions and one linear layer. "
        "Each module is the same network with other numbers: c1 filters of 1 × 1; c3r of 1 × 1 before c3 of 3 × 3; "
        "c5r before c5 of 5 × 5; pp of 1 × 1 after the pooling. The mean over each 7 × 7 map in place of large fully "
        "connected layers leaves 6,998,552 parameters, a ninth of AlexNet's. The paper's two helper classifiers for "
        "training are left out (Szegedy and others, “Going deeper with convolutions”, 2014).",
        """image: input 3x224x224
           > conv1: conv 64 7x7 s2 p3 > relu1: relu > pool1: maxpool 3 s2 p1 > norm1: lrn 5
           > reduce2: conv 64 1x1 > relu2r: relu > conv2: conv 192 3x3 p1 > relu2: relu > norm2: lrn 5
           > pool2: maxpool 3 s2 p1
           > inception3a: Inception c1=64 c3r=96 c3=128 c5r=16 c5=32 pp=32
           > inception3b: Inception c1=128 c3r=128 c3=192 c5r=32 c5=96 pp=64 > pool3: maxpool 3 s2 p1
           > inception4a: Inception c1=192 c3r=96 c3=208 c5r=16 c5=48 pp=64
           > inception4b: Inception c1=160 c3r=112 c3=224 c5r=24 c5=64 pp=64
           > inception4c: Inception c1=128 c3r=128 c3=256 c5r=24 c5=64 pp=64
           > inception4d: Inception c1=112 c3r=144 c3=288 c5r=32 c5=64 pp=64
           > inception4e: Inception c1=256 c3r=160 c3=320 c5r=32 c5=128 pp=128 > pool4: maxpool 3 s2 p1
           > inception5a: Inception c1=256 c3r=160 c3=320 c5r=32 c5=128 pp=128
           > inception5b: Inception c1=384 c3r=192 c3=384 c5r=48 c5=128 pp=128
           > mean: globalavgpool > drop: dropout 0.4 > fc: linear 1000 > scores: output""",
        Inception=INCEPTION,
    )
