"""Operations that find exams, count them, and make datasets of them."""

from orthanc_plugin.access import READERS
from orthanc_plugin.web.operations.operation import NO_EXPORT, NO_INDEX, TOO_MANY, Operation

FILTERS = (
    ("template", "Whose items are meant; the setting `DefaultTemplate` when absent."),
    ("<group>.<item>", "Any of these values, separated by commas; `.min` and `.max` for numbers, inclusive."),
    ("<group>.2.<item>", "The same of another member of the group, not the one of `<group>.<item>`; up to 4."),
    ("patient.sex", "M, F or O."),
    ("patient.age.min", "Years, inclusive; `.max` as well."),
    ("study.date.min", "ISO date, inclusive; `.max` as well."),
    ("study.phase", "Contrast phases of which the study has any."),
    ("state", "not_read, draft, complete, verified, consensus."),
    ("has", "`segmentation`, `report`, `four_phases`, `prior`; all of those named, separated by commas."),
    ("reader", "Author of the current report, as `Souza^Ana`; of several any."),
    ("assigned", "Logins of readers, any of them; `@me`: who asks, `@none`: exams that nobody is assigned to."),
    ("awaiting", "As `assigned`, of readers who have not completed a report of their own."),
    ("lirads", "Highest category of the nodules; `nodules` (how many) and `largest_mm` with `.min` and `.max`."),
    ("find", "Words in the pseudonym or in the description of the study."),
    ("text", "Words that a report has, whatever their case and accents."),
    ("blocks", "Facets of repeated groups are told of as many blocks of filters (`<group>.2.<item>`)."),
    ("language", "Of `words` and titles: `en` or `pt`."),
)
SORT = ("sort", "A path, with `-` before it for descending order.")
PAGING = (SORT, ("page", "From 1."), ("page_size", "At most 500."))

OPERATIONS = (
    Operation(
        "get", "/search", READERS,
        "Find exams by the answers of their current reports.", schema="Page",
        query=(*FILTERS, *PAGING), errors=((400, "An unknown filter or value, named."), NO_INDEX),
    ),
    Operation(
        "get", "/search/facets", READERS,
        "Count what each further value would find.", schema="Facets", query=FILTERS,
        errors=((400, "An unknown filter or value, named."), NO_INDEX),
    ),
    Operation(
        "get", "/search.json", READERS,
        "All exams that a search finds.", schema="Export", query=(*FILTERS, SORT),
        errors=((400, "An unknown filter or value, named."), TOO_MANY, NO_INDEX),
        action="download",
    ),
    Operation(
        "get", "/search.csv", READERS,
        "All exams that a search finds, or the members of a repeated group, as a table.",
        answers="text/csv",
        query=(*FILTERS, SORT, ("rows", "`exams` (default), or a repeated group such as `nodules`.")),
        errors=((400, "An unknown filter or value, named."), TOO_MANY, NO_INDEX),
        action="download",
    ),
    Operation(
        "get", "/searches", READERS,
        "The searches that the user has saved.", schema="SavedSearches",
    ),
    Operation(
        "post", "/searches", READERS,
        "Save a search; it takes the place of an earlier one of that name.", status=201,
        schema="SavedSearch", body="NewSearch",
        errors=(
            (400, "The body is not a JSON object, or the query has an unknown filter or value."),
            (409, "The user has as many as one may have."), (422, "No name, or too long."),
        ),
        action="save_search",
    ),
    Operation(
        "delete", "/searches/{search_id}", READERS,
        "Delete a search that the user has saved.", schema="Deleted",
        errors=((404, "The user has saved no such search."),),
        action="delete_search",
    ),
    Operation(
        "post", "/exports", READERS,
        "Have a dataset made of the exams that a search finds.", status=202, schema="ExportStarted",
        body="NewExport",
        errors=(
            (400, "The body is not a JSON object, or the query has an unknown filter or value."),
            (422, "Nothing is found, or too much; a form or the name is not possible (`path` says which)."), NO_INDEX,
            (507, "The disk has no room for it."),
        ),
        action="ask_export",
    ),
    Operation(
        "get", "/exports", READERS,
        "The datasets of the user; for the admin all.", schema="Exports",
    ),
    Operation(
        "get", "/exports/{export_id}", READERS,
        "How far a dataset is.", schema="DatasetExport", errors=(NO_EXPORT,),
    ),
    Operation(
        "delete", "/exports/{export_id}", READERS,
        "Cancel a dataset that is being made; delete one that was.",
        schema="DeletedExport", errors=(NO_EXPORT,),
        action="delete_export",
    ),
    Operation(
        "get", "/exports/{export_id}/download", READERS,
        "A part of a dataset: a zip file.", answers="application/zip",
        query=(("part", "Its number, from 1; may be absent when there is one part."),),
        errors=(NO_EXPORT, (409, "It is not complete."), (422, "It has several parts, and `part` names none.")),
        action="download_export",
    ),
    Operation(
        "get", "/dashboard", READERS,
        "Count the exams that a search finds, and how models' masks stand up to their readers.",
        schema="Dashboard", query=FILTERS,
        errors=((400, "An unknown filter or value, named."), NO_INDEX),
    ),
    Operation(
        "get", "/worklist", READERS,
        "The exams with CT and without a reader's mask: what to read next.", schema="Worklist",
        query=(
            *FILTERS, *PAGING[1:],
            ("sort", "`newest` (default), or `benefit`: what a model is unsure of, then what differs most."),
        ),
        errors=((400, "An unknown filter or value, named."), NO_INDEX),
    ),
)  # fmt: skip
