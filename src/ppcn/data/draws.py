"""The random draws of a training step, and a process's share of them."""

from numpy.random import Generator

Share = tuple[int, int]  # which process, of how many


def draw(population: int, count: int, rng: Generator, share: Share) -> list[tuple[int, Generator]]:
    """Draw ``count`` indices below ``population``, each at most once if possible, each with a generator of its own.

    Returns a process's part of them: the parts of all processes, put together, are what one process alone draws.
    """
    chosen = rng.choice(population, count, replace=count > population).tolist()
    draws = list(zip(chosen, rng.spawn(count), strict=True))
    rank, processes = share
    return draws[rank * count // processes : (rank + 1) * count // processes]
