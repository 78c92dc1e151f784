"""Networks that read one step after the other."""

from dlstudio.core.document import Project
from tests.templates.authoring import part, project, template


@template
def char_rnn() -> Project:
    return project(
        "Character RNN",
        "Learns to spell “hello”: it reads a letter and says which comes next. The letters h, l, e, o are written as "
        "rows with a single one, a recurrent layer remembers what was read, and a linear layer scores the next letter "
        "at every step. Both l's look the same but are followed by different letters, so without its memory the "
        "network cannot be right. 128 weights and no offsets: small enough to read every one of them "
        "(after Andrej Karpathy, “The unreasonable effectiveness of recurrent neural networks”, 2015).",
        """letters: input 4 tokens int > onehot: onehot 4 > memory: rnn 8 nobias
           > scores: linear 4 nobias > next_letter: output""",
    )


@template
def lstm_classifier() -> Project:
    return project(
        "LSTM classifier",
        "Reads a sentence word by word and says in the end what kind of sentence it is: many steps in, one answer out. "
        "Each word gets a learned vector; the LSTM's cell state carries what matters to the last step, and only that "
        "step is judged. Watch how much better it remembers early words than a plain RNN in its place "
        "(Hochreiter and Schmidhuber, “Long short-term memory”, 1997).",
        """words: input 40 tokens int > embedding: embedding 5000 64 > lstm: lstm 128
           > last: takestep last > drop: dropout 0.5 > scores: linear 2 > kind: output""",
    )


@template
def lstm_by_hand() -> Project:
    return project(
        "LSTM by hand",
        "An LSTM cell drawn gate by gate. Two delays hold the state h and the cell c of the step before; "
        "the forget gate says what of the cell is kept, the input gate how much of the candidate is written, "
        "and the output gate what of it is shown. With the same weights it gives the same numbers as torch's own "
        "LSTM. Rewire it: let the gates see the cell, or make the input gate one minus the forget gate, and you have "
        "an LSTM of your own (Hochreiter and Schmidhuber, “Long short-term memory”, 1997; the forget gate is from "
        "Gers, Schmidhuber and Cummins, 2000).",
        """sequence: input 12x8 > lstm: Cell > last: takestep last > scores: linear 2 > kind: output""",
        Cell=part(
            """x: input 12x8
               h_before: delay 16
               c_before: delay 16
               x > both: concat h_before
               both > forget: linear 16 activation=sigmoid > kept: multiply c_before
               both > write: linear 16 activation=sigmoid
               both > candidate: linear 16 activation=tanh > written: multiply write
               kept > c: add written > c_before
               c > squashed: tanh
               both > show: linear 16 activation=sigmoid > h: multiply squashed > h_before
               h > states: output""",
            "One LSTM cell, run once for each step: gates decide what is kept, written and shown.",
        ),
    )


@template
def bidirectional_tagger() -> Project:
    return project(
        "Bidirectional tagger",
        "Gives each word of a sentence a tag, such as noun or verb: as many answers as steps, in the same order. "
        "“Bank” can only be told when the words after it are known too, so one LSTM reads from left to right, another "
        "from right to left, and at each step their states are put side by side: 2 × 64 numbers for every word "
        "(Schuster and Paliwal, “Bidirectional recurrent neural networks”, 1997).",
        """words: input 20 tokens int > embedding: embedding 2000 64 > readers: lstm 64 bi
           > scores: linear 12 > tags: output""",
    )


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
