"""Networks that say where things are."""

from dlstudio.core.document import Project
from tests.templates.authoring import part, project, template


@template
def grid_detector() -> Project:
    return project(
        "Grid detector",
        "Finds things in a picture in one look. The picture is parted into 8 × 8 fields, and every field says whether "
        "a thing has its middle there (sure), where in the field that middle is (place, between 0 and 1), how large "
        "the thing is (size, in fields, never negative) and what it is (kind). Most fields say “nothing here”, so "
        "their share of the loss must not drown the rest "
        "(Redmon, Divvala, Girshick and Farhadi, “You only look once”, 2015).",
        """image: input 3x64x64
           > conv1: ConvNorm channels=16 > pool1: maxpool 2 > conv2: ConvNorm channels=32 > pool2: maxpool 2
           > conv3: ConvNorm channels=64 > pool3: maxpool 2 > conv4: ConvNorm channels=64 > fields: conv 8 1x1
           fields > sure_score: slice 0 1 channel > sure: sigmoid > certainty: output
           fields > place_score: slice 1 3 channel > place: sigmoid > middle: output
           fields > size_score: slice 3 5 channel > size: exp > extent: output
           fields > kind_score: slice 5 8 channel > kind: output""",
        ConvNorm=part(
            "x: input 3x64x64 > conv: conv =channels 3x3 p1 nobias > bn: bn > relu: relu > y: output",
            "A convolution, batch normalization and a ReLU: what people call one layer.",
            channels=16,
        ),
    )
