import re
from dataclasses import replace
from pathlib import Path

import pytest

from ppcn import training
from ppcn.errors import RecipeError
from ppcn.training.recipe import as_toml, load, names, parse

RECIPES = Path(training.__file__).parents[1] / "recipes"

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
    assert parse(SHORT, ["mixture.whole=[[1, 300, 200]]"]).mixture.whole == ((1, 300, 200),)


def test_whole_numbers_serve_as_numbers_and_dates_as_text():
    recipe = parse(SHORT, ["averaging=0", "data=2024-01-01"])
    assert isinstance(recipe.averaging, float)
    assert recipe.data == "2024-01-01"


@pytest.mark.parametrize("name", names())
def test_shipped_recipes(name):
    recipe = load(name)
    assert recipe.data == ""
    assert parse(as_toml(recipe)) == recipe


def test_names_are_of_all_shipped_recipes():
    assert names() == sorted(path.stem for path in RECIPES.glob("*.toml"))
    assert {"student", "teacher", "student-open"} <= set(names())


def test_a_base_gives_what_the_recipe_does_not():
    teacher, student, alone = load("teacher"), load("student"), load("student-without-kd")
    assert student.network == "student"
    assert student.losses == {**teacher.losses, "distillation": 75.0}
    assert alone.losses == {**teacher.losses, "distillation": 0.0}
    assert alone.optimiser == teacher.optimiser


def test_recipes_of_table_3_differ_alike_on_all_data():
    for data in ("", "-open", "-dped"):
        taught, alone, pixels = (load(f"student{kind}{data}") for kind in ("", "-without-kd", "-l1-vgg"))
        assert taught.losses["distillation"] == 75.0
        assert alone == replace(taught, losses={**taught.losses, "distillation": 0.0})
        assert pixels == replace(taught, losses={**taught.losses, "l1": 500.0, "vgg": 0.01})
        assert load(f"teacher{data}").network == "teacher"


def test_super_resolution_as_published_and_on_free_photographs():
    published, free, more = (load(f"super-resolution{name}") for name in ("", "-open", "-research"))
    assert published.losses == {"l1": 255.0, "ssim": 25.0}
    assert (published.crops.batch, published.crops.patch) == (16, 96)
    assert (free.network, free.source, free.start) == (published.network, published.source, published.start)
    assert replace(more, crops=free.crops) == free
    assert more.crops.folders == (".", "../bsds500")


def test_sections_are_merged_key_by_key(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('base = "teacher"\n[losses]\ntexture = 0\n[optimiser]\nwarmup = 7\n[pairs]\nphone = "sony"\n')
    teacher, mine = load("teacher"), load(path)
    assert mine.losses == {**teacher.losses, "texture": 0.0}
    assert (mine.optimiser.warmup, mine.optimiser.learning_rate) == (7, teacher.optimiser.learning_rate)
    assert (mine.pairs.phone, mine.pairs.batch) == ("sony", teacher.pairs.batch)


def test_overrides_are_over_the_base():
    recipe = load("student", ["losses.distillation=0", "optimiser.warmup=3"])
    assert recipe.losses == load("student-without-kd").losses
    assert (recipe.optimiser.warmup, recipe.optimiser.learning_rate) == (3, 5e-4)


@pytest.mark.parametrize("bases", [("a", "a"), ("b", "a")])
def test_a_recipe_is_not_its_own_base(tmp_path, bases):
    for name, base in zip("ab", bases, strict=True):
        (tmp_path / f"{name}.toml").write_text(f"base = '{tmp_path / base}.toml'\n")
    with pytest.raises(RecipeError, match=r"\.toml has itself as its base"):
        load(tmp_path / "a.toml")


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("stpes=3", "'stpes' is unknown; the nearest are steps"),
        ("optimiser.learning_rat=3", "'optimiser.learning_rat' is unknown; the nearest are learning_rate"),
        ("steps=many", "'steps' is 'many', but should be a whole number."),
        ("steps=1.5", "'steps' is 1.5, but should be a whole number."),
        ("steps=true", "'steps' is True, but should be a whole number."),
        ("source=films", "'source' is 'films', but should be 'photographs', 'whole-photos', 'pairs', 'crops'."),
        ("data=7", "'data' is 7, but should be text."),
        ("pairs.flips=1", "'pairs.flips' is 1, but should be true or false."),
        ("pairs.phone=nokia", "should be 'iphone', 'blackberry' or 'sony'."),
        ("variants.tv=ours", "'variants.tv' is 'ours', but should be 'paper' or 'released'."),
        ("optimiser=3", "'optimiser' is 3, but should be a section."),
        ("losses=3", "'losses' is 3, but should be a section."),
        ("precision=half", "should be 'float32' or 'bfloat16'"),
        ("mixture.whole=3", "'mixture.whole' is 3, but should be a list."),
        ("mixture.whole=[[1]]", "'mixture.whole.0' is [1], but should be a list of 3."),
        ("mixture.whole=[[1, 2, 3, 4]]", "'mixture.whole.0' is [1, 2, 3, 4], but should be a list of 3."),
        ("mixture.whole=[[1, 30, 'x']]", "'mixture.whole.0.2' is 'x', but should be a whole number."),
        ("losses.l1=much", "'losses.l1' is 'much', but should be a number."),
        ("steps=0", "'steps' is 0, but should be at least 1."),
        ("seed=-1", "'seed' is -1, but should be at least 0."),
        ("averaging=1", "'averaging' is 1, but should be below 1."),
        ("start_share=1", "'start_share' is 1, but should be below 1."),
        ("optimiser.learning_rate=0", "'optimiser.learning_rate' is 0, but should be above 0."),
        ("optimiser.learning_rate=inf", "but should be a finite number."),
        ("losses.l1=-250", "'losses.l1' is -250, but should be at least 0."),
        ("steps", "'steps' should be key=value."),
        ("network.of=3", "'network' in 'network.of=3' is no section."),
        ("data=\udcff", "has text that is not UTF-8."),
        ("mixture.patch=500", "regions no smaller than those"),
        ("mixture.whole=[[1, 8, 30]]", "patches of 11 or more"),
        ("crops.folders=here", "'crops.folders' is 'here', but should be a list."),
        ("crops.patch=2", "patches of 3 or more"),
    ],
)
def test_mistakes_are_named(override, message):
    with pytest.raises(RecipeError, match=re.escape(message)):
        parse(SHORT, [override])


def test_what_is_missing_is_named():
    with pytest.raises(RecipeError, match="lacks network"):
        parse("[losses]\nl1 = 1\n")
    with pytest.raises(RecipeError, match="lacks network and losses"):
        parse("seed = 1\n")
    with pytest.raises(RecipeError, match="'netwrok' is unknown; the nearest are network"):
        parse('netwrok = "student"\n')


def test_files_that_cannot_be_read(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b'network = "\xff"\n')
    with pytest.raises(RecipeError, match=r"mine\.toml cannot be read"):
        load(path)
    path.write_text("network =")
    with pytest.raises(RecipeError, match="not valid TOML"):
        load(path)


def test_unknown_recipes(tmp_path):
    with pytest.raises(RecipeError, match="No recipe is called 'student-opne'; the nearest are student-open"):
        load("student-opne")
    with pytest.raises(RecipeError, match="There is no recipe"):
        load(tmp_path / "none.toml")
