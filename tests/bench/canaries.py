"""How many planted identities each de-identifier leaves: the torture of the tests, on objects that all can read."""

import io
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pydicom
import servers
from contestants import CONTESTANTS
from pydicom.uid import ExplicitVRLittleEndian

from tests.unit.deidentification import objects, reports
from tests.unit.deidentification.canaries import Canaries, survivors
from tests.unit.deidentification.encode import Element, read_data_set, write_file
from tests.unit.deidentification.torture import Torture

#: Value representations in which a canary is no value at all, or that a peer does not know.
ODD = frozenset({"AS", "CS", "DS", "IS", "OD", "TM"})

PEERS = ("HepatIA", "dicognito 0.19.0", "dicom-anonymizer 2.1.0 (2026c)")
ORTHANC = "Orthanc 1.10.1, its own anonymizer"


class ValidCanaries(Canaries):
    """Plants only single and valid values, of VRs that all know: the peers end with an error on anything else."""

    def value(self, vr: str, *, listed: bool) -> Element | None:
        return None if vr in ODD else super().value(vr, listed=listed)

    def _one_or_two(self, _vr: str) -> bytes:
        return self.word().encode()


@dataclass
class Tally:
    """What one de-identifier left, over all objects; it may also fail on one."""

    left: int = 0
    failed: int = 0
    content_items: int = 0


def planted() -> dict[str, bytes]:
    """Return tortured files by what they are."""
    images = [objects.image(1, number) for number in (1, 2, 3)]
    mask = objects.segmentation(images, 1)
    bases = {
        "CT": images[0],
        "SEG": mask,
        "SR": reports.report(images, mask, 1),
        "KO": reports.key_objects(images, 1),
        "PR": objects.presentation(images, 1),
        "RTSTRUCT": objects.structures(images, 1),
    }
    files = {}
    for number, (name, base) in enumerate(bases.items()):
        torture = Torture(number, known=True)
        torture.canaries = ValidCanaries(number)
        elements = torture.plain(read_data_set(base))
        files[name] = write_file(elements, ExplicitVRLittleEndian, torture.meta(), torture.preamble())
    return files


def compare() -> dict[str, Tally]:
    """Return the tallies by de-identifier; the first is what was planted."""
    warnings.simplefilter("ignore")
    files = planted()
    tallies = {"planted": Tally(sum(len(set(survivors(data))) for data in files.values()), 0, _content(files["SR"]))}
    for name in PEERS:
        tallies[name] = _tally(CONTESTANTS[name](), files)
    with servers.bare() as server, httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
        tallies[ORTHANC] = _tally(lambda data: _by_orthanc(client, data), files)
    return tallies


def table(tallies: dict[str, Tally]) -> Iterator[str]:
    """Yield the result as Markdown."""
    yield from (
        "| de-identifier | canaries left | objects it failed on | content items left in the SR |",
        "|---|---|---|---|",
    )
    for name, tally in tallies.items():
        yield f"| {name} | {tally.left} | {tally.failed} | {tally.content_items} |"


def _tally(deidentify: Callable[[bytes], bytes], files: dict[str, bytes]) -> Tally:
    tally = Tally()
    for name, data in files.items():
        try:
            done = deidentify(data)
        except Exception as error:  # noqa: BLE001 -- whatever a peer raises is its result
            print(f"  failed on {name}: {type(error).__name__}", file=sys.stderr)
            tally.failed += 1
            continue
        tally.left += len(set(survivors(done)))
        if name == "SR":
            tally.content_items = _content(done)
    return tally


def _content(data: bytes) -> int:
    """Return the number of content items of an SR."""
    waiting, count = [pydicom.dcmread(io.BytesIO(data))], 0
    while waiting:
        children = list(waiting.pop().get("ContentSequence") or ())
        count += len(children)
        waiting += children
    return count


def _by_orthanc(client: httpx.Client, data: bytes) -> bytes:
    """Store an instance, anonymize it as Orthanc does, and return the result."""
    stored = client.post("/instances", content=data).raise_for_status().json()
    body = json.dumps({"Force": True})
    return client.post(f"/instances/{stored['ID']}/anonymize", content=body).raise_for_status().content
