"""The bins into which numbers and days are counted: the same for facets and dashboard."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from indexer.block import Column
from sr_templates.template import Item

#: Width of the bins of numbers, by the item's path or its unit; 1 counts whole numbers one by one.
BIN_WIDTHS: Mapping[str, int] = {
    "patient.age": 10,
    "patient.afp_ng_ml": 100,
    "liver.portal_vein_diameter_mm": 5,
    "liver.spleen_length_mm": 20,
    "nodules.volume_cm3": 10,
    "cm3": 250,
    "mm": 10,
}
DEFAULT_BIN_WIDTH = 10
EPOCH = date(1970, 1, 1).toordinal()


def width(path: str, item: Item | None = None) -> int:
    """Return the width of the bins of an item's numbers, or of a number that every exam has."""
    if item and item.kind == "count":
        return BIN_WIDTHS.get(path, 1)
    return BIN_WIDTHS.get(path) or BIN_WIDTHS.get((item and item.unit) or "", DEFAULT_BIN_WIDTH)


def years(days: Column) -> Column:
    """Return the years of days as `date.toordinal` counts them; NaN stays."""
    since_1970 = np.where(np.isnan(days), 0, days - EPOCH).astype("datetime64[D]")
    found: Column = since_1970.astype("datetime64[Y]").astype(np.float64) + 1970
    return np.where(np.isnan(days), np.nan, found)
