"""The filters of a search, printed for docs/search.md."""

from indexer import study
from indexer.distinct import MOST_BLOCKS
from indexer.filters import of_template
from sr_templates import template as templates
from sr_templates.template import Template


def describe_all() -> str:
    """Return Markdown: the filters of every template."""
    known = [templates.load(name) for name in templates.names()]
    return "\n".join(f"### `{one.id}`\n\n{describe(one)}" for one in known)


def describe(template: Template) -> str:
    """Return Markdown: every filter of a template, and what it compares."""
    lines = ["| filter | finds exams whose … | |", "|---|---|---|"]
    for one in of_template(template).values():
        member = f"one of the {one.group}" if one.group else ""
        title = one.title.en
        lines.append(f"| `{one.name}=` | {title} {one.kind.documentation} | {member} |")
    lines += [f"| `has={name}` | with {text.en} | |" for name, text in study.HAS.items()]
    for group in {one.group: one for one in of_template(template).values() if one.group}:
        another = f"another of the {group}, not the one of `{group}.…`, fulfils this and all else with the same number"
        lines.append(f"| `{group}.2.…=` | {another}; up to `{group}.{MOST_BLOCKS}.…` | |")
    lines.append("| `text=` | report holds all these words, in English or Portuguese | |")
    lines.append("| `find=` | pseudonym or study description holds all these words | |")
    return "\n".join(lines) + "\n"
