"""Libraries: the same model and data in the hands of what people use instead, where that is installed."""

import logging
import warnings
from importlib import import_module
from typing import Any

import torch
from torch import Tensor

from tests.bench.training.cases import RATE
from tests.bench.training.lap import Lap
from tests.bench.training.loops import loader
from tests.bench.training.study import Study, loss


class Lightning:
    """A LightningModule in a Trainer that shows nothing and keeps nothing."""

    def __init__(self, study: Study) -> None:
        pl: Any = import_module("pytorch_lightning")

        logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)

        class Module(pl.LightningModule):  # type: ignore[misc]
            def __init__(self) -> None:
                super().__init__()
                self.model = study.model()

            def training_step(self, batch: tuple[Tensor, Tensor], _index: int) -> Tensor:
                measured = loss(self.model(batch[0]), batch[1])
                self.log("loss", measured)
                return measured

            def configure_optimizers(self) -> torch.optim.Optimizer:
                return torch.optim.Adam(self.parameters(), lr=RATE)

        class Ticker(pl.Callback):  # type: ignore[misc]
            def __init__(self, lap: Lap) -> None:
                self.lap = lap

            def on_train_batch_start(self, trainer: Any, *_: object) -> int | None:
                if self.lap.tick():
                    return None
                trainer.should_stop = True
                return -1

        self.pl, self.module, self.ticker, self.study = pl, Module(), Ticker, study

    def run(self, lap: Lap) -> None:
        quiet = dict.fromkeys(("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False)
        accelerator = "gpu" if self.study.device.type == "cuda" else "cpu"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trainer = self.pl.Trainer(
                accelerator=accelerator, devices=1, max_epochs=-1, callbacks=[self.ticker(lap)], **quiet
            )
            trainer.fit(self.module, loader(self.study))


class Skorch:
    """A NeuralNet that says nothing."""

    def __init__(self, study: Study) -> None:
        skorch: Any = import_module("skorch")

        class Ticker(skorch.callbacks.Callback):  # type: ignore[misc]
            lap: Lap

            def on_batch_begin(self, _net: object, **_: object) -> None:
                if not self.lap.tick():
                    raise KeyboardInterrupt  # skorch takes it as the wish to end

        self.study, self.ticker = study, Ticker()
        self.net = skorch.NeuralNet(
            study.model(),
            criterion=_Loss,
            optimizer=torch.optim.Adam,
            lr=RATE,
            batch_size=study.case.batch,
            max_epochs=10**6,
            train_split=None,
            iterator_train__shuffle=True,
            iterator_train__drop_last=True,
            callbacks=[("ticker", self.ticker)],
            callbacks__print_log=None,
            device=str(study.device),
            verbose=0,
        )

    def run(self, lap: Lap) -> None:
        self.ticker.lap = lap
        self.net.partial_fit(self.study.x, self.study.y)


class _Loss(torch.nn.Module):
    def forward(self, scores: Tensor, y: Tensor) -> Tensor:
        return loss(scores, y)
