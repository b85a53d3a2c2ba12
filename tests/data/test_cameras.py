"""The family of simulated cameras."""

import numpy as np
import pytest

from ppcn.data.cameras import CAMERAS, GENTLE, SCENES, everyday, metered
from ppcn.data.degradations import grey


def scene(height: int = 120, width: int = 160) -> np.ndarray:
    """Return coloured gradients and edges, HxWx3."""
    down, across = np.linspace(0.1, 0.9, height)[:, None], np.linspace(0, 1, width)[None]
    planes = [down * across, (across > 0.5) * down, 0.7 - 0.5 * across + 0 * down]
    return np.stack(planes, -1).astype(np.float32)


@pytest.mark.parametrize("name", CAMERAS)
@pytest.mark.parametrize("size", [(1, 1), (7, 30), (120, 160)])
def test_a_camera_gives_a_picture_that_its_seed_fixes(name: str, size: tuple[int, int]):
    photo = scene(*size)
    first, again = (CAMERAS[name](photo, np.random.default_rng(5)) for _ in range(2))
    assert first.shape == photo.shape
    assert first.dtype == np.float32
    assert first.min() >= 0
    assert first.max() <= 1
    assert np.array_equal(first, again)
    assert np.array_equal(photo, scene(*size))


@pytest.mark.parametrize("name", GENTLE)
def test_gentle_cameras_keep_brightness(name: str):
    photo = scene()
    means = [CAMERAS[name](photo, np.random.default_rng(seed)).mean() - photo.mean() for seed in range(12)]
    assert abs(np.mean(means)) < 0.05


def test_against_the_light_bright_parts_stay_and_dark_ones_sink():
    photo = scene()
    bright = grey(photo) > 0.6
    ratios = []
    for seed in range(8):
        ratio = grey(CAMERAS["backlight"](photo, np.random.default_rng(seed))) / grey(photo).clip(0.02)
        ratios.append((ratio[bright].mean(), ratio[grey(photo) < 0.3].mean()))
    lit, shade = np.mean(ratios, 0)
    assert lit > 0.8
    assert shade < 0.65


def test_a_small_sensor_has_noise_in_luma_alone():
    flat = np.full((100, 100, 3), 0.4, np.float32)
    ratios = []
    for seed in range(1, 16):
        middle = CAMERAS["small-sensor"](flat, np.random.default_rng(seed))[40:60, 40:60]
        luma = grey(middle)
        ratios.append(luma.std() / (middle[..., 0] - luma).std())
    assert np.median(ratios) > 3


def test_everyday_scenes_are_paler_and_some_are_brighter_than_white():
    photo = scene()
    made = [everyday(photo, np.random.default_rng(seed)) for seed in range(30)]
    chroma = [np.ptp(picture, axis=2).mean() / np.ptp(photo, axis=2).mean() for picture in made]
    assert 3 < sum(picture.max() > 1.05 for picture in made) < 20
    assert min(picture.min() for picture in made) > -0.01
    assert np.median([ratio for picture, ratio in zip(made, chroma, strict=True) if picture.max() <= 1]) < 0.9


@pytest.mark.parametrize("brightness", [0.6, 1])
def test_metered_scenes_are_neither_dark_nor_bright(brightness: float):
    photo = (brightness * (0.4 + 0.6 * scene())).astype(np.float32)
    middles = [np.median(grey(metered(photo, np.random.default_rng(seed)))) for seed in range(30)]
    assert 0.4 < np.median(middles) < 0.55


def test_the_sky_darkens_what_a_small_sensor_sees_below_it():
    photo = np.full((80, 80, 3), 0.5, np.float32)
    photo[:30] = 1
    bright = photo.copy()
    bright[:30] = 2.5
    ground = [
        np.mean([CAMERAS["small-sensor"](seen, np.random.default_rng(seed))[50:].mean() for seed in range(15)])
        for seen in (photo, bright)
    ]
    assert ground[1] < 0.75 * ground[0]


@pytest.mark.parametrize("name", SCENES)
def test_what_is_brighter_than_white_stays_white(name: str):
    photo = np.full((80, 80, 3), 0.3, np.float32)
    photo[:40] = 3
    sky = CAMERAS[name](photo, np.random.default_rng(1))[10:25, 10:70]
    white = CAMERAS[name](photo.clip(0, 1), np.random.default_rng(1))[10:25, 10:70]
    assert sky.mean() >= white.mean() - 0.001
    assert np.ptp(sky, axis=2).mean() <= np.ptp(white, axis=2).mean() + 0.005
