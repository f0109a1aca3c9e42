"""What is searched is what the template says: the same brute force on each other template."""

import random

import pytest

from indexer import ordering, search
from indexer.index import Index
from sr_templates import template
from tests import cohorts
from tests.cohorts import Habits
from tests.postgres import oracle
from tests.postgres.oracle import Oracle

pytestmark = pytest.mark.postgres

OTHERS = [name for name in template.names() if name != "liver-ct"]


@pytest.mark.parametrize("name", OTHERS)
def test_searches_find_exactly_what_a_brute_force_finds(empty: Index, name: str) -> None:
    of = template.load(name)
    exams = list(cohorts.exams(of, 600, 12, Habits(optional=0.5, required=0.8)))
    random.Random(12).shuffle(exams)
    cohorts.put(empty, of, exams)
    truth = Oracle(of, exams)
    uids = {row["number"]: row["study_instance_uid"] for row in empty.query("SELECT * FROM record")}
    for query in oracle.random_searches(of, 80, 12):
        with search.matched(empty, of, search.parse(of, query)) as (matching, _):
            _, numbers = ordering.page(matching.block, matching.exams(), ordering.NEWEST_FIRST)
        assert [uids[number] for number in numbers] == truth.search(query), query
