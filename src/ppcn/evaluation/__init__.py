"""Scores of networks, their times and memory, and the paper's tables and figures."""

from collections.abc import Callable

Progress = Callable[[float], None]  # called with the share of the work that is done, 0 to 1
