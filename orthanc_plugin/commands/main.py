"""The entry point of `hepatia`: parses the command line and hands over."""

import argparse
import getpass
import json
import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from orthanc_plugin.auditing.audit import Audit, AuditError
from orthanc_plugin.auditing.row import Entry
from orthanc_plugin.commands import backup, deidentify, doctor, export, health, rebuild, restore, run
from orthanc_plugin.commands.deidentify import Task
from orthanc_plugin.commands.export import Wanted
from orthanc_plugin.commands.service import ServiceError
from orthanc_plugin.commands.site import Site, SiteError
from orthanc_plugin.deidentification import keys
from orthanc_plugin.deidentification.errors import ProfileError
from orthanc_plugin.errors import HepatiaError
from orthanc_plugin.exporting.request import FORMS

#: What `hepatia deidentify --settings` takes, as in the section "HepatIA" of orthanc.json.
SETTINGS = ("Deidentification", "Vocabulary", "PixelRules")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status: 0 done, 1 failed with a message, 2 wrong usage."""
    parsed = _parser().parse_args(arguments)
    try:
        site = Site.from_environment(os.environ)
        return _command(parsed, site)
    except (SiteError, ServiceError, ProfileError, AuditError, HepatiaError, OSError, sqlite3.Error) as error:
        print(f"hepatia: {error}", file=sys.stderr)
        return 1


def _command(parsed: argparse.Namespace, site: Site) -> int:
    match parsed.command:
        case "run":
            return run.run(site)
        case "rebuild":
            return rebuild.rebuild(site, anew=parsed.anew)
        case "doctor":
            return doctor.doctor(site, files=parsed.files)
        case "health":
            return health.health(site)
        case "backup":
            return backup.verify(parsed.target) if parsed.verify else backup.backup(site, parsed.target)
        case "restore":
            return restore.restore(site, parsed.backup)
        case "repair":
            return restore.repair(site, parsed.backup)
        case "export":
            return export.export(site, _wanted(parsed))
        case "deidentify":
            return deidentify.deidentify(_task(parsed, site), parsed.jobs, parsed.report)
        case _:
            print(_pseudonym(site, parsed.patient_id, parsed.issuer))
            return 0


def _pseudonym(site: Site, patient_id: str, issuer: str) -> str:
    """Return a pseudonym, once the audit has the row that tells who has asked for it."""
    found = keys.load_or_create(_secret(site)).pseudonym(patient_id, issuer)
    entered = Audit(site.data / "audit.sqlite")
    try:
        asked = Entry(getpass.getuser(), "machine", "look_up_pseudonyms", "hepatia pseudonym", (found,), "done")
        entered.enter(asked)
    finally:
        entered.close()
    return found


def _secret(site: Site) -> Path:
    path = site.data / "secret.key"
    if not path.exists():
        raise SiteError(f"There is no {path}; a new secret would give other pseudonyms than those already stored.")
    return path


def _task(parsed: argparse.Namespace, site: Site) -> Task:
    if parsed.new_secret:
        keys.load_or_create(site.data / "secret.key")
    settings = json.loads(parsed.settings.read_text()) if parsed.settings else {}
    unknown = sorted(set(settings) - set(SETTINGS))
    if unknown:
        raise SiteError(f'{parsed.settings}: "{unknown[0]}" is unknown; known are {", ".join(SETTINGS)}.')
    return Task(
        parsed.source,
        parsed.target,
        _secret(site),
        settings.get("Deidentification", {}),
        tuple(settings.get("Vocabulary", ())),
        tuple(settings.get("PixelRules", ())),
    )


def _wanted(parsed: argparse.Namespace) -> Wanted:
    return Wanted(parsed.query, parsed.output, parsed.images, parsed.masks, not parsed.no_answers, parsed.name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hepatia",
        description="HepatIA for Orthanc. Environment: DATA, HTTP_PORT, DICOM_PORT, DEMO, AI, DSN, MONAILABEL, "
        "SHOW_PASSWORDS.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything in the foreground; Ctrl-C stops it")
    again = commands.add_parser("rebuild", help="make the PostgreSQL index again from the DICOM archive")
    again.add_argument("--anew", action="store_true", help="do not go on where an interrupted rebuild has stopped")
    looked = commands.add_parser("doctor", help="check every part, say what is wrong and what to do")
    looked.add_argument("--files", action="store_true", help="read every stored file too")
    commands.add_parser("health", help="whether the running server answers: exit status 0 or 1")
    kept = commands.add_parser("backup", help="everything that cannot be made again, also while all runs")
    kept.add_argument("target", type=Path, metavar="FOLDER|FILE.tar", help="a folder of backups, or one new file")
    kept.add_argument("--verify", action="store_true", help="make none; look whether the one that is there is whole")
    for name, what in (
        ("restore", "an installation from a backup, into an empty DATA"),
        ("repair", "bring back stored files that are damaged or lost, from a backup"),
    ):
        commands.add_parser(name, help=what).add_argument("backup", type=Path, metavar="FOLDER|FILE.tar")
    pseudonym = commands.add_parser("pseudonym", help="the pseudonym of a patient (needs the secret of DATA)")
    pseudonym.add_argument("patient_id", metavar="PATIENT_ID")
    pseudonym.add_argument("--issuer", default="", help="Issuer of Patient ID (0010,0021), when the images carry one")
    _add_export(
        commands.add_parser("export", help="a dataset of all exams that a search finds, from the running server")
    )
    _add_deidentify(commands.add_parser("deidentify", help="de-identify DICOM files of a folder, without Orthanc"))
    return parser


def _add_export(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--query", default="", help='as in the URL of a search: "patient.cirrhosis=yes&nodules.lirads=LR-5"')
    add("--output", type=Path, required=True, metavar="FOLDER|FILE.zip", help="a new or empty folder, or a zip file")
    for name, what in (("--images", "CT images"), ("--masks", "masks")):
        add(name, choices=FORMS, default="nifti", help=f"form of the {what}")
    add("--no-answers", action="store_true", help="leave the answers of the reports out")
    add("--name", default="dataset", help="what the dataset calls itself")


def _add_deidentify(parser: argparse.ArgumentParser) -> None:
    add, jobs = parser.add_argument, deidentify.default_jobs()
    add("source", metavar="IN_DIR", type=Path, help="every file below it is taken")
    add("target", metavar="OUT_DIR", type=Path, help="new or empty; files are named by their new UIDs")
    add("--report", type=Path, metavar="FILE", help="JSON: what was done to each study, and which files were refused")
    add("--settings", type=Path, metavar="FILE", help=f"JSON with {', '.join(SETTINGS)}, as in orthanc.json")
    add("--jobs", type=int, default=jobs, metavar="N", help=f"processes at a time; {jobs} by default")
    add("--new-secret", action="store_true", help="make DATA/secret.key when there is none yet")


if __name__ == "__main__":
    sys.exit(main())
