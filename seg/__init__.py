"""Masks: the geometry of CT series, DICOM-SEG and NIfTI in and out, measurements; pure functions on values."""
