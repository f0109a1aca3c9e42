"""Applies the profile to a data set that pydicom has parsed, at every depth: whatever it is, in whatever encoding."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydicom import DataElement, Dataset
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from orthanc_plugin.deidentification import content_items, elements, private, rules, subject, values
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.profile import Profile
from orthanc_plugin.deidentification.rules import Action, Rule
from orthanc_plugin.deidentification.trace import Done, Path, Trace
from orthanc_plugin.deidentification.values import Subject

#: Texts in which a backslash is a character like any other.
SINGLE = frozenset({"LT", "ST", "UT", "UR"})


@dataclass
class _Walk:
    """One data set under way: what is needed at every depth."""

    subject: Subject
    done: Trace = field(default_factory=set)


def deidentify(dataset: Dataset, profile: Profile, keys: Keys, blanked: bool = False) -> Trace:
    """De-identify a data set in place (PS3.15 section E.1).

    Applying it twice is the same as once: pseudonyms and UIDs of ours are recognized by themselves, and the dates of a
    patient who already bears a pseudonym stay.

    Parameters
    ----------
    blanked
        Whether regions of the pixels were made black, as the Clean Pixel Data option has it.

    Returns
    -------
    What was done to which attribute.

    Raises
    ------
    DeidentificationError
        The data set says neither patient nor study.
    """
    walk = _Walk(subject.subject_of(dataset, profile, keys))
    added = subject.written(dataset, walk.subject, blanked=blanked)
    for tag in (one for one in subject.REWRITTEN if one in dataset):
        del dataset[tag]
        walk.done.add(Done((tag,), Action.DUMMY))
    _data_set(dataset, walk, ())
    dataset.update(added)
    return walk.done


def _data_set(dataset: Dataset, walk: _Walk, path: Path) -> None:
    safe = private.safe_tags(dataset) if walk.subject.profile.has("RetainSafePrivate") else frozenset()
    for tag in list(dataset.keys()):
        if int(tag) in safe:
            continue
        if rules.is_dropped(int(tag)) or (path and rules.is_out_of_place(int(tag))):
            del dataset[tag]
            walk.done.add(Done((*path, int(tag)), Action.REMOVE))
        else:
            _element(dataset, tag, walk, path)
    if not walk.subject.authored and content_items.rewrite(dataset, walk.subject.pseudonym):
        walk.done.add(Done(path, Action.DUMMY))


def _element(dataset: Dataset, tag: BaseTag, walk: _Walk, path: Path) -> None:
    rule = walk.subject.profile.rule(int(tag), _vr(dataset.get_item(tag)))
    here = (*path, int(tag))
    if not rule.listed and rule.action is Action.KEEP:
        return
    if rule.action is Action.CHECK and isinstance(raw := dataset.get_item(tag), RawDataElement):
        _check(dataset, raw, rule, walk, here)
        return
    element = _known(dataset, tag)
    if rule.action is Action.REMOVE or element.VR == "UN":
        del dataset[tag]
        walk.done.add(Done(here, Action.REMOVE))
    elif element.VR == "SQ" and rule.action is not Action.EMPTY:
        for item in element.value:
            _data_set(item, walk, here)
    else:
        was_empty = element.is_empty
        _change(element, rule, walk, here)
        if element.is_empty and not was_empty and rule.action is Action.SHIFT and rule.fallback is Action.REMOVE:
            del dataset[tag]


def _check(dataset: Dataset, raw: RawDataElement, rule: Rule, walk: _Walk, here: Path) -> None:
    """Check values as they were written: pydicom does not even read those that are not what they should be."""
    vr, value = _vr(raw), raw.value or b""
    if vr not in ("AS", "CS") and elements.SHAPED[vr].fullmatch(value):
        return
    before = [part.rstrip("\0 ") for part in value.decode("latin-1").split("\\")]
    after = [values.change(int(raw.tag), vr, rule, part, walk.subject) for part in before]
    if after != before:
        lost = values.stand_in(vr, rule)
        dataset[raw.tag] = DataElement(raw.tag, vr, (after if len(after) > 1 else after[0]) if any(after) else lost)
        walk.done.add(Done(here, rule.action))


def _known(dataset: Dataset, tag: BaseTag) -> DataElement:
    """Return an element; one of unknown VR that holds a sequence, or should hold a UID, as what it is."""
    element = dataset[tag]
    if element.VR == "UN" and (items := private.hidden_sequence(dataset, element)) is not None:
        element = dataset[tag] = DataElement(tag, "SQ", items)
    return element


def _vr(element: DataElement | RawDataElement) -> str:
    """Return the value representation without reading the value."""
    vr = element.VR
    if vr is None or vr == "UN":
        try:
            vr = dictionary_VR(element.tag)
        except KeyError:
            return "UN"
    # "US or SS" and the like: both are numbers.
    return vr[:2]


def _change(element: DataElement, rule: Rule, walk: _Walk, here: Path) -> None:
    if rule.action is Action.EMPTY:
        element.value = Sequence([]) if element.VR == "SQ" else None
    elif element.VR in rules.TEXTUAL:
        if not _change_text(element, rule, walk.subject) and not rule.listed:
            return
    elif rule.action in (Action.SHIFT, Action.DUMMY) and not element.is_empty:
        element.value = values.stand_in(element.VR[:2], rule)
    walk.done.add(Done(here, rule.action))


def _change_text(element: DataElement, rule: Rule, about: Subject) -> bool:
    """Change every value of an element; return whether one has changed. Unchanged ones stay as they were written."""
    if element.is_empty:
        return False
    before = list(_texts(element))
    after = [values.change(int(element.tag), element.VR, rule, value, about) for value in before]
    if after == before:
        return False
    if any(after):
        element.value = after if len(after) > 1 else after[0]
    else:
        element.value = values.stand_in(element.VR, rule)
    return True


def _texts(element: DataElement) -> Iterator[str]:
    if element.VM > 1 and element.VR not in SINGLE:
        yield from (str(value) for value in element.value)
    else:
        yield str(element.value)
