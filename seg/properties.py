"""The coded properties of segments (PS3.3 C.8.20.2): what is written for each kind, and how a kind is read back."""

import re
from dataclasses import dataclass

from pydicom.sr.coding import Code

from seg.labelmap import Kind

TISSUE = Code("85756007", "SCT", "Tissue")
LIVER = Code("10200004", "SCT", "Liver")
SPLEEN = Code("78961009", "SCT", "Spleen")
MORPHOLOGICALLY_ABNORMAL = Code("49755003", "SCT", "Morphologically Abnormal Structure")


@dataclass(frozen=True)
class Properties:
    """Category and type of a kind of segment, where it is, and its display colour as CIELab (PS3.3 C.10.7.1.1)."""

    category: Code
    type: Code
    region: Code | None
    cielab: tuple[int, int, int]


WRITTEN: dict[Kind, Properties] = {
    "liver": Properties(Code("91723000", "SCT", "Anatomical Structure"), LIVER, None, cielab=(37522, 37008, 38807)),
    "nodule": Properties(
        MORPHOLOGICALLY_ABNORMAL, Code("27925004", "SCT", "Nodule"), LIVER, cielab=(49871, 34672, 50629)
    ),
    "other": Properties(TISSUE, TISSUE, None, cielab=(43803, 26565, 37722)),
}

#: Types of a lesion, whatever their category. pydicom counts the retired SNOMED RT codes equal to these.
LESION_TYPES = (
    Code("27925004", "SCT", "Nodule"),
    Code("4147007", "SCT", "Mass"),
    Code("52988006", "SCT", "Lesion"),
    Code("108369006", "SCT", "Neoplasm"),
    Code("86049000", "SCT", "Neoplasm, Primary"),
    Code("372087000", "SCT", "Primary malignant neoplasm"),
    Code("14799000", "SCT", "Neoplasm, Secondary"),
    Code("367643001", "SCT", "Cyst"),
    Code("109841003", "SCT", "Liver cell carcinoma"),
    Code("94381002", "SCT", "Metastatic malignant neoplasm to liver"),
)

#: Words of labels, only where the codes say nothing; the first match wins, so that "liver lesion" is a lesion.
LABEL_WORDS: tuple[tuple[Kind, str], ...] = (
    (
        "nodule",
        r"n[oó]dul|lesion|les[aã]o|lesi[oó]n|\bhcc\b|\bchc\b|tumou?r|\bmass|neoplas|metast|cyst|cisto|carcinoma",
    ),
    ("liver", r"liver|f[ií]gado|h[ií]gado|hepar|\bfoie\b|leber"),
)


def kind_of(category: Code | None, type_: Code | None, label: str) -> Kind:
    """Return the kind of a segment from its property codes, and from its label where these say nothing."""
    if type_ == LIVER:
        return "liver"
    if type_ in LESION_TYPES or category == MORPHOLOGICALLY_ABNORMAL:
        return "nodule"
    if type_ is not None and not _is_placeholder(type_):
        return "other"
    return next((kind for kind, words in LABEL_WORDS if re.search(words, label.lower())), "other")


def _is_placeholder(type_: Code) -> bool:
    """Whether a code says nothing.

    The viewer writes "Tissue" for every segment that it saves by itself; MONAI Label the spleen's code for every
    segment whose codes it is not told, with the segment's name as the meaning.
    """
    return type_ == TISSUE or (type_ == SPLEEN and "spleen" not in type_.meaning.lower())
