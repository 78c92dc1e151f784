"""Networks that say where things are."""

from dlstudio.core.document import Project
from tests.templates.authoring import part, project, template


@template
def grid_detector() -> Project:
    return project(
        "Grid detector",
        "Finds things in a picture in one look. The picture is parted into 8 × 8 fields, and every field says whether "
        "a thing has its middle there (sure), where in the field that middle is (place, between 0 and 1), how large "
        "the thing is (size, in fields, never negative) and what it is (kind). Most fields see nothing, and these "
        "shall not teach the others what places and sizes are: both are multiplied by sure, so a field that is sure of "
        "nothing says 0, as the data does. Divide by sure to get them back "
        "(Redmon, Divvala, Girshick and Farhadi, “You only look once”, 2015).",
        """image: input 3x64x64
           > conv1: ConvNorm channels=16 > pool1: maxpool 2 > conv2: ConvNorm channels=32 > pool2: maxpool 2
           > conv3: ConvNorm channels=64 > pool3: maxpool 2 > conv4: ConvNorm channels=64 > fields: conv 8 1x1
           fields > sure_score: slice 0 1 channel > sure: sigmoid > certainty: output weight=10
           fields > place_score: slice 1 3 channel > place: sigmoid > there: multiply sure > middle: output weight=10
           fields > size_score: slice 3 5 channel > size: exp > as_large: multiply sure > extent: output weight=2
           fields > kind_score: slice 5 8 channel > kind: output""",
        ConvNorm=part(
            "x: input 3x64x64 > conv: conv =channels 3x3 p1 nobias > bn: bn > relu: relu > y: output",
            "A convolution, batch normalization and a ReLU: what people call one layer.",
            channels=16,
        ),
    )


@template
def localiser() -> Project:
    return project(
        "Object localiser",
        "Says what is in a picture and where. After the shared convolutions one head scores the three kinds, another "
        "gives the middle and the size of its box as shares of the picture, counted from its upper left corner; half "
        "the size to both sides of the middle are the edges left, top, right and bottom. Two losses pull at the same "
        "features; their weights say how hard each pulls "
        "(after Sermanet and others, “OverFeat: integrated recognition, localization and detection”, 2013).",
        """image: input 3x32x32 > conv1: conv 16 3x3 p1 > relu1: relu > pool1: maxpool 2
           > conv2: conv 32 3x3 p1 > relu2: relu > pool2: maxpool 2 > flatten: flatten
           > shared: linear 64 > features: relu > scores: linear 3 > kind: output
           features > place: linear 4 > shares: sigmoid > middle: slice 0 2
           shares > size: slice 2 4 > reach: expression size/2
           middle > low: subtract reach
           middle > high: add reach
           low > edges: concat high > box: output weight=5""",
    )


@template
def sliding_window() -> Project:
    return project(
        "Sliding window in one pass",
        "A digit reader that takes pictures of any size. What would be fully connected layers are convolutions here, "
        "the first as large as the maps that a 28 × 28 digit leaves. On a larger picture the same weights give a map "
        "of answers: one for each place of a window that slides by four pixels, at a fraction of the work of cutting "
        "the windows out. The surest window speaks for the picture (after Sermanet and others, “OverFeat: integrated "
        "recognition, localization and detection”, 2013; Long, Shelhamer and Darrell, “Fully convolutional networks "
        "for semantic segmentation”, 2014).",
        """image: input 1x44x44 > conv1: conv 6 5x5 > relu1: relu > pool1: maxpool 2
           > conv2: conv 16 5x5 > relu2: relu > pool2: maxpool 2
           > fc1: conv 120 4x4 > relu3: relu > fc2: conv 84 1x1 > relu4: relu > fc3: conv 10 1x1
           > surest: globalmaxpool > digit: output""",
    )


@template
def spatial_transformer() -> Project:
    return project(
        "Spatial transformer",
        "Turns and shifts a picture upright before it reads it. A small network looks at the picture and gives three "
        "numbers: an angle and two shifts. From these come the six of an affine grid where the picture is sampled; "
        "gradients pass through, so nobody has to say which way is up. Put crooked digits in and look at what comes "
        "out of “upright” (Jaderberg, Simonyan, Zisserman and Kavukcuoglu, “Spatial transformer networks”, 2015).",
        """image: input 1x40x40
           image > look1: conv 8 5x5 s2 > relu1: relu > look2: conv 16 5x5 s2 > relu2: relu > flatten1: flatten
                 > pose: linear 3 > angle: slice 0 1
           pose > right: slice 1 2
           pose > down: slice 2 3
           angle > turn_cos: expression cos(angle)
           angle > turn_sin: expression sin(angle) > minus: expression -sine
           turn_cos > theta: concat minus right turn_sin turn_cos down
           image > upright: stn theta > conv: conv 16 5x5 > relu3: relu > pool: maxpool 2 > flatten2: flatten
                 > scores: linear 10 > digit: output""",
    )
