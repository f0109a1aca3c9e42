"""What MkDocs does beside Markdown: the page of every route, and links to files of the repository.

It runs in the environment of the site, which has nothing of HepatIA: what it needs is the description of the API, made
before by scripts/print_openapi.py.
"""

import json
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

REPOSITORY = Path(__file__).resolve().parents[1]
DESCRIPTION = REPOSITORY / "build" / "openapi.json"
PAGE = "reference/api.md"

#: A link that leads out of docs/, to a file of the repository: the site names the file instead.
OUTSIDE = re.compile(r"\[([^\]]*)\]\(((?:\.\./)+[^)#]+)(?:#[^)]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the page that is made of the API's description."""
    document = json.loads(DESCRIPTION.read_text())
    files.append(File.generated(config, PAGE, content=page(document)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Turn links to files outside of docs/ into their names; a file that is not there ends the build."""
    folder = Path(config.docs_dir) / Path(page.file.src_uri).parent

    def named(link: re.Match[str]) -> str:
        target = (folder / link[2]).resolve()
        if target.is_relative_to(config.docs_dir):
            return link[0]
        if not target.exists():
            raise PluginError(f"{page.file.src_uri}: there is no file {link[2]}")
        return f"{link[1]} (`{target.relative_to(REPOSITORY)}`)" if "`" not in link[1] else link[1]

    return OUTSIDE.sub(named, markdown)


def page(document: dict[str, Any]) -> str:
    """Return the page of the routes and schemas (Markdown)."""
    lines = [
        "# Every route",
        "",
        f"HepatIA {document['info']['version']}, below `{document['servers'][0]['url']}`; made of "
        "`GET /hepatia/api/openapi.json` (OpenAPI 3.1). [The rules](../api.md) tell what they have in common.",
        "",
    ]
    for path, item in document["paths"].items():
        for method, one in item.items():
            lines += [*_operation(method, path, one), ""]
    lines += ["## Schemas", ""]
    for name, schema in document["components"]["schemas"].items():
        lines += [f"### {name} {{#{_anchor(name)}}}", "", "```json", json.dumps(schema, indent=1), "```", ""]
    return "\n".join(lines)


def _operation(method: str, path: str, one: dict[str, Any]) -> list[str]:
    lines = [f"## {method.upper()} {path}", "", one["summary"], "", f"Roles: {', '.join(one['x-roles'])}.", ""]
    if one["parameters"]:
        lines += ["| parameter | in | |", "|---|---|---|"]
        lines += [f"| `{each['name']}` | {each['in']} | {each.get('description', '')} |" for each in one["parameters"]]
        lines.append("")
    if "requestBody" in one:
        lines += [f"Body: {_contents(one['requestBody']['content'])}.", ""]
    lines += ["| status | answer | |", "|---|---|---|"]
    for status, answer in one["responses"].items():
        lines.append(f"| {status} | {_contents(answer['content'])} | {answer['description']} |")
    return lines


def _contents(content: dict[str, Any]) -> str:
    return " or ".join(_content(kind, one.get("schema", {})) for kind, one in content.items())


def _content(kind: str, schema: dict[str, Any]) -> str:
    name = schema.get("$ref", "").rpartition("/")[2]
    return f"[{name}](#{_anchor(name)})" if name else f"`{kind}`"


def _anchor(name: str) -> str:
    return f"schema-{name.lower()}"
