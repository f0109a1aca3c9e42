"""Every cell × gate × ancillary features × doubt against the tables of `oracle`."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import pytest

from sr_templates.lirads.engine import assess
from sr_templates.lirads.values import Features
from tests.unit.lirads import oracle

PRESENT = {"aphe": "nonrim", "washout": "nonperipheral", "capsule": "present", "threshold_growth": "present"}
SCALE = ("LR-1", "LR-2", "LR-3", "LR-4", "LR-5")


def cells() -> Iterator[tuple[dict[str, Any], str]]:
    """Every row of the table at every size of its band, absent features told in each of the ways there are."""
    for row in oracle.rows("table.csv"):
        told = {
            "aphe": row["aphe"] == "nonrim",
            "washout": row["washout"] == "yes",
            "capsule": row["capsule"] == "yes",
            "threshold_growth": row["growth"] == "yes",
        }
        for position, size in enumerate(oracle.SIZES[row["size"]]):
            absent = oracle.NOT_COUNTED[position % len(oracle.NOT_COUNTED)]
            features = {name: PRESENT[name] if present else absent for name, present in told.items()}
            yield features | {"diameter_mm": size}, row["category"]


def expected(table: str, gate: str | None, adjustment: int | None, doubt: str | None) -> str:
    decided = gate or table
    if decided == "LR-M unless LR-5":
        decided = "LR-5" if table == "LR-5" else "LR-M"
    if adjustment is not None:
        decided = oracle.ADJUSTED[decided][adjustment]
    return oracle.LOWER_CERTAINTY.get((decided, doubt or ""), decided)


def cases() -> Iterator[tuple[Features, str]]:
    for (cell, table), (gate, gives), (ancillary, adjustment), doubt in product(
        cells(), oracle.GATES, oracle.ANCILLARY, oracle.DOUBTS
    ):
        given = Features(**cell, **gate, **ancillary, unsure_category=doubt)  # type: ignore[arg-type]
        yield given, expected(table, gives, adjustment, doubt)


def test_every_case_is_as_the_standard_has_it(record_property) -> None:
    count = 0
    for features, category in cases():
        found = assess(features)
        assert (found.category, found.version) == (category, "LI-RADS v2018"), features
        assert found.explanation[-1].outcome == category, features
        assert "LI-RADS v2018" in found.told("en")[0]
        assert "LI-RADS v2018" in found.told("pt")[0]
        count += 1
    record_property("cases", count)
    assert count == 40 * 5 * 15 * 7 * 7


def test_every_way_not_to_have_a_feature_is_the_same() -> None:
    names = tuple(PRESENT)
    for row in oracle.rows("table.csv"):
        features_of_row = (row["aphe"] == "nonrim", *(row[name] == "yes" for name in ("washout", "capsule", "growth")))
        told = dict(zip(names, features_of_row, strict=True))
        missing = [name for name in names if not told[name]]
        size = oracle.SIZES[row["size"]][0]
        there = {name: PRESENT[name] for name in names if told[name]}
        for ways in product(oracle.NOT_COUNTED, repeat=len(missing)):
            features = Features(**there, **dict(zip(missing, ways, strict=True)), diameter_mm=size)  # type: ignore[arg-type]
            assert assess(features).category == row["category"]
        in_doubt = Features(**(PRESENT | {"diameter_mm": size}), unsure_features=tuple(missing))  # type: ignore[arg-type]
        assert assess(in_doubt).category == row["category"]


@pytest.mark.parametrize(
    "sign",
    [
        {"aphe": "rim"},
        {"washout": "peripheral"},
        {"targetoid_features": ("targetoid_diffusion",)},
        {"targetoid_features": ("targetoid_hepatobiliary",)},
    ],
)
def test_a_targetoid_mass_is_lr_m_whatever_the_table_gives(sign: dict[str, Any]) -> None:
    for cell, _ in cells():
        found = assess(Features(**(cell | sign)))
        assert found.category == "LR-M"
        assert found.cell is None


def test_doubt_takes_rim_enhancement_away() -> None:
    found = assess(Features(diameter_mm=25, aphe="rim", washout="nonperipheral", unsure_features=("aphe",)))
    assert found.category == "LR-4"
    assert any("Unsure" in sentence for sentence in found.told("en"))


def test_more_findings_never_lower_the_category() -> None:
    additional = ("washout", "capsule", "threshold_growth")
    sizes = sorted({size for band in oracle.SIZES.values() for size in band})
    for enhances, size, count in product((None, "nonrim"), sizes, range(3)):
        for some in combinations(additional, count):
            base = Features(diameter_mm=size, aphe=enhances, **{name: PRESENT[name] for name in some})
            before = rank(base)
            for name in set(additional) - set(some):
                assert rank(replace(base, **{name: PRESENT[name]})) >= before
            assert rank(replace(base, aphe="nonrim")) >= before
            assert all(rank(replace(base, diameter_mm=larger)) >= before for larger in sizes if larger > size)


def rank(features: Features) -> int:
    return SCALE.index(assess(features).category or "")


def test_lr_5_needs_nonrim_enhancement_ten_millimeters_and_no_help_of_ancillary_features() -> None:
    for features, category in cases():
        if category == "LR-5":
            assert features.aphe == "nonrim"
            assert (features.diameter_mm or 0) >= 10
            assert not features.ancillary_benignity or features.ancillary_malignancy


@pytest.mark.parametrize(
    ("size", "prior", "days", "outcome"),
    [
        (15, 10, 184, "LR-5"),
        (15, 10, 0, "LR-5"),
        (14.9, 10, 184, "LR-3"),
        (15, 10, 185, "LR-3"),
        (15.15, 10.1, 90, "LR-5"),
        (10, 10, 90, "LR-3"),
        (12, 30, 90, "LR-3"),
    ],
)
def test_threshold_growth_by_numbers(size: float, prior: float, days: int, outcome: str) -> None:
    grown = Features(diameter_mm=size, aphe="nonrim", prior_diameter_mm=prior, prior_days=days)
    assert assess(grown).category == outcome
    assert assess(replace(grown, threshold_growth="present")).category == "LR-5"
    assert assess(replace(grown, threshold_growth="absent")).category == "LR-3"
    assert assess(replace(grown, unsure_features=("threshold_growth",))).category == "LR-3"


def test_features_of_mri_count_on_mri() -> None:
    small = Features(diameter_mm=8, ancillary_malignancy=("hepatobiliary_hypointensity",))
    assert assess(small).category == "LR-3"
    assert assess(replace(small, modality="MR")).category == "LR-4"


def test_a_lesion_that_may_be_lr_5_by_its_size_is_not_lr_m_before_that_is_known() -> None:
    infiltrative = Features(aphe="nonrim", washout="nonperipheral", nontargetoid_features=("infiltrative",))
    assert assess(infiltrative).needs == ("diameter_mm",)
    assert assess(replace(infiltrative, diameter_mm=9)).category == "LR-M"
    assert assess(replace(infiltrative, diameter_mm=10)).category == "LR-5"


def test_without_a_diameter_only_gates_decide() -> None:
    for gate, gives in oracle.GATES:
        found = assess(Features(**gate, aphe="absent"))  # type: ignore[arg-type]
        assert found.category == (gives.removesuffix(" unless LR-5") if gives else None)
        assert found.needs == (() if gives else ("diameter_mm",))
