from pydicom import Dataset
from pydicom.sequence import Sequence


def code(value, scheme="DCM", meaning="Meaning"):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def content(concept, **values):
    item = Dataset()
    item.RelationshipType, item.ConceptNameCodeSequence = "HAS OBS CONTEXT", Sequence([code(concept)])
    for name, value in values.items():
        setattr(item, name, value)
    return item


def number(value, unit="a"):
    measured = Dataset()
    measured.NumericValue, measured.MeasurementUnitsCodeSequence = value, Sequence([code(unit, "UCUM")])
    return measured


def report(ct, *items):
    made = ct(Modality="SR", SOPClassUID="1.2.840.10008.5.1.4.1.1.88.34", ContentSequence=Sequence(list(items)))
    del made.PixelData
    return made


def test_items_about_the_patient_bear_the_pseudonym(ct, arrive):
    stored = arrive(
        report(
            ct,
            content("121029", ValueType="PNAME", PersonName="Silva^Joao"),
            content("121030", ValueType="TEXT", TextValue="00123"),
            content("121008", ValueType="PNAME", PersonName="Souza^Ana"),
        )
    )
    name, identifier, reader = stored.ContentSequence
    assert (name.PersonName, identifier.TextValue) == (stored.PatientID, stored.PatientID)
    assert str(reader.PersonName).startswith("PERSON-")
    assert arrive(stored) == stored


def test_the_birth_date_goes_and_other_dates_move(ct, arrive):
    stored = arrive(report(ct, content("121031", Date="19500510"), content("111060", Date="20160809")))
    birth, other = stored.ContentSequence
    assert birth.Date == "19000101"
    assert other.Date == stored.StudyDate


def test_an_age_above_the_limit_is_told_as_the_limit(ct, arrive):
    items = [
        content("121033", MeasuredValueSequence=Sequence([number(value, unit)]))
        for value, unit in (("94", "a"), ("89", "a"), ("94", "mo"))
    ]
    stored = arrive(report(ct, *items, content("112031", MeasuredValueSequence=Sequence([number("94")]))))
    told = [str(item.MeasuredValueSequence[0].NumericValue) for item in stored.ContentSequence]
    assert told == ["90", "89", "94", "94"]


def test_a_name_of_the_patient_anywhere_is_the_patient(ct, arrive):
    observer = Dataset()
    observer.VerifyingObserverName = "Silva^Joao^^ "
    stored = arrive(ct(VerifyingObserverSequence=Sequence([observer])))
    assert stored.VerifyingObserverSequence[0].VerifyingObserverName == stored.PatientID
