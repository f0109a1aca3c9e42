"""One received instance: what is stored instead of it, or why it is refused."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from pydicom.errors import BytesLengthException, InvalidDicomError

from orthanc_plugin.deidentification import meta, parsed
from orthanc_plugin.deidentification.changes import NotUnderstood
from orthanc_plugin.deidentification.errors import DeidentificationError, StructureError
from orthanc_plugin.deidentification.pixels import PixelPolicyError
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.splice import Splicer
from orthanc_plugin.deidentification.trace import Deidentified

#: What pydicom raises on values that it cannot read or write again.
UNREADABLE = (
    InvalidDicomError, BytesLengthException, ValueError, TypeError, KeyError, AttributeError, EOFError, OverflowError,
    NotImplementedError, LookupError, OSError, zlib.error, struct.error, RecursionError,
)  # fmt: skip


@dataclass(frozen=True)
class Refuse:
    """Store nothing, and let the sender see a failure.

    Attributes
    ----------
    reason : str
        A fixed word, counted in `/status`.
    message : str
        A sentence for the log; never a value of the instance.
    """

    reason: str
    message: str


Decision = Deidentified | Refuse
Work = Callable[[], Deidentified]


class Gate:
    """Decides about instances, one at a time.

    Parameters
    ----------
    elsewhere
        Runs what needs a large stack and returns what it returns: pydicom's trees, which few instances need.
    fast
        Whether the engine on bytes is used where it can be; the result is the same.
    """

    def __init__(
        self,
        policy: Policy,
        elsewhere: Callable[[Work], Deidentified] = lambda work: work(),
        *,
        fast: bool = True,
    ) -> None:
        self._policy = policy
        self._elsewhere = elsewhere
        # Which private attributes are safe is told by their creators: only the other engine looks at them.
        self._splicer = Splicer(policy) if fast and not policy.profile.has("RetainSafePrivate") else None

    def decide(self, data: bytes) -> Decision:
        """Decide what becomes of one received instance.

        Parameters
        ----------
        data
            A DICOM file (PS3.10).
        """
        try:
            return self._deidentified(data)
        except (StructureError, PixelPolicyError) as error:
            return Refuse(error.reason, str(error))
        except DeidentificationError as error:
            return Refuse("deidentification_failed", str(error))
        except UNREADABLE as error:
            # pydicom's messages quote values: only the kind of the error may be told.
            return Refuse("corrupt", f"The object holds a value that cannot be read ({type(error).__name__}).")

    def _deidentified(self, data: bytes) -> Deidentified:
        found = meta.read(data)
        if self._splicer is not None:
            try:
                return self._splicer.deidentify(data, found)
            except NotUnderstood:
                pass
        return self._elsewhere(lambda: parsed.deidentify(data, found, self._policy))
