import json
import tomllib
from dataclasses import dataclass

import pytest
from jsonschema import Draft202012Validator, ValidationError

from ppcn.training.recipe import Recipe, as_toml, load, names
from ppcn.training.recipe_schema import FILE, comments, recipe_schema

SCHEMA = json.loads(FILE.read_text("utf-8"))


def test_the_file_is_up_to_date():
    assert recipe_schema() == SCHEMA, "python -m ppcn.training.recipe_schema"
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", names())
def test_shipped_recipes_are_valid(name):
    text = FILE.with_name(f"{name}.toml").read_text("utf-8")
    assert text.startswith(f"#:schema {FILE.name}\n")  # which editors look for
    for recipe in (text, as_toml(load(name))):
        Draft202012Validator(SCHEMA).validate(tomllib.loads(recipe))


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ('network = "student"', "is not valid under any of the given schemas"),  # neither losses nor a base
        ('base = "teacher"\nstpes = 3', "stpes"),
        ('base = "teacher"\nnetwork = "pupil"', "pupil"),
        ('base = "teacher"\nprecision = "half"', "half"),
        ('base = "teacher"\n[losses]\nl2 = 1', "l2"),
        ('base = "teacher"\n[losses]\nl1 = "much"', "much"),
        ('base = "teacher"\n[variants]\nssim = "paper"', "ssim"),  # has none
        ('base = "teacher"\n[optimiser]\nlearning_rat = 1', "learning_rat"),
        ('base = "teacher"\n[mixture]\nwhole = [[1, 30]]', "too short"),
    ],
)
def test_mistakes_are_found(recipe, message):
    with pytest.raises(ValidationError, match=message):
        Draft202012Validator(SCHEMA).validate(tomllib.loads(recipe))


@dataclass
class Commented:
    """Says: nothing that counts."""

    # Above it,
    # in two lines
    both: int = 1  # and beside
    neither: str = ""
    beside: float = 0.5  # only

    def method(self, other: int) -> int:
        """Return: nothing either."""
        return other  # comment: of no field


def test_comments_are_descriptions():
    found = comments(Commented)
    assert {name: found.get(name) for name in ("both", "neither", "beside")} == {
        "both": "Above it, in two lines and beside",
        "neither": None,
        "beside": "only",
    }
    assert SCHEMA["properties"]["losses"]["description"] == comments(Recipe)["losses"]
