import random
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest

from indexer import dashboard, layout, search
from indexer.errors import IndexUnavailable
from indexer.fingerprint import fingerprint
from indexer.index import Index
from indexer.rows import SegmentationRow, SeriesRow, StudyRow
from indexer.writer import Writer
from orthanc_plugin.commands import postgresql
from sr_templates import template
from sr_templates.codes import Code
from sr_templates.report import Evaluation, Finding, Measurement, Report

pytestmark = pytest.mark.postgres

LIVER = template.load("liver-ct")
Make = Callable[..., Report]
NEW_YEAR = datetime(2026, 1, 1)


def state_of(index: Index, study: str = "1") -> str:
    return index.query("SELECT state FROM study WHERE study_instance_uid = %s", (study,))[0]["state"]


def current(index: Index, study: str = "1") -> object:
    """The cirrhosis of the current report, by which these tests tell reports apart."""
    rows = index.query("SELECT patient_cirrhosis FROM liver_ct WHERE study_instance_uid = %s", (study,))
    return rows[0]["patient_cirrhosis"] if rows else None


def cirrhosis(value: str) -> dict[str, dict[str, str]]:
    return {"patient": {"cirrhosis": value}}


def put(index: Index, *reports: Report) -> None:
    with index.transaction() as writer:
        for one in reports:
            writer.put_report(one)


def test_the_schema_is_made_once_and_again_when_a_template_changes(index: Index) -> None:
    assert not index.ensure_schema()
    with index.transaction() as writer:
        writer.set_position(7)
    assert index.ensure_schema([template.load("liver-ct"), *another_template()])
    assert index.position() == 0
    assert index.ensure_schema()


def test_records_of_another_layout_are_not_read(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not index.ensure_schema()
    with monkeypatch.context() as patch:
        patch.setattr(layout, "STUDY_FIELDS", layout.STUDY_FIELDS[:-1])
        assert index.ensure_schema()
        assert not index.ensure_schema()
    assert index.ensure_schema()


def another_template() -> list[template.Template]:
    return [replace(template.load("liver-ct"), id="other-ct")]


def test_every_column_says_what_it_holds(index: Index) -> None:
    silent = index.query(
        "SELECT c.table_name, c.column_name FROM information_schema.columns AS c WHERE c.table_schema = 'hepatia' AND "
        "col_description((quote_ident(c.table_schema) || '.' || quote_ident(c.table_name))::regclass,"
        " c.ordinal_position) IS NULL"
    )
    assert silent == []


def test_the_order_and_number_of_puts_does_not_matter(empty: Index, report: Make) -> None:
    operations: list[Callable[[Writer], None]] = [
        lambda writer: writer.put_study(StudyRow("1", "HEP-1", "M", 63, "2019-05-06", "ABDOMEN")),
        lambda writer: writer.put_series(SeriesRow("1.1", "1", "CT", "ART", 4, "1.9")),
        lambda writer: writer.put_report(report("1.2", "1", state="draft", answers=cirrhosis("no"))),
        lambda writer: writer.put_report(report("1.3", "1", answers=cirrhosis("yes"), replaces=("1.2",))),
        lambda writer: writer.put_report(report("1.4", "1", state="verified", replaces=("1.3",))),
        lambda writer: writer.put_segmentation(SegmentationRow("1.5", "1.6", "1", "1.1", None, "a", "b", None, ())),
    ]
    found = set()
    shuffled = random.Random(1)
    for _ in range(12):
        empty.clear()
        order = operations * 2
        shuffled.shuffle(order)
        for operation in order:
            with empty.transaction() as writer:
                operation(writer)
        found.add(fingerprint(empty))
    assert len(found) == 1


def test_removing_is_the_opposite_of_putting(empty: Index, report: Make) -> None:
    with empty.transaction() as writer:
        writer.put_study(StudyRow("1", "HEP-1"))
    before = fingerprint(empty)
    put(empty, report("1.2", "1", answers=cirrhosis("yes")))
    assert fingerprint(empty) != before
    for _ in range(2):
        with empty.transaction() as writer:
            writer.remove("1.2")
    assert fingerprint(empty) == before


class TestTheCurrentReport:
    def test_is_the_most_final(self, empty: Index, report: Make) -> None:
        put(
            empty,
            report("1.1", "1", state="verified", answers=cirrhosis("yes"), created=NEW_YEAR),
            report("1.2", "1", state="complete", answers=cirrhosis("no"), created=NEW_YEAR + timedelta(1)),
        )
        assert (state_of(empty), current(empty)) == ("verified", "yes")

    def test_is_the_newest_of_equals(self, empty: Index, report: Make) -> None:
        put(
            empty,
            report("1.1", "1", answers=cirrhosis("yes"), created=NEW_YEAR + timedelta(1)),
            report("1.2", "1", answers=cirrhosis("no"), created=NEW_YEAR),
        )
        assert current(empty) == "yes"

    def test_is_never_a_draft(self, empty: Index, report: Make) -> None:
        put(empty, report("1.1", "1", state="draft", answers=cirrhosis("yes")))
        assert (state_of(empty), current(empty)) == ("draft", None)

    def test_is_not_one_that_was_replaced(self, empty: Index, report: Make) -> None:
        put(
            empty,
            report("1.1", "1", state="verified", answers=cirrhosis("yes")),
            report("1.2", "1", state="complete", answers=cirrhosis("no"), replaces=("1.1",)),
        )
        assert (state_of(empty), current(empty)) == ("complete", "no")

    def test_stays_while_its_successor_is_a_draft(self, empty: Index, report: Make) -> None:
        put(
            empty,
            report("1.1", "1", answers=cirrhosis("yes")),
            report("1.2", "1", state="draft", answers=cirrhosis("no"), replaces=("1.1",)),
        )
        assert (state_of(empty), current(empty)) == ("complete", "yes")

    def test_comes_back_when_its_successor_is_removed(self, empty: Index, report: Make) -> None:
        put(empty, report("1.1", "1", answers=cirrhosis("yes")))
        put(empty, report("1.2", "1", state="verified", answers=cirrhosis("no"), replaces=("1.1",)))
        with empty.transaction() as writer:
            writer.remove("1.2")
        assert (state_of(empty), current(empty)) == ("complete", "yes")


def test_foreign_reports_are_kept_whole_and_not_searched_as_readings(empty: Index, report: Make) -> None:
    volume = Measurement(Code("SCT", "118565006", "Volume"), None, Code("UCUM", "mm3", "mm3"))
    finding = Finding("Liver", "1.2.9", None, (), ("1.8", 3), (volume,), (Evaluation(volume.concept, "text"),))
    put(empty, report("1.1", "1", template=None, version=None, findings=(finding,)))
    [stored] = empty.reports_of("1")
    assert stored["findings"][0]["segment"] == ["1.8", 3]
    assert stored["findings"][0]["measurements"][0]["value"] is None
    assert state_of(empty) == "not_read"


def test_what_is_written_in_foreign_reports_is_found(empty: Index, report: Make) -> None:
    cyst = Evaluation(Code("DCM", "121071", "Finding"), Code("SCT", "441457006", "Cisto simples"))
    finding = Finding("Rim", "1.2.9", None, (), None, (), (cyst,))
    put(empty, report("1.1", "1", template="kidney-ct", version=1, findings=(finding,)))
    for text, total in (("CISTO rim", 1), ("tumor", 0)):
        assert search.run(empty, LIVER, search.parse(LIVER, [("text", text)])).total == total
    with empty.transaction() as writer:
        writer.remove("1.1")
    assert search.run(empty, LIVER, search.parse(LIVER, [("text", "cisto")])).total == 0


def test_an_exam_has_one_current_report_of_each_template(empty: Index, report: Make) -> None:
    pancreas = template.load("pancreas-ct")
    lesions = {"lesions": [{"diameter_mm": 12.5}]}
    put(empty, report("1.1", "1", state="verified"), report("1.2", "1", template="pancreas-ct", answers=lesions))
    assert [one["state"] for one in search.run(empty, LIVER, search.Search()).items] == ["verified"]
    [found] = search.run(empty, pancreas, search.parse(pancreas, [("lesions.diameter_mm.min", "12")])).items
    assert (found["state"], found["answers"]) == ("complete", lesions)
    assert state_of(empty) == "verified"


def test_the_exam_has_what_is_derived_of_its_nodules_and_its_study(empty: Index, report: Make) -> None:
    nodules = [{"lirads": "LR-5", "diameter_mm": 12.0}, {"lirads": "LR-3", "diameter_mm": 31.5}, {}]
    put(empty, report("1.2", "1", sex="F", age=50, answers={"nodules": nodules}))
    query = "SELECT * FROM liver_ct WHERE study_instance_uid = '1'"
    [row] = empty.query(query)
    assert (row["nodules_described"], row["nodules_highest_diameter_mm"]) == (3, 31.5)
    assert (row["sex"], row["age"], row["has_segmentation"], row["phases"]) == ("F", 50, False, [])
    with empty.transaction() as writer:
        writer.put_study(StudyRow("1", "HEP-1", "M", 63, "2019-05-06"))
        writer.put_segmentation(SegmentationRow("1.5", "1.6", "1", None, None, "", "", None, ()))
        writer.put_series(SeriesRow("1.1", "1", "CT", "ART", 4, None, {"is": "arterial"}), told)
    [row] = empty.query(query)
    assert (row["sex"], row["age"], row["study_date"].year) == ("M", 63, 2019)
    assert (row["has_segmentation"], row["phases"]) == (True, ["arterial"])
    with empty.transaction() as writer:
        writer.remove("1.5")
        writer.remove_series("1.1")
    [row] = empty.query(query)
    assert (row["has_segmentation"], row["phases"]) == (False, [])


def told(acquisitions: Mapping[str, Mapping[str, str]]) -> Mapping[str, tuple[str]]:
    return {uid: (one["is"],) for uid, one in acquisitions.items()}


def test_phases_are_told_by_all_series_of_the_study(empty: Index) -> None:
    def later_is_portal(acquisitions: Mapping[str, Mapping[str, int]]) -> Mapping[str, tuple[str]]:
        ordered = sorted(acquisitions, key=lambda uid: acquisitions[uid]["at"])
        return dict(zip(ordered, (("arterial",), ("portal_venous",)), strict=False))

    for uid, at in (("1.1", 70), ("1.2", 30)):
        with empty.transaction() as writer:
            writer.put_study(StudyRow("1", "HEP-1"))
            writer.put_series(SeriesRow(uid, "1", "CT", None, 1, None, {"at": at}), later_is_portal)
    phases = empty.query("SELECT series_instance_uid, phases FROM series ORDER BY 1")
    assert [tuple(row.values()) for row in phases] == [("1.1", ["portal_venous"]), ("1.2", ["arterial"])]
    both = search.parse(LIVER, [("study.phase", "arterial"), ("study.phase", "portal_venous")])
    assert search.run(empty, LIVER, both).total == 1


def test_answers_of_a_later_version_do_no_harm(empty: Index, report: Make) -> None:
    answers = {"patient": {"cirrhosis": "99HEPATIA|NEW|New", "afp_ng_ml": "much"}, "future": {"x": 1}}
    put(empty, report("1.1", "1", version=9, answers=answers))
    assert empty.report("1.1")["answers"] == answers
    assert current(empty) == "99HEPATIA|NEW|New"
    charts = {chart.id: chart.data for chart in dashboard.run(empty, LIVER, search.Search()).charts}
    assert charts["patient.cirrhosis"][-1] == {"label": "unknown", "count": 1}
    assert search.run(empty, LIVER, search.parse(LIVER, [("patient.cirrhosis", "yes,no,undetermined")])).total == 0


def test_removing_a_study_leaves_nothing_of_it(empty: Index, report: Make) -> None:
    before = fingerprint(empty)
    with empty.transaction() as writer:
        writer.put_study(StudyRow("1", "HEP-1"))
        writer.put_series(SeriesRow("1.1", "1"))
        writer.put_report(report("1.2", "1", answers={"nodules": [{"lirads": "LR-5"}]}))
        writer.put_segmentation(SegmentationRow("1.5", "1.6", "1", None, None, "", "", None, ()))
        writer.remove_study("1")
    assert fingerprint(empty) == before


def test_failures_are_listed_until_the_object_is_indexed(empty: Index, report: Make) -> None:
    with empty.transaction() as writer:
        writer.put_failure("1.2", "The object cannot be read.")
    assert [failure.sop_instance_uid for failure in empty.failed()] == ["1.2"]
    put(empty, report("1.2", "1"))
    assert empty.failed() == ()


def test_a_transaction_that_fails_leaves_nothing(empty: Index, report: Make) -> None:
    def fail() -> None:
        with empty.transaction() as writer:
            writer.put_report(report("1.2", "1"))
            writer.set_position(9)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert empty.counts().reports == 0
    assert empty.position() == 0


def test_the_index_works_again_as_soon_as_postgresql_is_back() -> None:
    folder = Path(mkdtemp(prefix="hepatia-restart-"))
    folder.chmod(0o755)
    server = postgresql.service(folder / "cluster", folder / "socket", folder / "log")
    index = Index(f"host={folder / 'socket'} user=hepatia dbname=hepatia")
    with pytest.raises(IndexUnavailable):
        index.counts()
    server.start()
    try:
        postgresql.wait_until_ready(server, folder / "socket", "hepatia")
        index.ensure_schema()
        assert index.counts().studies == 0
        server.stop()
        with pytest.raises(IndexUnavailable):
            index.counts()
        server.start()
        postgresql.wait_until_ready(server, folder / "socket", "hepatia")
        assert index.counts().studies == 0
        assert search.run(index, template.load("liver-ct"), search.Search()).total == 0
    finally:
        index.close()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
