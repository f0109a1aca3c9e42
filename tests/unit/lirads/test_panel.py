"""The panel tells threshold growth before the server is asked: by the same rule."""

import re
from pathlib import Path

from sr_templates.lirads.rules import diagnosis

GROWTH = Path(__file__).resolve().parents[3] / "ohif-extension" / "src" / "growth.ts"


def test_the_panel_has_the_rule_of_threshold_growth():
    told = dict(re.findall(r"THRESHOLD_(PERCENT|DAYS) = (\d+);", GROWTH.read_text()))
    rule = diagnosis().growth
    assert {name: int(number) for name, number in told.items()} == {"PERCENT": rule.percent, "DAYS": rule.days}
