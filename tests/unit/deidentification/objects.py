"""One patient's objects, built from nothing: images, segmentation, report, structures, key objects, presentation."""

from typing import Any, Final

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

#: All UIDs that were here before begin so; nothing of it may be left.
ROOT: Final = "1.2.999.4"

CLASSES: Final = {
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "SEG": "1.2.840.10008.5.1.4.1.1.66.4",
    "SR": "1.2.840.10008.5.1.4.1.1.88.34",
    "RTSTRUCT": "1.2.840.10008.5.1.4.1.1.481.3",
    "KO": "1.2.840.10008.5.1.4.1.1.88.59",
    "PR": "1.2.840.10008.5.1.4.1.1.11.1",
}
FRAME_OF_REFERENCE: Final = f"{ROOT}.9"
ROWS, COLUMNS = 6, 4


def instance(modality: str, study: int, series: int, number: int, **attributes: Any) -> Dataset:
    """Return an object with a patient, a study, a series and nothing else."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SOPClassUID, made.SOPInstanceUID = CLASSES[modality], f"{ROOT}.{study}.{series}.{number}"
    made.StudyInstanceUID, made.SeriesInstanceUID = f"{ROOT}.{study}", f"{ROOT}.{study}.{series}"
    made.Modality, made.SeriesNumber, made.InstanceNumber = modality, series, number
    made.PatientName, made.PatientID, made.PatientBirthDate = "Quintanilha^Zeferino", "0071234", "19610203"
    made.PatientSex = "M"
    made.StudyDate, made.StudyTime, made.StudyID = ("20160809", "20170228")[study - 1], "140012.5", f"{study}"
    made.SeriesDate, made.SeriesTime = made.StudyDate, "140512"
    made.AccessionNumber, made.ReferringPhysicianName = f"ACC{study}", "Brandhuber^Otto"
    made.Manufacturer, made.SpecificCharacterSet = "SIEMENS", "ISO_IR 100"
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def reference(to: Dataset) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = to.SOPClassUID, to.SOPInstanceUID
    return item


def series_reference(*to: Dataset) -> Dataset:
    item = Dataset()
    item.SeriesInstanceUID = to[0].SeriesInstanceUID
    item.ReferencedSOPSequence = Sequence([reference(one) for one in to])
    return item


def study_reference(*to: Dataset) -> Dataset:
    item = Dataset()
    item.StudyInstanceUID = to[0].StudyInstanceUID
    item.ReferencedSeriesSequence = Sequence([series_reference(*to)])
    return item


def image(study: int, number: int, series: int = 1, **attributes: Any) -> Dataset:
    made = instance("CT", study, series, number, FrameOfReferenceUID=f"{FRAME_OF_REFERENCE}.{study}")
    made.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    made.SeriesDescription, made.BodyPartExamined = "ABD PORTAL 3.0", "ABDOMEN"
    made.AcquisitionDate, made.ContentDate = made.StudyDate, made.StudyDate
    made.AcquisitionTime, made.ContentTime = f"1403{number:02d}.250000", f"1404{number:02d}"
    made.ImagePositionPatient, made.PixelSpacing = ["-10.5", "20", f"{number * 2.5}"], ["0.78", "0.78"]
    made.ImageOrientationPatient, made.SliceThickness = ["1", "0", "0", "0", "1", "0"], "3.0"
    made.RescaleSlope, made.RescaleIntercept = "1", "-1024"
    put_pixels(made, np.arange(ROWS * COLUMNS, dtype=np.uint16).reshape(ROWS, COLUMNS) * number)
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def put_pixels(made: Dataset, values: np.ndarray, photometric: str = "MONOCHROME2", bits: int | None = None) -> None:
    """Write frames of (rows, columns) or (rows, columns, samples)."""
    samples = 3 if values.shape[-1] == 3 and values.ndim > 2 else 1
    made.SamplesPerPixel, made.PhotometricInterpretation = samples, photometric
    made.Rows, made.Columns = values.shape[-3:-1] if samples == 3 else values.shape[-2:]
    made.BitsAllocated = values.dtype.itemsize * 8
    made.BitsStored = bits or made.BitsAllocated
    made.HighBit, made.PixelRepresentation = made.BitsStored - 1, int(values.dtype.kind == "i")
    if values.ndim > (3 if samples == 3 else 2):
        made.NumberOfFrames = len(values)
    if samples == 3:
        made.PlanarConfiguration = 0
    data = values.tobytes()
    made.PixelData = data + b"\0" * (len(data) % 2)
    made["PixelData"].VR = "OB" if made.BitsAllocated == 8 else "OW"


def segmentation(images: list[Dataset], study: int, series: int = 2) -> Dataset:
    made = instance("SEG", study, series, 1, FrameOfReferenceUID=images[0].FrameOfReferenceUID)
    made.ContentLabel, made.ContentDescription, made.ContentCreatorName = "LIVER", "liver mask", "Ackermann^Pia"
    made.SegmentationType, made.ImageType = "BINARY", ["DERIVED", "PRIMARY"]
    segment = Dataset()
    segment.SegmentNumber, segment.SegmentLabel, segment.SegmentAlgorithmType = 1, "Liver", "MANUAL"
    segment.SegmentedPropertyTypeCodeSequence = Sequence([code("10200004", "SCT", "Liver")])
    segment.TrackingID, segment.TrackingUID = "lesion 1", f"{ROOT}.77"
    made.SegmentSequence = Sequence([segment])
    references = Dataset()
    references.SeriesInstanceUID = images[0].SeriesInstanceUID
    references.ReferencedInstanceSequence = Sequence([reference(one) for one in images])
    made.ReferencedSeriesSequence = Sequence([references])
    made.PerFrameFunctionalGroupsSequence = Sequence([_frame(one) for one in images])
    made.NumberOfFrames, made.Rows, made.Columns = len(images), ROWS, COLUMNS
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated = made.BitsStored = 1
    made.HighBit = made.PixelRepresentation = 0
    bits = np.arange(len(images) * ROWS * COLUMNS) % 3 == 0
    data = np.packbits(bits, bitorder="little").tobytes()
    made.PixelData = data + b"\0" * (len(data) % 2)
    return made


def _frame(source: Dataset) -> Dataset:
    frame, derivation, position, where = Dataset(), Dataset(), Dataset(), Dataset()
    of = reference(source)
    of.PurposeOfReferenceCodeSequence = Sequence([code("121322", "DCM", "Source image")])
    derivation.SourceImageSequence = Sequence([of])
    derivation.DerivationCodeSequence = Sequence([code("113076", "DCM", "Segmentation")])
    frame.DerivationImageSequence = Sequence([derivation])
    position.ImagePositionPatient = source.ImagePositionPatient
    frame.PlanePositionSequence = Sequence([position])
    where.DimensionIndexValues = [1, int(source.InstanceNumber)]
    frame.FrameContentSequence = Sequence([where])
    return frame


def presentation(images: list[Dataset], study: int, series: int = 5) -> Dataset:
    made = instance("PR", study, series, 1)
    made.ContentLabel, made.ContentDescription, made.ContentCreatorName = "PORTAL", "portal", "Ackermann^Pia"
    made.PresentationCreationDate, made.PresentationCreationTime = made.StudyDate, "150000"
    made.ReferencedSeriesSequence = Sequence([series_reference(*images)])
    made.ReferencedSeriesSequence[0].ReferencedImageSequence = Sequence([reference(one) for one in images])
    del made.ReferencedSeriesSequence[0].ReferencedSOPSequence
    words, note = Dataset(), Dataset()
    words.UnformattedTextValue, words.BoundingBoxAnnotationUnits = "liver Quintanilha", "PIXEL"
    note.GraphicLayer, note.TextObjectSequence = "LAYER1", Sequence([words])
    note.ReferencedImageSequence = Sequence([reference(images[0])])
    made.GraphicAnnotationSequence = Sequence([note])
    made.PresentationLUTShape = "IDENTITY"
    return made


def structures(images: list[Dataset], study: int, series: int = 3) -> Dataset:
    made = instance("RTSTRUCT", study, series, 1)
    made.StructureSetLabel, made.StructureSetDate, made.StructureSetTime = "Liver", made.StudyDate, "151515"
    frame, within, of, contour, outline, roi, observed = (Dataset() for _ in range(7))
    frame.FrameOfReferenceUID = images[0].FrameOfReferenceUID
    within.ReferencedSOPClassUID, within.ReferencedSOPInstanceUID = (
        "1.2.840.10008.3.1.2.3.1",
        images[0].StudyInstanceUID,
    )
    of.SeriesInstanceUID = images[0].SeriesInstanceUID
    of.ContourImageSequence = Sequence([reference(one) for one in images])
    within.RTReferencedSeriesSequence = Sequence([of])
    frame.RTReferencedStudySequence = Sequence([within])
    made.ReferencedFrameOfReferenceSequence = Sequence([frame])
    roi.ROINumber, roi.ROIName, roi.ReferencedFrameOfReferenceUID = 1, "Liver", frame.FrameOfReferenceUID
    made.StructureSetROISequence = Sequence([roi])
    outline.ContourImageSequence = Sequence([reference(images[0])])
    outline.ContourGeometricType, outline.NumberOfContourPoints = "CLOSED_PLANAR", 2
    outline.ContourData = ["1.5", "2", "3", "4", "5", "6.25"]
    contour.ReferencedROINumber, contour.ContourSequence = 1, Sequence([outline])
    made.ROIContourSequence = Sequence([contour])
    observed.ObservationNumber = observed.ReferencedROINumber = 1
    observed.RTROIInterpretedType, observed.ROIInterpreter = "ORGAN", "Ackermann^Pia"
    made.RTROIObservationsSequence = Sequence([observed])
    return made
