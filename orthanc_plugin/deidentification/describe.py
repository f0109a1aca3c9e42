"""Profile → Markdown, for docs/deidentification.md and docs/deidentification-attributes.md."""

from collections.abc import Iterable, Iterator

from orthanc_plugin.deidentification import pixels, private, profile, rules
from orthanc_plugin.deidentification.profile import BASIC, DESCRIPTORS, EDITION, OPTIONS, Option
from orthanc_plugin.deidentification.rules import Action


def conformance() -> str:
    """Return the options, the rules for what the table does not name, and the lists that they use."""
    return "\n".join(
        (
            *_options(),
            *_section(f"Attributes of Table E.1-1 ({EDITION}), with the options as they come"),
            *_counts(),
            *_section("Attributes that the table does not name"),
            *_unlisted(),
            *_section("Descriptions that stay, cleaned"),
            *_tags(DESCRIPTORS.items()),
            *_section("Text of device makers that stays, without identifying words"),
            *_tags(rules.TECHNICAL.items()),
            *_section("Private attributes that `RetainSafePrivate` keeps"),
            *_safe_private(),
            *_section("Objects that may come in"),
            *pixels.describe(),
        )
    )


def attributes() -> str:
    """Return every row of the table: its basic action, and what is done with the options as they come."""
    default = profile.load()
    lines = ["| tag | attribute | basic profile | what is done | with the option |", "|---|---|---|---|---|"]
    for row in profile.table():
        tag = row["tag"]
        done = Action.REMOVE if "x" in tag else default.listed[int(tag, 16)].action
        options = ", ".join(option.name for option in OPTIONS if _is_about(option, row))
        lines.append(f"| ({tag[:4]},{tag[4:]}) | {row['name']} | {row['basic']} | {done.name} | {options} |")
    return "\n".join(lines) + "\n"


def page() -> str:
    """Return docs/deidentification-attributes.md."""
    return f"# Attributes of Table E.1-1 ({EDITION})\n\n{INTRODUCTION}\n{attributes()}"


INTRODUCTION = """<!-- Printed by scripts/update_docs.py; a test compares. -->

What is done with each attribute while the options are as they come; the last column names the options that change it.
Actions are explained in [de-identification](deidentification.md), as are the rules for what the table does not name.
"""


def _options() -> Iterator[str]:
    yield from ("| option | code | by default | what it does |", "|---|---|---|---|")
    for option in OPTIONS:
        state = "on" if option.default else "off"
        yield f"| `{option.name}` | {option.code} | {state} | {option.effect} |"


def _counts() -> Iterator[str]:
    done = [rule.action for rule in profile.load().listed.values()]
    yield from ("| attributes | action | their value is |", "|---|---|---|")
    for action in Action:
        if action in done:
            yield f"| {done.count(action)} | {action.name} | {action.value} |"
    yield from ("", "Curves, overlays (50xx, 60xx) and all private attributes are removed at every depth.")
    letters = ", ".join(f"{letter} → {action.name}" for letter, action in BASIC.items())
    yield from ("", f"Where the basic profile leaves a choice to the type of the attribute: {letters}.")


def _unlisted() -> Iterator[str]:
    yield from ("| value representation | action | their value is |", "|---|---|---|")
    groups: dict[Action, list[str]] = {}
    for vr in ("UI", "DA", "DT", "PN", "AE", "SQ", *sorted(rules.CHECKED), *sorted(rules.FREE_TEXT), "UR", "UN"):
        groups.setdefault(rules.unlisted(0x00090000, vr).action, []).append(vr)
    groups.setdefault(Action.KEEP, []).extend(sorted(rules.BINARY))
    for action, vrs in groups.items():
        yield f"| {', '.join(vrs)} | {action.name} | {action.value} |"
    kept = "pixels, palettes, LUTs, spectra and surfaces"
    yield f"| {', '.join(sorted(rules.BULK))} | REMOVE | removed, but for {kept} |"


def _safe_private() -> Iterator[str]:
    yield from ("| attribute | creator | VR |", "|---|---|---|")
    for one, vr in private.safe().items():
        yield f"| ({one.group:04X},xx{one.element:02X}) | {one.creator} | {vr} |"


def _tags(named: Iterable[tuple[int, str]]) -> Iterator[str]:
    yield from ("| tag | attribute |", "|---|---|")
    for tag, name in sorted(named):
        yield f"| ({tag >> 16:04X},{tag & 0xFFFF:04X}) | {name} |"


def _section(title: str) -> tuple[str, ...]:
    return ("", f"### {title}", "")


def _is_about(option: Option, row: object) -> bool:
    assert isinstance(row, dict)
    if option.name == "CleanDescriptors":
        return "x" not in row["tag"] and int(row["tag"], 16) in DESCRIPTORS
    return bool(option.column) and row[option.column] in option.actions
