"""words: how the type-to-build line is read. `input 1x28x28 > conv 6 5x5 p2 > relu > avgpool 2 > flatten > fc 10`

conv 64 3x3 s2 p1      a word, its fields in order, and one-letter fields
conv 64 3 bias=no      any field by its name
relu x3                the same three times;  (conv 64 3 same > bn > relu) x2  a group of them
skip: relu             a name of one's own;  add skip  joins what was named before,  gru other.h  another output of it
a > fc 10; b > fc 10   chains apart; a chain that starts with a name goes on from there
                       a new line begins a new chain, unless a > stands before or after it
before: delay 8        a loop: the delay first, and in the end  h > before  leads back to it;  h > before.initial
                       leads to that input
block Res channels=64  a block of the project, with its arguments
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dlstudio.catalog.layer import Layer
from dlstudio.catalog.layers import layers
from dlstudio.core.document import BLOCK
from dlstudio.core.fields import Declared, FieldProblem, Marker
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.meant import closest, did_you_mean
from dlstudio.core.spec import unknown_field

MOST_NODES = 20_000


@dataclass(frozen=True, slots=True)
class Item:
    """One node as it was typed: the kinds that its word may mean, each with what the rest says to it."""

    word: str
    meanings: tuple[tuple[str, Frozen[str, Value]], ...]
    name: str = ""
    joins: tuple[str, ...] = ()
    """Names of nodes that are wired into its further inputs."""


@dataclass(frozen=True, slots=True)
class From:
    """A chain that goes on from a node that is there already."""

    name: str


Chain = tuple[Item | From, ...]

_TOKEN = re.compile(r"[^\S\n]*(?:(>|;|\n\s*|\(|\)|→)|([^\s>;()→]+(?:\([^()]*\))?))")
_LABEL = re.compile(r"[A-Za-z]\w*:")
_TIMES = re.compile(r"[x×](\d+)")
_LETTER = re.compile(r"([a-z])(\d[\dx×.]*|same)")


def parse(text: str, networks: Sequence[str] = (), nodes: Sequence[str] = ()) -> list[Chain]:
    """The chains of a line; a ProjectProblem says which word is not understood, and what may be meant."""
    return _Reader(text, networks, nodes).chains()


def _tokens(text: str) -> Iterator[str]:
    """The words and marks of a text; the end of a line is a semicolon unless the chain visibly goes on."""
    found = [str(mark or word) for mark, word in _TOKEN.findall(text.strip() + " ") if mark or word]
    plain = [{"→": ">", "": ";"}.get(token.strip(), token) for token in found]
    for i, token in enumerate(plain):
        broken = found[i].isspace()
        if not (broken and (plain[i - 1] in (">", "(") or plain[i + 1] in (">", ")"))):
            yield token


class _Reader:
    def __init__(self, text: str, networks: Sequence[str], nodes: Sequence[str]) -> None:
        self.tokens = list(_tokens(text))
        self.at, self.networks = 0, networks
        self.named = set(nodes)

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def chains(self) -> list[Chain]:
        found = []
        while self.peek():
            if self.peek() == ";":
                self.take()
                continue
            found.append(tuple(self._chain()))
            if self.peek() not in ("", ";"):
                raise ProjectProblem(f"There is a “{self.peek()}” where a > or the end was expected.")
        if not found:
            raise ProjectProblem("The line is empty. Type something such as input 1x28x28 > flatten > fc 10.")
        return found

    def _chain(self) -> Iterator[Item | From]:
        count = 0
        while True:
            for item in self._part():
                count += 1
                if count > MOST_NODES:
                    raise ProjectProblem(f"The line makes more than {MOST_NODES:,} nodes.")
                yield item
            if self.peek() != ">":
                return
            self.take()
            if self.peek() in ("", ";", ")", ">"):
                raise ProjectProblem("The line ends with a > that leads nowhere, or has two in a row.")

    def _part(self) -> list[Item | From]:
        if self.peek() == "(":
            self.take()
            made: list[Item | From] = list(self._chain())
            if self.peek() != ")":
                raise ProjectProblem("A ( is never closed.")
            self.take()
        else:
            made = [self._item()]
        times = self._times()
        if times * len(made) > MOST_NODES:
            raise ProjectProblem(f"The line makes more than {MOST_NODES:,} nodes.")
        again = [replace(item, name="") if isinstance(item, Item) else item for item in made]
        return made + again * (times - 1)

    def _times(self) -> int:
        if not (found := _TIMES.fullmatch(self.peek())):
            return 1
        self.take()
        if len(found[1]) > 6 or not int(found[1]):
            raise ProjectProblem(
                f"“x{found[1][:8]}” cannot be repeated so often; use a number from 1 to {MOST_NODES:,}."
            )
        return int(found[1])

    def _item(self) -> Item | From:
        if self.peek() in ("", ")", ">", ";"):
            raise ProjectProblem("Something is missing before or after a >.")
        name, word = "", self.take()
        if _LABEL.fullmatch(word):
            name, word = word[:-1], self._word_after(word)
        rest: list[str] = []
        while self.peek() not in ("", ">", ";", "(", ")") and not _TIMES.fullmatch(self.peek()):
            rest.append(self.take())
        if not rest and not name and word not in _words() and word.partition(".")[0] in self.named:
            return From(word)
        item = self._meant(word, rest, name)
        self.named |= {name} if name else set()
        return item

    def _word_after(self, label: str) -> str:
        if self.peek() in ("", ">", ";", ")"):
            raise ProjectProblem(f"The name “{label[:-1]}” stands before nothing.")
        return self.take()

    def _meant(self, word: str, rest: list[str], name: str) -> Item | From:
        kinds = [BLOCK] if word in self.networks else _words().get(word.lower(), [])
        if word in self.networks:
            rest = [word, *rest]
        if not kinds:
            raise ProjectProblem(_unknown(word))
        joins = tuple(token for token in rest if self._joins(token, kinds))
        plain = [token for token in rest if token not in joins]
        meanings: list[tuple[str, Frozen[str, Value]]] = []
        first: ProjectProblem | None = None
        for kind in kinds:
            try:
                meanings.append((kind, Frozen(read_fields(layers[kind], word, plain))))
            except ProjectProblem as trouble:
                first = first or trouble
        if not meanings and first:
            raise first
        return Item(word, tuple(meanings), name, joins)

    def _joins(self, token: str, kinds: Sequence[str]) -> bool:
        return token.partition(".")[0] in self.named and not any(token in layers[kind].line.flags for kind in kinds)


def _unknown(word: str) -> str:
    return f"“{word}” is no layer that can be typed.{did_you_mean(closest(word.lower(), _words()))}"


def _words() -> dict[str, list[str]]:
    """All words of the line and the kinds that they may mean."""
    if not _vocabulary:
        for cls in layers:
            for word in dict.fromkeys((*cls.line.words, cls.kind.lower())):
                _vocabulary.setdefault(word, []).append(cls.kind)
    return _vocabulary


_vocabulary: dict[str, list[str]] = {}


def read_fields(cls: type[Layer], word: str, tokens: Sequence[str]) -> dict[str, Value]:
    """The fields that the tokens after a word say."""
    fields: dict[str, Value] = {}
    given: dict[str, Value] = {}
    order = list(cls.line.order)
    for token in tokens:
        name, text = _split(cls, token)
        if name == "given":
            key, _, value = token.partition("=")
            given[key] = _number(value)
        elif name in cls.line.flags:
            field, value = cls.line.flags[name]
            fields[field] = value
        elif name:
            fields[name] = _read(cls, word, name, text)
        else:
            field = next((f for f in order if f not in fields), "")
            if not field:
                raise ProjectProblem(_too_many(cls, word, token))
            fields[field] = _read(cls, word, field, token)
    return fields | ({"given": Frozen(given)} if given else {})


def _split(cls: type[Layer], token: str) -> tuple[str, str]:
    """Which field a token is for, if it says so itself, and what it says."""
    if token in cls.line.flags:
        return token, ""
    if "=" in token and not token.startswith("="):
        name, _, text = token.partition("=")
        if name in cls.specs:
            return name, text
        if cls.kind == BLOCK:
            return "given", text
        raise ProjectProblem(unknown_field(cls, name))
    letter = _LETTER.fullmatch(token)
    if letter and letter[1] in cls.line.letters:
        return cls.line.letters[letter[1]], letter[2]
    return "", token


def _read(cls: type[Layer], word: str, field: str, text: str) -> Value:
    marker: Marker = cls.specs[field].marker
    if marker.calculable and text.startswith("="):
        return text
    try:
        return Frozen({"kind": text}) if isinstance(marker, Declared) else marker.parse(text)
    except FieldProblem as trouble:
        raise ProjectProblem(f"In “{word}”, the {field.replace('_', ' ')} {trouble}.") from None


def _number(text: str) -> Value:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text if text.startswith("=") else f"={text}"


def _too_many(cls: type[Layer], word: str, token: str) -> str:
    order = ", ".join(name.replace("_", " ") for name in cls.line.order) or "nothing"
    letters = ", ".join(f"{letter}… for {name.replace('_', ' ')}" for letter, name in cls.line.letters.items())
    return f"“{word}” does not know what to do with “{token}”; it takes {order}{f' and {letters}' if letters else ''}."
