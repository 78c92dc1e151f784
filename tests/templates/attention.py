"""Networks whose steps look at each other: transformers."""

from dlstudio.core.document import Project
from tests.templates.authoring import part, project, template


@template
def gpt() -> Project:
    return project(
        "Small GPT",
        "A language model in the manner of GPT: for each letter of a text it says which letter comes next. "
        "Every block lets each step look back at all steps before it, never ahead, and then thinks about each step by "
        "itself; both add to what passes by. Blocks have their norm in front, repeat four times, and each has its own "
        "weights. Change the repeat for a deeper model. The alphabet has 65 letters, as in the Shakespeare text that "
        "such models are tried on (Vaswani and others, “Attention is all you need”, 2017; Radford and others, "
        "“Language models are unsupervised multitask learners”, 2019).",
        """letters: input 64 tokens int > embedding: embedding 65 128 > positions: learnedpositions 64
           > drop: dropout 0.1 > blocks: TransformerBlock width=128 heads=4 repeat=4
           > norm: layernorm > scores: linear 65 nobias > next_letter: output""",
        TransformerBlock=part(
            """x: input 64x128
               x > norm1: layernorm > attention: attention =heads causal dropout=0.1 > seen: add x
               seen > norm2: layernorm > widen: linear =width*4 > gelu: gelu > narrow: linear =width
                    > drop: dropout 0.1 > thought: add seen > y: output""",
            "Looks back at earlier steps, then treats each step by itself; both add to what passes by.",
            width=128,
            heads=4,
        ),
    )


@template
def vision_transformer() -> Project:
    return project(
        "Vision transformer",
        "Reads a picture like a sentence: 16 patches of 7 × 7 pixels are its words. A class token in front gathers "
        "what the whole picture shows, learned positions say where each patch was, and blocks of attention and small "
        "networks do the rest; there is no convolution. With few pictures it learns more slowly than LeNet-5, since "
        "nobody told it that neighbours belong together "
        "(Dosovitskiy and others, “An image is worth 16 × 16 words”, 2020).",
        """image: input 1x28x28 > patches: tosequence 7x7 patches > embed: linear 64 > token: classtoken
           > positions: learnedpositions 17 > blocks: EncoderBlock width=64 heads=4 repeat=4
           > norm: layernorm > summary: takestep first > scores: linear 10 > digit: output""",
        EncoderBlock=part(
            """x: input 17x64
               x > norm1: layernorm > attention: attention =heads > seen: add x
               seen > norm2: layernorm > widen: linear =width*2 > gelu: gelu > narrow: linear =width
                    > thought: add seen > y: output""",
            "Each patch looks at all patches, then is treated by itself; both add to what passes by.",
            width=64,
            heads=4,
        ),
    )


@template
def attention() -> Project:
    return project(
        "Sequence to sequence with attention",
        "The encoder need not put all that it read into two states: at each letter that is written, the decoder looks "
        "back at every step of the source, weighs them by how well they answer its question, and takes their mean. "
        "So a long sequence is no harder than a short one (Bahdanau, Cho and Bengio, “Neural machine translation by "
        "jointly learning to align and translate”, 2014).",
        """source: input 8 tokens int > embed_source: embedding 30 32 > encoder: lstm 32 bi
           written: input 9 tokens int > embed_written: embedding 30 32 > decoder: lstm 64
           > looked: attention 1 encoder > beside: concat decoder > scores: linear 30 > next_letter: output""",
    )
