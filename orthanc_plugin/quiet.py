"""Keeps values of data sets out of logs: pydicom's warnings and log lines quote them."""

import logging
import warnings

from pydicom import config


def keep_values_out_of_logs() -> None:
    """Switch off, in this process, everything of the DICOM libraries that speaks of values."""
    # A value that breaks its VR is what it is: de-identification decides about it, not a warning.
    config.settings.reading_validation_mode = config.IGNORE
    config.settings.writing_validation_mode = config.IGNORE
    for library in ("pydicom", "highdicom"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
        warnings.filterwarnings("ignore", module=library)


def without_values(error: BaseException) -> str:
    """Return kind and place of an error; its text may hold a value of a data set."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' > '.join(frames[-6:])}"
