"""Phases in the index: several of one series, and what readers correct, whatever the order in which it arrives."""

import itertools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest

from indexer import search
from indexer.index import Index
from indexer.rows import SeriesRow, StudyRow
from indexer.writer import Writer
from sr_templates import template
from sr_templates.report import Report

pytestmark = pytest.mark.postgres

LIVER = template.load("liver-ct")
Make = Callable[..., Report]
Put = Callable[[Writer], None]


def told(kept: Mapping[str, Mapping[str, Any]]) -> Mapping[str, tuple[str, ...]]:
    return {uid: tuple(one["are"]) for uid, one in kept.items()}


def series(uid: str, *are: str) -> Put:
    return lambda writer: writer.put_series(SeriesRow(uid, "1", "CT", None, 1, None, {"are": are}), told)


def phases(index: Index) -> dict[str, list[str]]:
    rows = index.query("SELECT series_instance_uid, phases FROM series ORDER BY 1")
    return {row["series_instance_uid"]: row["phases"] for row in rows}


def is_found(index: Index, phase: str) -> bool:
    return search.run(index, LIVER, search.parse(LIVER, [("study.phase", phase)])).total == 1


def test_a_series_of_several_scans_is_found_by_each(empty: Index) -> None:
    with empty.transaction() as writer:
        writer.put_study(StudyRow("1", "HEP-1"))
        series("1.1", "non_contrast", "arterial", "equilibrium")(writer)
    assert [is_found(empty, one) for one in ("non_contrast", "arterial", "portal_venous", "equilibrium")] == [
        True, True, False, True
    ]  # fmt: skip


def test_corrections_count_in_any_order_of_arrival(empty: Index, report: Make) -> None:
    early, late = (report(f"3.{n}", "1", phases={"1.1": p}, created=datetime(2026, 1, n))
                   for n, p in ((1, "other"), (2, "equilibrium")))  # fmt: skip
    puts: list[Put] = [
        series("1.1", "arterial"),
        series("1.2", "portal_venous"),
        lambda writer: writer.put_report(early),
        lambda writer: writer.put_report(late),
    ]
    for order in itertools.permutations(puts):
        empty.clear()
        for put in order:
            with empty.transaction() as writer:
                writer.put_study(StudyRow("1", "HEP-1"))
                put(writer)
        assert phases(empty) == {"1.1": ["equilibrium"], "1.2": ["portal_venous"]}
    assert not is_found(empty, "arterial")
    assert is_found(empty, "equilibrium")


def test_a_correction_goes_with_its_report(empty: Index, report: Make) -> None:
    with empty.transaction() as writer:
        writer.put_study(StudyRow("1", "HEP-1"))
        series("1.1", "arterial")(writer)
        writer.put_report(report("3.1", "1", phases={"1.1": "equilibrium"}))
    assert phases(empty) == {"1.1": ["equilibrium"]}
    with empty.transaction() as writer:
        writer.put_report(report("3.2", "1", state="draft", replaces=("3.1",)))
    assert phases(empty) == {"1.1": ["arterial"]}
    with empty.transaction() as writer:
        writer.remove("3.2")
    assert phases(empty) == {"1.1": ["equilibrium"]}
    with empty.transaction() as writer:
        writer.remove("3.1")
    assert phases(empty) == {"1.1": ["arterial"]}
    assert is_found(empty, "arterial")
