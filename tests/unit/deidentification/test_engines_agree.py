"""The engine on bytes and the one on parsed data sets give the same, whatever comes."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.profile import OPTIONS, load
from orthanc_plugin.deidentification.trace import Deidentified
from tests.unit.deidentification import test_torture
from tests.unit.deidentification.agree import Engines
from tests.unit.deidentification.encode import Elements, write_file
from tests.unit.deidentification.strategies import data_sets

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
NO_DICOM = {".md", ".nrrd", ".gz", ".txt"}
FILES = sorted(
    file
    for file in SHARED.rglob("*")
    if file.is_file() and file.suffix not in NO_DICOM and file.parent.name not in ("data", "LICENSES")
)
name_of = "{0.parent.name}/{0.name}".format

POLICY = Policy(load(), Keys(bytes(range(32))))

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

thoroughly = settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_about_every_real_file(file: Path) -> None:
    assert Engines(POLICY).disagreements(file.read_bytes()) == []


def test_about_all_real_files_one_after_the_other(shared_data: Path) -> None:
    """With what is remembered of those before."""
    engines = Engines(POLICY)
    told = {name_of(file): engines.disagreements(file.read_bytes()) for file in FILES}
    assert {name: one for name, one in told.items() if one} == {}
    assert len(told) > 100


@pytest.mark.parametrize(("kind", "name", "encoding"), test_torture.CASES)
def test_about_tortured_objects(kind: str, name: str, encoding: str) -> None:
    data, _ = test_torture.tortured(kind, name, encoding)
    assert Engines(POLICY).disagreements(data) == []


@thoroughly
@given(elements=data_sets(explicit=True))
def test_about_arbitrary_objects_in_explicit_encoding(elements: Elements) -> None:
    assert Engines(POLICY).disagreements(write_file(elements, ExplicitVRLittleEndian)) == []


@thoroughly
@given(elements=data_sets(explicit=False))
def test_about_arbitrary_objects_in_implicit_encoding(elements: Elements) -> None:
    assert Engines(POLICY).disagreements(write_file(elements, ImplicitVRLittleEndian)) == []


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    elements=data_sets(explicit=True),
    switches=st.dictionaries(st.sampled_from([option.name for option in OPTIONS]), st.booleans(), min_size=1),
)
def test_under_any_options(elements: Elements, switches: dict[str, bool]) -> None:
    policy = Policy(load(switches), POLICY.keys)
    assert Engines(policy).disagreements(write_file(elements)) == []


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(elements=data_sets(explicit=True))
def test_what_was_let_in_stays_what_it_is(elements: Elements) -> None:
    engines = Engines(POLICY)
    decision = engines.fast.decide(write_file(elements))
    assert isinstance(decision, Deidentified)
    assert engines.disagreements(decision.data) == []
