"""Reading checkpoints that were released as TensorFlow files; no TensorFlow is needed."""

from ppcn.networks.tensorflow.importing import import_checkpoint

__all__ = ["import_checkpoint"]
