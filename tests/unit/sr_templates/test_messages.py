"""The messages about answers: the gaps are the same in every language, and none is told twice."""

import string
import tomllib

import pytest

MESSAGES = "sr_templates/messages/answers.toml"


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_message_is_in_both_languages_with_the_same_gaps(pytestconfig: pytest.Config) -> None:
    messages = tomllib.loads((pytestconfig.rootpath / MESSAGES).read_text(encoding="utf-8"))
    for key, text in messages.items():
        assert set(text) == {"en", "pt"}, key
        assert gaps(text["en"]) == gaps(text["pt"]), key
        assert text["en"] != text["pt"], key
    assert len({text["en"] for text in messages.values()}) == len(messages)
