"""What goes in and what comes out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sr_templates.template import Text

LANGUAGES = ("en", "pt")


@dataclass(frozen=True)
class Features:
    """One lesion as a reader sees it, named as the items of the template; None and () are unanswered.

    Attributes
    ----------
    diameter_mm : float, optional
        Largest outer-edge dimension, compared as measured.
    unsure_features : tuple of str
        Names of features whose presence is in doubt: they count as absent.
    unsure_category : str, optional
        The other category in doubt, for the tie-break.
    ancillary_applied : str, optional
        "no" when the reader records ancillary features and does not let them change the category.
    viability_features : tuple of str
        On MRI, where masslike enhancement is uncertain; after radiation only such as are new or have increased.
    prior_diameter_mm, prior_days
        Of the prior exam: threshold growth is computed from them where it is not answered.
    """

    diameter_mm: float | None = None
    aphe: str | None = None
    washout: str | None = None
    capsule: str | None = None
    threshold_growth: str | None = None
    image_problem: str | None = None
    tumor_in_vein: str | None = None
    benignity: str | None = None
    targetoid_features: tuple[str, ...] = ()
    nontargetoid_features: tuple[str, ...] = ()
    ancillary_malignancy: tuple[str, ...] = ()
    ancillary_benignity: tuple[str, ...] = ()
    ancillary_applied: str | None = None
    unsure_features: tuple[str, ...] = ()
    unsure_category: str | None = None
    treatment: str | None = None
    treatment_algorithm: str | None = None
    masslike_enhancement: str | None = None
    masslike_enhancement_change: str | None = None
    treated_enhancement: str | None = None
    enhancement_like_before: str | None = None
    viability_features: tuple[str, ...] = ()
    modality: str = "CT"
    prior_diameter_mm: float | None = None
    prior_days: int | None = None

    @classmethod
    def of(cls, answers: Mapping[str, Any]) -> "Features":
        """Take the features out of a nodule's answers; what else is there is left aside."""
        names = {field.name for field in fields(cls)}
        known = {name: value for name, value in answers.items() if name in names and value is not None}
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in known.items()
        }
        return cls(**given)

    def has(self, name: str, values: Iterable[str]) -> bool:
        """Whether a feature has one of some values; a set has it when it contains it."""
        answer = getattr(self, name)
        return any(value in values for value in (answer if isinstance(answer, tuple) else (answer,)))

    def answered(self, name: str) -> bool:
        """Whether a feature is answered."""
        return getattr(self, name) not in (None, ())

    def certain(self) -> "Features":
        """Return the features, absent where their presence is in doubt."""
        absent: dict[str, Any] = dict.fromkeys(self.unsure_features, "absent")
        return replace(self, **absent)


@dataclass(frozen=True)
class Step:
    """One step of the reasoning.

    Attributes
    ----------
    outcome : str
        The category or response that the step gives, else "passed".
    """

    step: str
    text: Text
    outcome: str = "passed"


@dataclass(frozen=True)
class Cell:
    """A place in the diagnostic table, counted from 0."""

    column: int
    row: int


@dataclass(frozen=True)
class Assessment:
    """What the algorithm gives.

    Attributes
    ----------
    category : str, optional
        None while the table lacks the diameter.
    response : str, optional
        Of a treated lesion; None while its tree lacks an answer.
    table_category : str, optional
        What the table alone would give.
    needs : tuple of str
        Features without which there is no category, or no response.
    """

    category: str | None
    version: str
    title: Text
    management: Text
    reference: str
    explanation: tuple[Step, ...]
    response: str | None = None
    cell: Cell | None = None
    table_category: str | None = None
    needs: tuple[str, ...] = ()

    def told(self, language: str) -> tuple[str, ...]:
        """Return the explanation as sentences of one language."""
        return tuple(str(getattr(step.text, language)) for step in self.explanation)


def fill(text: Text, **parts: Text | str) -> Text:
    """Return a text with its gaps filled, in each language by that language's part."""
    filled = {
        language: getattr(text, language).format(
            **{name: getattr(part, language) if isinstance(part, Text) else part for name, part in parts.items()}
        )
        for language in LANGUAGES
    }
    return Text(**filled)


def joined(texts: Iterable[Text]) -> Text:
    """Return texts as one list, with commas."""
    found = tuple(texts)
    return Text(*(", ".join(getattr(text, language) for text in found) for language in LANGUAGES))


def number(value: float) -> Text:
    """Return a number as each language writes it."""
    plain = f"{value:.15g}"
    return Text(plain, plain.replace(".", ","))
