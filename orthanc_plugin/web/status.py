"""How HepatIA is, for people, programs and Prometheus; who asks; which templates there are."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response

from indexer.errors import IndexUnavailable
from orthanc_plugin import version
from orthanc_plugin.job_files import RUNNING
from orthanc_plugin.web.condition import details
from orthanc_plugin.web.services import services, template, user
from sr_templates import schema

blueprint = Blueprint("status", __name__, url_prefix="/hepatia/api")
metrics_blueprint = Blueprint("metrics", __name__, url_prefix="/hepatia")


@dataclass(frozen=True)
class IndexStatus:
    """What the index holds; zeros while PostgreSQL is down."""

    reports: int = 0
    segmentations: int = 0
    studies: int = 0
    pending: int = 0
    failed: tuple[dict[str, str], ...] = ()


@blueprint.get("/status")
def status() -> dict[str, Any]:
    """Say how every part is."""
    database, index = _index()
    deidentified, refused = services().arrivals.counts()
    return {
        "status": "ok" if database == "ok" and _takes_all_in() else "degraded",
        "version": version.VERSION,
        "orthanc": services().archive.version(),
        "database": database,
        "monailabel": services().monailabel.state(),
        "index": asdict(index),
        "arrivals": {"deidentified": deidentified, "refused": dict(refused)},
        "details": details(index.pending),
    }


def _takes_all_in() -> bool:
    """Whether images may come in, and what is written is entered in the audit."""
    return services().condition.lets_in() and not services().audit.is_failing()


@blueprint.get("/me")
def me() -> dict[str, str]:
    """Say who asks."""
    return {"user": user().login, "name": user().name, "role": user().role}


@blueprint.get("/templates")
def templates() -> list[dict[str, Any]]:
    """List the templates."""
    return [{"id": one.id, "version": one.version, "title": one.title.en} for one in services().templates]


@blueprint.get("/templates/<template_id>")
def one_template(template_id: str) -> dict[str, Any]:
    """Return a template as JSON Schema and as a flat list of items."""
    one = template(template_id)
    return {
        "id": one.id,
        "version": one.version,
        "title": one.title.en,
        "schema": schema.json_schema(one),
        "items": schema.items(one),
    }


@metrics_blueprint.get("/metrics")
def metrics() -> Response:
    """Return the counters in Prometheus's text format."""
    database, index = _index()
    deidentified, refused = services().arrivals.counts()
    lines = [
        *_metric("hepatia_up", "gauge", "The index is reachable.", {"": int(database == "ok")}),
        *_metric("hepatia_indexed_studies", "gauge", "Studies in the index.", {"": index.studies}),
        *_metric("hepatia_indexed_reports", "gauge", "Reports in the index.", {"": index.reports}),
        *_metric("hepatia_indexed_segmentations", "gauge", "Segmentations in the index.", {"": index.segmentations}),
        *_metric("hepatia_index_pending", "gauge", "Changes not indexed yet.", {"": index.pending}),
        *_metric("hepatia_index_failed", "gauge", "Objects that could not be indexed.", {"": len(index.failed)}),
        *_metric("hepatia_arrivals_deidentified_total", "counter", "Instances de-identified.", {"": deidentified}),
        *_metric(
            "hepatia_arrivals_refused_total",
            "counter",
            "Instances refused.",
            {f'{{reason="{reason}"}}': count for reason, count in sorted(refused.items())},
        ),
        *_details(),
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _details() -> list[str]:
    condition = services().condition
    disk, lag, running = condition.disk(), condition.lag_s(), services().exports.jobs.recent()
    there = {f'{{kind="{name}"}}': one["dicom"] for name, one in condition.counts().items()}
    waiting = sum(job.state == RUNNING for job in running)
    return [
        *_metric("hepatia_index_lag_seconds", "gauge", "Age of the oldest change that is not indexed.", {"": lag or 0}),
        *_metric("hepatia_dicom_objects", "gauge", "Objects in DICOM.", there),
        *_metric("hepatia_disk_free_bytes", "gauge", "Room on the disk of DATA.", {"": disk["free"]}),
        *_metric("hepatia_data_bytes", "gauge", "What DATA takes of it.", {"": disk["used_by_data"]}),
        *_metric("hepatia_exports_running", "gauge", "Datasets that are being made or wait.", {"": waiting}),
    ]


def _metric(name: str, kind: str, help_text: str, samples: Mapping[str, float]) -> list[str]:
    return [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}", *(f"{name}{k} {v}" for k, v in samples.items())]


def _index() -> tuple[str, IndexStatus]:
    try:
        counts = services().index.counts()
        failed = tuple(
            {"sop_instance_uid": one.sop_instance_uid, "reason": one.reason} for one in services().index.failed()
        )
        pending = services().worker.pending()
    except IndexUnavailable:
        return "down", IndexStatus()
    return "ok", IndexStatus(counts.reports, counts.segmentations, counts.studies, pending, failed)
