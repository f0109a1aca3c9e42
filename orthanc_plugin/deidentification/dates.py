"""Moves dates by whole days; exact, whatever their precision."""

import re
from datetime import date, timedelta

#: HIPAA's limit: ages above it are told together.
OLDEST_YEARS = 89

#: A time of day (PS3.5 section 6.2), with the colons of ACR-NEMA; a range of a query has two.
TIME = re.compile(r"[0-9:]{2,8}(\.[0-9]{1,6})? *(-[0-9:]{2,8}(\.[0-9]{1,6})? *)?")
OFFSET = re.compile(r"[+-][0-9]{4} *")
#: What may follow the day in a DT: time of day, fraction, offset from UTC.
TIME_OF_DATETIME = re.compile(r"[0-9]{0,6}(\.[0-9]{1,6})?([+-][0-9]{4})?")


def shift_date(value: str, days: int) -> str:
    """Return a DA, or an empty one where the value is no date; a range of a query moves at both ends."""
    if "-" in value:
        return "-".join(shift_date(part, days) if part else "" for part in value.split("-"))
    text = value.strip().replace(".", "")
    return _moved(text, days) if len(text) == 8 else ""


def shift_datetime(value: str, days: int) -> str:
    """Return a DT with its time and offset unchanged; one without a day keeps no more than what can be moved."""
    text = value.strip()
    if not TIME_OF_DATETIME.fullmatch(text[8:]):
        return ""
    moved = _moved(text[:8], days) if len(text) >= 8 else ""
    return moved + text[8:] if moved else ""


def keep_time(value: str) -> str:
    """Return a TM, or an empty one where the value is no time."""
    return value if not value or TIME.fullmatch(value) else ""


def keep_offset(value: str) -> str:
    """Return an offset from UTC such as -0300, or an empty text where the value is none."""
    return value if OFFSET.fullmatch(value) else ""


def limit_age(value: str) -> str:
    """Return an AS; above 89 years it becomes 090Y."""
    text = value.strip()
    if len(text) == 4 and text[3] == "Y" and text[:3].isdecimal() and int(text[:3]) > OLDEST_YEARS:
        return "090Y"
    return text


def age(birth: str, day: str) -> str | None:
    """Return the age on a day as an AS in years, or None where one of the dates is none."""
    try:
        born, then = _date(birth.strip()), _date(day.strip())
    except ValueError:
        return None
    years = then.year - born.year - ((then.month, then.day) < (born.month, born.day))
    return f"{years:03d}Y" if 0 <= years < 1000 else None


def _moved(text: str, days: int) -> str:
    try:
        return (_date(text) + timedelta(days=days)).strftime("%Y%m%d").rjust(8, "0")
    except (ValueError, OverflowError):
        return ""


def _date(text: str) -> date:
    if len(text) != 8 or not (text.isascii() and text.isdecimal()):
        raise ValueError("no date")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))
