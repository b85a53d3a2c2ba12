"""Names of variables in the paper's released TensorFlow checkpoints, by the parameters of our networks."""

from collections.abc import Mapping, Sequence


def layer_variables(names: Mapping[str, str], weight: str, bias: str) -> dict[str, str]:
    """Map the variables of layers to ``LAYER.weight`` and ``LAYER.bias``.

    ``names`` maps a variable's name, with ``{}`` where ``weight`` or ``bias`` stands in it, to our layer.
    """
    return {
        theirs.format(end): f"{ours}.{parameter}"
        for theirs, ours in names.items()
        for end, parameter in ((weight, "weight"), (bias, "bias"))
    }


def enhancer_variables(first: int, convs: Sequence[str], norms: Sequence[str]) -> dict[str, str]:
    """Map an enhancer's variables: W and b with each convolution's number, counted from ``first``, and the norms'.

    Those are Variable, Variable_1, ...: each norm's shift, then its scale.
    """
    parameters = [f"{norm}.{parameter}" for norm in norms for parameter in ("bias", "weight")]
    return layer_variables({f"{{}}{number}": conv for number, conv in enumerate(convs, first)}, "W", "b") | {
        f"Variable_{i}" if i else "Variable": parameter for i, parameter in enumerate(parameters)
    }
