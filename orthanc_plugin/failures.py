"""Unforeseen errors in the log: their kind and place; their text may hold a value of a patient."""

from orthanc_plugin import request_ids


def told(message: str, error: BaseException) -> str:
    """Return the line for the log."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return request_ids.mentioned(f"{message}: {type(error).__name__} at {' > '.join(frames[-6:])}")
