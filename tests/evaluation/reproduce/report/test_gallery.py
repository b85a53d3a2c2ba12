import base64
import io

import numpy as np
from PIL import Image

from ppcn.evaluation.reproduce.report.gallery import CROP, WIDEST, Region, encoded


def decoded(uri):
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


def test_pictures_hold_the_whole_and_the_region():
    picture = np.random.default_rng(0).integers(0, 256, (40, 60, 3)).astype(np.float32) / np.float32(255)
    uris = encoded(picture, Region(0.5, 0.25, 0.25, 0.5), lossless=True)
    assert np.array_equal(np.asarray(decoded(uris["whole"])), np.rint(picture * 255).astype(np.uint8))
    crop = np.asarray(decoded(uris["crop"]))
    assert crop.shape == (20 * CROP // 15, CROP, 3)
    assert np.array_equal(crop[:: CROP // 15, :: CROP // 15], np.rint(picture[10:30, 30:45] * 255).astype(np.uint8))
    wide = encoded(np.zeros((10, 2 * WIDEST, 3), np.float32), Region(0, 0, 1, 1))
    assert decoded(wide["whole"]).size == (WIDEST, 5)
