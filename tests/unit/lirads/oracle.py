"""The standard typed a second time, from its description and not from the code: tables only, no algorithm of ours.

`table.csv` is the diagnostic table of CT/MRI LI-RADS v2018, a row for each combination of features; `response_2018.csv`
and `response_2024.csv` are the three trees of treatment response.
"""

import csv
from pathlib import Path

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


#: Sizes at and between the borders of each band.
SIZES = {
    "<10": (0.1, 5, 9, 9.9, 9.999),
    "10-19": (10, 14.5, 19, 19.9, 19.999),
    "<20": (0.1, 9.9, 10, 19.9, 19.999),
    ">=20": (20, 20.001, 33, 150, 400),
}

#: What a reader answers before the table → what that gives; None leaves it to the table. In the order of the standard.
GATES: tuple[tuple[dict[str, object], str | None], ...] = (
    ({}, None),
    ({"image_problem": "none", "tumor_in_vein": "absent", "benignity": "none"}, None),
    ({"tumor_in_vein": "unsure"}, None),
    ({"image_problem": "omission"}, "LR-NC"),
    ({"image_problem": "degradation", "tumor_in_vein": "definite", "benignity": "definite"}, "LR-NC"),
    ({"tumor_in_vein": "definite"}, "LR-TIV"),
    ({"tumor_in_vein": "definite", "benignity": "probable", "targetoid_features": ("other",)}, "LR-TIV"),
    ({"benignity": "definite"}, "LR-1"),
    ({"benignity": "definite", "targetoid_features": ("delayed_central_enhancement",)}, "LR-1"),
    ({"benignity": "probable"}, "LR-2"),
    ({"benignity": "probable", "nontargetoid_features": ("infiltrative",)}, "LR-2"),
    ({"targetoid_features": ("delayed_central_enhancement",)}, "LR-M"),
    ({"targetoid_features": ("other",), "nontargetoid_features": ("necrosis",)}, "LR-M"),
    ({"nontargetoid_features": ("infiltrative",)}, "LR-M unless LR-5"),
    ({"nontargetoid_features": ("necrosis", "other")}, "LR-M unless LR-5"),
)

#: Before → favoring malignancy, favoring benignity; of both kinds, and without any, nothing changes.
ADJUSTED = {
    "LR-1": ("LR-2", "LR-1"),
    "LR-2": ("LR-3", "LR-1"),
    "LR-3": ("LR-4", "LR-2"),
    "LR-4": ("LR-4", "LR-3"),
    "LR-5": ("LR-5", "LR-4"),
    "LR-M": ("LR-M", "LR-M"),
    "LR-NC": ("LR-NC", "LR-NC"),
    "LR-TIV": ("LR-TIV", "LR-TIV"),
}
MALIGNANCY, BENIGNITY = ("mosaic", "corona_enhancement"), ("blood_pool",)
ANCILLARY: tuple[tuple[dict[str, object], int | None], ...] = (
    ({}, None),
    ({"ancillary_malignancy": MALIGNANCY}, 0),
    ({"ancillary_benignity": BENIGNITY}, 1),
    ({"ancillary_malignancy": MALIGNANCY, "ancillary_benignity": BENIGNITY}, None),
    ({"ancillary_malignancy": MALIGNANCY, "ancillary_applied": "no"}, None),
    ({"ancillary_benignity": BENIGNITY, "ancillary_applied": "yes"}, 1),
    ({"ancillary_malignancy": ("restricted_diffusion",)}, None),  # of MRI alone, on CT
)

#: In doubt between two: both orders; pairs that are not here stay.
LOWER_CERTAINTY = {
    ("LR-1", "LR-2"): "LR-2", ("LR-2", "LR-1"): "LR-2",
    ("LR-2", "LR-3"): "LR-3", ("LR-3", "LR-2"): "LR-3",
    ("LR-3", "LR-4"): "LR-3", ("LR-4", "LR-3"): "LR-3",
    ("LR-4", "LR-5"): "LR-4", ("LR-5", "LR-4"): "LR-4",
    ("LR-4", "LR-M"): "LR-M", ("LR-M", "LR-4"): "LR-M",
    ("LR-5", "LR-M"): "LR-M", ("LR-M", "LR-5"): "LR-M",
}  # fmt: skip
DOUBTS = (None, "LR-1", "LR-2", "LR-3", "LR-4", "LR-5", "LR-M")

#: Values of each major feature that do not count, besides being unanswered.
NOT_COUNTED = ("absent", "not_assessable", None)

TREATMENTS = {
    "nonradiation": ("ablation", "ethanol_injection", "bland_embolization", "chemoembolization", "resection"),
    "radiation": ("radioembolization", "external_radiation"),
}
