import pytest

from ppcn.registry import DEFAULT_ENHANCER, DEFAULT_UPSCALER
from ppcn.runtime.engine.engine import load
from ppcn.runtime.operations.operation import Enhance, Upscale, largest_of, scale_of


@pytest.fixture(scope="module")
def enhancer():
    return load(DEFAULT_ENHANCER)


@pytest.fixture(scope="module")
def upscaler():
    return load(DEFAULT_UPSCALER)


def test_networks_may_enlarge_more_than_is_wanted(enhancer, upscaler):
    twice = Upscale(upscaler, 2)
    assert (scale_of([]), largest_of([])) == (1, 1)
    assert (scale_of([Enhance(enhancer)]), largest_of([Enhance(enhancer)])) == (1, 1)
    assert (scale_of([twice]), largest_of([twice])) == (2, 4)
    assert (scale_of([Enhance(enhancer), twice]), largest_of([Enhance(enhancer), twice])) == (2, 4)
    assert (scale_of([twice, twice]), largest_of([twice, twice])) == (4, 8)
    assert largest_of([twice, Enhance(enhancer)]) == 4
