"""DICOM headers of the phantom: what a scanner writes, with a made-up patient to be removed on arrival."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydicom import Dataset
from pydicom.uid import CTImageStorage, generate_uid

from seg.phantom.variant import SLICE_THICKNESS_MM, Sampling, Variant


@dataclass(frozen=True)
class SeriesPlan:
    """What tells one series of the study from the next."""

    phase: str
    series_number: int
    acquisition_number: int
    description: str
    misleading: str
    acquisition_time: str
    contrast: bool


PLANS: dict[str, SeriesPlan] = {
    plan.phase: plan
    for plan in (
        SeriesPlan(
            "non_contrast", 2, 1, "ABD SEM CONTRASTE 3.0 B30f", "ABD ARTERIAL 3.0 B30f", "140012.250000", contrast=False
        ),
        SeriesPlan("arterial", 4, 2, "ABD ARTERIAL 3.0 B30f", "ABD PORTAL 3.0", "140247.100000", contrast=True),
        SeriesPlan("portal_venous", 5, 3, "ABD PORTAL 3.0", "Eq 3min", "140322.600000", contrast=True),
        SeriesPlan("equilibrium", 7, 4, "Eq 3min", "ABD SEM CONTRASTE 3.0 B30f", "140512.900000", contrast=True),
    )
}

#: Descriptions of the phases in other languages, in the order of `PLANS`.
OTHER_LANGUAGES: dict[str, tuple[str, str, str, str]] = {
    "english": ("Abd WITHOUT CONTRAST 3.0", "Abd LATE ARTERIAL 3.0", "Abd PORTAL VENOUS 3.0", "Abd DELAYED 3 MIN"),
    "spanish": ("ABD SIN CONTRASTE", "FASE ARTERIAL", "FASE VENOSA PORTAL", "FASE TARDÍA"),
    "french": ("ABDO SANS INJECTION", "ABDO TEMPS ARTÉRIEL", "ABDO TEMPS PORTAL", "ABDO TEMPS TARDIF"),
    "german": ("Abdomen nativ", "Oberbauch arteriell", "Abdomen portalvenös", "Oberbauch Spätphase"),
    "italian": ("ADDOME SENZA MDC", "FASE ARTERIOSA", "FASE VENOSA PORTALE", "FASE TARDIVA"),
}

BOLUS_START = "140212.000000"
STUDY_TIME = "135544.000000"


def uid(variant: Variant, *words: object) -> str:
    """Return a UID that is the same for the same study and words."""
    identity = (variant.patient_id, variant.study_date, variant.seed, variant.nodule_diameter_mm)
    return str(generate_uid(entropy_srcs=[str(word) for word in (*identity, *words)]))


def series_header(plan: SeriesPlan, sampling: Sampling, variant: Variant) -> Dataset:
    """Return everything that the slices of one series share."""
    header = Dataset()
    header.SpecificCharacterSet = "ISO_IR 100"
    for part in (
        _patient(variant),
        _study(variant),
        _series(plan, sampling, variant),
        _acquisition(plan, variant),
        _image(sampling),
    ):
        for keyword, value in part.items():
            setattr(header, keyword, value)
    _add_physician(header)
    _add_private(header, variant)
    return header


def _patient(variant: Variant) -> dict[str, object]:
    age = int(variant.study_date[:4]) - int(variant.patient_birth_date[:4])
    age -= variant.study_date[4:] < variant.patient_birth_date[4:]
    return {
        "PatientName": variant.patient_name,
        "PatientID": variant.patient_id,
        "PatientBirthDate": variant.patient_birth_date,
        "PatientSex": variant.patient_sex,
        "PatientAge": f"{age:03d}Y",
        "PatientSize": "1.71",
        "PatientWeight": "74",
        "PatientAddress": "Rua das Acácias 17, São Paulo",
        "PatientTelephoneNumbers": "+55 11 5555-0117",
        "PatientMotherBirthName": "Conceição",
        "OtherPatientIDs": "987.654.321-00",
        "PatientComments": "Fictitious patient of the HepatIA phantom",
    }


def _study(variant: Variant) -> dict[str, object]:
    return {
        "StudyInstanceUID": uid(variant, "study"),
        "StudyID": "20417",
        "StudyDate": variant.study_date,
        "StudyTime": STUDY_TIME,
        "AccessionNumber": "A2021030417",
        "StudyDescription": "TC ABDOME SUPERIOR TRIFASICO",
        "ReferringPhysicianName": "Moraes^Lúcia",
        "InstitutionName": "Hospital das Clínicas Fictício",
        "InstitutionAddress": "Av. Imaginária 255, São Paulo",
        "StationName": "CTAWP00001",
        "DeviceSerialNumber": "99999",
        "OperatorsName": "Pereira^Rui",
        "PerformingPhysicianName": "Souza^Ana",
        "Manufacturer": "SIEMENS",
        "ManufacturerModelName": "Phantom (synthetic)",
        "SoftwareVersions": "hepatia phantom 1",
    }


def _series(plan: SeriesPlan, sampling: Sampling, variant: Variant) -> dict[str, object]:
    texts = {"clear": plan.description, "misleading": plan.misleading, "empty": ""}
    texts |= {language: told[list(PLANS).index(plan.phase)] for language, told in OTHER_LANGUAGES.items()}
    series_number, acquisition_number = numbers(plan, variant)
    shared = variant.one_series
    frame = plan.phase if variant.two_frames and plan.phase == "non_contrast" else "frame"
    return {
        "Modality": "CT",
        "SOPClassUID": CTImageStorage,
        "SeriesInstanceUID": uid(variant, sampling, "series" if shared else plan.phase),
        "SeriesNumber": "3" if shared else str(series_number),
        "SeriesDescription": "ABD 4 FASES 3.0" if shared else texts[variant.descriptions],
        "ProtocolName": "AbdomeTrifasico",
        "FrameOfReferenceUID": uid(variant, frame),
        "PositionReferenceIndicator": "",
        "BodyPartExamined": "ABDOMEN",
        "PatientPosition": "HFS",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI"],
        "SeriesDate": variant.study_date,
        "AcquisitionNumber": str(acquisition_number),
    }


def numbers(plan: SeriesPlan, variant: Variant) -> tuple[int, int]:
    """Return Series and Acquisition Number of a phase."""
    plans = list(PLANS.values())
    if variant.shuffled_numbers:
        random.Random(variant.seed).shuffle(plans)  # noqa: S311 - no secret, the same order each time
    chosen = plans[list(PLANS).index(plan.phase)]
    return chosen.series_number, chosen.acquisition_number


#: How it was scanned, the same for each series.
TECHNIQUE: dict[str, object] = {
    "ScanOptions": "SPIRAL MODE",
    "KVP": "120",
    "DataCollectionDiameter": "500",
    "ReconstructionDiameter": "400",
    "DistanceSourceToDetector": "1085.6",
    "DistanceSourceToPatient": "595",
    "TableHeight": "148",
    "RotationDirection": "CW",
    "ExposureTime": "500",
    "XRayTubeCurrent": "210",
    "Exposure": "150",
    "FilterType": "FLAT",
    "GeneratorPower": "40",
    "FocalSpots": "1.2",
    "ConvolutionKernel": ["Br38f", "3"],
    "CTDIvol": 9.8,
    "SliceThickness": f"{SLICE_THICKNESS_MM:g}",
}


def _acquisition(plan: SeriesPlan, variant: Variant) -> dict[str, object]:
    header = TECHNIQUE | {
        "GantryDetectorTilt": f"{variant.gantry_tilt_deg:g}",
        "IrradiationEventUID": uid(variant, "irradiation", plan.phase),
        "ContentDate": variant.study_date,
        "AcquisitionDate": variant.study_date,
    }
    header |= _times(plan, variant)
    if plan.contrast and not variant.contrast_missing:
        header |= {"ContrastBolusAgent": "IOPAMIRON 370", "ContrastBolusRoute": "IV", "ContrastBolusVolume": "100"}
    return header


def _times(plan: SeriesPlan, variant: Variant) -> dict[str, object]:
    late = plan.phase in ("portal_venous", "equilibrium")
    if variant.times_missing or (variant.times == "partly" and late):
        return {}
    # The image appears some seconds after the exposure, as on a scanner.
    times: dict[str, object] = {"ContentTime": _later(plan.acquisition_time, 8)}
    if variant.times != "images_only":
        times |= {"AcquisitionTime": plan.acquisition_time, "SeriesTime": plan.acquisition_time}
    if plan.contrast and not variant.contrast_missing and variant.times != "no_injection":
        times["ContrastBolusStartTime"] = BOLUS_START
    return times


def _later(time: str, seconds: float) -> str:
    return (datetime.strptime(time, "%H%M%S.%f") + timedelta(seconds=seconds)).strftime("%H%M%S.%f")


def _image(sampling: Sampling) -> dict[str, object]:
    spacing = f"{sampling.pixel_spacing_mm:g}"
    return {
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": sampling.rows,
        "Columns": sampling.columns,
        "PixelSpacing": [spacing, spacing],
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        "WindowCenter": ["40", "300"],
        "WindowWidth": ["300", "1500"],
        "WindowCenterWidthExplanation": ["WINDOW1", "WINDOW2"],
        "RescaleIntercept": "-1024",
        "RescaleSlope": "1",
        "RescaleType": "HU",
        "BurnedInAnnotation": "NO",
    }


def _add_physician(header: Dataset) -> None:
    request = Dataset()
    request.RequestedProcedureID = "RP20417"
    request.ScheduledProcedureStepID = "SPS20417"
    request.RequestedProcedureDescription = "TC ABDOME"
    header.RequestAttributesSequence = [request]


def _add_private(header: Dataset, variant: Variant) -> None:
    """Add what real scanners and archives leave in files: private elements, three with the patient in them."""
    header.private_block(0x0009, "SIEMENS CT VA1 DUMMY", create=True).add_new(0x10, "LO", "DUMMY")
    scan = header.private_block(0x0019, "SIEMENS CT VA0  COAD", create=True)
    for offset, vr, value in (
        (0x90, "DS", "0"),
        (0x92, "DS", "0"),
        (0x93, "DS", "0"),
        (0x96, "IS", "0"),
        (0xB0, "DS", "27.6"),
    ):
        scan.add_new(offset, vr, value)
    blob = b"SV10\x04\x03\x02\x01" + variant.patient_name.encode("latin-1") + bytes(24)
    header.private_block(0x0029, "SIEMENS CSA HEADER", create=True).add_new(0x10, "OB", blob + bytes(len(blob) % 2))
    applied = Dataset()
    applied.private_block(0x0029, "SIEMENS MEDCOM HEADER", create=True).add_new(0x41, "CS", "SAC")
    header.private_block(0x0029, "SIEMENS MEDCOM HEADER", create=True).add_new(0x40, "SQ", [applied])
    header.private_block(0x0031, "MITRA LINKED ATTRIBUTES 1.0", create=True).add_new(0x20, "LO", variant.patient_id)
    header.private_block(0x0033, "MITRA OBJECT UTF8 ATTRIBUTES 1.0", create=True).add_new(
        0x13, "PN", variant.patient_name
    )
