"""How a dataset is laid out: names of files, columns of its tables, and what its README says. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orthanc_plugin.exporting.request import Asked

#: Values of masks as NIfTI.
LABELS = {"0": "background", "1": "liver", "2": "nodule"}

#: Columns of manifest.csv → what they hold.
MANIFEST: Mapping[str, str] = {
    "patient_id": "Patient ID, a pseudonym",
    "study_instance_uid": "Study Instance UID",
    "study_date": "Study Date, moved by whole days, the same for all studies of a patient",
    "series_instance_uid": "Series Instance UID",
    "series_number": "Series Number",
    "series_description": "Series Description",
    "acquisition_number": "Acquisition Number, where the series holds several scans",
    "phase": "contrast phase: non_contrast, arterial, portal_venous, equilibrium, other",
    "image": "file (NIfTI), or folder (DICOM), of the scan",
    "image_sha256": "SHA-256 of the file; of files in folders see checksums.sha256",
    "mask": "file of the mask of this scan, on the same grid",
    "mask_sha256": "SHA-256 of the mask",
    "mask_sop_instance_uid": "SOP Instance UID of the DICOM-SEG that the mask comes from",
    "mask_author": "who has drawn it (Content Creator's Name)",
    "mask_created": "when",
    "mask_algorithm": "name and version of the algorithm, if any",
    "mask_algorithm_type": "MANUAL, SEMIAUTOMATIC or AUTOMATIC",
    "columns": "voxels along x of the image",
    "rows": "voxels along y",
    "slices": "voxels along z",
    "spacing_x_mm": "distance of voxels along x",
    "spacing_y_mm": "along y",
    "spacing_z_mm": "along z",
    "note": "why there is no image or no mask",
}


@dataclass(frozen=True)
class Names:
    """The names of one scan's files: `images/<patient>/<study>/<phase>.nii.gz` and the like."""

    patient_id: str
    study_instance_uid: str
    stem: str

    def of(self, kind: str, ending: str) -> str:
        """Return a path; `kind` is "images" or "masks"."""
        return f"{kind}/{self.patient_id}/{self.study_instance_uid}/{self.stem}{ending}"


def stems(phases: Sequence[str]) -> list[str]:
    """Return names for the scans of a study by their phases; of several of one phase, the second is `arterial_2`."""
    seen: dict[str, int] = {}
    found = []
    for phase in phases:
        seen[phase] = seen.get(phase, 0) + 1
        found.append(phase if seen[phase] == 1 else f"{phase}_{seen[phase]}")
    return found


def description(asked: Asked, software: Mapping[str, str], counts: Mapping[str, int], created: str) -> str:
    """Return dataset.json: what a program needs to know."""
    values: dict[str, Any] = {
        "name": asked.name,
        "description": asked.words,
        "query": asked.query,
        "licence": LICENCE,
        "created": created,
        "modality": {"0": "CT"},
        "labels": LABELS,
        "include": {"images": asked.include.images, "masks": asked.include.masks, "answers": asked.include.answers},
        "counts": dict(counts),
        "software": dict(software),
    }
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


LICENCE = "None is given. These are data of patients under pseudonyms: ask the site that holds them before you share."


def readme(asked: Asked, software: Mapping[str, str], counts: Mapping[str, int]) -> str:
    """Return README.md."""
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    made = ", ".join(f"{name} {version}" for name, version in software.items())
    columns = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in MANIFEST.items())
    return README.format(
        name=asked.name, words=asked.words, query=asked.query or "(none)", told=told, made=made, licence=LICENCE,
        columns=columns,
    )  # fmt: skip


README = """# {name}

{words}

Search: `{query}`. {told}. Made with {made}.

**Licence.** {licence}

## Files

| path | what |
|---|---|
| `manifest.csv` | one row for each CT scan: where its files are, UIDs, phase, grid, hashes; columns below |
| `images/<patient>/<study>/<phase>.nii.gz` | CT in HU (int16); beside it `<phase>.json` with the UIDs of its slices |
| `images/<patient>/<study>/<phase>/*.dcm` | the same as DICOM, where that was chosen |
| `masks/<patient>/<study>/<phase>.nii.gz` | 0 background, 1 liver, 2 nodule, on the grid of the image of that name |
| `masks/<patient>/<study>/<phase>.dcm` | the DICOM-SEG, where that was chosen; has each nodule with its tracking UID |
| `exams.csv`, `nodules.csv` | the answers of the current reports: a row for each exam, and for each nodule |
| `answers.json` | the same with their structure |
| `dataset.json` | name, search, labels, versions, for programs |
| `checksums.sha256` | of every other file: `sha256sum -c checksums.sha256` |

Patients and studies are named by pseudonyms and by UIDs that were made anew; dates are moved by whole days, as many for
all studies of a patient. Two scans of one phase are `arterial` and `arterial_2`, in the order of their series. A mask
that a reader has drawn or corrected comes before that of a model; `mask_algorithm_type` tells which it is.
A dataset of several zip files is unpacked into one folder.

## manifest.csv

| column | |
|---|---|
{columns}
"""
