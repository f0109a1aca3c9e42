"""De-identification of DICOM instances on arrival (PS3.15 annex E). Pure: bytes and data sets in, the same out."""
