"""A fresh database and an index on it for every module."""

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import psycopg2
import pytest

from indexer.index import Index
from sr_templates.report import Report

NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def index(postgres_dsn: str) -> Iterator[Index]:
    name = f"index_{next(NUMBERS)}"
    connection = psycopg2.connect(postgres_dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    made = Index(postgres_dsn.replace("dbname=postgres", f"dbname={name}"))
    made.ensure_schema()
    yield made
    made.close()


@pytest.fixture
def empty(index: Index) -> Index:
    index.clear()
    return index


@pytest.fixture(scope="session")
def report() -> Callable[..., Report]:
    def make(sop: str, study: str, **changes: Any) -> Report:
        values: dict[str, Any] = {
            "sop_instance_uid": sop,
            "series_instance_uid": f"{sop}.1",
            "study_instance_uid": study,
            "patient_id": f"HEP-{study}",
            "sex": "F",
            "age": 50,
            "study_date": "2020-01-01",
            "template": "liver-ct",
            "version": 1,
            "answers": {},
            "state": "complete",
            "author": "Souza^Ana",
            "author_login": "ana",
            "role": "radiologist",
            "created": datetime(2026, 1, 1, 10),
            "replaces": (),
            "segmentation": None,
        }
        return Report(**(values | changes))

    return make
