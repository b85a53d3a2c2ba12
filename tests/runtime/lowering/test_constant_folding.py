import numpy as np
import pytest

from ppcn.runtime.lowering.constant_folding import fold, scale_and_shift
from ppcn.runtime.lowering.onnx_graph import Node

KNOWN = {"a": np.array([2.0, 4.0]), "b": np.array([3.0])}


def test_nodes_are_folded_in_order():
    known = dict(KNOWN)
    fold([Node("Mul", ["a", "b"], ["c"], {}), Node("Reciprocal", ["c"], ["d"], {})], known)
    np.testing.assert_allclose(known["d"], [1 / 6, 1 / 12])
    with pytest.raises(KeyError):
        fold([Node("Add", ["a", "missing"], ["e"], {})], known)


@pytest.mark.parametrize(
    ("affine", "applied"),
    [
        ((), lambda x: x),
        ((("Add", "a", False), ("Mul", "b", False)), lambda x: (x + KNOWN["a"]) * 3),
        ((("Sub", "a", True),), lambda x: KNOWN["a"] - x),
        ((("Div", "a", False), ("Sub", "b", False)), lambda x: x / KNOWN["a"] - 3),
    ],
)
def test_affine_operators_are_one_scale_and_one_shift(affine, applied):
    scale, shift = scale_and_shift(affine, 2, KNOWN)
    assert scale.dtype == shift.dtype == np.float32
    for x in (-1.5, 0.0, 7.0):
        np.testing.assert_allclose(scale * x + shift, applied(np.full(2, x)), rtol=1e-6)


def test_division_by_the_map_is_not_affine():
    with pytest.raises(ValueError, match="division by a map"):
        scale_and_shift((("Div", "a", True),), 2, KNOWN)
