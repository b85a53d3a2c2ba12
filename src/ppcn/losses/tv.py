"""Total variation: how much neighbouring pixels differ."""

from torch import Tensor, linalg
from torch.nn import functional

from ppcn.losses import Variant, precise


def total_variation(output: Tensor, *, variant: Variant = "released") -> Tensor:
    """Return the total variation of an NxCxHxW batch in [0, 1], H and W at least 2: 0 for flat images, mean over N.

    "released" is the mean square of the horizontal differences plus that of the vertical ones. "paper" is equation 11
    read to the letter: the norm of the sum of both gradients (0 past the far sides), over C H W.
    """
    x = precise(output)
    across, down = x.diff(dim=3), x.diff(dim=2)
    if variant == "released":
        return across.square().mean() + down.square().mean()
    both = functional.pad(across, (0, 1)) + functional.pad(down, (0, 0, 0, 1))
    return linalg.vector_norm(both, dim=(1, 2, 3)).mean() / x[0].numel()
