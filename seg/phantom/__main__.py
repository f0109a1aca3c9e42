"""`python -m seg.phantom FOLDER`: write a phantom study as DICOM files."""

import argparse
from pathlib import Path

from seg.phantom.study import write
from seg.phantom.variant import SAMPLINGS, Variant


def main(arguments: list[str] | None = None) -> None:
    """Write the study that the arguments describe."""
    parser = argparse.ArgumentParser(prog="python -m seg.phantom", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=sorted(SAMPLINGS), default="viewer")
    parser.add_argument("--patient-id", default=Variant.patient_id)
    parser.add_argument("--study-date", default=Variant.study_date, help="YYYYMMDD")
    parser.add_argument("--nodule-diameter", type=float, default=Variant.nodule_diameter_mm, help="mm")
    parser.add_argument("--breath-shift", action="store_true", help="each phase breathes differently")
    parser.add_argument("--uncompressed", action="store_true", help="no JPEG-LS")
    chosen = parser.parse_args(arguments)
    files = write(
        chosen.folder,
        chosen.size,
        lossless=not chosen.uncompressed,
        patient_id=chosen.patient_id,
        study_date=chosen.study_date,
        nodule_diameter_mm=chosen.nodule_diameter,
        breath_shift=chosen.breath_shift,
    )
    print(f"{len(files)} instances in {chosen.folder}")


if __name__ == "__main__":
    main()
