from orthanc_plugin import deletion


def test_orthancs_identifiers_as_orthanc_makes_them():
    # From the Orthanc Book: SHA-1 over the joined identifiers, in five groups.
    assert deletion.orthanc_id("a") == "86f7e437-faa5a7fc-e15d1ddc-b9eaeaea-377667b8"
    assert deletion.orthanc_id("a", "b") != deletion.orthanc_id("ab")
    assert len(deletion.orthanc_id("p", "1.2", "1.3", "1.4")) == 44
