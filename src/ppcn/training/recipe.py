"""Recipes: one experiment each, a TOML file read into frozen, typed dataclasses."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields, is_dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TypeVar, get_args, get_origin, get_type_hints

import tomli_w

from ppcn.data.degraded import Mixture
from ppcn.errors import RecipeError


class _Section(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]


Section = TypeVar("Section", bound=_Section)


@dataclass(frozen=True)
class Optimiser:
    """Adam, with a linear warm-up and then half a cosine down to zero."""

    learning_rate: float = 1e-3  # the highest
    warmup: int = 200  # steps


@dataclass(frozen=True)
class Recipe:
    """One experiment. Every key of the TOML file is a field here; ``[sections]`` are the nested classes."""

    network: str  # a name in networks.NETWORKS
    losses: Mapping[str, float]  # names in losses.objective.LOSSES, and their weights
    data: str = ""  # the folder of photographs
    seed: int = 1
    steps: int = 10_000
    precision: Literal["float32", "bfloat16"] = "float32"  # of the convolutions; losses and weights stay float32
    averaging: float = 0.999  # decay a step of the averaged weights, which are what is kept
    threads: int = 1  # that compute on the CPU; sums depend on it in the last bits
    workers: int = 1  # processes that prepare data
    report_every: int = 50  # steps that a line of the log is the mean of
    validate_every: int = 500  # steps between validations and checkpoints
    optimiser: Optimiser = field(default_factory=Optimiser)
    mixture: Mixture = field(default_factory=Mixture)


def load(recipe: str | Path, overrides: Sequence[str] = ()) -> Recipe:
    """Read a recipe by name (``student-open``) or file; ``overrides`` are "key=value", in sections "section.key=value".

    Raises RecipeError for an unknown recipe, key or value, with the nearest names.
    """
    path = Path(recipe)
    if path.suffix == ".toml":
        if not path.is_file():
            raise RecipeError(f"There is no recipe {path}.")
        text = path.read_text(encoding="utf-8")
    else:
        folder = files("ppcn.recipes")
        names = [entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")]
        if str(recipe) not in names:
            raise RecipeError(f"No recipe is called '{recipe}'{_nearest(str(recipe), names)}")
        text = folder.joinpath(f"{recipe}.toml").read_text(encoding="utf-8")
    return parse(text, overrides)


def parse(text: str, overrides: Sequence[str] = ()) -> Recipe:
    """Make a recipe from TOML text; raises RecipeError as ``load`` does."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"The recipe is not valid TOML: {error}.") from error
    for override in overrides:
        _override(table, override)
    return _build(Recipe, table, "")


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


def _build(kind: type[Section], table: Mapping[str, Any], where: str) -> Section:
    known = get_type_hints(kind)
    for name in table:
        if name not in known:
            raise RecipeError(f"The recipe's key '{where}{name}' is unknown{_nearest(name, list(known))}")
    values = {name: _convert(known[name], value, where + name) for name, value in table.items()}
    try:
        return kind(**values)
    except TypeError as error:
        needed = [entry.name for entry in fields(kind) if entry.default is entry.default_factory is MISSING]
        missing = [where + name for name in needed if name not in values]
        raise RecipeError(f"The recipe lacks {' and '.join(missing)}.") from error


def _convert(kind: Any, value: Any, key: str) -> Any:
    """Return a TOML value as the field's type: a section, a list of fixed or any length, a table, or a plain value."""
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(value, dict):
        return _build(kind, value, f"{key}.")
    if origin is tuple and isinstance(value, list):
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
        if len(kinds) == len(value):
            return tuple(_convert(one, entry, key) for one, entry in zip(kinds, value, strict=True))
    if origin not in (None, tuple, Literal) and isinstance(value, dict):
        return {name: _convert(arguments[1], entry, f"{key}.{name}") for name, entry in value.items()}
    if origin is Literal and value in arguments:
        return value
    if kind is float and type(value) is int:
        return float(value)
    if isinstance(kind, type) and type(value) is kind:
        return value
    expected = " or ".join(map(repr, arguments)) if origin is Literal else getattr(kind, "__name__", str(kind))
    raise RecipeError(f"The recipe's '{key}' is {value!r}, but should be {expected}.")


def _nearest(name: str, names: Sequence[str]) -> str:
    near = get_close_matches(name, names, n=3, cutoff=0.4) or sorted(names)
    return f"; the nearest are {', '.join(near)}."
