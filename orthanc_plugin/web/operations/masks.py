"""Operations on masks, series, and the jobs that draw masks."""

from orthanc_plugin.access import READERS, WRITERS
from orthanc_plugin.web.operations.operation import (
    GZIP,
    LABELMAP,
    LABELMAP_GZIP,
    NIFTI,
    NO_JOB,
    NO_MASK,
    NO_SERIES,
    NO_SOURCE,
    Operation,
)

OPERATIONS = (
    Operation(
        "post", "/series/{series_uid}/segmentations", WRITERS,
        "Write a mask: a labelmap, or NIfTI with 1 liver, 2 nodule.",
        status=201, schema="WrittenMask", accepts=(LABELMAP, NIFTI, GZIP),
        errors=(
            (400, "The body is no labelmap, or no NIfTI."), NO_SERIES, (413, "The body is too large."),
            (415, "Another Content-Type."),
            (422, "The mask is on another grid (both are told), empty, or derived from no segmentation of the series."),
        ),
        action="write_mask",
    ),
    Operation(
        "get", "/segmentations/{sop}", READERS,
        "A segmentation.", schema="Segmentation", errors=(NO_MASK,),
    ),
    Operation(
        "get", "/segmentations/{sop}.nii.gz", READERS,
        "A segmentation as NIfTI on the grid of its source series.",
        answers=GZIP,
        query=(
            ("values", "`weights` (default): 0 rest, 1 liver, 2 nodule. `segment`: segment numbers."),
            ("segment", "One segment as a binary mask; keeps overlaps."),
        ),
        errors=(NO_MASK, NO_SOURCE),
        action="download",
    ),
    Operation(
        "get", "/segmentations/{sop}/labelmap", READERS,
        "A segmentation as the labelmap that the viewer loads.",
        answers=LABELMAP,
        query=(("wins", "Segments that have the voxels they share with others, the first before the second: `3,1`."),),
        errors=(
            (400, "`wins` names no segment of it."), NO_MASK,
            (409, "The source series is not in the archive, or segments overlap: `overlaps` says which and where."),
        ),
    ),
    Operation(
        "get", "/studies/{study_uid}/mask-drafts", WRITERS,
        "The masks of a study that the user has painted and not saved.",
        schema="MaskDrafts",
    ),
    Operation(
        "put", "/series/{series_uid}/mask-draft", WRITERS,
        "Keep a mask that is being painted, for this user; it takes the place of the draft before.",
        schema="MaskDraft", accepts=(LABELMAP_GZIP,),
        errors=(
            (400, "The body is no labelmap compressed with gzip."), NO_SERIES,
            (409, "The user has as many as one may have."), (413, "The body is too large."),
            (415, "Another Content-Type."),
        ),
    ),
    Operation(
        "get", "/series/{series_uid}/mask-draft", WRITERS,
        "The mask that the user has painted and not saved, compressed.",
        answers=LABELMAP_GZIP, errors=((404, "The user has none of this series."),),
    ),
    Operation(
        "delete", "/series/{series_uid}/mask-draft", WRITERS,
        "Discard the mask that the user has painted and not saved.",
        schema="DiscardedDraft",
    ),
    Operation(
        "post", "/segmentations/{sop}/carry", WRITERS,
        "Write a mask again for the other CT scans of its study, as it is or after rigid registration.", status=201,
        schema="CarriedMasks", body="Carry", is_job_if="With registration: a job, whose `carried` is the same.",
        errors=(
            (400, "The body is not a JSON object."), NO_MASK,
            (409, "The source series is not in the archive, or segments overlap."),
            (422, "Another frame of reference, no such series: `message` says which."),
            (503, "SimpleITK is not installed, or too many jobs wait."),
        ),
        action="carry_mask",
    ),
    Operation(
        "get", "/series/{series_uid}.nii.gz", READERS,
        "A CT series as NIfTI in Hounsfield units.", answers=GZIP,
        query=(("acquisition", "An Acquisition Number, of a series that holds several scans."),),
        errors=(NO_SERIES, (409, "The series is not CT."), (422, "The slices are no volume.")),
        action="download",
    ),
    Operation(
        "post", "/series/{series_uid}/presegment", WRITERS,
        "Have MONAI Label draw a mask; the body may be absent.", status=202,
        schema="Started", body="Presegment",
        errors=(
            NO_SERIES, (409, "The series is not CT."), (422, "There is no such model."),
            (503, "MONAI Label is off or down, or too many jobs wait."),
        ),
        action="ask_mask",
    ),
    Operation(
        "get", "/models", READERS,
        "The models that draw masks, and how their server is.", schema="Models",
    ),
    Operation(
        "get", "/jobs", READERS,
        "The jobs that are remembered, newest first.", schema="Jobs",
    ),
    Operation(
        "get", "/jobs/{job_id}", READERS,
        "How far a job is; `place` counts the jobs before it.", schema="Job", errors=(NO_JOB,),
    ),
    Operation(
        "delete", "/jobs/{job_id}", WRITERS,
        "Cancel a job (who asked for it, and the admin).", schema="Job",
        errors=(NO_JOB, (409, "The job has ended already.")),
        action="cancel_job",
    ),
)  # fmt: skip
