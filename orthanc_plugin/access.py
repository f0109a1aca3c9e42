"""Who may do what: the roles as one table, checked before Orthanc does anything with a request.

`python -m orthanc_plugin.access` prints the section "Roles" of docs/api.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

READERS = ("admin", "radiologist", "resident", "student", "scientist")
WRITERS = ("admin", "radiologist", "resident", "student")


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
    Rule("GET", r"/hepatia/api/me", (*READERS, "sender"), "who am I"),
    Rule("GET", r"/hepatia/api/.*", READERS, "reading reports, masks, search, dashboard"),
    # What of these a role may write is said where the body is understood (web/).
    Rule("POST", r"/hepatia/api/.*", READERS, "requests to the API; web/ refuses what the role may not write"),
    Rule("PUT", r"/hepatia/api/.*", READERS, "as POST"),
    Rule("DELETE", r"/hepatia/api/.*", READERS, "as POST"),
    Rule("POST", r"/instances", ("admin", "sender"), "sending images in: a DICOM file or a zip"),
    Rule("POST", r"/dicom-web/studies(/[0-9.]+)?", ("admin", "sender"), "sending images in: STOW-RS"),
    Rule("*", r".*", ("admin",), "Orthanc's own REST API, Orthanc Explorer, deleting"),
)


@dataclass(frozen=True)
class Action:
    """Something that the API does for some roles only."""

    roles: tuple[str, ...]
    meaning: str


ACTIONS = {
    "write_report": Action(WRITERS, "write reports"),
    "assign": Action(("admin", "radiologist"), "assign and withdraw other readers than oneself"),
    "write_mask": Action(WRITERS, "write masks"),
    "cancel_any_job": Action(("admin",), "cancel the jobs of others"),
    "export": Action(READERS, "export datasets"),
    "see_any_export": Action(("admin",), "see and delete the exports of others"),
    "keep_index": Action(("admin",), "have the index made again, or failed objects read again"),
    "pseudonymize": Action(("admin",), "ask for the pseudonyms of patients"),
    "verify": Action(("radiologist",), "verify reports, or replace verified ones"),
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
    # Orthanc splits paths at "/" and drops empty parts: what it takes for one path must be one here too.
    path = "/" + "/".join(part for part in uri.split("/") if part)
    return any(
        role in rule.roles and rule.method in (method, "*") and pattern.fullmatch(path) for rule, pattern in _COMPILED
    )


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
    lines += ["", "| in the API | roles |", "|---|---|"]
    lines += [f"| {action.meaning} | {', '.join(action.roles)} |" for action in ACTIONS.values()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(describe(), end="")
