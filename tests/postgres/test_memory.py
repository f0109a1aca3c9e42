"""The columns in memory follow PostgreSQL: after any change they are those that a fresh start would read."""

import random
import threading
from dataclasses import replace

import numpy as np
import psycopg2
import pytest

from indexer import search
from indexer.index import Index
from sr_templates import template
from tests import cohorts

pytestmark = pytest.mark.postgres

LIVER = template.load("liver-ct")


def columns(index: Index) -> dict[str, np.ndarray]:
    with index.exams(LIVER) as (block, _):
        members = {path: column for group in block.members.values() for path, column in group.columns.items()}
        owners = {f"owner {name}": group.owner for name, group in block.members.items()}
        return {**block.exams, **members, **owners}


def same(one: Index, other: Index) -> bool:
    left, right = columns(one), columns(other)
    assert left.keys() == right.keys()
    return all(np.array_equal(column, right[name], equal_nan=column.dtype.kind == "f") for name, column in left.items())


def fresh(index: Index) -> Index:
    return Index(index._dsn)


def test_they_follow_every_change(empty: Index) -> None:
    chance = random.Random(5)
    pool = list(cohorts.exams(LIVER, 120, 5))
    there: set[str] = set()
    for _ in range(40):
        with empty.transaction() as writer:
            for exam in chance.sample(pool, chance.randint(1, 6)):
                if exam.uid in there and chance.random() < 0.5:
                    writer.remove_study(exam.uid)
                    there.discard(exam.uid)
                else:
                    cohorts.put_one(writer, LIVER, exam)
                    there.add(exam.uid)
        other = fresh(empty)
        assert same(empty, other)
        assert search.run(empty, LIVER, search.Search()).total == len(there)
        other.close()


def test_they_follow_an_index_that_was_emptied(empty: Index) -> None:
    cohorts.put(empty, LIVER, cohorts.exams(LIVER, 5, 6))
    assert search.run(empty, LIVER, search.Search()).total == 5
    other = fresh(empty)
    other.clear()
    cohorts.put(other, LIVER, cohorts.exams(LIVER, 3, 7))
    other.close()
    assert search.run(empty, LIVER, search.Search()).total == 3


def test_a_transaction_that_ends_late_is_seen(empty: Index) -> None:
    first, second = (replace(one, patient=one.uid) for one in cohorts.exams(LIVER, 2, 8))
    with empty.transaction() as late:
        cohorts.put_one(late, LIVER, first)
        late.flush()
        other = fresh(empty)
        cohorts.put(other, LIVER, [second])
        # The transaction that began first is not over: it must be looked for again.
        assert search.run(empty, LIVER, search.Search()).total == 1
    assert search.run(empty, LIVER, search.Search()).total == 2
    assert same(empty, other)
    other.close()


def test_searches_beside_writing_see_whole_exams(empty: Index) -> None:
    wrong: list[int] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            page = search.run(empty, LIVER, search.parse(LIVER, [("page_size", "500")]))
            if len(page.items) != page.total:
                wrong.append(page.total)

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for one in askers:
        one.start()
    for exam in cohorts.exams(LIVER, 60, 9):
        cohorts.put(empty, LIVER, [exam])
        if exam.uid.endswith(("3", "7")):
            with empty.transaction() as writer:
                writer.remove_study(exam.uid)
    done.set()
    for one in askers:
        one.join()
    assert wrong == []
    assert search.run(empty, LIVER, search.Search()).total == 48


def test_two_writers_of_one_study_find_the_same_current_report(empty: Index) -> None:
    [exam] = cohorts.exams(LIVER, 1, 10)
    other = fresh(empty)

    def write(index: Index, sop: str, state: str) -> None:
        with index.transaction() as writer:
            writer.put_report(cohorts.report(LIVER, exam, sop=sop, state=state))

    threads = [
        threading.Thread(target=write, args=(index, f"{exam.uid}.{number}", state))
        for number in range(10)
        for index, state in ((empty, "complete"), (other, "verified"))
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    [found] = search.run(empty, LIVER, search.Search()).items
    assert found["state"] == "verified"
    other.close()


def test_without_the_extension_texts_are_read_through(empty: Index, postgres_dsn: str) -> None:
    connection = psycopg2.connect(postgres_dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE poor LOGIN")
        cursor.execute("CREATE DATABASE poor")
        cursor.execute("REVOKE CREATE ON DATABASE poor FROM PUBLIC")
        cursor.execute("ALTER DATABASE poor OWNER TO poor")
    connection.close()
    index = Index(postgres_dsn.replace("dbname=postgres", "dbname=poor"))
    index.ensure_schema()
    cohorts.put(index, LIVER, cohorts.exams(LIVER, 50, 11))
    assert search.run(index, LIVER, search.parse(LIVER, [("text", "respiracao")])).total > 0
    index.close()
