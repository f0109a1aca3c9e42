"""What of Orthanc's own REST is entered in the audit: what the admin changes, deletes, downloads; what is refused."""

import re

from orthanc_plugin import access
from orthanc_plugin.auditing.audit import Audit, AuditError
from orthanc_plugin.auditing.row import OURS, Entry, named
from orthanc_plugin.users import User

#: Words that paths of Orthanc have; others may be a number of the hospital, or a name.
WORDS = re.compile(
    r"(?:patients|studies|series|instances|tools|modalities|peers|jobs|changes|exports|queries|plugins|system|app|ohif"
    r"|statistics|dicom-web|dicomweb-plugin|hepatia|webdav|metadata|attachments|archive|media|file|anonymize|modify"
    r"|merge|split|store|query|echo|find|move|stow|lookup|reset|shutdown|execute-script|create-dicom|reconstruct"
    r"|rendered|frames|bulkdata|servers|storage-commitment|qido|ui|metrics)"
)

DOWNLOADS = re.compile(r"/(patients|studies|series)/[^/]+/(archive|media)|/instances/[^/]+/(file|attachments/.*)")

#: Ways in: what arrives stands in the ledger of de-identification, instance by instance.
WAYS_IN = re.compile(r"/instances|/dicom-web/studies(/[0-9.]+)?")


def entered(audit: Audit, user: User, method: str, uri: str, *, allowed: bool) -> bool:
    """Enter a request in the audit if it is one of those; return whether it may go on.

    Parameters
    ----------
    uri
        Path, decoded, without a query.
    """
    path = access.as_orthanc_reads(uri)
    action = _action(method, path) if allowed else "refused"
    if action is None:
        return allowed
    parts = path.split("/")[1:]
    request = f"{method or '?'} /{'/'.join(part if WORDS.fullmatch(part) else '…' for part in parts)}"
    objects = named(part for part in parts if OURS.fullmatch(part))
    entry = Entry(user.login, user.role, action, request, objects, "allowed" if allowed else "403")
    if not allowed:
        audit.enter_refusal(entry)
        return False
    if action == "orthanc_delete":
        # Deleting is what makes room on a full disk: its row waits in memory until there is some.
        audit.enter_late(entry)
        return True
    try:
        audit.enter(entry)
    except AuditError:
        return False
    return True


def _action(method: str, path: str) -> str | None:
    if method == "GET":
        return "orthanc_download" if DOWNLOADS.fullmatch(path) else None
    if method == "POST" and WAYS_IN.fullmatch(path):
        return None
    return "orthanc_delete" if method == "DELETE" else "orthanc_change"
