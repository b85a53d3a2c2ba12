"""What a user can get wrong, one class a kind.

Every message is one plain sentence: what is wrong, where, and what to do about it. The command prints it as it
is and ends with exit status 2.
"""

BASE = ("numpy", "onnxruntime", "pyvips", "pi_heif", "PIL", "click", "rich")  # modules that every installation has


def plain(text: str) -> str:
    """Return a text in one line that a terminal shows and does not obey: names of files may hold anything."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class PpcnError(Exception):
    """Base of every error that a user can mend."""

    def __init__(self, sentence: str) -> None:
        super().__init__(plain(sentence))


class InputError(PpcnError):
    """A file, folder or array cannot be read as a photo (missing, empty, corrupt, too large)."""


class OutOfMemoryError(InputError):
    """A photo needs more memory than there is."""


class OutputError(PpcnError):
    """A result cannot be written (exists already, folder not writable, disk full)."""


class ModelError(PpcnError):
    """A network is unknown, or its weights are damaged or of another kind."""


class ProviderError(PpcnError):
    """An execution provider was asked for and cannot be had."""


class ForkError(PpcnError):
    """A process was forked from one that had read a photo."""


class CheckpointError(PpcnError):
    """A checkpoint cannot be read, or is of another network or recipe."""


class DataError(PpcnError):
    """A data set is incomplete or laid out in another way than expected."""


class RecipeError(PpcnError):
    """A training recipe has an unknown key or a value of the wrong kind."""


class DivergenceError(PpcnError):
    """Training went astray: a loss is no longer a number, or has grown out of all measure."""


class ClusterError(PpcnError):
    """There is no cluster at an address."""


class MissingExtraError(PpcnError):
    """A feature needs an optional part of the installation, such as ``ppcn[train]``."""


def missing_extra(purpose: str, error: ModuleNotFoundError, extra: str, otherwise: str = "") -> MissingExtraError:
    """Return the error for a module that is not installed; raises the given one where the module is ours: a bug.

    ``purpose`` begins the sentence, such as "To run a.safetensors"; ``otherwise`` ends it with what else can be done.
    """
    module = (error.name or "").partition(".")[0]
    if module == "ppcn":
        raise error
    if module in BASE:
        return MissingExtraError(f"{module} is missing: install ppcn again with pip install --force-reinstall ppcn.")
    advice = f", {otherwise}" if otherwise else ""
    return MissingExtraError(f"{purpose}, {needed(error.name or '', extra)}{advice}.")


def needed(module: str, extra: str) -> str:
    """Return the part of a sentence that says how to install a module that an extra brings."""
    return f"{module} is needed: install it with pip install 'ppcn[{extra}]'"
