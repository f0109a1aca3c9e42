"""What is known of every exam beside its answers: the values, and how they are said."""

from collections.abc import Mapping

from sr_templates.report import STATES
from sr_templates.template import Text

NOT_READ = "not_read"
EXAM_STATES: Mapping[str, Text] = {
    NOT_READ: Text("not read", "não lido"),
    "draft": Text("draft", "rascunho"),
    "complete": Text("complete", "concluído"),
    "verified": Text("verified", "verificado"),
    "consensus": Text("consensus", "consenso"),
}
assert set(EXAM_STATES) == {NOT_READ, *STATES}
SEXES: Mapping[str, Text] = {
    "M": Text("male", "masculino"),
    "F": Text("female", "feminino"),
    "O": Text("other", "outro"),
}
PHASES: Mapping[str, Text] = {
    "non_contrast": Text("non-contrast", "sem contraste"),
    "arterial": Text("arterial", "arterial"),
    "portal_venous": Text("portal venous", "portal"),
    "equilibrium": Text("equilibrium", "equilíbrio"),
    "other": Text("other", "outra"),
}
HAS: Mapping[str, Text] = {
    "segmentation": Text("a segmentation", "segmentação"),
    "report": Text("a report", "laudo"),
    "four_phases": Text("all four phases", "as quatro fases"),
    "prior": Text("an earlier exam of the patient", "exame anterior do paciente"),
}

#: What `four_phases` means.
FOUR_PHASES = ("non_contrast", "arterial", "portal_venous", "equilibrium")
