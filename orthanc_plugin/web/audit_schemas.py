"""Schema of the audit (JSON Schema 2020-12)."""

from orthanc_plugin.web.schema_parts import COUNT, TEXT, Schema, list_of, object_of

#: `outcome`: the status of the answer, or a word; "begun" when nobody knows how it ended.
_ROW: Schema = object_of(
    id=COUNT, time=TEXT, user=TEXT, role=TEXT, action=TEXT, request=TEXT,
    objects=list_of(TEXT), outcome=TEXT, details={"type": "object"},
)  # fmt: skip

AUDIT: Schema = object_of(
    total=COUNT, page=COUNT, items=list_of(_ROW), chain=object_of(rows=COUNT, head=TEXT, waiting=COUNT)
)
