import pytest

from ppcn.errors import RecipeError
from ppcn.training.recipe import as_toml, load, parse

SHORT = 'network = "student"\n[losses]\nl1 = 1\n'


def test_defaults_are_printed_and_read_back():
    recipe = parse(SHORT)
    assert parse(as_toml(recipe)) == recipe
    assert "learning_rate = 0.001" in as_toml(recipe)
    assert recipe.losses == {"l1": 1.0}


def test_overrides():
    recipe = parse(SHORT, ["steps=7", "data=/some/folder", "optimiser.learning_rate=1e-4", "losses.ssim=2"])
    assert (recipe.steps, recipe.data, recipe.optimiser.learning_rate) == (7, "/some/folder", 1e-4)
    assert recipe.losses == {"l1": 1.0, "ssim": 2.0}


def test_sizes_are_tuples():
    assert parse(SHORT, ["mixture.whole=[[1, 30, 20]]"]).mixture.whole == ((1, 30, 20),)


def test_the_shipped_recipe():
    recipe = load("student-open")
    assert recipe.network == "student"
    assert recipe.data == ""


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("stpes=3", "'stpes' is unknown; the nearest are steps"),
        ("optimiser.learning_rat=3", "'optimiser.learning_rat' is unknown; the nearest are learning_rate"),
        ("steps=many", "'steps' is 'many', but should be int"),
        ("steps=1.5", "'steps' is 1.5, but should be int"),
        ("precision=half", "should be 'float32' or 'bfloat16'"),
        ("mixture.whole=[[1, 30]]", "'mixture.whole' is"),
        ("losses.l1=much", "'losses.l1' is 'much', but should be float"),
        ("steps", "should be key=value"),
        ("mixture.patch=500", "patches no larger than their region"),
        ("mixture.whole=[[1, 8, 30]]", "sides of 11 or more"),
    ],
)
def test_mistakes_are_named(override, message):
    with pytest.raises(RecipeError, match=message.replace("[", r"\[")):
        parse(SHORT, [override])


def test_what_is_missing_is_named():
    with pytest.raises(RecipeError, match="lacks network"):
        parse("[losses]\nl1 = 1\n")


def test_unknown_recipes(tmp_path):
    with pytest.raises(RecipeError, match="No recipe is called 'student-opne'; the nearest are student-open"):
        load("student-opne")
    with pytest.raises(RecipeError, match="There is no recipe"):
        load(tmp_path / "none.toml")
