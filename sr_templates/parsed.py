"""A pydicom data set of an SR → content items: reads every encoding, and is what `walk` is compared with."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pydicom import Dataset
from pydicom.dataelem import RawDataElement
from pydicom.multival import MultiValue

from sr_templates import items
from sr_templates.codes import Code
from sr_templates.errors import Unreadable
from sr_templates.items import DEEPEST, ContentItem, Document, Reference

PREDECESSORS: Final = 0x0040A360
EVIDENCE: Final = 0x0040A375
UNDEFINED: Final = 0xFFFFFFFF

Reader = Callable[[Any, int], Any]


def document(sr: Dataset) -> Document:
    """Return the SR document of a data set.

    Raises
    ------
    Unreadable
        It nests too deep, or is cut off.
    """
    for tag in (PREDECESSORS, EVIDENCE):
        if tag in sr:
            _see_whole(sr, tag)
    return Document(
        _fields(sr, items.ATTRIBUTES, 0),
        items.content_item(_fields(sr, items.CONTENT, 0)),
        tuple(one.sop_instance_uid for one in _instances(sr, PREDECESSORS)),
        tuple(one.sop_instance_uid for one in _instances(sr, EVIDENCE) if one.sop_class_uid in items.SEGMENTATIONS),
    )


def _fields(dataset: Dataset, attributes: Mapping[int, tuple[str, str]], depth: int) -> dict[str, Any]:
    """Return the fields that a data set fills; empty elements fill none."""
    found = {}
    for tag, (kind, field) in attributes.items():
        if tag in dataset:
            _see_whole(dataset, tag)
            if value := KINDS[kind](dataset[tag].value, depth):
                found[field] = value
    return found


def _see_whole(dataset: Dataset, tag: int) -> None:
    """See that an element is there to its end; pydicom reads what is cut off as far as it goes.

    Raises
    ------
    Unreadable
        It is cut off.
    """
    element = dataset.get_item(tag)
    if not isinstance(element, RawDataElement) or element.value is None or element.length == UNDEFINED:
        return
    if len(element.value) != element.length:
        raise Unreadable("The SR is cut off.")


def _first(sequence: Any, attributes: Mapping[int, tuple[str, str]], depth: int) -> dict[str, Any]:  # noqa: ANN401
    return _fields(sequence[0], attributes, depth) if sequence else {}


def _instances(sr: Dataset, tag: int) -> Iterator[Reference]:
    for study in sr[tag].value if tag in sr else ():
        for series in study.get("ReferencedSeriesSequence") or ():
            yield from _references(series.get("ReferencedSOPSequence"), 0)


def _children(sequence: Any, depth: int) -> tuple[ContentItem, ...]:  # noqa: ANN401 -- pydicom's values have no type
    if depth >= DEEPEST:
        raise Unreadable("The content of the SR nests too deep.")
    return tuple(items.content_item(_fields(item, items.CONTENT, depth + 1)) for item in sequence or ())


def _references(sequence: Any, depth: int) -> tuple[Reference, ...]:  # noqa: ANN401
    return tuple(items.reference(_fields(item, items.REFERENCE, depth)) for item in sequence or ())


def _code(sequence: Any, depth: int) -> Code | None:  # noqa: ANN401
    return items.code(_first(sequence, items.CODE, depth))


def _text(value: Any, _depth: int) -> str:  # noqa: ANN401
    if value is None:
        return ""
    several = value if isinstance(value, MultiValue) else [value]
    return "\\".join(str(one) for one in several).rstrip(" \0")


def _numbers(number: type[int] | type[float]) -> Reader:
    def read(value: Any, _depth: int) -> tuple[float | str, ...]:  # noqa: ANN401
        if value is None or value == "":
            return ()
        several = value if isinstance(value, MultiValue | list) else [value]
        return items.finite(number(one) for one in several)

    return read


KINDS: Final[Mapping[str, Reader]] = {
    **dict.fromkeys(("AS", "CS", "DA", "DT", "LO", "PN", "SH", "TM", "UC", "UI", "UR", "UT"), _text),
    **dict.fromkeys(("DS", "FD", "FL"), _numbers(float)),
    **dict.fromkeys(("IS", "UL", "US"), _numbers(int)),
    "code": _code,
    "children": _children,
    "measured": lambda sequence, depth: items.measured(_first(sequence, items.MEASURED, depth)),
    "references": _references,
    "template": lambda sequence, depth: _first(sequence, items.TEMPLATE, depth).get("template", ""),
    "verifier": lambda sequence, depth: _first(sequence, items.VERIFIER, depth).get("name", ""),
}
