"""The app as MONAI Label looks for it: one class in `main.py`."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from monailabel.interfaces.app import MONAILabelApp
from monailabel.interfaces.tasks.infer_v2 import InferTask

from seg.monailabel_app import models
from seg.monailabel_app.models import Model
from seg.monailabel_app.tasks import Baseline, Command
from seg.monailabel_app.work import InferenceError


class App(MONAILabelApp):
    """Offers the models of the settings; trains nothing, keeps nothing."""

    def __init__(self, app_dir: str, studies: str, conf: dict[str, str]) -> None:
        self._models = models.load(Path(conf["models"]))
        super().__init__(app_dir, studies, conf, "HepatIA", "Pre-segmentation", "1")

    def init_infers(self) -> dict[str, InferTask]:
        """Return a task for each model; one that cannot be loaded is left out and said in the log."""
        tasks = {}
        for model in self._models:
            try:
                tasks[model.name] = _task(model)
            except InferenceError as error:
                logging.getLogger(__name__).error("%s", error)
        return tasks

    def init_strategies(self) -> dict[str, Any]:
        """Return none: the next case is a search in PostgreSQL."""
        return {}

    def init_batch_infer(self) -> Any:  # noqa: ANN401 -- MONAI Label's
        """Return none."""
        return None


def _task(model: Model) -> InferTask:
    match model.kind:
        case "baseline":
            return Baseline(model)
        case "command":
            return Command(model)
        case _:
            # PyTorch and MONAI are loaded only for those who need them.
            from seg.monailabel_app.networks import Bundle, TorchScript

            return TorchScript(model) if model.kind == "torchscript" else Bundle(model)
