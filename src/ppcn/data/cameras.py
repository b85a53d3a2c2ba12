"""Simulated cameras: a family of ways in which a photo comes out worse than it could, each a function of a photo.

Each takes a photo (float32 HxWx3 in [0, 1]) and a random generator, draws the strengths of its steps from bell-shaped
distributions, and returns what such a camera would have delivered. All end in JPEG, as photos do. The steps and their
sources stand in ``degradations``; the ranges were chosen by looking, never by scores on paired photos.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from ppcn.arrays import Pixels
from ppcn.data.degradations import (
    bell,
    blur,
    expose,
    fade,
    grey,
    jpeg,
    saturate,
    sensor_noise,
    sharpen,
    simulate_phone,
    smear,
    to_display,
    to_light,
    tone,
    vignette,
    white_balance,
)

Camera = Callable[[Pixels, Generator], Pixels]

FIELD = 6  # cells across the smooth random fields


def phone_2009(photo: Pixels, rng: Generator) -> Pixels:
    """A phone of about 2009: dark, soft, pale, noisy; see ``degradations.simulate_phone``."""
    return simulate_phone(photo, int(rng.integers(2**63)))


def small_sensor(photo: Pixels, rng: Generator) -> Pixels:
    """A phone of about 2009 as unpaired photos of an iPhone 3GS show it: dark, pale, with fine noise in luma alone.

    Its luma noise is three times that of ``phone_2009`` and nearly white; chroma has been smoothed. A sky beyond white
    darkens the whole photo by some two thirds of what it adds to the mean light. In three of four photos it meters for
    the sky, and the rest is darker still by up to two stops.
    """
    draw = partial(bell, rng)
    light = vignette(to_light(photo), draw(0.15, 0.12, 0, 0.45))
    beyond = float(np.log2(light.mean() / max(np.minimum(light, 1).mean(), 1e-6)))  # stops
    if beyond > 0:
        light = expose(light, -draw(0.65, 0.15, 0.3, 1) * beyond)
    if rng.random() < 0.75:
        light = _metered_for_the_bright(light, photo, rng, -0.9, 0.45, -2, 0)
    light = expose(light, draw(-0.05, 0.4, -1.5, 0.7))
    light = white_balance(light, draw(0, 0.09, -0.25, 0.25), draw(0, 0.04, -0.1, 0.1))
    light = blur(light, draw(0.6, 0.25, 0.2, 1.3))
    shot = float(np.exp(draw(np.log(5e-4), 0.6, np.log(1.2e-4), np.log(3e-3))))
    display = _smooth_chroma(to_display(sensor_noise(light, shot, rng)), draw(2.5, 0.7, 1.2, 4))
    display = fade(tone(display, draw(1.4, 0.25, 0.85, 2.2)), draw(0.96, 0.07, 0.75, 1), draw(0.01, 0.02, 0, 0.08))
    display = saturate(display, draw(0.7, 0.13, 0.4, 1))
    display = sharpen(display, draw(0.3, 0.25, 0, 0.8), draw(1.0, 0.2, 0.7, 1.3))
    return jpeg(display, int(draw(93, 4, 80, 98)), bool(rng.random() < 0.9))


def later_phone(photo: Pixels, rng: Generator) -> Pixels:
    """A phone of 2012 to 2020: noise is smoothed away with fine texture, edges are over-sharpened, tones nearly right.

    Patches of an Xperia Z have 1.24 times the Laplacian of a Canon's, those of an iPhone 3GS .65 (design, section 6).
    """
    draw = partial(bell, rng)
    light = expose(to_light(photo), draw(0, 0.12, -0.4, 0.3))
    light = white_balance(light, draw(0, 0.03, -0.1, 0.1), draw(0, 0.015, -0.05, 0.05))
    display = _developed(light, rng, shot=4e-4, softness=draw(0.6, 0.2, 0.2, 1.2))
    display = tone(display, draw(1.05, 0.08, 0.85, 1.3))
    display = saturate(display, draw(1, 0.07, 0.8, 1.2))
    display = smear(display, draw(0.03, 0.015, 0, 0.08))
    display = sharpen(display, draw(0.9, 0.4, 0.2, 2), draw(1.1, 0.25, 0.7, 1.8))
    return _delivered(display, rng)


def backlight(photo: Pixels, rng: Generator) -> Pixels:
    """Against the light: the exposure is right for the bright parts, and the subject, one region, lies in the dark.

    Light falls by .7 to 3 stops where a smooth mask of the photo's own brightness and of a random field says so.
    """
    draw = partial(bell, rng)
    light = _metered_for_the_bright(to_light(photo), photo, rng, -1.8, 0.6, -3, -0.7)
    if rng.random() < 0.5:
        light = white_balance(light, draw(0, 0.06, -0.2, 0.2), draw(0, 0.03, -0.1, 0.1))
    display = _developed(light, rng, shot=4e-4, softness=draw(0.5, 0.2, 0.2, 1))
    return _delivered(tone(display, draw(1.05, 0.1, 0.85, 1.3)), rng)


def cast(photo: Pixels, rng: Generator) -> Pixels:
    """A wrong white balance, of up to ten degrees between illuminants; in a third of the photos in mixed light.

    Ten degrees is the worst quarter of automatic white balance (Barron and Tsai, CVPR 2017); in mixed light the
    illuminant changes from place to place (Ebner, Color Constancy, 2007, chapter 6).
    """
    draw = partial(bell, rng)
    sides = [(rng.choice([-1, 1]) * draw(0.17, 0.08, 0.04, 0.4), draw(0, 0.06, -0.15, 0.15)) for _ in range(2)]
    first, second = (white_balance(to_light(photo), *side) for side in sides)
    place = _field(photo, rng)[..., None] if rng.random() < 1 / 3 else np.zeros((1, 1, 1), np.float32)
    mixed = np.asarray(first * (1 - place) + second * place, np.float32)
    light = expose(mixed, draw(-0.1, 0.25, -0.8, 0.3))
    display = _developed(light, rng, shot=3e-4, softness=draw(0.45, 0.2, 0.2, 1))
    return _delivered(tone(display, draw(1.05, 0.1, 0.85, 1.3)), rng)


def haze(photo: Pixels, rng: Generator) -> Pixels:
    """Haze: light is mixed with an airlight, more at the top, where the distance is (Koschmieder; Narasimhan, 2002)."""
    draw = partial(bell, rng)
    height = np.linspace(1, 0, len(photo), dtype=np.float32)[:, None]
    depth = 0.6 * height + 0.4 * _field(photo, rng)
    clear = np.exp(-draw(0.5, 0.25, 0.1, 1.2) * (0.4 + depth)).astype(np.float32)[..., None]
    air = np.float32(draw(0.75, 0.12, 0.45, 1)) * (1 + rng.normal(0, 0.03, 3)).astype(np.float32)
    light = (to_light(photo) * clear + air * (1 - clear)).astype(np.float32)
    light = expose(light, draw(-0.1, 0.3, -0.8, 0.3))
    return _delivered(_developed(light, rng, shot=3e-4, softness=draw(0.5, 0.2, 0.2, 1)), rng)


def low_contrast(photo: Pixels, rng: Generator) -> Pixels:
    """A dull photo: contrast and colours are pulled to grey, as by flare, a dull day, or a flat picture profile."""
    draw = partial(bell, rng)
    light = expose(to_light(photo), draw(-0.1, 0.3, -0.8, 0.4))
    display = _developed(light, rng, shot=3e-4, softness=draw(0.5, 0.2, 0.2, 1))
    display = fade(display, draw(0.68, 0.1, 0.45, 0.9), draw(0.04, 0.03, 0, 0.12))
    return _delivered(saturate(display, draw(0.7, 0.15, 0.4, 1)), rng)


def night(photo: Pixels, rng: Generator) -> Pixels:
    """Little light: strong noise, most of which the phone has smeared into blotches; the tones are nearly right."""
    draw = partial(bell, rng)
    light = expose(to_light(photo), draw(0, 0.15, -0.5, 0.3))
    display = _developed(light, rng, shot=8e-3, softness=draw(0.7, 0.2, 0.3, 1.2))
    display = smear(display, draw(0.05, 0.02, 0, 0.1))
    display = sharpen(display, draw(0.5, 0.3, 0, 1.2), draw(1.1, 0.25, 0.7, 1.8))
    return _delivered(saturate(display, draw(0.95, 0.08, 0.7, 1.1)), rng)


def undamaged(photo: Pixels, rng: Generator) -> Pixels:
    """A good photo: as it is, saved as JPEG once more, or as soft as a large one is at full size."""
    kind = rng.integers(4)
    if kind == 0:
        return photo
    if kind > 1:
        photo = _developed(to_light(photo), rng, shot=4e-5, softness=bell(rng, 0.4, 0.15, 0.2, 0.8))
    return jpeg(photo, int(bell(rng, 93, 4, 80, 98)), bool(rng.random() < 0.5))


CAMERAS: dict[str, Camera] = {
    "phone-2009": phone_2009,
    "small-sensor": small_sensor,
    "later-phone": later_phone,
    "backlight": backlight,
    "cast": cast,
    "haze": haze,
    "low-contrast": low_contrast,
    "night": night,
    "undamaged": undamaged,
}

# These leave tones as they are, and so suit photographs that are meant to be dark, pale or tinted.
GENTLE = ("later-phone", "night", "undamaged")


def everyday(photo: Pixels, rng: Generator) -> Pixels:
    """Return a photo of a more ordinary scene: often less colourful, and sometimes with a sky beyond the range.

    Values of such a sky are above 1: no camera shows more than white. Of the whole photos of an iPhone 3GS 3.6 % is
    burnt out, of our photographs 1.1 %; a Canon's patches of the same scenes have half the chroma of our photographs.
    """
    return _with_sky(_paler(photo, rng), rng, 0.4, 0.8)


def metered(photo: Pixels, rng: Generator) -> Pixels:
    """Return an everyday scene as a good camera exposes it: the median is about .45.

    The photograph gets .6 to 2 times its values for that. Photographs are dark where their photographer liked it, and a
    network that is trained towards them takes a dark photo for one of these. The sky is burnt more often than in
    ``everyday``, as it is where cameras meter the subject.
    """
    photo = _paler(photo, rng)
    level = bell(rng, 0.45, 0.07, 0.28, 0.62) / max(float(np.median(grey(photo))), 0.05)
    return _with_sky(photo * np.float32(min(max(level, 0.6), 2)), rng, 0.6, 1.4)


# People took everyday scenes with early phones: the share of a camera's photos that show one, and how it is made.
SCENES: dict[str, tuple[float, Camera]] = {"phone-2009": (0.5, everyday), "small-sensor": (1.0, metered)}


def _paler(photo: Pixels, rng: Generator) -> Pixels:
    return saturate(photo, bell(rng, 0.6, 0.2, 0.25, 1)) if rng.random() < 2 / 3 else photo


def _with_sky(photo: Pixels, rng: Generator, share: float, stops: float) -> Pixels:
    """Return a photo whose bright regions are, in a share of photos, brighter by some stops in the mean."""
    if rng.random() >= share:
        return photo
    brighter = bell(rng, stops, 0.6, 0, 3) * _bright_regions(photo, rng)
    return photo * np.power(np.float32(2), brighter / 2.2).astype(np.float32)[..., None]


def _metered_for_the_bright(light: Pixels, photo: Pixels, rng: Generator, *stops: float) -> Pixels:
    """Darken what is not among the bright regions of a photo, by stops that are drawn as ``bell`` takes them."""
    bright = _bright_regions(photo, rng)
    return light * np.power(np.float32(2), bell(rng, *stops) * (1 - bright)).astype(np.float32)[..., None]


def _bright_regions(photo: Pixels, rng: Generator) -> NDArray[np.float64]:
    """Return a smooth mask, HxW from 0 to 1, of the brighter part of a photo; a random field moves its border."""
    bright = _smooth(grey(photo))
    lit = np.argsort(np.argsort(bright.ravel())).reshape(bright.shape) / bright.size  # by rank: flat photos, too
    return 1 / (1 + np.exp(-8 * (0.75 * lit + 0.25 * _field(photo, rng) - bell(rng, 0.5, 0.12, 0.25, 0.75))))


def _developed(light: Pixels, rng: Generator, shot: float, softness: float) -> Pixels:
    """Return display values of light that went through a lens, a sensor and demosaicing."""
    light = blur(light, softness)
    shot = float(np.exp(bell(rng, np.log(shot), 0.9, np.log(shot) - 2, np.log(shot) + 1)))
    display = to_display(blur(sensor_noise(light, shot, rng), bell(rng, 0.3, 0.15, 0, 0.7)))
    return _smooth_chroma(display, bell(rng, 1.5, 0.8, 0, 4))


def _smooth_chroma(display: Pixels, sigma: float) -> Pixels:
    """Blur all but luma: eyes forgive it, so phones take away most of the noise in chroma."""
    luma = grey(display)[..., None]
    return luma + blur(display - luma, sigma)


def _delivered(display: Pixels, rng: Generator) -> Pixels:
    return jpeg(display, int(bell(rng, 90, 6, 70, 97)), bool(rng.random() < 0.7))


def _field(photo: Pixels, rng: Generator) -> Pixels:
    """Return a smooth random field from 0 to 1, HxW."""
    cells = rng.standard_normal((FIELD, FIELD)).astype(np.float32)
    return (1 / (1 + np.exp(-2 * _resized(cells, photo.shape[1], photo.shape[0])))).astype(np.float32)


def _smooth(plane: Pixels) -> Pixels:
    """Return a plane blurred so far that regions remain, HxW."""
    height, width = plane.shape
    return _resized(_resized(plane, min(24, width), min(24, height)), width, height)


def _resized(plane: Pixels, width: int, height: int) -> Pixels:
    return np.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.BICUBIC))
