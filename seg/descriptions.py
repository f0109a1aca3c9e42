"""The contrast phase that the texts of a header name: words in several languages, as data."""

import re
from typing import Literal

from pydicom import Dataset

Name = Literal["non_contrast", "arterial", "portal_venous", "equilibrium", "other"]

#: Attributes that may name a phase.
TEXTS = ("SeriesDescription", "ProtocolName", "AcquisitionProtocolDescription", "ImageComments")

#: Phase → patterns by language; phases are asked in this order, and the first match wins: "portal" before "arterial",
#: as "portal after arterial" is portal, and "without contrast" before all.
WORDS: dict[Name, dict[str, str]] = {
    "non_contrast": {
        "en": r"without(?! oral)|\bw/?o\b|non[ -]?(contrast|enhanced|enh)|un-?enhanced|\bpre[ -]?(contrast|iv)?\b"
              r"|\bplain\b|\bncct\b|\bnect\b|\bnative\b",
        "pt": r"sem (iv|meio de contraste|contraste|cont)\b(?! oral)|\bs/ ?c(ontraste)?\b|\bpré\b|\bsimples\b"
              r"|\bfase nativa",
        "es": r"sin (iv|contraste|medio)\b(?! oral)|\bsimple\b|\bbasal\b",
        "fr": r"sans (injection|contraste|iv|pdc)|\bblanc\b",
        "de": r"\bnativ|ohne (km|kontrast)",
        "it": r"senza (mdc|contrasto|mezzo)|\bbasale\b|\bdiretta\b",
        "nl": r"zonder (contrast|iv)|\bblanco\b",
        "zh, ja": r"平扫|平掃|単純|单纯",
    },
    "equilibrium": {
        "en": r"equilib|\beq\b|\bdelay|\blate\b(?! art)|excret|\b(2|3|4|5|7|10) ?min|\b(150|180|240|300) ?s(ec)?\b",
        "pt": r"equil[ií]b|tardi[ao]",
        "es": r"equilib|tard[ií][ao]",
        "fr": r"[ée]quilib|tardi(f|ve)",
        "de": r"spät(?!art)|gleichgewicht|verzögert|ausscheidung",
        "it": r"equilib|tardiv[ao]",
        "nl": r"\blaat\b|\blate fase|evenwicht",
        "zh, ja": r"延迟|延遲|平衡|後期",
    },
    "portal_venous": {
        "en": r"\bport(al|o)|(?<!intra)venous|\bpv[p]?\b|hepatic phase|\b(60|65|70|75|80) ?s",
        "pt": r"\bporta(l|is)?\b|(?<!intra)venos[ao]",
        "es": r"\bportal|(?<!intra)venos[ao]",
        "fr": r"\bportal|(?<!intra)veineu",
        "de": r"\bport(al|o)|(?<!intra)venös|\bpv-?phase",
        "it": r"\bportal|(?<!endo)(?<!intra)venos[ao]",
        "nl": r"\bport(al|o)|(?<!intra)veneu",
        "zh, ja": r"门静脉|門静脈|門脈|门脉|静脉期|静脈相",
    },
    "arterial": {
        "en": r"arter|\bart\b|\bhap\b|\b(20|25|30|35|40) ?s",
        "pt": r"arter",
        "es": r"arter",
        "fr": r"art[ée]r",
        "de": r"arter",
        "it": r"arter",
        "nl": r"arter",
        "zh, ja": r"动脉|動脈|動脉",
    },
}  # fmt: skip

_COMPILED = tuple((name, re.compile("|".join(words.values()))) for name, words in WORDS.items())


def named(header: Dataset) -> Name | None:
    """Return the phase that the texts of a header name, or None when they name none."""
    return phase_in(" ".join(str(header.get(keyword) or "") for keyword in TEXTS))


def phase_in(text: str) -> Name | None:
    """Return the phase that a text names; case and underscores do not matter."""
    plain = text.lower().replace("_", " ")
    return next((name for name, words in _COMPILED if words.search(plain)), None)
