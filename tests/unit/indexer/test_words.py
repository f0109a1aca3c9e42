import re

import pytest

from indexer import describe, filters, search
from sr_templates import template

LIVER = template.load("liver-ct")


@pytest.mark.parametrize(
    ("query", "english", "portuguese"),
    [
        ([], "All exams.", "Todos os exames."),
        ([("patient.cirrhosis", "yes")], "Exams with Cirrhosis: Yes.", "Exames com Cirrose: Sim."),
        (
            [("nodules.lirads", "LR-4,LR-5"), ("nodules.diameter_mm.min", "20.5"), ("has", "segmentation")],
            "Exams with at least 1 nodule with LI-RADS: LR-4 or LR-5 and Diameter: at least 20.5 mm"
            " and with a segmentation.",
            "Exames com pelo menos 1 nódulo com LI-RADS: LR-4 ou LR-5 e Diâmetro: pelo menos 20,5 mm"
            " e com segmentação.",
        ),
        (
            [("patient.sex", "F"), ("patient.age.min", "50"), ("patient.age.max", "70"), ("state", "not_read,draft")],
            "Exams with Sex: female, Age: 50 to 70 years and State: not read or draft.",
            "Exames com Sexo: feminino, Idade: 50 a 70 anos e Estado: não lido ou rascunho.",
        ),
        (
            [("study.date.min", "2020-01-31"), ("study.date.max", "2021-02-28"), ("study.phase", "arterial")],
            "Exams with Study date: 2020-01-31 to 2021-02-28 and Phase: arterial.",
            "Exames com Data do exame: 31/01/2020 a 28/02/2021 e Fase: arterial.",
        ),
        (
            [
                ("patient.baseline_diagnosis", "hepatitis_b,hepatitis_c"),
                ("liver.nodule_count", "2,3"),
                ("text", "Não é"),
            ],
            "Exams with Baseline diagnosis: Hepatitis B or Hepatitis C, Nodule count: 2 or 3"
            ' and the words "nao e" in a report.',
            "Exames com Diagnóstico de base: Hepatite B ou Hepatite C, Número de nódulos: 2 ou 3"
            ' e as palavras "nao e" em um laudo.',
        ),
    ],
)
def test_a_search_says_itself(query: list[tuple[str, str]], english: str, portuguese: str) -> None:
    assert search.words(search.parse(LIVER, query)) == english
    assert search.words(search.parse(LIVER, [*query, ("language", "pt")])) == portuguese


@pytest.mark.parametrize("name", template.names())
@pytest.mark.parametrize("language", ["en", "pt"])
def test_every_filter_of_every_template_says_itself(name: str, language: str) -> None:
    examples = {"number": "2.5", "day": "2020-02-03"}
    for one in filters.of_template(template.load(name)).values():
        for text in (*examples.values(), *_values(one)):
            try:
                value = one.read(text)
            except ValueError:
                continue
            said = one.words(value, language)
            assert said.startswith(getattr(one.title, language) + ": ")
            assert "{" not in said
            assert "_" not in said
            break
        else:
            pytest.fail(f"no example fits {one.name}")


def _values(one: filters.Filter) -> list[str]:
    """The first value that a coded filter names when it refuses another."""
    try:
        one.read("?")
    except ValueError as error:
        return [str(error).rpartition("there are ")[2].split(",")[0].rstrip(".")]
    return []


def test_every_item_that_can_be_searched_has_a_filter() -> None:
    known = filters.of_template(LIVER)
    for group in LIVER.groups:
        for item in group.items:
            if item.values or item.unit:
                assert f"{group.name}.{item.name}" in known
            if item.unit:
                assert {f"{group.name}.{item.name}.min", f"{group.name}.{item.name}.max"} <= set(known)


def test_the_documentation_is_the_filters(pytestconfig: pytest.Config) -> None:
    page = (pytestconfig.rootpath / "docs" / "search.md").read_text()
    [listed] = re.findall(r"<!-- filters -->\n(.*)\n<!-- /filters -->", page, re.DOTALL)
    assert listed == describe.describe_all()
