"""Mean absolute difference."""

from torch import Tensor


def l1(output: Tensor, target: Tensor) -> Tensor:
    """Mean of |output - target| over all elements of two tensors of one shape; 0 or more, in their own unit."""
    return (output - target).abs().mean()
