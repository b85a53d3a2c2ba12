from collections.abc import Callable

import numpy as np
import pytest

from ppcn import load_model
from ppcn.images.photo import Photo
from ppcn.registry import DEFAULT_ENHANCER, DEFAULT_UPSCALER
from ppcn.runtime.backends.loader import make_engine
from ppcn.runtime.operations import memory
from ppcn.runtime.operations.enhance import Enhance
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.upscale import Upscale

ENHANCE = Enhance(load_model(DEFAULT_ENHANCER))
TWICE = Upscale(load_model(DEFAULT_UPSCALER), 2)


@pytest.mark.parametrize(
    ("operations", "scale", "largest"),
    [
        ([], 1, 1),
        ([ENHANCE], 1, 1),
        ([TWICE], 2, 4),
        ([ENHANCE, TWICE], 2, 4),
        ([TWICE, TWICE], 4, 8),
        ([TWICE, ENHANCE], 2, 4),
    ],
)
def test_networks_may_enlarge_more_than_is_asked_for(operations: list, scale: int, largest: int):
    pipeline = Pipeline(*operations)
    assert (pipeline.scale, pipeline.largest_scale) == (scale, largest)
    halo = max((operation.engine.halo for operation in operations), default=0)
    assert pipeline.memory_needed(80, 60, 3) == memory.needed(80, 60, 3, largest, halo)


def test_operations_follow_each_other_and_share_the_progress(enlarger: Callable[[int], bytes]):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 4, 3), np.uint8)
    shares: list[float] = []
    repeat = Upscale(make_engine(enlarger(4), "repeat.onnx"))
    result = Pipeline(ENHANCE, repeat)(Photo(pixels), shares.append)
    assert np.array_equal(result.pixels, ENHANCE(Photo(pixels)).pixels.repeat(4, 0).repeat(4, 1))
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_another_process_makes_the_same_pipeline_of_plain_values():
    pipeline = Pipeline(Enhance(ENHANCE.engine, 0.5), TWICE)
    again = Pipeline.from_plain(pipeline.to_plain())
    photo = Photo(np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8))
    assert np.array_equal(pipeline(photo).pixels, again(photo).pixels)
