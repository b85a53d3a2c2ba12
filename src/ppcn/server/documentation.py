"""``/docs``: the API's OpenAPI document as a page that people read, without scripts and without another host."""

import json
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 3rem }
code { overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .3rem .8rem .3rem 0 }
th, td { text-align: left; vertical-align: top }
pre { overflow-x: auto; padding: .8rem; background: color-mix(in srgb, currentColor 7%, transparent) }
"""


def add_documentation(app: FastAPI) -> None:
    """Add ``GET /docs``."""

    @app.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(page(app.openapi(), str(request.base_url).rstrip("/")))


def page(document: dict[str, Any], server: str) -> str:
    """Return an OpenAPI document as HTML; ``server`` is the address in its examples."""
    info = document["info"]
    title = escape(f"{info['title']} {info['version']}: the API")
    operations = (
        _operation(method, path, operation, server)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{STYLE}</style>
<h1>{title}</h1>
<p>{escape(info["summary"])} The same for programs: <a href="openapi.json">openapi.json</a>.</p>
{"".join(operations)}</html>
"""


def _operation(method: str, path: str, operation: dict[str, Any], server: str) -> str:
    """Return an endpoint: what it does, an example, its options and its answers."""
    parts = [f"<h2><code>{escape(f'{method.upper()} {path}')}</code></h2>", f"<p>{escape(operation['summary'])}"]
    if "description" in operation:
        parts.append(f"<p>{escape(operation['description'])}")
    sent, received = "", ""
    if operation.get("security"):
        sent = " -H 'Authorization: Bearer TOKEN'"
    if "requestBody" in operation:
        sent, received = f"{sent} --data-binary @photo.jpg", " -o result.jpg"
    parts.append(f"<pre>{escape(f'curl{sent} {server}{path}{received}')}</pre>")
    options = [_option(parameter) for parameter in operation.get("parameters", [])]
    if options:
        parts.append(_table(("option", "values", "meaning"), options))
    parts.append(_table(("status", "answer"), [_answer(*entry) for entry in operation["responses"].items()]))
    return "\n".join(parts) + "\n"


def _option(parameter: dict[str, Any]) -> tuple[str, str, str]:
    """Return an option's name, its values, and what it means."""
    schema = parameter["schema"]
    if "enum" in schema:
        values = ", ".join(map(str, schema["enum"]))
    elif "minimum" in schema:
        values = f"{schema['minimum']} to {schema['maximum']}"
    else:
        values = "true, false"
    default = f" (default: {json.dumps(schema['default'])})" if "default" in schema else ""
    return parameter["name"], values + default, parameter.get("description", "")


def _answer(status: str, answer: dict[str, Any]) -> tuple[str, str]:
    """Return a status and what it means: for a problem, its sentence."""
    examples = (content["example"]["detail"] for content in answer.get("content", {}).values() if "example" in content)
    return status, next(examples, answer["description"])


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}' for cell in row)}\n" for row in rows)
    return f"<table>\n<tr>{''.join(f'<th>{escape(head)}' for head in heads)}\n{lines}</table>"
