"""Language: foretelling the next symbol, with a gradient that goes back a limited number of steps."""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace

import torch
from torch import Tensor

from dlstudio.catalog.layers import layers
from dlstudio.catalog.recipes import Language as Recipe
from dlstudio.compiler.emit import emit
from dlstudio.compiler.memory import Memory, carried, cut, keepers, recurrent
from dlstudio.core import edits
from dlstudio.core.document import INPUT, MODEL, Node, Project
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.tensor import Tensor as Kind
from dlstudio.data.dataset import Column
from dlstudio.data.wiring import Columns, Wiring, bind, wire
from dlstudio.training.criteria import criterion
from dlstudio.training.devices import precise
from dlstudio.training.measures.asked import meters
from dlstudio.training.method import Batch, Task, method
from dlstudio.training.suited import suited
from dlstudio.training.tally import Tally
from dlstudio.training.update import Updater
from dlstudio.training.updating import Updating

States = dict[str, Tensor]
MOST = 80.0
"""Above this loss the perplexity is no longer a number that fits."""


@method
class Language(Updating):
    """Reads each window in chunks and learns from each; states go on from chunk to chunk, gradients do not."""

    recipe = "Language"
    curves = ("loss", "perplexity")

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        assert isinstance(task.recipe, Recipe)
        self.module = task.modules[MODEL]
        self.carried = carried(task.project.networks[MODEL])
        self.memory = Memory(keepers(task.project, getattr(self.module, "_orig_mod", self.module)))
        source = emit(task.project)
        self.given, self.made = source.inputs, list(source.outputs)
        ((entry, self.text),) = task.wiring.inputs.items()
        self.input = entry
        node, target = _asked(task)
        _enough(task, entry, task.prepared.columns[target], source.outputs[node.id])
        self.criterion = criterion(task, node, target)
        self.meters = meters(task, [self.criterion])
        length = task.prepared.columns[self.text].tensor.shape[0]
        keeps = bool(self.carried or self.memory.parts)
        self.chunk = min(task.recipe.chunk, length) if keeps else length
        self.chunks = math.ceil(length / self.chunk)
        steps, an_epoch = task.total_steps * self.chunks, task.steps_per_epoch * self.chunks
        self.update = Updater(replace(task, total_steps=steps, steps_per_epoch=an_epoch), [self.module])
        self.updaters = {MODEL: self.update}

    @classmethod
    def bound(cls, project: Project, columns: Columns) -> tuple[Project, Wiring]:
        """Inputs and outputs of states have nothing to do with the data; the others are wired as always."""
        states = carried(project.networks[MODEL])
        plain = bind(edits.remove(project, MODEL, [*states.keys(), *states.values()]), columns)
        for node in plain.networks[MODEL].of_kind(INPUT):
            project = edits.put(project, MODEL, node.id, **node.fields)
        return project, wire(plain, columns)

    @classmethod
    def accepts(cls, project: Project) -> list[Issue]:
        try:
            source = emit(project)
        except ProjectProblem as problem:
            return list(problem.issues)
        states = carried(project.networks[MODEL])
        reads = [kind for name, kind in source.inputs.items() if name not in states]
        says = {name: kind for name, kind in source.outputs.items() if name not in states.values()}
        return [*_shapes(reads, says), *_two_ways(project), *suited(project)]

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """One update for each chunk; what is told is the mean over the window."""
        total = torch.zeros((), device=self.task.device)
        with self.memory:
            states: States = {}
            for x, expected in self._cut(batch):
                with self._precisely():
                    scores, states = self.read(x, states)
                    loss = self.criterion.weighted(scores, expected)
                self.update(loss)
                total = total + loss.detach() * x.shape[1]
        mean = total / batch[self.text].shape[1]
        return {"loss": mean, "perplexity": mean.clamp(max=MOST).exp(), **self.update.told}

    def _cut(self, batch: Batch) -> Iterator[tuple[Tensor, Batch]]:
        """The window in chunks of time: what is read, and what should have been foretold (NUM-82)."""
        texts = torch.split(batch[self.text], self.chunk, 1)
        answers = torch.split(batch[self.criterion.target], self.chunk, 1)
        for x, y in zip(texts, answers, strict=True):
            yield x, {self.criterion.target: y}

    def read(self, x: Tensor, states: States) -> tuple[Tensor, States]:
        """The scores of a chunk, and the states after it, which remember nothing of how they came about (TRN-17)."""
        made = self.module(*(x if name == self.input else self._state(name, states, x) for name in self.given))
        answers = dict(zip(self.made, made if isinstance(made, tuple) else (made,), strict=True))
        after = {taker: cut(answers[giver]) for taker, giver in self.carried.items()}
        return answers[self.criterion.output], after

    def _state(self, name: str, states: States, x: Tensor) -> Tensor:
        """Zeros at the start of a window."""
        return states[name] if name in states else torch.zeros(len(x), *self.given[name].shape, device=x.device)

    def _precisely(self) -> AbstractContextManager[object]:
        return precise(self.task.device, self.task.recipe.precision)

    def evaluate(self, batches: Iterable[Batch]) -> dict[str, float]:
        tally = Tally()
        self.meters.reset()
        with self.measuring():
            for batch in batches:
                self._evaluate(batch, tally)
        means = tally.means()
        perplexity = {"perplexity": math.exp(min(means["loss"], MOST))} if means else {}
        self.measured = means | perplexity | self.meters.numbers()
        return self.measured

    def _evaluate(self, batch: Batch, tally: Tally) -> None:
        with self.memory:
            states: States = {}
            said: list[Tensor] = []
            for x, expected in self._cut(batch):
                with self._precisely():
                    scores, states = self.read(x, states)
                    loss = self.criterion.weighted(scores, expected)
                tally.add(x.numel(), {"loss": loss})
                said.append(scores)
            self.meters.add({self.criterion.output: torch.cat(said, 1)}, batch)


def _asked(task: Task) -> tuple[Node, str]:
    """The output that foretells, and the column of what it should foretell."""
    for name, column in task.wiring.targets.items():
        return task.project.networks[MODEL].nodes[name], column
    raise ProjectProblem("There is nothing to foretell: no column of the data is the next symbol. Use a text source.")


def _enough(task: Task, entry: str, column: Column, scores: Kind) -> None:
    """Refuses a network that knows fewer symbols than the text has, which would fail in the middle of a step."""
    network, symbols = task.project.networks[MODEL], len(column.classes)
    wires = network.outbound.get(entry, ())
    rooms = {wire.target: room for wire in wires if (room := _room(network.nodes[wire.target])) is not None}
    for node, room in {**rooms, "its last layer": scores.shape[-1]}.items():
        if room < symbols:
            raise ProjectProblem(
                f"The text has {symbols:,} symbols (one of them may stand for all that are unknown), and there is room "
                f"for {room:,} in {node}. Make the network's first and last layer {symbols:,} symbols wide."
            )


def _room(node: Node) -> int | None:
    """How many symbols a layer that reads them knows."""
    if node.kind == "OneHot":
        return int(next(iter(node.fields.get("classes", ())), 0)) or None
    kind = layers.get(node.kind)
    field = kind.specs.get("num_embeddings") if kind else None
    room = node.fields.get("num_embeddings", field.default) if field else None
    return room if isinstance(room, int) else None


def _shapes(reads: list[Kind], says: Mapping[str, Kind]) -> list[Issue]:
    """One row of symbols goes in, and scores for each of its places come out."""
    if len(reads) != 1 or reads[0].rank != 1 or reads[0].dtype != "int":
        found = " and ".join(kind.describe() for kind in reads) or "nothing"
        text = f"A language model reads one row of symbols, such as a text; this network reads {found}."
        return [Issue("error", "language-input", text, MODEL)]
    wrong = [name for name, kind in says.items() if kind.rank != 2 or kind.shape[0] != reads[0].shape[0]]
    if len(says) == 1 and not wrong:
        return []
    text = f"A language model gives scores for the next symbol at each of its {reads[0]} places, from one output"
    found = f"{wrong[0]} gives {says[wrong[0]].describe()}" if wrong else f"there are {len(says)}"
    return [Issue("error", "language-output", f"{text}; {found}.", MODEL, wrong[0] if wrong else "")]


def _two_ways(project: Project) -> list[Issue]:
    text = "reads the text from its end too, so it sees what it should foretell. Make it read one way."
    return [
        Issue("error", "language-both-ways", f"{place.path} {text}", MODEL, place.path.split(".", maxsplit=1)[0])
        for place in recurrent(project)
        if place.node.fields.get("bidirectional")
    ]
