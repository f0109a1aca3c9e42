"""Which objects may come in at all: what may carry burned-in text is not declared de-identified."""

from pydicom import Dataset

from orthanc_plugin.deidentification.errors import DeidentificationError

#: SOP classes whose pixels come from the scanner's reconstruction, or that hold no picture at all.
ALLOWED: dict[str, str] = {
    "1.2.840.10008.5.1.4.1.1.2": "CT Image",
    "1.2.840.10008.5.1.4.1.1.2.1": "Enhanced CT Image",
    "1.2.840.10008.5.1.4.1.1.2.2": "Legacy Converted Enhanced CT Image",
    "1.2.840.10008.5.1.4.1.1.4": "MR Image",
    "1.2.840.10008.5.1.4.1.1.4.1": "Enhanced MR Image",
    "1.2.840.10008.5.1.4.1.1.4.2": "MR Spectroscopy",
    "1.2.840.10008.5.1.4.1.1.4.4": "Legacy Converted Enhanced MR Image",
    "1.2.840.10008.5.1.4.1.1.128": "PET Image",
    "1.2.840.10008.5.1.4.1.1.130": "Enhanced PET Image",
    "1.2.840.10008.5.1.4.1.1.128.1": "Legacy Converted Enhanced PET Image",
    "1.2.840.10008.5.1.4.1.1.30": "Parametric Map",
    "1.2.840.10008.5.1.4.1.1.66.1": "Spatial Registration",
    "1.2.840.10008.5.1.4.1.1.66.2": "Spatial Fiducials",
    "1.2.840.10008.5.1.4.1.1.66.3": "Deformable Spatial Registration",
    "1.2.840.10008.5.1.4.1.1.66.4": "Segmentation",
    "1.2.840.10008.5.1.4.1.1.66.5": "Surface Segmentation",
    "1.2.840.10008.5.1.4.1.1.66.7": "Label Map Segmentation",
    "1.2.840.10008.5.1.4.1.1.67": "Real World Value Mapping",
    "1.2.840.10008.5.1.4.1.1.11.1": "Grayscale Softcopy Presentation State",
    "1.2.840.10008.5.1.4.1.1.11.2": "Color Softcopy Presentation State",
    "1.2.840.10008.5.1.4.1.1.88.11": "Basic Text SR",
    "1.2.840.10008.5.1.4.1.1.88.22": "Enhanced SR",
    "1.2.840.10008.5.1.4.1.1.88.33": "Comprehensive SR",
    "1.2.840.10008.5.1.4.1.1.88.34": "Comprehensive 3D SR",
    "1.2.840.10008.5.1.4.1.1.88.35": "Extensible SR",
    "1.2.840.10008.5.1.4.1.1.88.59": "Key Object Selection Document",
    "1.2.840.10008.5.1.4.1.1.88.67": "X-Ray Radiation Dose SR",
    "1.2.840.10008.5.1.4.1.1.481.2": "RT Dose",
    "1.2.840.10008.5.1.4.1.1.481.3": "RT Structure Set",
    "1.2.840.10008.5.1.4.1.1.481.5": "RT Plan",
}

#: Values of Image Type that say that a picture was made of a screen, whatever the SOP class.
SCREENS = frozenset({"SCREEN SAVE", "SCREENSAVE", "DOSE_INFO", "DOSE"})


class PixelPolicyError(DeidentificationError):
    """An object may show what identifies.

    Attributes
    ----------
    reason : str
        The word that is counted.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def check(dataset: Dataset) -> None:
    """Raise PixelPolicyError for an object whose pixels or pages may identify the patient."""
    if dataset.get("SOPClassUID") not in ALLOWED:
        raise PixelPolicyError(
            "sop_class_not_allowed",
            "Objects of this SOP class may show identifying text (screens, photographs, ultrasound, documents); "
            "send CT, MR or PET images, segmentations or structured reports.",
        )
    if str(dataset.get("BurnedInAnnotation") or "").upper() == "YES":
        raise PixelPolicyError("burned_in_annotation", "The image says that text is burned into its pixels.")
    if SCREENS & {str(value).upper() for value in dataset.get("ImageType") or ()}:
        raise PixelPolicyError("screen_capture", "The image says that it is the picture of a screen.")
