"""Stands in for pydicom-seg, which does not start beside pydicom 3: MONAI Label imports it, our app never calls it."""


class MultiClassReader:
    """Reads SEG for MONAI Label's own label store, which is not used."""


class MultiClassWriter:
    """Writes SEG without dcmqi, which is not used."""


class template:  # noqa: N801 -- its name there
    """Descriptions for the writer."""
