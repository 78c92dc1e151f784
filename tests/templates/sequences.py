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
        "Reads a sentence word by word and says in the end what kind of sentence it is. Many steps in, one answer out. "
        "Each word gets a learned vector; the LSTM's cell state carries what matters to the last step, and only that "
        "step is judged. Watch how much better it remembers early words than a plain RNN in its place "
        "(Hochreiter and Schmidhuber, “Long short-term memory”, 1997).",
        """words: input 20 tokens int > embedding: embedding 100 32 > lstm: lstm 64
           > last: takestep last > drop: dropout 0.2 > scores: linear 2 > kind: output""",
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
        """letters: input 8 tokens int > onehot: onehot 8 > lstm: Cell > last: takestep last
           > scores: linear 2 > kind: output""",
        Cell=part(
            """x: input 8x8
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
        "from right to left, and at each step their states are put side by side: 2 × 32 numbers for every word "
        "(Schuster and Paliwal, “Bidirectional recurrent neural networks”, 1997).",
        """words: input 20 tokens int > embedding: embedding 100 32 > readers: lstm 32 bi
           > scores: linear 7 > tags: output""",
    )


@template
def gru_classifier() -> Project:
    return project(
        "GRU classifier",
        "The LSTM classifier with a simpler cell: one state in place of two, and three sets of weights in place of "
        "four. An update gate says how much of the old state stays, a reset gate how much of it the candidate sees. "
        "On most tasks it is as good as the LSTM with a quarter less to train: compare the two "
        "(Cho and others, “Learning phrase representations using RNN encoder-decoder”, 2014).",
        """words: input 20 tokens int > embedding: embedding 100 32 > gru: gru 64
           > last: takestep last > drop: dropout 0.2 > scores: linear 2 > kind: output""",
    )


@template
def sequence_to_sequence() -> Project:
    return project(
        "Sequence to sequence",
        "Reads one sequence and writes another, of another length if need be: translation in small. The encoder reads "
        "to the end, and all that it knows goes over in its last two states; the decoder starts from them. In training "
        "the decoder is given the right answer, one step late, and says each next letter. Look at how long a sequence "
        "may be before two states no longer hold it "
        "(Sutskever, Vinyals and Le, “Sequence to sequence learning with neural networks”, 2014).",
        """source: input 8 tokens int > embed_source: embedding 30 32 > encoder: lstm 128
           written: input 9 tokens int > embed_written: embedding 30 32 > decoder: lstm 128 encoder.h encoder.c
           > scores: linear 30 > next_letter: output""",
    )


@template
def frame_tagger() -> Project:
    return project(
        "Frame tagger",
        "Watches a film and says at every frame what is going on. Each frame goes through the same small convolution; "
        "what it shows is put beside what is remembered of the frames before, and a delay carries the memory on. "
        "Whether something moves to the left or to the right can be seen in no single frame, so without the wire back "
        "it could only guess (after Donahue and others, “Long-term recurrent convolutional networks”, 2014).",
        "film: input 8x3x16x16 clip > watch: Watcher > scores: linear 5 > motion: output",
        Watcher=part(
            """frame: input 8x3x16x16 clip
               before: delay 32
               frame > conv: conv 8 3x3 p1 > relu: relu > pool: maxpool 4 > flatten: flatten > both: concat before
                     > remember: linear 32 activation=tanh > before
               remember > memory: output""",
            "Looks at one frame after the other and remembers.",
        ),
    )


@template
def language_model() -> Project:
    return project(
        "Character language model",
        "Reads a text letter by letter and says at each what comes next; what it says can be read in turn, and so it "
        "writes. A wide LSTM remembers what was read. A text is too long for one gradient to go back through: it goes "
        "back 25 letters, while the memory of the LSTM goes on "
        "(Mikolov and others, “Recurrent neural network based language model”, 2010).",
        """letters: input 100 tokens int > embedding: embedding 65 32 > memory: lstm 128
           > scores: linear 65 > next_letter: output""",
    )


@template
def captioner() -> Project:
    return project(
        "Image captioner",
        "Says in words what a picture shows: one picture in, many words out. Convolutions make 64 numbers of the "
        "picture, and these are the state that a GRU starts from; it is told what it has said so far and gives the "
        "next word, until the end sign (Karpathy and Fei-Fei, “Deep visual-semantic alignments for generating image "
        "descriptions”, 2014).",
        """image: input 3x32x32 > conv1: conv 16 3x3 p1 nobias > bn1: bn > relu1: relu > pool1: maxpool 2
           > conv2: conv 32 3x3 p1 nobias > bn2: bn > relu2: relu > pool2: maxpool 2 > flatten: flatten
           > seen: linear 64 nobias > bn3: bn > state: tanh
           written: input 4 tokens int > embedding: embedding 10 32 > words: gru 64 state
           > scores: linear 10 > next_word: output""",
    )
