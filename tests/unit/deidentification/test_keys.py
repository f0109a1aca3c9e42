import stat
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_plugin.deidentification.keys import LONGEST_SHIFT_DAYS, Keys, load_or_create

KEYS = Keys(bytes(range(32)))
OTHER = Keys(bytes(range(1, 33)))
UIDS = st.integers(0, 10**30).map(lambda number: f"1.2.276.0.{number}")


@given(patient_id=st.text(max_size=64), issuer=st.text(max_size=64))
def test_a_pseudonym_is_given_once_and_proves_itself(patient_id: str, issuer: str) -> None:
    pseudonym = KEYS.pseudonym(patient_id, issuer)
    assert pseudonym.startswith("HEP-")
    assert len(pseudonym) >= 14
    assert set(pseudonym[4:]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    assert KEYS.pseudonym(pseudonym, issuer) == pseudonym
    assert KEYS.is_pseudonym(pseudonym)
    assert not OTHER.is_pseudonym(pseudonym)


@given(uid=UIDS)
def test_a_uid_is_mapped_once_and_is_valid(uid: str) -> None:
    mapped = KEYS.uid(uid)
    assert mapped.startswith("2.25.")
    assert len(mapped) <= 64
    assert KEYS.uid(mapped) == mapped
    assert KEYS.is_own_uid(mapped)
    assert not KEYS.is_minted(mapped)
    assert OTHER.uid(mapped) != mapped


@given(number=st.integers(0, 2**128))
def test_no_uid_of_others_is_taken_for_ours(number: int) -> None:
    assert not KEYS.is_own_uid(f"2.25.{number}")


def test_issuer_and_secret_make_other_patients() -> None:
    assert (
        len({KEYS.pseudonym("1", ""), KEYS.pseudonym("1", "A"), KEYS.pseudonym("2", ""), OTHER.pseudonym("1", "")}) == 4
    )


def test_minted_uids_are_new_and_stay() -> None:
    minted = {KEYS.mint() for _ in range(100)}
    assert len(minted) == 100
    assert all(KEYS.is_minted(uid) and KEYS.uid(uid) == uid for uid in minted)
    assert not any(OTHER.is_minted(uid) for uid in minted)


@pytest.mark.parametrize("uid", ["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.1", ""])
def test_uids_of_the_standard_stay(uid: str) -> None:
    assert KEYS.uid(uid) == uid


@pytest.mark.parametrize("forged", ["HEP-", "HEP-AAAAAAAAAAAAAAAA", "HEP-ÄÖÜ", "hep-aaaaaaaaaaaaaaaa", ""])
def test_a_forged_pseudonym_is_a_patient_id_like_any_other(forged: str) -> None:
    assert not KEYS.is_pseudonym(forged)
    assert KEYS.pseudonym(forged, "") != forged


@given(patient_id=st.text(max_size=20))
def test_dates_move_back_by_whole_days(patient_id: str) -> None:
    assert -LONGEST_SHIFT_DAYS <= KEYS.shift_days(KEYS.pseudonym(patient_id, "")) <= -1


def test_the_secret_is_private_stable_and_agreed_on_by_starts_at_once(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret.key"
    given_uids: list[str] = []
    threads = [Thread(target=lambda: given_uids.append(load_or_create(path).uid("1.2.3"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(given_uids)) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.write_text("00ff\n")
    with pytest.raises(ValueError, match="32 bytes"):
        load_or_create(path)
