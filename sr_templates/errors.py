"""What can go wrong here.

ValueError
 ├─ TemplateError   a template file breaks a rule; names file, group and item
 ├─ AnswerError     answers break the template; has the path of the item
 ├─ NotAReport      a DICOM object is not a TID 1500 report
 └─ Unreadable      a DICOM object is an SR, and damaged
"""

from sr_templates.template import Text


class TemplateError(ValueError):
    """A template file breaks a rule; the message names the file, the group and the item."""


class AnswerError(ValueError):
    """Answers break the template.

    Attributes
    ----------
    text : Text
        What is wrong and what to do, in each language; `str` of the error is the English.
    path : str
        The item, as `nodules.0.diameter_mm`; empty when the answers as a whole are meant.
    """

    def __init__(self, text: Text, path: str = "") -> None:
        super().__init__(text.en)
        self.text = text
        self.path = path


class NotAReport(ValueError):  # noqa: N818 -- not a fault: most SRs are something else
    """A DICOM object is not an SR written after TID 1500."""


class Unreadable(ValueError):  # noqa: N818 -- a state of the object
    """A DICOM object cannot be read as an SR; the message says why, without a patient's value."""
