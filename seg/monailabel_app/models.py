"""The models that are offered, as the plugin wrote them down from the settings (docs/models.md)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Model:
    """One model; what a kind does not use is left at its default.

    Parameters
    ----------
    kind
        "baseline", "torchscript", "bundle" or "command".
    path
        The TorchScript file or the bundle's folder.
    command
        What is run, with `{input}` and `{output}` in it.
    labels
        Value in the model's answer to label.
    spacing_mm, window_hu, roi
        What a TorchScript network takes: voxels of this size, HU of this range as 0 to 1, patches of this shape.
    """

    name: str
    kind: str
    labels: Mapping[str, str]
    path: str = ""
    command: str = ""
    version: str = ""
    licence: str = ""
    description: str = ""
    spacing_mm: Sequence[float] = (1.5, 1.5, 2.0)
    window_hu: Sequence[float] = (-150.0, 250.0)
    roi: Sequence[int] = (96, 96, 96)


def load(path: Path) -> tuple[Model, ...]:
    """Read the models; keys that only the plugin needs are passed over."""
    known = {field.name for field in fields(Model)}
    return tuple(
        Model(**{key: value for key, value in one.items() if key in known}) for one in json.loads(path.read_text())
    )
