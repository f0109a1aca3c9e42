"""The section "HepatIA" of orthanc.json: one tuple is the validator and the documentation.

`python -m orthanc_plugin.settings` prints docs/settings.md.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from orthanc_plugin import models
from orthanc_plugin.errors import SettingsError
from orthanc_plugin.models import Model
from seg.encode import SegmentationType
from sr_templates import template


@dataclass(frozen=True)
class Setting:
    """One key of the section; its type is that of the default."""

    name: str
    default: str | bool | int | float | dict[str, bool] | list[Any]
    help: str


SETTINGS = (
    Setting("Data", "./var", "Folder of all state: users.json, secret.key, Orthanc's storage."),
    Setting(
        "Dsn",
        "",
        "Connection string of the PostgreSQL index (libpq). Give a password through `PGPASSFILE` or a service file, "
        "not here. The index may be absent for a while: images are kept, the index catches up.",
    ),
    Setting(
        "RemoteSenders",
        False,
        "Accept C-STORE from other hosts. Orthanc 1.10 cannot bind its DICOM port to loopback; while this is false, "
        "instances are refused (status 0xA700) for as long as another host holds a connection to that port.",
    ),
    Setting("Deidentification", {}, "Options of the de-identification profile, each true or false."),
    Setting("Vocabulary", [], "Words that may stay in descriptions, beside those that come with HepatIA."),
    Setting(
        "PixelRules",
        [],
        'Which objects are kept, blanked or refused, before the built-in rules; the first that fits decides: `{"name": '
        '"console", "when": {"Manufacturer": "ACME*", "Rows": 512}, "then": "blank", "regions": [[0, 0, 512, 40]]}`.',
    ),
    Setting("LeastFreeMegabytes", 100, "While the disk has less room than this, instances are refused (`disk_full`)."),
    Setting("DefaultTemplate", "liver-ct", "Template of searches and dashboards that name none by `template=`."),
    Setting(
        "SegmentationType",
        "BINARY",
        "How masks are written: `BINARY` (Segmentation Storage), or `LABELMAP` (Label Map Segmentation Storage), "
        "smaller where segments are many, which fewer tools read.",
    ),
    Setting(
        "MonaiLabel",
        "",
        "`auto`: the MONAI Label server that `DATA/monailabel/server.json` tells of, be it the one of `make run` with "
        "`AI=1` or [a container of its own](deployment.md). Else the base URL of another; empty: no pre-segmentation.",
    ),
    Setting("Models", [], "Models that draw masks, [each an object](models.md); empty: a threshold baseline alone."),
    Setting("JobTimeoutSeconds", 1800, "How long one job, such as a pre-segmentation, may take."),
    Setting("LongestJobQueue", 20, "Jobs that may wait while one is worked on; more are refused with 503."),
    Setting("IndexWaitSeconds", 5.0, "How long a write waits until the index has it, so that a search finds it."),
    Setting(
        "LargestBodyMegabytes",
        1024,
        "Larger request bodies, and files in zip files, are refused with 413 ([limits](security.md)).",
    ),
    Setting("ExportPartMegabytes", 256, "A dataset comes in zip files of about this size; one is in memory at a time."),
    Setting("ExportReserveMegabytes", 2048, "No dataset is made that would leave the disk less room than this."),
    Setting("ExportDays", 30, "Datasets that are so old are deleted; who needs one again asks again."),
    Setting("RequestThreads", 8, "API requests worked on at the same time; more wait in a queue."),
)

#: Orthanc's own keys without which our promises do not hold.
REQUIRED: tuple[tuple[str, object, str], ...] = (
    ("AuthenticationEnabled", True, "every request must name its user"),
    ("OverwriteInstances", False, "nothing that is stored is ever replaced"),
    ("SaveJobs", False, "what jobs are told, such as a patient's name, must not stay in the database"),
    ("HttpCompressionEnabled", False, "the viewer's files are compressed once, beforehand"),
)


@dataclass(frozen=True)
class Settings:
    """The section, checked, beside what the edge needs to know of Orthanc's own keys."""

    data: Path
    dsn: str
    remote_senders: bool
    deidentification: Mapping[str, bool]
    vocabulary: tuple[str, ...]
    pixel_rules: tuple[Mapping[str, Any], ...]
    least_free_bytes: int
    monailabel: str
    models: tuple[Model, ...]
    job_timeout_s: float
    longest_job_queue: int
    index_wait_s: float
    largest_body_bytes: int
    request_threads: int
    http_port: int
    dicom_port: int
    default_template: str
    segmentation_type: SegmentationType = "BINARY"
    export_part_bytes: int = 256 * 2**20
    export_reserve_bytes: int = 2048 * 2**20
    export_days: int = 30

    @property
    def base_url(self) -> str:
        """Orthanc's own port over loopback."""
        return f"http://127.0.0.1:{self.http_port}"


def load(configuration: str) -> Settings:
    """Read the settings from the configuration that Orthanc hands out (merged, variables substituted).

    Parameters
    ----------
    configuration
        JSON text of `orthanc.GetConfiguration()`.

    Raises
    ------
    SettingsError
        Unknown key, wrong type, or a key of Orthanc's own that contradicts what HepatIA promises.
    """
    whole = json.loads(configuration)
    for key, value, reason in REQUIRED:
        if whole.get(key) != value:
            raise SettingsError(f'orthanc.json: "{key}" must be {json.dumps(value)}, because {reason}.')
    section = _checked(whole.get("HepatIA", {}))
    return Settings(
        data=Path(section["Data"]).absolute(),
        dsn=section["Dsn"],
        remote_senders=section["RemoteSenders"],
        deidentification=section["Deidentification"],
        vocabulary=tuple(section["Vocabulary"]),
        pixel_rules=tuple(section["PixelRules"]),
        least_free_bytes=section["LeastFreeMegabytes"] * 2**20,
        monailabel=section["MonaiLabel"],
        models=models.parse(section["Models"]),
        job_timeout_s=float(section["JobTimeoutSeconds"]),
        longest_job_queue=section["LongestJobQueue"],
        index_wait_s=float(section["IndexWaitSeconds"]),
        largest_body_bytes=section["LargestBodyMegabytes"] * 2**20,
        request_threads=section["RequestThreads"],
        http_port=whole.get("HttpPort", 8042),
        dicom_port=whole.get("DicomPort", 4242),
        default_template=_template(section["DefaultTemplate"]),
        segmentation_type=_segmentation_type(section["SegmentationType"]),
        export_part_bytes=section["ExportPartMegabytes"] * 2**20,
        export_reserve_bytes=section["ExportReserveMegabytes"] * 2**20,
        export_days=section["ExportDays"],
    )


def _template(name: str) -> str:
    if name not in template.names():
        known = ", ".join(template.names())
        raise SettingsError(f'orthanc.json, section "HepatIA": "DefaultTemplate" must be one of {known}.')
    return name


def _segmentation_type(name: str) -> SegmentationType:
    for known in get_args(SegmentationType):
        if name == known:
            return known  # type: ignore[no-any-return]
    known = ", ".join(get_args(SegmentationType))
    raise SettingsError(f'orthanc.json, section "HepatIA": "SegmentationType" must be one of {known}.')


def _checked(section: dict[str, object]) -> dict[str, Any]:
    known = {setting.name: setting.default for setting in SETTINGS}
    for name, value in section.items():
        if name not in known:
            raise SettingsError(f'orthanc.json, section "HepatIA": "{name}" is unknown. Known: {", ".join(known)}.')
        if not _fits(value, known[name]):
            expected = type(known[name]).__name__
            raise SettingsError(f'orthanc.json, section "HepatIA": "{name}" must be of type {expected}.')
    return known | section


def _fits(value: object, default: object) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, float):
        return isinstance(value, int | float) and value >= 0
    if isinstance(default, int):
        return isinstance(value, int) and value > 0
    if isinstance(default, dict):
        return isinstance(value, dict) and all(isinstance(item, bool) for item in value.values())
    if isinstance(default, list):
        return isinstance(value, list) and all(isinstance(item, str | dict) for item in value)
    return isinstance(value, type(default))


def describe() -> str:
    """Return docs/settings.md."""
    lines = [INTRODUCTION, "| key | default | meaning |", "|---|---|---|"]
    lines += [f"| `{setting.name}` | `{json.dumps(setting.default)}` | {setting.help} |" for setting in SETTINGS]
    lines += ["", "## Keys of Orthanc that must stay as they are", "", "| key | value | because |", "|---|---|---|"]
    lines += [f"| `{key}` | `{json.dumps(value)}` | {reason} |" for key, value, reason in REQUIRED]
    return "\n".join(lines) + "\n"


INTRODUCTION = """# Settings

<!-- Printed by `python -m orthanc_plugin.settings`; a test compares. -->

`orthanc.json` is the running configuration: JSON with comments, in which Orthanc replaces `${VARIABLE:-default}` by the
environment. `make run` sets these variables:

| variable | default | meaning |
|---|---|---|
| `DATA` | `./var` | folder of all state |
| `HTTP_PORT` | `8042` | HTTP port (API, DICOMweb, viewer) |
| `DICOM_PORT` | `4242` | DICOM port (C-STORE, C-FIND, C-MOVE, C-ECHO) |
| `MONAILABEL` | `auto` with `AI=1` | the setting `MonaiLabel` |
| `DSN` | the embedded cluster | PostgreSQL of the index |
| `REMOTE_ACCESS` | `false` | `true`: other hosts may connect, by HTTP (with a password) and by DICOM |

Secrets are not in `orthanc.json`: accounts are in `DATA/users.json`, the key of the pseudonyms in `DATA/secret.key`,
both readable by their owner only.

## The section "HepatIA"

An unknown key, or a value of another type, is an error: Orthanc does not start.
"""

if __name__ == "__main__":
    print(describe(), end="")
