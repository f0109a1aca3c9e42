"""The rules → Markdown, for docs/lirads.md."""

from collections.abc import Iterable, Iterator, Mapping

from sr_templates.lirads.rules import Conditions, Outcome, Sign, Table, Tree, diagnosis, responses


def describe() -> str:
    """Return every rule as the engine applies it."""
    return "\n".join([*_diagnosis(), *_responses()]).strip()


def _diagnosis() -> Iterator[str]:
    rules = diagnosis()
    yield from (f"## Diagnosis: {rules.version}", "", f"Reference: {rules.reference}.", "")
    yield from ("### Gates", "", "In this order; the first that holds decides.", "")
    yield from _table(
        ("category", "holds when", "English", "Português"),
        (
            (gate.category, _when(gate.when) + _unless(gate.unless_table), gate.yes.en, gate.yes.pt)
            for gate in rules.gates
        ),
    )
    yield from ("### Table", "", *_cells(rules.table), "", f"{rules.table.split}: {rules.table.split_text.en}.", "")
    yield (
        "Sizes are compared as measured, never rounded: 19.9 mm is in the column 10–19. Features that are absent, not"
        " assessable, unsure or unanswered do not count. Without a diameter the table gives no category."
    )
    growth = rules.growth
    yield from ("", f"Threshold growth: {growth.percent:g} % or more within {growth.days} days.", "")
    yield from ("### Ancillary features", "")
    yield f"Optional. They move a category one step along {' · '.join(rules.ancillary.scale)}:"
    yield f"up to {rules.ancillary.raised_to} at most, down to {rules.ancillary.scale[0]}; of both kinds, none."
    for side, signs in (("malignancy", rules.ancillary.malignancy), ("benignity", rules.ancillary.benignity)):
        yield from ("", f"Favoring {side}:", "", *_signs(signs))
    yield from ("### Tie-breaks", "", *_tie_breaks(rules.tie_breaks))
    yield from ("### Categories", "", *_outcomes(rules.categories))


def _responses() -> Iterator[str]:
    rules = responses()
    yield from ("## Treatment response", "", f"Unless `treatment_algorithm` says otherwise: `{rules.default}`.", "")
    yield from _table(
        ("treatment", "kind", "English", "Português"),
        ((f"`{name}`", one.kind or "–", one.title.en, one.title.pt) for name, one in rules.treatments.items()),
    )
    for tree in rules.trees:
        yield from _tree(tree)
    yield from ("### Responses", "", *_outcomes(rules.outcomes))


def _tree(tree: Tree) -> Iterator[str]:
    yield from (f"### {tree.title.en}", "", f"`{tree.algorithm}`, after {' and '.join(tree.kinds)} treatment.")
    yield from (f"Reference: {tree.reference}.", "")
    yield from _table(
        ("response", "holds when", "English", "Português"),
        ((rule.response, _when(rule.when), rule.text.en, rule.text.pt) for rule in tree.rules),
    )


def _cells(table: Table) -> Iterator[str]:
    yield f"| additional major features | {' | '.join(column.title.en for column in table.columns)} |"
    yield "|---" * (len(table.columns) + 1) + "|"
    for position, row in enumerate(table.rows):
        yield f"| {row.en} | {' | '.join(column.cells[position] for column in table.columns)} |"
    counted = ", ".join(f"{one.title.en} (`{one.item}` = `{one.value}`)" for one in table.additional)
    yield from ("", f"Additional major features: {counted}.")


def _signs(signs: Mapping[str, Sign]) -> Iterator[str]:
    rows = ((f"`{name}`", one.title.en, one.title.pt, "MRI only" if one.mri else "") for name, one in signs.items())
    yield from _table(("value", "English", "Português", ""), rows)


def _tie_breaks(known: Mapping[frozenset[str], str]) -> Iterator[str]:
    yield from ("`unsure_category` names the other category in doubt; the one of lower certainty is taken.", "")
    yield from _table(("in doubt between", "taken"), ((" and ".join(sorted(two)), one) for two, one in known.items()))


def _outcomes(outcomes: Mapping[str, Outcome]) -> Iterator[str]:
    rows = ((name, one.title.en, one.title.pt, one.management.en, one.management.pt) for name, one in outcomes.items())
    yield from _table(("", "English", "Português", "suggested", "sugerido"), rows)


def _when(conditions: Conditions) -> str:
    alternatives = (
        " and ".join(f"`{name}` is {_any_of(values)}" for name, values in one.items()) for one in conditions
    )
    return "; or ".join(alternatives)


def _any_of(values: Iterable[str]) -> str:
    return " or ".join(f"`{value}`" for value in values)


def _unless(category: str | None) -> str:
    return f", unless the table gives {category}" if category else ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""
