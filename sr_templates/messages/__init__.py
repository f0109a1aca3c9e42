"""The sentences of `answers.toml`, in each language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from sr_templates.lirads.values import fill
from sr_templates.template import Text


def told(key: str, **parts: Text | str | float) -> Text:
    """Return a message with its gaps filled, in each language by that language's part."""
    return fill(_messages()[key], **{name: _part(part) for name, part in parts.items()})


def _part(part: Text | str | float) -> Text | str:
    return part if isinstance(part, Text) else str(part)


@cache
def _messages() -> Mapping[str, Text]:
    text = resources.files(__package__).joinpath("answers.toml").read_text(encoding="utf-8")
    return {key: Text(one["en"], one["pt"]) for key, one in tomllib.loads(text).items()}
