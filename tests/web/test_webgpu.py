"""Networks on a graphics card. It is an emulated one, slow but exact, which the page has to take for a real one."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Route
from visitor import CHROMIUM, CLOSE, ENHANCER, SAMPLES

import ppcn

REAL = "Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { value: false });\n"

pytestmark = [pytest.mark.web, CHROMIUM]


def pretend(context: BrowserContext) -> None:
    """Have the page's worker take any graphics card for a real one."""

    def fulfill(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=REAL + response.text())

    context.route("**/assets/worker-*.js", fulfill)


def test_the_result_is_that_of_the_library(visit, tmp_path: Path):
    path = tmp_path / "tall.png"  # of two strips
    with Image.open(SAMPLES / "lake.jpg") as photo:
        photo.resize((48, 144)).save(path)
    visitor = visit(prepare=pretend)
    visitor.enhance(path)
    with Image.open(path) as photo:
        enhanced = np.asarray(ppcn.enhance(photo, model=ENHANCER)).astype(int)
    assert np.abs(visitor.shown() - enhanced).max() <= CLOSE

    path = tmp_path / "small.png"
    with Image.open(SAMPLES / "lake.jpg") as photo:
        small = photo.resize((32, 24))
    small.save(path)
    visitor.choose(path)
    visitor.set_mode("Upscale ×4")
    assert np.abs(visitor.shown() - np.asarray(ppcn.upscale(small))).max() <= CLOSE
    runtimes = [url.rpartition("/")[2] for url in visitor.requested if url.endswith(".wasm")]
    assert [name for name in runtimes if "asyncify" not in name] == []  # the processor's was not needed
    assert len(runtimes) == 1
