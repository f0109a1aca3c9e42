"""`assess`: the features of one lesion → category or treatment response, explained."""

from sr_templates.lirads import diagnose
from sr_templates.lirads.rules import Tree, diagnosis, holds, responses
from sr_templates.lirads.values import Assessment, Features, Step, fill, joined

TREATED = "LR-TR"


def assess(features: Features) -> Assessment:
    """Apply the algorithm that fits: treatment response after locoregional treatment, else the diagnostic one."""
    kind = responses().kind(features.treatment)
    return _respond(features, kind) if kind else _diagnose(features)


def gate_category(features: Features) -> str | None:
    """Return the category that the gates alone give, taking it that a size which is not known is no matter."""
    certain = features.certain()
    placed = diagnose.place(certain)
    gate, _ = diagnose.pass_gates(certain, frozenset({placed.category} if placed else ()))
    return gate.category if gate else None


def tree(features: Features) -> Tree | None:
    """Return the tree of treatment response that fits the treatment and the version that was asked for."""
    kind = responses().kind(features.treatment)
    algorithm = features.treatment_algorithm or responses().default
    fitting = (one for one in responses().trees if one.algorithm == algorithm and kind in one.kinds)
    return next(fitting, None)


def _diagnose(features: Features) -> Assessment:
    rules = diagnosis()
    certain, growth = diagnose.with_growth(features.certain())
    placed = diagnose.place(certain)
    gate, gates = diagnose.pass_gates(certain, diagnose.possible(certain))
    steps = [Step("version", fill(rules.texts["version"], version=rules.version)), *diagnose.doubts(features), *growth]
    steps += gates
    if gate is None:
        steps += placed.steps if placed else (Step("column", rules.texts["no_size"]),)
    category = gate.category if gate else placed.category if placed else None
    if category is not None:
        category, ancillary = diagnose.adjust(category, features)
        category, tie = diagnose.break_tie(category, features)
        steps += [*ancillary, *tie, Step("final_check", fill(rules.texts["check"], category=category), category)]
    outcome = rules.categories.get(category or "")
    return Assessment(
        category=category,
        version=rules.version,
        title=outcome.title if outcome else rules.texts["no_size"],
        management=outcome.management if outcome else rules.texts["no_size"],
        reference=rules.reference,
        explanation=tuple(steps),
        cell=placed.cell if placed and gate is None else None,
        table_category=placed.category if placed else None,
        needs=() if category else ("diameter_mm",),
    )


def _respond(features: Features, kind: str) -> Assessment:
    rules, chosen = responses(), tree(features)
    assert chosen is not None, f"there is a tree for {kind} of every algorithm"
    first = fill(rules.texts["treated"], treatment=rules.treatments[features.treatment or ""].title, tree=chosen.title)
    rule = next((one for one in chosen.rules if holds(one.when, features)), None)
    steps = [Step("treated", first, TREATED)]
    needs: tuple[str, ...] = ()
    if rule:
        check = fill(rules.texts["check"], response=rules.outcomes[rule.response].title)
        steps += [Step("response", rule.text, rule.response), Step("final_check", check, rule.response)]
    else:
        needs = tuple(name for name in chosen.needs if not features.answered(name))
        items = joined(rules.labels[name] for name in needs)
        steps.append(Step("incomplete", fill(rules.texts["incomplete"], items=items)))
    outcome = rules.outcomes[rule.response] if rule else diagnosis().categories[TREATED]
    return Assessment(
        category=TREATED,
        version=chosen.version,
        title=outcome.title,
        management=outcome.management,
        reference=chosen.reference,
        explanation=tuple(steps),
        response=rule.response if rule else None,
        needs=needs,
    )
