"""What to read next, and how well models' masks stand up to readers."""

from datetime import datetime
from statistics import mean, median

import pytest

from indexer import dashboard, search, worklist
from indexer.rows import SegmentationRow, SeriesRow, StudyRow
from sr_templates import template

pytestmark = pytest.mark.postgres

LIVER = template.load("liver-ct")
MODEL = {"name": "Threshold baseline", "version": "1", "type": "AUTOMATIC"}
CARRIED = {"name": "HepatIA carry", "version": "1", "type": "SEMIAUTOMATIC"}


def put_exam(writer, uid, modality="CT", **study):
    writer.put_study(StudyRow(uid, f"HEP-{uid}", **study))
    detect = lambda found: dict.fromkeys(found, ("arterial",))  # noqa: E731
    acquisition = {} if modality == "CT" else None
    writer.put_series(SeriesRow(f"{uid}.1", uid, modality, acquisition=acquisition), detect)


def mask(uid, number, algorithm=None, replaces=(), dice=None, model=MODEL):
    made_by = {"model": model["name"], "version": model["version"]}
    agreement = {"pre_annotation": f"{uid}.80", **made_by, "dice": dice} if dice else None
    created = datetime(2026, 1, 1, number % 24)
    about = (f"{uid}.{number}", f"{uid}.9.{number}", uid, f"{uid}.1", created, "a", "", algorithm, ())
    return SegmentationRow(*about, replaces, agreement)


@pytest.fixture(scope="module")
def filled(index):
    with index.transaction() as writer:
        put_exam(writer, "1.1", study_date="2020-05-01", sex="F", age=51, description="Abdomen")
        put_exam(writer, "1.2", study_date="2021-05-01", sex="F", age=52, description="Abdomen")
        put_exam(writer, "1.3", study_date="2022-05-01", sex="M", age=30, description="Figado trifasico")
        put_exam(writer, "1.4", study_date="2023-05-01", modality="MR")
        put_exam(writer, "1.5", study_date="2019-05-01", sex="F", age=58, description="Abdomen")
        writer.put_segmentation(mask("1.5", 1))
        writer.put_segmentation(mask("1.2", 80, MODEL))
        writer.put_segmentation(mask("1.3", 81, CARRIED))
    return index


def listed(index, sort, query=()):
    found = worklist.run(index, LIVER, search.parse(LIVER, query), sort)
    return found.total, [one["study_instance_uid"] for one in found.items], found.items


def test_newest_first_without_mr_and_without_what_a_reader_has_drawn(filled):
    total, uids, items = listed(filled, "newest")
    assert (total, uids) == (3, ["1.3", "1.2", "1.1"])
    assert items[0]["study_date"] == "2022-05-01"
    assert items[0]["phases"] == ["arterial"]
    assert items[0]["viewer"].endswith("1.3")


def test_by_benefit_what_differs_most_from_exams_with_masks(filled):
    _, uids, items = listed(filled, "benefit")
    assert uids[0] == "1.3"
    assert items[0]["benefit"] > items[1]["benefit"]
    assert items[0]["reason"].startswith("It shares")


def test_what_the_model_is_unsure_of_comes_first(filled):
    with filled.transaction() as writer:
        writer.put_segmentation(mask("1.1", 80, MODEL | {"uncertainty": 0.31}))
    _, uids, items = listed(filled, "benefit")
    assert (uids[0], items[0]["benefit"]) == ("1.1", 0.31)


def test_filters_and_pages(filled):
    assert listed(filled, "newest", [("patient.sex", "F")])[1] == ["1.2", "1.1"]
    for sort in worklist.ORDERS:
        whole = listed(filled, sort)[1]
        assert listed(filled, sort, [("page_size", "2"), ("page", "2")])[1] == whole[2:]


def test_a_corrected_mask_takes_its_exam_off_the_list(filled):
    with filled.transaction() as writer:
        writer.put_segmentation(mask("1.2", 2, MODEL, replaces=("1.2.80",)))
    assert "1.2" not in listed(filled, "newest")[1]


def test_the_dashboard_tells_the_agreement_of_final_masks_by_model_and_version(empty):
    first = {f"2.{n}": {"liver": 0.9 + n / 100, "nodule": n / 10} for n in range(5)}
    with empty.transaction() as writer:
        for uid, dice in first.items():
            put_exam(writer, uid, sex="F" if uid == "2.0" else "M")
            writer.put_segmentation(mask(uid, 80, MODEL))
            writer.put_segmentation(mask(uid, 1, MODEL, (f"{uid}.80",), {"liver": 0.1}))
            writer.put_segmentation(mask(uid, 2, MODEL, (f"{uid}.1",), dice))
        put_exam(writer, "3.1")
        writer.put_segmentation(mask("3.1", 2, None, ("3.1.80",), {"liver": 0.5}, MODEL | {"version": "2"}))
    found = dashboard.run(empty, LIVER, search.parse(LIVER, ())).models
    assert [(one.model, one.version, one.kind, one.masks) for one in found] == [
        ("Threshold baseline", "1", "liver", 5),
        ("Threshold baseline", "1", "nodule", 5),
        ("Threshold baseline", "2", "liver", 1),
    ]
    for one in found[:2]:
        values = [dice[one.kind] for dice in first.values()]
        figures = (one.mean, one.median, one.minimum)
        assert figures == pytest.approx((mean(values), median(values), min(values)), abs=1e-4)
    women = dashboard.run(empty, LIVER, search.parse(LIVER, [("patient.sex", "F")])).models
    assert [(one.kind, one.masks, one.mean) for one in women] == [("liver", 1, 0.9), ("nodule", 1, 0.0)]
