"""The models of the setting "Models": what each key may be, as a table that is the validator and the documentation.

`python -m orthanc_plugin.models` prints the table of docs/models.md.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from orthanc_plugin.errors import SettingsError
from seg import properties
from seg.labelmap import Algorithm, Segment

KINDS = ("baseline", "torchscript", "bundle", "command")

#: Placeholders of a command.
PLACEHOLDERS = ("input", "output", "input_folder", "output_folder")


@dataclass(frozen=True)
class Model:
    """One model that MONAI Label offers; `labels` is value to label. The rest is of its kind (docs/models.md)."""

    name: str
    kind: str
    labels: Mapping[int, str]
    version: str
    licence: str = ""
    description: str = ""
    phases: tuple[str, ...] = ()
    drops_other_values: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def algorithm(self) -> Algorithm:
        """What the SEG says of who drew it (VR LO: 64 characters)."""
        return Algorithm(f"{self.name}: {self.description}"[:64].rstrip(": "), self.version[:64], "AUTOMATIC")

    @property
    def segments(self) -> tuple[Segment, ...]:
        """A segment for each label; its number is the value in the model's answer."""
        return tuple(
            Segment(value, label, properties.kind_of(properties.TISSUE, properties.TISSUE, label))
            for value, label in sorted(self.labels.items())
        )


#: Offered when the setting names none.
BASELINE = {
    "name": "liver",
    "kind": "baseline",
    "labels": {"1": "Liver"},
    "version": "1",
    "licence": "AGPL-3.0-or-later",
    "description": "threshold baseline, not a trained model",
}


@dataclass(frozen=True)
class Key:
    """One key of a model.

    Parameters
    ----------
    kinds
        Of model that take it.
    default
        None: it must be given.
    fits
        Whether a value can be used.
    """

    name: str
    kinds: tuple[str, ...]
    default: object
    help: str
    fits: Callable[[Any], bool]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 64


def _is_any_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 1024


def _is_name(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", value) is not None


def _is_labels(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and all(_is_value(v) and _is_text(t) for v, t in value.items())


def _is_value(value: str) -> bool:
    return value.isdecimal() and 0 < int(value) < 256


def _is_command(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        named = {name for _, name, _, _ in Formatter().parse(value) if name is not None}
    except ValueError:
        return False
    read, written = {"input", "input_folder"}, {"output", "output_folder"}
    return named <= set(PLACEHOLDERS) and bool(named & read) and bool(named & written)


def _numbers(count: int, least: float) -> Callable[[Any], bool]:
    def fit(value: object) -> bool:
        return (
            isinstance(value, list)
            and len(value) == count
            and all(isinstance(one, int | float) and not isinstance(one, bool) and one > least for one in value)
        )

    return fit


def _is_phases(value: object) -> bool:
    known = ("non_contrast", "arterial", "portal_venous", "equilibrium", "other")
    return isinstance(value, list) and all(one in known for one in value)


KEYS = (
    Key("name", KINDS, None, "Of requests, of the panel and of the SEG: letters, digits, `_`, `.`, `-`.", _is_name),
    Key("kind", KINDS, None, "`baseline`, `torchscript`, `bundle` or `command`.", lambda value: value in KINDS),
    Key(
        "labels",
        KINDS,
        None,
        'Value in the answer to label: `{"1": "Liver", "5": "Nodule"}`. The label tells the kind of the segment.',
        _is_labels,
    ),
    Key("version", KINDS, None, "Goes into the SEG, so that results can be told apart after a change.", _is_text),
    Key("licence", KINDS, "", "Of code and weights, as the panel shows it.", _is_any_text),
    Key("description", KINDS, "", "What it is, in a few words; the SEG has it after the name.", _is_any_text),
    Key("phases", KINDS, [], "Phases that it was made for; empty: all. Others are not refused, but told.", _is_phases),
    Key(
        "other_values",
        KINDS,
        "refuse",
        'Values that `labels` does not name: `"refuse"` the answer, or `"drop"` them.',
        lambda value: value in ("refuse", "drop"),
    ),
    Key("path", ("torchscript", "bundle"), None, "The `.ts` file, or the folder of the bundle.", _is_any_text),
    Key(
        "command",
        ("command",),
        None,
        "What is run, without a shell; `{input}` and `{output}` are files, `{input_folder}` and `{output_folder}` "
        "where these are.",
        _is_command,
    ),
    Key("spacing_mm", ("torchscript",), [1.5, 1.5, 2.0], "Voxels that the network takes, mm: x, y, z.", _numbers(3, 0)),
    Key(
        "window_hu", ("torchscript",), [-150, 250], "HU that become 0 and 1; the rest is clipped.", _numbers(2, -100000)
    ),
    Key("roi", ("torchscript",), [96, 96, 96], "Patches that the network takes, voxels.", _numbers(3, 0)),
)


def parse(given: Sequence[object]) -> tuple[Model, ...]:
    """Return the models of the setting, the baseline when it is empty.

    Raises
    ------
    SettingsError
        A key is unknown, absent or cannot be used, or a name is given twice.
    """
    models = tuple(_model(one, f'"Models"[{place}]') for place, one in enumerate(given or (BASELINE,)))
    names = [model.name for model in models]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f'orthanc.json, "Models": the name "{name}" is given twice.')
    return models


def _model(given: object, where: str) -> Model:
    if not isinstance(given, dict) or given.get("kind") not in KINDS:
        raise SettingsError(f'orthanc.json, {where}: "kind" must be one of {", ".join(KINDS)}.')
    keys = {key.name: key for key in KEYS if given["kind"] in key.kinds}
    for name in given:
        if name not in keys:
            raise SettingsError(f'orthanc.json, {where}: "{name}" is unknown. Known: {", ".join(keys)}.')
    for key in keys.values():
        if key.name not in given and key.default is None:
            raise SettingsError(f'orthanc.json, {where}: "{key.name}" must be given. {key.help}')
        if key.name in given and not key.fits(given[key.name]):
            raise SettingsError(f'orthanc.json, {where}: "{key.name}" cannot be used. {key.help}')
    whole: dict[str, Any] = {key.name: key.default for key in keys.values()} | given
    return Model(
        whole["name"],
        whole["kind"],
        {int(value): label.strip() for value, label in whole["labels"].items()},
        whole["version"],
        whole["licence"],
        whole["description"],
        tuple(whole["phases"]),
        whole["other_values"] == "drop",
        whole,
    )


def describe() -> str:
    """Return the table for the docs (Markdown)."""
    lines = ["| key | of | default | meaning |", "|---|---|---|---|"]
    for key in KEYS:
        kinds = "all" if key.kinds == KINDS else ", ".join(key.kinds)
        default = "must be given" if key.default is None else f"`{key.default!r}`".replace("'", '"')
        lines.append(f"| `{key.name}` | {kinds} | {default} | {key.help} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(describe(), end="")
