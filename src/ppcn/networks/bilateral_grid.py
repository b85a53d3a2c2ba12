"""Slicing a bilateral grid: a colour transform for each pixel, by its place and its brightness.

A bilateral grid (Chen et al., SIGGRAPH 2007) of 3x4 colour transforms makes tone local and stops at edges; HDRNet
(Gharbi et al., SIGGRAPH 2017) predicts one from a thumbnail. A pixel's transform is the trilinear interpolation between
the centres of cells, and between the levels of a guide.
"""

from functools import reduce
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

CELLS, LEVELS = 8, 8  # along each side, and of the guide
LUMA = (0.299, 0.587, 0.114)
COEFFICIENTS = 12  # 3 rows of 4: a pixel (r, g, b, 1) times each row is a channel of the result
OPERATOR = "ppcn::SliceGrid"  # in the ONNX graph of a stage


def slice_grid(image: Tensor, grid: Tensor, place: Tensor) -> Tensor:
    """Return an image, Nx3xHxW, with the colour transforms of a grid, Nx(levels 12)x8x8.

    The image is the rows of a photo from row ``place[0]`` on; the photo has ``place[1]`` rows.
    """
    if torch.onnx.is_in_onnx_export():
        attributes: dict[str, Any] = {"levels": LEVELS, "cells": CELLS}
        return torch.onnx.ops.symbolic(
            OPERATOR, (image, grid, place), attributes, dtype=image.dtype, shape=image.shape, version=1
        )
    tracing = torch.jit.is_tracing()  # pyright: ignore[reportPrivateImportUsage]
    if tracing or torch.compiler.is_exporting():  # for phones, whose runtimes sample in two dimensions
        return by_hats(image, grid, place)
    (top, height), zero = place, torch.zeros_like(place[0])
    return by_sampling(image, grid, torch.stack([top / height, (top + image.shape[2]) / height, zero, zero + 1])[None])


def guide(image: Tensor) -> Tensor:
    """Return which level a pixel is at, 0 to 7, Nx1xHxW: levels lie closer in shadows, where eyes see more."""
    return (torch.sqrt(luma(image).clamp(0, 1) * 255 + 1) - 1) * ((LEVELS - 1) / 15)


def luma(image: Tensor) -> Tensor:
    """Return the luma (BT.601, full range), Nx1xHxW."""
    return image[:, :1] * LUMA[0] + image[:, 1:2] * LUMA[1] + image[:, 2:] * LUMA[2]


def by_sampling(image: Tensor, grid: Tensor, boxes: Tensor) -> Tensor:
    """Slice by ``grid_sample``, which is fast to train with.

    Each image is a part of a photo. ``boxes``, Nx4 or 1x4, says which: top, bottom, left and right, from 0 to 1.
    """
    count, _, height, width = image.shape
    shape = count, 1, height, width
    down, across = _places(boxes[:, 0], boxes[:, 1], height), _places(boxes[:, 2], boxes[:, 3], width)
    level = (guide(image) + 0.5) * (2 / LEVELS) - 1
    where = torch.stack([across[:, None, None].expand(shape), down[:, None, :, None].expand(shape), level], -1)
    volume = grid.view(count, LEVELS, COEFFICIENTS, CELLS, CELLS).transpose(1, 2)
    found = functional.grid_sample(volume, where, align_corners=False, padding_mode="border")
    return _transformed(image, found[:, :, 0])


def _places(first: Tensor, last: Tensor, count: int) -> Tensor:
    """Return the centres of ``count`` pixels between two sides of each box, as ``grid_sample`` counts: from -1 to 1."""
    centres = (torch.arange(count, dtype=first.dtype, device=first.device) + 0.5) / count
    return (first[:, None] + (last - first)[:, None] * centres) * 2 - 1


def by_hats(image: Tensor, grid: Tensor, place: Tensor) -> Tensor:
    """Slice by products with hat functions: plain operators, which every runtime knows."""
    height, width = image.shape[2:]
    down = hats((torch.arange(height) + 0.5 + place[0]) * CELLS / place[1] - 0.5, CELLS)
    across = hats((torch.arange(width) + 0.5) * CELLS / width - 0.5, CELLS)
    cells = down @ grid @ across.T
    weights = hats(guide(image)[:, 0], LEVELS)
    parts = [part * weights[..., level].unsqueeze(1) for level, part in enumerate(cells.chunk(LEVELS, 1))]
    return _transformed(image, reduce(torch.add, parts))


def hats(x: Tensor, count: int) -> Tensor:
    """Return the weights of linear interpolation between 0, 1, ..., count - 1 at each place: one more dimension."""
    distance = x.clamp(0, count - 1).unsqueeze(-1) - torch.arange(count, dtype=x.dtype, device=x.device)
    return (1 - distance.abs()).clamp(min=0)


def _transformed(image: Tensor, coefficients: Tensor) -> Tensor:
    rows = coefficients.chunk(3, 1)
    return torch.cat([(row[:, :3] * image).sum(1, keepdim=True) + row[:, 3:] for row in rows], 1)
