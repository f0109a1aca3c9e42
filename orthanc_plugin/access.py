"""Who may do what: the roles as one table, checked before Orthanc does anything with a request.

`python -m orthanc_plugin.access` prints the section "Roles" of docs/api.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

ADMIN = ("admin",)
RADIOLOGISTS = ("radiologist",)
WRITERS = ("admin", "radiologist", "resident", "student")
READERS = (*WRITERS, "scientist")
SENDERS = ("admin", "sender")
EVERYONE = (*READERS, "sender")

#: Below this each operation names its roles (web/operations/), and refuses with the error object.
API = "/hepatia/api"


@dataclass(frozen=True)
class Rule:
    """A request that some roles may make; `uri` is a regular expression for the whole path."""

    method: str
    uri: str
    roles: tuple[str, ...]
    meaning: str


RULES = (
    Rule("GET", r"/|/ohif(/.*)?", READERS, "the viewer"),
    Rule("GET", r"/dicom-web/(studies|series|instances)(/.*)?", READERS, "DICOMweb: search and retrieve"),
    Rule("GET", r"/hepatia/qido/.*", READERS, "DICOMweb search for the viewer"),
    Rule("GET", r"/hepatia/ui/.*", READERS, "the extension's files"),
    Rule("GET", r"/hepatia/metrics", READERS, "metrics"),
    Rule("POST", r"/instances", SENDERS, "sending images in: a DICOM file or a zip"),
    Rule("POST", r"/dicom-web/studies(/[0-9.]+)?", SENDERS, "sending images in: STOW-RS"),
    Rule("*", r"(?!/hepatia(/|$)).*", ADMIN, "Orthanc's own REST API, Orthanc Explorer, deleting"),
)


@dataclass(frozen=True)
class Action:
    """Something of which the table of operations cannot tell who may: it depends on what it is done to."""

    roles: tuple[str, ...]
    meaning: str


ACTIONS = {
    "write_report": Action(WRITERS, "write reports, and so be assigned to studies"),
    "assign": Action(("admin", "radiologist"), "assign and withdraw other readers than oneself"),
    "compare": Action(("admin", "radiologist"), "see the readings of others before having completed one's own"),
    "cancel_any_job": Action(ADMIN, "cancel the jobs of others"),
    "see_any_export": Action(ADMIN, "see and delete the exports of others"),
    "replace_verified": Action(RADIOLOGISTS, "replace verified reports"),
}

_COMPILED = tuple((rule, re.compile(rule.uri, re.DOTALL)) for rule in RULES)


def may(role: str, action: str) -> bool:
    """Whether a role may have the API do something; `action` is a key of ACTIONS."""
    return role in ACTIONS[action].roles


@lru_cache(4096)
def allowed(role: str, method: str, uri: str) -> bool:
    """Whether a role may make a request.

    Parameters
    ----------
    method
        "GET", "POST", "PUT" or "DELETE".
    uri
        Path, decoded, without a query.
    """
    path = as_orthanc_reads(uri)
    return any(
        role in rule.roles and rule.method in (method, "*") and pattern.fullmatch(path) for rule, pattern in _COMPILED
    )


def is_api(uri: str) -> bool:
    """Whether a path (decoded) is of the API, whose operations name their roles themselves."""
    return as_orthanc_reads(uri).startswith(API + "/")


def as_orthanc_reads(uri: str) -> str:
    """Return the path as Orthanc takes it: it splits at "/" and drops empty parts."""
    return "/" + "/".join(part for part in uri.split("/") if part)


def is_same_origin(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request comes from our own pages, or from no page at all.

    Browsers add the password to whatever any page in the world asks them to send to us.

    Parameters
    ----------
    headers
        Names in lower case.
    """
    if method == "GET":
        return True
    if "sec-fetch-site" in headers:
        return headers["sec-fetch-site"] in ("same-origin", "none")
    return "origin" not in headers or urlsplit(headers["origin"]).netloc == headers.get("host")


def is_lost_form(uri: str, headers: Mapping[str, str]) -> bool:
    """Whether a request is a form (multipart/form-data) to what takes none.

    Orthanc takes forms apart before anything of ours sees them, and answers 200 whatever becomes of the parts.

    Parameters
    ----------
    headers
        Names in lower case.
    """
    is_form = headers.get("content-type", "").strip().lower().startswith("multipart/form-data")
    return is_form and uri.lstrip("/").startswith(("hepatia/", "dicom-web/"))


def describe() -> str:
    """Return the table for the docs (Markdown)."""
    lines = ["| request | path (regular expression) | roles | what |", "|---|---|---|---|"]
    for rule in RULES:
        path = rule.uri.replace("|", r"\|")
        lines.append(f"| {rule.method} | `{path}` | {', '.join(rule.roles)} | {rule.meaning} |")
    lines += ["", "| in the API, beside its table | roles |", "|---|---|"]
    lines += [f"| {action.meaning} | {', '.join(action.roles)} |" for action in ACTIONS.values()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(describe(), end="")
