"""Recipes: one experiment each, a TOML file read into frozen, typed dataclasses."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from functools import reduce
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import tomli_w
import torch
from pydantic import Field, TypeAdapter, ValidationError

from ppcn.data.crops import CropSource
from ppcn.data.degraded import PhotographSource
from ppcn.data.paired import PairSource
from ppcn.data.source import Share, TrainingData
from ppcn.data.whole_and_parts import WholePhotoSource
from ppcn.errors import RecipeError
from ppcn.losses import Variant
from ppcn.networks.discriminator import Head

SHIPPED = files("ppcn.recipes")
EXPECTED = {  # in plain words, by pydantic's kinds of mistakes
    "bool_type": "true or false",
    "dataclass_type": "a section",
    "dict_type": "a section",
    "finite_number": "a finite number",
    "float_type": "a number",
    "greater_than": "above {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "int_type": "a whole number",
    "less_than": "below {lt:g}",
    "literal_error": "{expected}",
    "string_type": "text",
    "too_long": "a list of {max_length}",
    "tuple_type": "a list",
}

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Part = Annotated[float, Field(ge=0, lt=1)]


@dataclass(frozen=True)
class Optimiser:
    """Adam or Muon, and the learning rate's schedule, which the discriminator's Adam shares."""

    kernels: Literal["adam", "muon"] = "adam"  # what moves the convolutions' kernels; biases and constants: Adam
    learning_rate: Rate = 1e-3  # the highest
    # "cosine" goes down to zero by half a cosine; "steps" multiplies by ``drop`` every ``drop_every`` steps.
    schedule: Literal["cosine", "steps"] = "cosine"
    warmup: Count = 200  # steps of a line up, before
    drop: Rate = 0.1
    drop_every: Positive = 10_000


@dataclass(frozen=True)
class Features:
    """The features of VGG-19 that the contextual and the VGG loss compare."""

    layer: str = "conv4_2"  # before its ReLU
    weights: str = ""  # a file of either layout (networks.vgg_weights); else torch's hub cache is searched


@dataclass(frozen=True)
class Recipe:
    """One experiment. Every key of the TOML file is a field here; ``[sections]`` are the nested classes.

    The last sections are the data sources, each with its settings: a new source is one more. A file may also say
    ``base = "another recipe"``, whose values it then has where it gives none.
    """

    network: str  # a name in networks.NETWORKS
    losses: Mapping[str, Weight]  # names in losses.objective.LOSSES, and their weights; 0 leaves one out
    variants: Mapping[str, Variant] = field(default_factory=dict)  # of losses that have two, where not the default
    # Photographs are degraded; pairs are taken as they are; crops of photographs are made four times smaller.
    source: str = "photographs"
    data: str = ""  # the folder of photographs or pairs
    teacher: str = ""  # a model's name or a .safetensors file, for distillation
    start: str = "near-identity"  # or "released", "he", "torch", a model's name, or a .safetensors file
    # Share of the start's weights in the result: a point between a trained network and its fine-tuned weights is often
    # better than either (Wortsman et al., CVPR 2022).
    start_share: Part = 0.0
    discriminator: Head = "sigmoid"  # its last layer, for the texture loss
    seed: Count = 1
    steps: Positive = 10_000
    # Of the convolutions; losses and weights are float32, and all is on processors without instructions for bfloat16.
    precision: Literal["float32", "bfloat16"] = "float32"
    compiled: bool = False  # by torch.compile, in one to two minutes: for networks of many small operators
    averaging: Part = 0.999  # decay per step of the weights' moving average (EMA), which is the result; 0: none
    threads: Positive = 1  # of torch on the CPU; sums depend on their number in the last bits
    workers: Count = 1  # processes that prepare data, at most one for each core
    report_every: Positive = 50  # steps between lines of the log, which are means over them
    validate_every: Positive = 500  # steps between validations and checkpoints
    optimiser: Optimiser = field(default_factory=Optimiser)
    features: Features = field(default_factory=Features)
    mixture: PhotographSource = field(default_factory=PhotographSource)
    whole: WholePhotoSource = field(default_factory=WholePhotoSource)
    pairs: PairSource = field(default_factory=PairSource)
    crops: CropSource = field(default_factory=CropSource)

    def __post_init__(self) -> None:
        """Refuse an unknown source: raises RecipeError."""
        if self.source not in SOURCES:
            raise RecipeError(
                f"The recipe's 'source' is {self.source!r}, but should be {', '.join(map(repr, SOURCES))}."
            )

    def open_data(self, share: Share, device: torch.device) -> TrainingData:
        """Open the recipe's source as ``DataSource.open`` does; raises RecipeError and DataError."""
        if not self.data:
            raise RecipeError("The recipe names no folder of pictures: give it with --set data=FOLDER.")
        return getattr(self, SOURCES[self.source]).open(Path(self.data), self.seed, share, device)


# The section of each source.
SOURCES = {kind.source: section for section, kind in get_type_hints(Recipe).items() if hasattr(kind, "source")}


def load(recipe: str | Path, overrides: Sequence[str] = ()) -> Recipe:
    """Read a recipe by name or file; ``overrides`` are "section.key=value". Raises RecipeError."""
    return parse(_text(str(recipe)), overrides)


def names() -> list[str]:
    """Return the names of the recipes that come with ppcn."""
    return sorted(path.name.removesuffix(".toml") for path in SHIPPED.iterdir() if path.name.endswith(".toml"))


def parse(text: str, overrides: Sequence[str] = ()) -> Recipe:
    """Make a recipe from TOML text; raises RecipeError as ``load`` does."""
    table = _table(text)
    for override in overrides:
        _override(table, override)
    try:
        # As JSON, because strict validation takes lists as tuples and tables as dataclasses only from there.
        values = json.dumps(table, default=str, ensure_ascii=False).encode()
        return TypeAdapter(Recipe).validate_json(values, strict=True, extra="forbid")
    except UnicodeEncodeError:  # bytes of the command line
        raise RecipeError("The recipe has text that is not UTF-8.") from None
    except ValidationError as error:
        raise RecipeError(_complaint(error)) from None


def _text(recipe: str) -> str:
    path = Path(recipe)
    if path.suffix == ".toml":
        if not path.is_file():
            raise RecipeError(f"There is no recipe {path}.")
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RecipeError(f"{path} cannot be read: {error}.") from error
    if recipe not in names():
        raise RecipeError(f"No recipe is called '{recipe}'{_nearest(recipe, names())}")
    return SHIPPED.joinpath(f"{recipe}.toml").read_text(encoding="utf-8")


def _table(text: str, heirs: tuple[str, ...] = ()) -> dict[str, Any]:
    """Read TOML, over the recipe that it names as its base."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"The recipe is not valid TOML: {error}.") from error
    base = table.pop("base", None)
    if base is None:
        return table
    if base in heirs:
        raise RecipeError(f"The recipe {base} has itself as its base.")
    return _over(_table(_text(str(base)), (*heirs, str(base))), table)


def _over(base: dict[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with what ``table`` says; sections are merged key by key."""
    for key, value in table.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        base[key] = _over(base[key], value) if both else value
    return base


def as_toml(recipe: Recipe) -> str:
    """Return a recipe with all its values, defaults too, as TOML text that ``parse`` reads back."""
    return tomli_w.dumps(asdict(recipe))


def _override(table: dict[str, Any], override: str) -> None:
    key, equals, value = override.partition("=")
    if not equals:
        raise RecipeError(f"'{override}' should be key=value.")
    *sections, last = key.strip().split(".")
    for section in sections:
        table = table.setdefault(section, {})
        if not isinstance(table, dict):
            raise RecipeError(f"'{section}' in '{override}' is no section.")
    try:
        table[last] = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        table[last] = value  # text needs no quotes on a command line


def _complaint(error: ValidationError) -> str:
    """Say what is wrong: of several mistakes the last, since unknown keys come last, and explain what is missing."""
    mistakes = error.errors()
    kind, place, value = mistakes[-1]["type"], mistakes[-1]["loc"], mistakes[-1]["input"]
    *sections, name = place
    match kind, name:
        case "unexpected_keyword_argument", str():
            section = reduce(lambda section, key: get_type_hints(section)[str(key)], sections, Recipe)
            return f"The recipe's key '{_dotted(place)}' is unknown{_nearest(name, list(get_type_hints(section)))}"
        case "missing", str():
            missing = [_dotted(mistake["loc"]) for mistake in mistakes if mistake["type"] == "missing"]
            return f"The recipe lacks {' and '.join(missing)}."
        case "missing", int():  # the last entry of a list that is too short
            place, expected = sections, f"a list of {name + 1}"
        case _:
            expected = EXPECTED.get(kind, "of another kind").format(**mistakes[-1].get("ctx", {}))
    return f"The recipe's '{_dotted(place)}' is {value!r}, but should be {expected}."


def _dotted(place: Sequence[str | int]) -> str:
    return ".".join(map(str, place))


def _nearest(name: str, names: Sequence[str]) -> str:
    near = get_close_matches(name, names, n=3, cutoff=0.4) or sorted(names)
    return f"; the nearest are {', '.join(near)}."
