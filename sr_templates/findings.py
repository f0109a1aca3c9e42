"""The measurement groups of any TID 1500 report, whoever wrote it, and all that stands outside of them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sr_templates import content
from sr_templates.codes import Code
from sr_templates.items import ContentItem
from sr_templates.report import Evaluation, Finding, Measurement

#: Containers whose answers belong to the exam as a whole.
EXAM = frozenset(code.key for code in (content.QUALITATIVE, content.MEASUREMENTS, content.DERIVED_MEASUREMENTS))

#: CODE and TEXT of these names are structure, no answers.
_STRUCTURE = frozenset(
    code.key
    for code in (
        content.TRACKING_ID, content.TRACKING_UID, content.FINDING, content.FINDING_SITE,
        content.FINDING_CATEGORY, content.SEGMENT, content.SEGMENT_SERIES, content.SEGMENT_IMAGE,
    )
)  # fmt: skip


def groups(root: ContentItem) -> Iterator[ContentItem]:
    """Yield every measurement group (DCM 125007) of the tree, in document order; one inside another belongs to it."""
    stack = [root]
    while stack:
        item = stack.pop()
        if _is(item, content.GROUP):
            yield item
        else:
            stack.extend(reversed(item.children))


def finding(group: ContentItem) -> Finding:
    """Return everything that a measurement group says."""
    tracking_id, tracking_uid, found = (
        group.first(concept) for concept in (content.TRACKING_ID, content.TRACKING_UID, content.FINDING)
    )
    told = [item for item in (tracking_id, tracking_uid, found) if item and item.value and not item.children]
    told += [item for item in group.children if is_plain_site(item) or _is_plain_segment(item, group)]
    measurements, evaluations, others = _sorted(_without(group.children, told))
    return Finding(
        tracking_id=_text(tracking_id),
        tracking_uid=_text(tracking_uid),
        finding=found.value if found and isinstance(found.value, Code) else None,
        sites=sites(group),
        segment=segment(group),
        measurements=measurements,
        evaluations=evaluations,
        others=others,
    )


def outside(root: ContentItem) -> Finding:
    """Return what stands outside of the measurement groups, as a finding without identity."""
    measurements: list[Measurement] = []
    evaluations: list[Evaluation] = []
    others: list[ContentItem] = []
    for child in root.children:
        container = _without_groups(child)
        if container and container.concept and container.concept.key in EXAM and container.value_type == "CONTAINER":
            numbers, answers, rest = _sorted(container.children)
            measurements += numbers
            evaluations += answers
            container = replace(container, children=rest)
        if container and (container.children or container.value_type != "CONTAINER"):
            others.append(container)
    return Finding(None, None, None, (), None, tuple(measurements), tuple(evaluations), tuple(others))


def sites(item: ContentItem) -> tuple[Code, ...]:
    """Return the finding sites of a group or of a measurement."""
    return tuple(child.value for child in item.named(content.FINDING_SITE) if isinstance(child.value, Code))


def laterality(site: ContentItem) -> Code | None:
    """Return the side of a finding site."""
    found = site.first(content.LATERALITY)
    return found.value if found and isinstance(found.value, Code) else None


def segment(group: ContentItem) -> tuple[str, int] | None:
    """Return SOP Instance UID and number of the first segment that a group refers to."""
    cited = (one for child in group.named(content.SEGMENT) for one in child.references if one.segments)
    return next(((one.sop_instance_uid, one.segments[0]) for one in cited), None)


def is_site(item: ContentItem) -> bool:
    """Whether an item is a finding site."""
    return _is(item, content.FINDING_SITE)


def is_plain_site(item: ContentItem) -> bool:
    """Whether an item is a finding site and says nothing else."""
    return _is(item, content.FINDING_SITE) and isinstance(item.value, Code) and not item.children


def _is_plain_segment(item: ContentItem, group: ContentItem) -> bool:
    plain = _is(item, content.SEGMENT) and len(item.references) == 1 and not item.children
    return plain and len(item.references[0].segments) == 1 and item is next(group.named(content.SEGMENT))


def _sorted(
    children: Iterable[ContentItem],
) -> tuple[tuple[Measurement, ...], tuple[Evaluation, ...], tuple[ContentItem, ...]]:
    """Return measurements, evaluations and the rest."""
    measurements, evaluations, others = [], [], []
    for child in children:
        concept = child.concept
        if concept is None or concept.key in _STRUCTURE:
            others.append(child)
        elif child.value_type == "NUM":
            measurements.append(_measurement(concept, child))
        elif child.value_type in ("CODE", "TEXT") and isinstance(child.value, Code | str):
            evaluations.append(Evaluation(concept, child.value, child.children))
        else:
            others.append(child)
    return tuple(measurements), tuple(evaluations), tuple(others)


def _measurement(concept: Code, item: ContentItem) -> Measurement:
    value = item.value if isinstance(item.value, int | float) else None
    details = tuple(child for child in item.children if not is_plain_site(child))
    return Measurement(concept, value, item.unit, sites(item), item.qualifier, details)


def _without(children: Iterable[ContentItem], told: Iterable[ContentItem]) -> Iterator[ContentItem]:
    identities = {id(item) for item in told}
    return (child for child in children if id(child) not in identities)


def _without_groups(item: ContentItem) -> ContentItem | None:
    """Return an item without the measurement groups below it; nothing when it is one itself."""
    if _is(item, content.GROUP):
        return None
    if not item.children:
        return item
    kept = tuple(child for one in item.children if (child := _without_groups(one)) is not None)
    return replace(item, children=kept)


def _is(item: ContentItem, concept: Code) -> bool:
    return item.concept is not None and item.concept.key == concept.key


def _text(item: ContentItem | None) -> str | None:
    return item.value if item and isinstance(item.value, str) else None
