"""Networks that squeeze their input, or turn it into a picture: autoencoders, U-Net, a generator."""

from dlstudio.core.document import Project
from tests.templates.authoring import part, project, template


@template
def autoencoder() -> Project:
    return project(
        "Autoencoder",
        "Squeezes a digit through 32 numbers and draws it again: the target is the input itself. "
        "What survives the narrow place, the code, is what the digits have in common. Look at the pictures that come "
        "out while it trains, and make the code narrower until they blur: two numbers can be drawn as a map "
        "(Hinton and Salakhutdinov, “Reducing the dimensionality of data with neural networks”, 2006).",
        """image: input 1x28x28 > flatten: flatten > encode: linear 128 > relu1: relu > narrow: linear 32 > code: relu
           > decode: linear 128 > relu2: relu > pixels: linear 784 > sigmoid: sigmoid
           > picture: reshape 1x28x28 image > drawn: output target=image""",
    )


@template
def linear_autoencoder() -> Project:
    return project(
        "Linear autoencoder",
        "An autoencoder without any bend. Its 32 numbers are sums of the pixels, and what it draws is a sum of 32 "
        "pictures. Nothing of the kind can do better than principal component analysis, and the least error is reached "
        "just where the 32 pictures span what the first 32 principal components span; training finds the way there "
        "without any eigenvector (Baldi and Hornik, “Neural networks and principal component analysis”, 1989).",
        """image: input 1x28x28 > flatten: flatten > code: linear 32 > pixels: linear 784
           > picture: reshape 1x28x28 image > drawn: output target=image""",
    )


@template
def conv_autoencoder() -> Project:
    return project(
        "Convolutional autoencoder",
        "An autoencoder that keeps the picture a picture. Strided convolutions shrink it to eight maps of 7 × 7, "
        "transposed convolutions spread it out again. It needs far fewer weights than the one of fully connected "
        "layers, and its code still says where things are. Compare the two at the same size of code "
        "(Masci, Meier, Cireşan and Schmidhuber, “Stacked convolutional auto-encoders”, 2011).",
        """image: input 1x28x28 > conv1: conv 16 3x3 s2 p1 > relu1: relu > conv2: conv 8 3x3 s2 p1 > code: relu
           > up1: upconv 16 2x2 s2 > relu2: relu > up2: upconv 1 2x2 s2 > sigmoid: sigmoid
           > drawn: output target=image""",
    )


DOUBLE = part(
    "x: input 3x128x128 > conv1: conv =channels 3x3 p1 > relu1: relu "
    "> conv2: conv =channels 3x3 p1 > relu2: relu > y: output",
    "Two 3 × 3 convolutions, each with a ReLU.",
    channels=64,
)

UP = part(
    """below: input 128x64x64 > grow: upconv =channels 2x2 s2
       skip: input 64x128x128 > join: concat grow > merge: DoubleConv channels==channels > y: output""",
    "Twice the height and width, and beside it the maps of the way down.",
    channels=64,
)


@template
def unet() -> Project:
    return project(
        "U-Net",
        "Says for each pixel what it belongs to. On the way down it sees ever more of the picture in ever less detail; "
        "on the way up the detail comes back, and at each level the maps of the way down are put beside those of the "
        "way up, since they still know exactly where the edges are. Here the convolutions have a border, so that the "
        "result is as large as the picture; the paper's lose two pixels each. Two scores for every pixel "
        "(Ronneberger, Fischer and Brox, “U-Net: convolutional networks for biomedical image segmentation”, 2015).",
        """image: input 3x128x128
           image > down1: DoubleConv channels=64 > pool1: maxpool 2
                 > down2: DoubleConv channels=128 > pool2: maxpool 2
                 > down3: DoubleConv channels=256 > pool3: maxpool 2
                 > down4: DoubleConv channels=512 > pool4: maxpool 2
                 > bottom: DoubleConv channels=1024 > up4: Up channels=512 down4 > up3: Up channels=256 down3
                 > up2: Up channels=128 down2 > up1: Up channels=64 down1
                 > scores: conv 2 1x1 > mask: output""",
        DoubleConv=DOUBLE,
        Up=UP,
    )


@template
def small_unet() -> Project:
    return project(
        "Small U-Net",
        "The U-Net with two levels in place of four and an eighth of the channels: small enough to train while you "
        "watch. For every pixel of the picture it says whether it belongs to a circle, a square, a triangle or to "
        "nothing (after Ronneberger, Fischer and Brox, “U-Net: convolutional networks for biomedical image "
        "segmentation”, 2015).",
        """image: input 3x32x32
           image > down1: DoubleConv channels=8 > pool1: maxpool 2
                 > down2: DoubleConv channels=16 > pool2: maxpool 2
                 > bottom: DoubleConv channels=32 > up2: Up channels=16 down2 > up1: Up channels=8 down1
                 > scores: conv 4 1x1 > mask: output""",
        DoubleConv=DOUBLE,
        Up=UP,
    )


@template
def gan() -> Project:
    return project(
        "GAN on points",
        "Two networks play against each other. The generator makes points of noise; the critic is shown real points "
        "and made ones and says which is which; the generator learns to be taken for real. Neither is ever told what "
        "the data looks like. This page shows how they meet: enter either of them to change it "
        "(Goodfellow and others, “Generative adversarial nets”, 2014).",
        "noise: input 4 > forger: generator > judge: critic > score: output",
        generator=part(
            "noise: input 4 > fc1: linear 64 > relu1: relu > fc2: linear 64 > relu2: relu > place: linear 2 "
            "> made: output",
            "Makes a point of the plane from four random numbers.",
        ),
        critic=part(
            "point: input 2 > fc1: linear 64 > relu1: leakyrelu > fc2: linear 64 > relu2: leakyrelu > judge: linear 1 "
            "> score: output",
            "One number for a point: large for real.",
        ),
    )


@template
def dcgan_generator() -> Project:
    return project(
        "DCGAN generator",
        "Draws a picture from noise. First 100 random numbers become a 4 × 4 patch of 512 maps, and four transposed "
        "convolutions spread it to 64 × 64 pixels in colour. It is one half of a pair: a critic learns to tell its "
        "pictures from real ones, and it learns to fool the critic. Batch normalization after every layer but the last "
        "keeps the game stable (Radford, Metz and Chintala, “Unsupervised representation learning with deep "
        "convolutional generative adversarial networks”, 2015).",
        """noise: input 100 > reshape: reshape 100x1x1 image
           > up1: upconv 512 4x4 s1 nobias > bn1: bn > relu1: relu
           > up2: upconv 256 4x4 s2 p1 nobias > bn2: bn > relu2: relu
           > up3: upconv 128 4x4 s2 p1 nobias > bn3: bn > relu3: relu
           > up4: upconv 64 4x4 s2 p1 nobias > bn4: bn > relu4: relu
           > up5: upconv 3 4x4 s2 p1 > tanh: tanh > picture: output""",
    )


@template
def denoising_autoencoder() -> Project:
    return project(
        "Denoising autoencoder",
        "Draws whole digits from damaged ones: while it trains, three pixels in ten are blotted out before it "
        "sees them, but the target is the clean picture. To fill the gaps it must know what digits look like, so its "
        "code says more than that of a plain autoencoder, even though it is not narrow "
        "(Vincent, Larochelle, Bengio and Manzagol, “Extracting and composing robust features with denoising "
        "autoencoders”, 2008).",
        """image: input 1x28x28 > flatten: flatten > encode: linear 256 > code: relu
           > pixels: linear 784 > sigmoid: sigmoid > picture: reshape 1x28x28 image > drawn: output target=image""",
    )


@template
def sparse_autoencoder() -> Project:
    return project(
        "Sparse autoencoder",
        "A code of 400 numbers for 784 pixels would be easy to cheat with, were it not for a price: on average each "
        "unit may be active one time in twenty. So every digit is described by the few units that fit it. Look at the "
        "weights of the code: many of them show a single stroke of the pen "
        "(Andrew Ng, “Sparse autoencoder”, 2011).",
        """image: input 1x28x28 > flatten: flatten > encode: linear 400 > code: sigmoid
           > pixels: linear 784 > sigmoid: sigmoid > picture: reshape 1x28x28 image > drawn: output target=image
           code > price: sparsity 0.05 > sparse: output weight=0.1""",
    )


@template
def variational_autoencoder() -> Project:
    return project(
        "Variational autoencoder",
        "An autoencoder that can also invent. Instead of one code it gives a mean and a spread, and the picture is "
        "drawn from a code rolled from those dice; a second term of the loss keeps all the dice near the standard "
        "one. So every point of the plane of codes, also between the digits, shows something sensible: two numbers "
        "make a map of all digits (Kingma and Welling, “Auto-encoding variational Bayes”, 2013).",
        """image: input 1x28x28 > flatten: flatten > encode: linear 256 > relu1: relu > mean: linear 2
           relu1 > log_variance: linear 2
           mean > z: gaussiansample log_variance > decode: linear 256 > relu2: relu > pixels: linear 784
                > sigmoid: sigmoid > picture: reshape 1x28x28 image > drawn: output target=image
           mean > divergence: kl log_variance > prior: output weight=0.002""",
    )
