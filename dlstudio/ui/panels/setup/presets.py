"""Presets: settings of a training that belong together: some that come with the program, and the user's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlstudio.compiler.faults import recipe_of
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen, Value, freeze, same
from dlstudio.ui.panels.setup.settings_form import trained_with
from dlstudio.ui.settings import settings

KEY = "presets"
BOUND = ("start", "frozen", "rates", "kind")
"""What belongs to one project, and to no preset."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Some settings by name; `whole` ones bring all others back to what is usual."""

    name: str
    help: str
    values: Frozen[str, Value]
    recipe: str = ""
    """The only recipe that it is for."""
    whole: bool = False

    def applied(self, project: Project) -> Project:
        """The project with these settings, as far as its recipe has them."""
        recipe = recipe_of(project.training)
        if recipe is None:
            return project
        known = {n: v for n, v in self.values.items() if n in recipe.specs and n not in recipe.ignores}
        usual = [n for n, v in known.items() if same(v, recipe.specs[n].default)]
        drop = [n for n in project.training if n not in BOUND] if self.whole else usual
        return trained_with(project, drop, {n: v for n, v in known.items() if n not in usual})

    def fits(self, project: Project) -> bool:
        """Whether it is meant for the project's recipe."""
        return self.recipe in ("", str(project.training.get("kind", "Supervised")))


def preset(name: str, help_text: str, *, recipe: str = "", **values: Any) -> Preset:
    """One that comes with the program."""
    return Preset(name, help_text, freeze(values), recipe)


def kind(name: str, **fields: Any) -> dict[str, Any]:
    return {"kind": name, **fields}


PRESETS = (
    preset(
        "Quick look",
        "Two epochs with Adam: does it learn at all?",
        epochs=2,
        patience=0,
        evaluate_every=1,
        optimizer=kind("Adam", lr=0.001),
        schedule=kind("Constant"),
        average=0.0,
    ),
    preset(
        "Careful",
        "Long and steady: warm-up, falling rate, clipped gradients, averaged weights; ends when it gets no better.",
        epochs=60,
        patience=10,
        evaluate_every=1,
        optimizer=kind("AdamW", lr=0.001),
        schedule=kind("Cosine", warmup=200),
        regularizers=(kind("ClipNorm"),),
        average=0.999,
    ),
    preset(
        "Fine-tune",
        "For weights that are good already: a small rate that falls, all layers learn.",
        epochs=5,
        optimizer=kind("AdamW", lr=0.00005),
        schedule=kind("Linear", warmup=50),
        learning="all",
    ),
    preset(
        "Only the last layer",
        "For weights that are good already: all but the last layer stay as they are.",
        epochs=10,
        optimizer=kind("Adam", lr=0.001),
        schedule=kind("Constant"),
        learning="last",
        last=1,
    ),
    preset(
        "AlexNet 2012",
        "Krizhevsky et al.: momentum 0.9, weight decay 0.0005, the rate falls tenfold when validation stands still.",
        epochs=90,
        batch_size=128,
        optimizer=kind("SGD", lr=0.01, momentum=0.9, weight_decay=0.0005),
        schedule=kind("Plateau", ratio=0.1),
    ),
    preset(
        "ResNet 2015",
        "He et al. on CIFAR-10: momentum 0.9, rate 0.1, tenfold less after 50 % and 75 % of 164 epochs.",
        epochs=164,
        batch_size=128,
        optimizer=kind("SGD", lr=0.1, momentum=0.9, weight_decay=0.0001),
        schedule=kind("MultiStep", milestones=(82, 123)),
    ),
    preset(
        "Transformer 2017",
        "Vaswani et al., of 512 features: Adam with betas 0.9 and 0.98, 4,000 steps of warm-up, then 1/√t.",
        optimizer=kind("Adam", lr=0.0007, betas=(0.9, 0.98), eps=1e-9),
        schedule=kind("InverseSquareRoot", warmup=4000),
    ),
    preset(
        "GPT 2018",
        "Radford et al.: AdamW, 2,000 steps of warm-up, then half a cosine to 0.",
        epochs=100,
        batch_size=64,
        optimizer=kind("AdamW", lr=0.00025, weight_decay=0.01),
        schedule=kind("Cosine", warmup=2000),
    ),
    preset(
        "DCGAN 2015",
        "Radford et al.: Adam with a rate of 0.0002 and a first beta of 0.5 for both players.",
        recipe="Gan",
        batch_size=128,
        loss="trick",
        critic_steps=1,
        clip_weights=0.0,
        gradient_penalty=0.0,
        optimizer=kind("Adam", lr=0.0002, betas=(0.5, 0.999)),
        schedule=kind("Constant"),
    ),
    preset(
        "Wasserstein GAN 2017",
        "Arjovsky et al.: RMSprop, five steps of a critic with clipped weights for each of the generator.",
        recipe="Gan",
        batch_size=64,
        loss="wasserstein",
        critic_steps=5,
        clip_weights=0.01,
        gradient_penalty=0.0,
        optimizer=kind("RMSprop", lr=0.00005),
        schedule=kind("Constant"),
    ),
)
"""Those that come with the program."""


def own() -> dict[str, Preset]:
    """The user's, by name; what is no preset any more is passed over."""
    try:
        kept = json.loads(str(settings().value(KEY, "{}")))
    except ValueError:
        return {}
    sound = {n: v for n, v in kept.items() if isinstance(v, dict)} if isinstance(kept, dict) else {}
    return {name: Preset(name, "One of your own.", freeze(values), whole=True) for name, values in sound.items()}


def keep(name: str, project: Project) -> None:
    """Keeps the settings of a project under a name."""
    _write({**_plain(), name: project.training.drop(*BOUND)})


def rename(old: str, new: str) -> None:
    """Gives one of the user's another name; it keeps its place."""
    _write({new if name == old else name: values for name, values in _plain().items()})


def forget(name: str) -> None:
    """Deletes one of the user's."""
    _write({each: values for each, values in _plain().items() if each != name})


def refuse(name: str, old: str = "") -> str:
    """Why a preset cannot be called so, or nothing."""
    if not name:
        return "A preset needs a name."
    if len(name) > 40:
        return "A name has at most 40 letters."
    if name != old and (name in own() or name in {each.name for each in PRESETS}):
        return f"There is a preset {name} already."
    return ""


def _plain() -> dict[str, Frozen[str, Value]]:
    return {name: each.values for name, each in own().items()}


def _write(presets: Mapping[str, Value]) -> None:
    settings().setValue(KEY, json.dumps(presets))


def differences(before: Project, after: Project) -> list[str]:
    """What differs in how two projects are trained, a line for each setting."""
    old, new = before.training, after.training
    found = []
    for name in dict.fromkeys([*old, *new]):
        was, is_now = _said(old, name), _said(new, name)
        if was != is_now:
            found.append(f"{name.replace('_', ' ')} {was} → {is_now}")
    return found


def _said(training: Frozen[str, Value], name: str) -> str:
    """A setting in a few words, also where nothing is said."""
    recipe = recipe_of(training)
    if name == "kind":
        return recipe.title if recipe else str(training.get("kind"))
    usual = recipe.specs[name].default if recipe and name in recipe.specs else ""
    return spoken(training.get(name, usual))


def spoken(value: Value) -> str:
    """A value in a few words: Adam lr 0.003."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Mapping):
        fields = [f"{n} {spoken(v)}" for n, v in value.items() if n != "kind"]
        return " ".join(filter(None, (str(value.get("kind", "")), ", ".join(fields)))) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(spoken, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
