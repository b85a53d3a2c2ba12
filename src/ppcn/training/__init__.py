"""Training a network from a recipe: ``run(load(name_or_file), out)``."""

from ppcn.training.folds import run_folds
from ppcn.training.loop import run
from ppcn.training.recipe import Recipe, load

__all__ = ["Recipe", "load", "run", "run_folds"]
