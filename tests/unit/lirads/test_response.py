"""Treatment response: the tree of 2018 and both of 2024, against the tables of `oracle`."""

from collections.abc import Iterator
from itertools import product

import pytest

from sr_templates.lirads.engine import assess
from sr_templates.lirads.values import Features
from tests.unit.lirads import oracle

CHANGES = ("new", "increased", "stable", "decreased", "unsure", None)
SIGNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "yes": (("diffusion_restriction",), ("moderate_t2",), ("moderate_t2", "diffusion_restriction")),
    "no": ((),),
}


def cases_2024() -> Iterator[tuple[Features, str]]:
    for row in oracle.rows("response_2024.csv"):
        changes = CHANGES if row["change"] == "any" else (row["change"],)
        for treatment, change in product(oracle.TREATMENTS[row["kind"]], changes):
            for modality, signs in seen(row["mri"]):
                yield (
                    Features(
                        treatment=treatment,
                        masslike_enhancement=row["masslike"],
                        masslike_enhancement_change=change,
                        modality=modality,
                        viability_features=signs,
                    ),
                    row["response"],
                )


def seen(mri: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Ways to have ancillary features on MRI, or not: on CT they are not counted."""
    if mri in ("yes", "any"):
        yield from (("MR", signs) for signs in SIGNS["yes"])
    if mri in ("no", "any"):
        yield "MR", ()
        yield from (("CT", signs) for signs in (*SIGNS["yes"], ()))


def cases_2018() -> Iterator[tuple[Features, str]]:
    ways = {
        "aphe": {"yes": ("nonrim", "rim"), "no": ("absent", "not_assessable", None)},
        "washout": {"yes": ("nonperipheral", "peripheral"), "no": ("absent", "not_assessable", None)},
        "like_before": {"yes": ("present",), "no": ("absent", "not_assessable", None)},
    }
    treatments = [one for kind in oracle.TREATMENTS.values() for one in kind]
    for row in oracle.rows("response_2018.csv"):
        told = [
            [value for key in (("yes", "no") if row[name] == "any" else (row[name],)) for value in ways[name][key]]
            for name in ways
        ]
        for treatment, aphe, washout, before in product(treatments, *told):
            yield (
                Features(
                    treatment=treatment,
                    treatment_algorithm="tra_v2018",
                    treated_enhancement=row["enhancement"],
                    aphe=aphe,
                    washout=washout,
                    enhancement_like_before=before,
                    masslike_enhancement="present",
                ),
                row["response"],
            )


@pytest.mark.parametrize(
    ("cases", "version", "at_least"), [(cases_2024, "LI-RADS TRA v2024", 1000), (cases_2018, "LI-RADS v2018", 2000)]
)
def test_every_case_is_as_the_standard_has_it(cases, version: str, at_least: int, record_property) -> None:
    count = 0
    for features, response in cases():
        found = assess(features)
        assert (found.category, found.response, found.version) == ("LR-TR", response, version), features
        assert version in found.told("en")[0]
        assert version in found.told("pt")[0]
        count += 1
    record_property("cases", count)
    assert count >= at_least


@pytest.mark.parametrize("problem", ["omission", "degradation"])
@pytest.mark.parametrize("algorithm", ["tra_v2018", "tra_v2024", None])
def test_missing_images_make_a_response_nonevaluable(problem: str, algorithm: str | None) -> None:
    for treatment in (one for kind in oracle.TREATMENTS.values() for one in kind):
        features = Features(
            treatment=treatment, treatment_algorithm=algorithm, image_problem=problem, masslike_enhancement="present"
        )
        assert assess(features).response == "nonevaluable"


@pytest.mark.parametrize("treatment", ["none", "systemic", None])
def test_what_is_not_treated_locally_is_diagnosed(treatment: str | None) -> None:
    found = assess(Features(treatment=treatment, diameter_mm=30, masslike_enhancement="present"))
    assert (found.category, found.response) == ("LR-3", None)


@pytest.mark.parametrize(
    ("features", "needs"),
    [
        (Features(treatment="ablation"), ("masslike_enhancement",)),
        (Features(treatment="external_radiation"), ("masslike_enhancement", "masslike_enhancement_change")),
        (Features(treatment="external_radiation", masslike_enhancement="present"), ("masslike_enhancement_change",)),
        (Features(treatment="ablation", treatment_algorithm="tra_v2018"), ("treated_enhancement",)),
    ],
)
def test_a_tree_says_which_answer_it_needs(features: Features, needs: tuple[str, ...]) -> None:
    found = assess(features)
    assert (found.category, found.response, found.needs) == ("LR-TR", None, needs)
    assert found.explanation[-1].step == "incomplete"
