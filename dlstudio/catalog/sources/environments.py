"""Environments: worlds of the gymnasium library in which something can be done, as recordings of what happened."""

from typing import Annotated

from dlstudio.catalog.sources.generated import SEED
from dlstudio.catalog.sources.source import Source, source
from dlstudio.catalog.sources.texts import BY_TIME
from dlstudio.core.fields import Choice, Int, Text


@source(
    "Environments",
    gives="steps of episodes, as many as you like",
    split=BY_TIME,
    synonyms="gymnasium, gym, reinforcement learning, rl, transitions, replay, offline, cartpole, frozen lake, agent",
)
class Environment(Source):
    """What happens in a world when somebody acts in it: what was seen, done and earned, and what was seen next.

    Each sample is one step: observation, action, reward, next, and whether the episode ended there (ended) or its time
    was up (cut). Validation and test are later steps than those that train. Needs gymnasium: pip install
    dlstudio[rl]."""

    name: Annotated[str, Text(help="The environment's name in gymnasium, such as CartPole-v1 or FrozenLake-v1")] = (
        "CartPole-v1"
    )
    policy: Annotated[
        str, Choice(options=("random",), help="Who acts: random takes any action, each equally often")
    ] = "random"
    steps: Annotated[int, Int(1, 10_000_000, help="How many steps are recorded at most")] = 2000
    episodes: Annotated[int, Int(0, 1_000_000, help="Ends after so many whole episodes; 0 goes by the steps alone")] = 0
    seed: Annotated[int, SEED] = 0
