"""The entry point of `hepatia`: parses the command line and hands over."""

import argparse
import os
import sys
from collections.abc import Sequence

from orthanc_plugin.commands import doctor, rebuild, run
from orthanc_plugin.commands.service import ServiceError
from orthanc_plugin.commands.site import Site, SiteError
from orthanc_plugin.deidentification import keys


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status: 0 done, 1 failed with a message, 2 wrong usage."""
    parsed = _parser().parse_args(arguments)
    try:
        site = Site.from_environment(os.environ)
        return _command(parsed, site)
    except (SiteError, ServiceError) as error:
        print(f"hepatia: {error}", file=sys.stderr)
        return 1


def _command(parsed: argparse.Namespace, site: Site) -> int:
    match parsed.command:
        case "run":
            return run.run(site)
        case "rebuild":
            return rebuild.rebuild(site)
        case "doctor":
            return doctor.doctor(site)
        case _:
            print(_keys(site).pseudonym(parsed.patient_id, parsed.issuer))
            return 0


def _keys(site: Site) -> keys.Keys:
    path = site.data / "secret.key"
    if not path.exists():
        raise SiteError(f"There is no {path}; a new secret would give other pseudonyms than those already stored.")
    return keys.load_or_create(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hepatia",
        description="HepatIA for Orthanc. DATA, HTTP_PORT, DICOM_PORT, DEMO, AI and DSN are read from the environment.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything in the foreground; Ctrl-C stops it")
    commands.add_parser("rebuild", help="make the PostgreSQL index again from the DICOM archive")
    commands.add_parser("doctor", help="check every part, say what is wrong and what to do")
    pseudonym = commands.add_parser("pseudonym", help="the pseudonym of a patient (needs the secret of DATA)")
    pseudonym.add_argument("patient_id", metavar="PATIENT_ID")
    pseudonym.add_argument("--issuer", default="", help="Issuer of Patient ID (0010,0021), when the images carry one")
    return parser


if __name__ == "__main__":
    sys.exit(main())
