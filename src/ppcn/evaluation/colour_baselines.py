"""Baselines that change colours only: what a network has to beat on pairs of a phone's and a camera's photos."""

from collections.abc import Callable, Sequence
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from ppcn.evaluation.adjustments import gamma, untouched

DEGREES = {"3x4 matrix": 1, "cubic polynomial": 3}

Picture = NDArray[np.floating]
Baseline = Callable[[Picture], Picture]  # HxWx3 in [0, 1] to the same, not clipped

FIXED: dict[str, Baseline] = {"untouched": untouched, "one gamma": gamma}


def colour_baselines(pairs: Sequence[tuple[Picture, Picture]], folds: Sequence[int]) -> dict[str, list[Baseline]]:
    """Return each baseline by name, as one function for each pair, to run on that pair's phone photo.

    Pairs are (phone, camera), HxWx3 in [0, 1]; ``folds`` says which fold each is of. "3x4 matrix" and "cubic
    polynomial" are least-squares fits of the phone's colours to the camera's, on the *other* folds' pairs. Raises
    ValueError where there are fewer than two folds, or not one for each pair.
    """
    if len(set(folds)) < 2:
        raise ValueError("what is fitted on the other folds needs two folds at least")
    rows = {name: [run] * len(pairs) for name, run in FIXED.items()}
    for name, degree in DEGREES.items():
        fitted = _fit(pairs, folds, degree)
        rows[name] = [fitted[fold] for fold in folds]
    return rows


def _fit(pairs: Sequence[tuple[Picture, Picture]], folds: Sequence[int], degree: int) -> dict[int, Baseline]:
    """Return, for each fold, the colour polynomial that fits the pairs of all others best."""
    # The normal equations of a fold are sums over its pixels, so those of "all others" are the total less its own.
    width = _terms(np.zeros((1, 1, 3)), degree).shape[1]
    squares = {fold: np.zeros((width, width)) for fold in folds}
    products = {fold: np.zeros((width, 3)) for fold in folds}
    for (phone, camera), fold in zip(pairs, folds, strict=True):
        terms = _terms(phone, degree)
        squares[fold] += terms.T @ terms
        products[fold] += terms.T @ camera.reshape(-1, 3)
    all_squares, all_products = sum(squares.values()), sum(products.values())
    return {
        fold: _polynomial(np.linalg.lstsq(all_squares - squares[fold], all_products - products[fold])[0], degree)
        for fold in squares
    }


def _polynomial(coefficients: NDArray[np.floating], degree: int) -> Baseline:
    return lambda picture: (_terms(picture, degree) @ coefficients).reshape(picture.shape)


def _terms(picture: Picture, degree: int) -> NDArray[np.float64]:
    """Return each pixel's 1, R, G, B, RR, RG, ... up to the degree: 4 columns for 1, 20 for 3."""
    colours = picture.reshape(-1, 3).astype(np.float64)
    factors = [choice for d in range(degree + 1) for choice in combinations_with_replacement(range(3), d)]
    return np.stack([colours[:, list(choice)].prod(1) for choice in factors], axis=1)
