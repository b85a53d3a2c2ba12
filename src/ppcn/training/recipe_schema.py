"""The JSON schema of recipes, for editors. ``make format`` writes it beside them, ``make check`` compares."""

import inspect
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import DataclassSchema

from ppcn.losses.objective import LOSSES
from ppcn.networks import NETWORKS
from ppcn.training.recipe import SOURCES, Recipe

FILE = Path(__file__).parents[1] / "recipes" / "recipe.schema.json"
# A field of a dataclass, with comments above it and one beside it.
FIELD = re.compile(r"^(?P<above>(?:    #.*\n)*)    (?P<name>\w+): .*?(?:  # (?P<beside>.*))?$", re.MULTILINE)


class _Generator(GenerateJsonSchema):
    """Has the comments of fields as their descriptions, and forbids unknown keys."""

    def dataclass_schema(self, schema: DataclassSchema) -> dict[str, Any]:
        made = super().dataclass_schema(schema)
        made["additionalProperties"] = False
        described = comments(schema["cls"])
        for name in made["properties"].keys() & described.keys():
            made["properties"][name]["description"] = described[name]
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False  # titles would only repeat the names


def recipe_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of a recipe's file."""
    schema = TypeAdapter(Recipe).json_schema(schema_generator=_Generator)
    properties = schema["properties"]
    properties["base"] = {"type": "string", "description": "the recipe whose values this one has where it gives none"}
    properties["network"]["enum"] = list(NETWORKS)
    properties["source"]["enum"] = list(SOURCES)
    _only(properties["losses"], LOSSES)
    _only(properties["variants"], (name for name, loss in LOSSES.items() if loss.variants))
    # With a base nothing else is needed.
    schema["anyOf"] = [{"required": ["base"]}, {"required": schema.pop("required")}]
    return {"$schema": GenerateJsonSchema.schema_dialect} | schema


def comments(kind: type) -> Mapping[str, str]:
    """Return the comments of a dataclass's fields: those above, then the one beside."""
    found = {}
    for field in FIELD.finditer(inspect.getsource(kind)):
        lines = [*re.findall(r"# (.*)", field["above"]), field["beside"] or ""]
        found[field["name"]] = " ".join(lines).strip()
    return {name: comment for name, comment in found.items() if comment}


def _only(table: dict[str, Any], names: Iterable[str]) -> None:
    """Let a table have these keys only, and list them, so that editors offer them."""
    table["properties"] = dict.fromkeys(names, table["additionalProperties"])
    table["additionalProperties"] = False


if __name__ == "__main__":
    text = json.dumps(recipe_schema(), indent=2, ensure_ascii=False) + "\n"
    if "--check" in sys.argv:
        sys.exit(None if FILE.read_text("utf-8") == text else f"{FILE.name} is not up to date: run make format.")
    FILE.write_text(text, encoding="utf-8")
