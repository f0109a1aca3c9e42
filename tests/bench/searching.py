"""Search, facets and dashboard over HTTP in a running installation, by several clients at the same time; and in SQL."""

import http.client
import random
import re
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests")]

import conftest  # noqa: E402 -- the suite starts the same installation
import million  # noqa: E402

from indexer.index import Index  # noqa: E402
from orthanc_plugin.authorization import basic  # noqa: E402
from sr_templates import template  # noqa: E402
from tests import cohorts  # noqa: E402

LIVER = template.load("liver-ct")
CLIENTS = 8
#: What a reader takes from one answer to the next question, and clients that have no patience.
PAUSES_S = (0.5, 0.0)
#: Exams; each a multiple of million.ORIGINALS.
SIZES = (100_000, 1_000_000)
ROUNDS = 20

#: What is asked, with random values: name → query.
QUERIES: dict[str, Callable[[random.Random], str]] = {
    "all exams": lambda _: "",
    "cohort": lambda chance: (
        f"patient.cirrhosis=yes&nodules.lirads=LR-4,LR-5&liver.nodule_count.min={chance.randint(1, 4)}"
        f"&patient.age.min={chance.randint(20, 70)}&patient.sex={chance.choice('MF')}"
    ),
    "one and the same nodule": lambda chance: (
        f"nodules.lirads={chance.choice(('LR-3', 'LR-4', 'LR-5'))}&nodules.aphe=nonrim&nodules.washout=nonperipheral"
        f"&nodules.location={chance.choice(('II', 'V', 'VIII'))}&nodules.diameter_mm.min={chance.randint(5, 30)}"
    ),
    "worst first": lambda chance: f"sort=-nodules.lirads&patient.age.min={chance.randint(20, 70)}",
    "by reader, highest category": lambda chance: (
        f"sort=reader&reader={chance.choice(cohorts.AUTHORS)}&lirads=LR-5,LR-M&page_size=500"
    ),
    "unread with a prior": lambda _: "state=not_read&has=prior,four_phases&sort=-masks",
    "words": lambda chance: f"text={chance.choice(('artefato', 'porta', 'reunião', 'stable'))}",
}

#: What routes without pages do not take.
PAGING = re.compile(r"(^|&)(sort|page_size)=[^&]*")

#: The usual questions in SQL over the typed tables with their derived columns, for comparison.
IN_SQL = {
    "cohort, page": """
SELECT study_instance_uid FROM liver_ct WHERE patient_cirrhosis = 'yes' AND nodules_highest_lirads IN ('LR-4', 'LR-5')
  AND liver_nodule_count >= 2 AND age >= 50 AND sex = 'M' ORDER BY study_date DESC, study_instance_uid DESC LIMIT 50""",
    "cohort, count": """
SELECT count(*) FROM liver_ct WHERE patient_cirrhosis = 'yes' AND nodules_highest_lirads IN ('LR-4', 'LR-5')
  AND liver_nodule_count >= 2 AND age >= 50 AND sex = 'M'""",
    "one and the same nodule, count": """
SELECT count(DISTINCT study_instance_uid) FROM liver_ct_nodules WHERE lirads = 'LR-5' AND aphe = 'nonrim'
  AND washout = 'nonperipheral' AND location && '{VIII}' AND diameter_mm >= 20""",
    "one chart of nodules, GROUP BY": "SELECT lirads, count(*) FROM liver_ct_nodules GROUP BY lirads",
    "four charts of exams in one scan, FILTER": "SELECT "
    + ", ".join(
        f"count(*) FILTER (WHERE {column} = '{value}')"
        for column in ("patient_cirrhosis", "liver_ascites", "liver_splenomegaly", "liver_portal_vein_thrombosis")
        for value in ("yes", "no", "undetermined")
    )
    + " FROM liver_ct",
    "four charts of exams, GROUPING SETS": """
SELECT patient_cirrhosis, liver_ascites, liver_splenomegaly, liver_portal_vein_thrombosis, count(*) FROM liver_ct
GROUP BY GROUPING SETS ((patient_cirrhosis), (liver_ascites), (liver_splenomegaly), (liver_portal_vein_thrombosis))""",
}


@dataclass(frozen=True)
class Measured:
    """Milliseconds of many requests."""

    milliseconds: list[float]

    def __str__(self) -> str:
        ordered = sorted(self.milliseconds)
        return f"{statistics.median(ordered):.1f} | {ordered[int(len(ordered) * 0.95)]:.1f}"


@contextmanager
def installation() -> Iterator[tuple[conftest.Instance, Index]]:
    """A running installation with an empty archive; its index is filled from here."""
    with tempfile.TemporaryDirectory(prefix="hepatia-bench-") as folder:
        running = conftest.start_instance(Path(folder), demo=False)
        index = Index(running.dsn)
        try:
            yield running, index
        finally:
            index.close()
            conftest.stop_process(running.process)


def compare(sizes: tuple[int, ...]) -> Iterator[str]:
    """Yield the tables, size by size."""
    with installation() as (running, index):
        already = 0
        for size in sizes:
            rate = million.fill(index, LIVER, size, already)
            if not already:
                yield f"Objects to rows, {cohorts.__name__}, 500 in a transaction: {rate:.0f} reports a second."
            already = size
            yield from _of_size(running, index, size)


def _of_size(running: conftest.Instance, index: Index, size: int) -> Iterator[str]:
    yield from ("", f"### {size:,} exams", "")
    first = Client(running).ask("/search?page_size=1") / 1000
    yield f"First search, which reads all records: {first:.1f} s."
    yield from ("", "| over HTTP | clients | pause s | median ms | p95 ms |", "|---|---|---|---|---|")
    for route in ("/search", "/search/facets", "/dashboard"):
        for name, query in QUERIES.items():
            for clients, pause_s in ((1, 0.0), *((CLIENTS, pause_s) for pause_s in PAUSES_S)):
                sort = query if route == "/search" else lambda chance, of=query: PAGING.sub("", of(chance))
                yield f"| `{route}`, {name} | {clients} | {pause_s} | {asked(running, route, sort, clients, pause_s)} |"
    yield from ("", "| while reports are written | | median ms | p95 ms |", "|---|---|---|---|")
    written, seen = writing(running, index, size)
    yield f"| one report to rows (in process) | 1 | {written} |"
    yield f"| `/search` right after it | 1 | {seen} |"
    yield from ("", "| the same in SQL, typed tables | | median ms | p95 ms |", "|---|---|---|---|")
    for name, query in IN_SQL.items():
        yield f"| {name} | 1 | {in_sql(index, query)} |"
    slowest = "one and the same nodule, count"
    yield from ("", f"Plan of “{slowest}”:", "", "```")
    yield from (row["QUERY PLAN"] for row in index.query("EXPLAIN (ANALYZE, COSTS OFF) " + IN_SQL[slowest]))
    yield "```"


class Client:
    """One reader with a connection that stays open."""

    def __init__(self, running: conftest.Instance) -> None:
        self._connection = http.client.HTTPConnection(running.url.removeprefix("http://"), timeout=120)
        self._headers = {"Authorization": basic(*running.account("scientist"))}

    def ask(self, path: str) -> float:
        """Ask once; return the milliseconds until the whole answer is there."""
        began = time.perf_counter()
        self._connection.request("GET", f"/hepatia/api{path}", headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        assert answer.status == 200, path
        return (time.perf_counter() - began) * 1000


def asked(
    running: conftest.Instance, route: str, query: Callable[[random.Random], str], clients: int, pause_s: float
) -> Measured:
    """Ask with several clients at once, each one question after the other, with a pause of about so long between."""
    taken: list[float] = []

    def one_client(seed: int) -> None:
        chance = random.Random(seed)
        client = Client(running)
        # Readers do not begin on a signal.
        time.sleep(pause_s * chance.random())
        for _ in range(ROUNDS):
            taken.append(client.ask(f"{route}?{urllib.parse.quote(query(chance), safe='=&,')}"))
            time.sleep(pause_s * chance.uniform(0.5, 1.5))

    threads = [threading.Thread(target=one_client, args=(seed,)) for seed in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return Measured(taken)


def writing(running: conftest.Instance, index: Index, seed: int) -> tuple[Measured, Measured]:
    """Put reports one by one, and search after each."""
    written, seen, client = [], [], Client(running)
    for exam in cohorts.exams(LIVER, ROUNDS, seed):
        began = time.perf_counter()
        with index.transaction() as writer:
            cohorts.put_one(writer, LIVER, exam)
        written.append((time.perf_counter() - began) * 1000)
        seen.append(client.ask("/search"))
    return Measured(written), Measured(seen)


def in_sql(index: Index, query: str) -> Measured:
    """Ask PostgreSQL directly, and read all rows."""
    taken = []
    for _ in range(10):
        began = time.perf_counter()
        index.query(query)
        taken.append((time.perf_counter() - began) * 1000)
    return Measured(taken)
