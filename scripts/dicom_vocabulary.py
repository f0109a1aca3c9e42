"""Writes the words of DICOM's own code meanings: `python scripts/dicom_vocabulary.py >FILE`.

They come from the tables of PS3.16 that pydicom carries (MIT). Names of organisms and authors are left out.
"""

import re
from collections.abc import Iterator

from pydicom.sr._concepts_dict import concepts

#: Schemes whose meanings are medical or technical words.
SCHEMES = ("DCM", "SCT", "NCIt", "RADLEX", "MSH", "LN", "IBSI", "UMLS", "FMA", "MDC", "I10", "NEU", "UCUM")

#: Context groups of names: breeds and their registries, authors of equations, eponyms of projections, organisms.
NAMES = frozenset({4012, 7454, 7480, 7481, 7484, 7486, 7490, 12012, 12013, 12014, 12015})

#: Authors of scales, equations, stains and projections, and places, whose names are family or first names too.
EPONYMS = """
ashman balke barrett baum bazett bernoulli bernthsen berlin bessel bloom boothby borg broselow bruce burns
butterworth carlo carter chang chebyshev cobb cockroft cooper damus doctor dodge dower ellestad euler evans feulgen
fitzpatrick fleisch framingham frank fredericia fridericia friend gatei gault geary giacomini gorlin grunwald haigis
hall hodges hoffer hoffman holladay hull james janma jenner joslin kaye kennedy kerley kutta leishman levenberg
levine likar lutz mallory mark marquardt mason mcfee merkel meyer mobitz monte moran müller neelsen nehb nomarski
norwood nottingham olsen osborne parkinson parungao pittsburgh poiseuille porto prinzmetal rastelli reid rheinberg
richardson robertson romanowsky rose ross runge rutherford scheimpflug schwartz simpson stansel swann sénarmont
taussig teichholz tofts wenckebach winston wolf wood wright wynne ziehl zobel
"""


def entries() -> Iterator[tuple[tuple[str, str], str, set[int]]]:
    """Yield scheme and code, a meaning, and the context groups it stands in."""
    for scheme in SCHEMES:
        for meanings in concepts[scheme].values():
            for code, (meaning, groups) in meanings.items():
                yield (scheme, code), meaning, set(groups)


def is_proper(meaning: str) -> Iterator[str]:
    """Yield the words of a SNOMED meaning that are names: with 's, or with a capital where no sentence begins."""
    yield from re.findall(r"([^\W\d_]{3,})['’]s", meaning)
    yield from re.findall(r"(?<=[a-z] )[A-Z][a-z]{2,}", meaning)


def words() -> set[str]:
    """Return every word of three letters or more, in small letters."""
    named = {code for code, _, groups in entries() if groups & NAMES}
    meanings = [
        (code[0], meaning) for code, meaning, _ in entries() if code not in named and not meaning.endswith("(organism)")
    ]
    proper = {word.casefold() for scheme, m in meanings if scheme == "SCT" for word in is_proper(m)}
    common = {word for scheme, m in meanings if scheme == "SCT" for word in re.findall(r"(?<= )[a-z]{3,}", m)}
    found = {word.casefold() for _, meaning in meanings for word in re.findall(r"[^\W\d_]{3,}", meaning)}
    return found - (proper - common) - set(EPONYMS.split())


if __name__ == "__main__":
    print("# Words of the code meanings of PS3.16, printed by scripts/dicom_vocabulary.py.")
    print("\n".join(sorted(words())))
