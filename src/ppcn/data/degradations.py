"""A simulated old phone camera: makes from a good photograph what such a phone would have delivered.

Photos are NumPy float32 HxWx3: "display" values are sRGB-encoded in [0, 1], "light" is linear, 0 to 1 where the sensor
saturates. The ranges stand for phones of about 2009; they come from the sources named at each step and from looking at
unpaired photos, never from scores on paired ones.
"""

import io
from functools import partial

import numpy as np
from numpy.random import Generator
from PIL import Image

from ppcn.arrays import Pixels


def to_light(photo: Pixels) -> Pixels:
    """Display values to light, by gamma 2.2 (within 1/100 of IEC 61966-2-1, and half its cost); above 1, too."""
    return np.power(photo.clip(0), np.float32(2.2))


def to_display(light: Pixels) -> Pixels:
    """Light to display values, clipped where the sensor saturates; the inverse of ``to_light``."""
    return np.power(light.clip(0, 1), np.float32(1 / 2.2))


def expose(light: Pixels, stops: float) -> Pixels:
    """Multiply light by 2^stops, -1.5 to 0.5.

    Metering for the sky makes phones err on the dark side; Afifi et al. (CVPR 2021) render errors of up to 1.5 stops.
    """
    return light * np.float32(2.0**stops)


def white_balance(light: Pixels, warmth: float, tint: float) -> Pixels:
    """Scale red by e^(warmth + tint / 2), blue by e^(-warmth + tint / 2), green by e^(-tint / 2).

    Warmth -0.25 to 0.25, tint -0.1 to 0.1: an error of some degrees between illuminants, as automatic white balance
    makes it (Barron and Tsai, CVPR 2017: two degrees in the mean, ten for the worst quarter); green errs less.
    """
    gains = np.exp(np.array([warmth + tint / 2, -tint / 2, -warmth + tint / 2], dtype=np.float32))
    return light * gains


def vignette(light: Pixels, falloff: float) -> Pixels:
    """Darken towards the corners by 1 - falloff * r^2, r = 1 in the corners; falloff 0 to 0.45.

    The cos^4 law gives 0.45 at the corner of a phone lens of 60 degrees across; most is corrected in the phone.
    """
    height, width = light.shape[:2]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None] ** 2
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :] ** 2
    return np.asarray(light * (1 - (x + y) * np.float32(falloff / 2))[..., None], dtype=np.float32)


def blur(photo: Pixels, sigma: float) -> Pixels:
    """Gaussian blur with ``sigma`` in pixels, 0 to 1.3, edges repeated; lens, motion and demosaicing together.

    A plastic lens spreads a point over about one pixel; below 0.15 nothing happens.
    """
    if sigma < 0.15:
        return photo
    reach = int(np.ceil(2.5 * sigma))
    taps = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2)).astype(np.float32)
    taps /= taps.sum()
    height, width = photo.shape[:2]
    padded = np.pad(photo, ((reach, reach), (0, 0), (0, 0)), mode="edge")
    rows = sum(tap * padded[k : k + height] for k, tap in enumerate(taps))
    padded = np.pad(rows, ((0, 0), (reach, reach), (0, 0)), mode="edge")
    return np.asarray(sum(tap * padded[:, k : k + width] for k, tap in enumerate(taps)), dtype=np.float32)


def sensor_noise(light: Pixels, shot: float, rng: Generator) -> Pixels:
    """Add noise of variance shot * light + read, before the tone curve.

    Shot 1e-4 to 6e-3; Poisson and Gaussian parts as in Foi et al. (TIP 2008), the range and the tie of read to shot
    (log read = 2.18 log shot + 1.2) as in Brooks et al. (CVPR 2019), whose upper end is halved: by daylight.
    """
    noise, read = rng.standard_normal(light.shape, dtype=np.float32), np.exp(2.18 * np.log(shot) + 1.2)
    return light + noise * np.sqrt(np.float32(shot) * light.clip(0, 1) + np.float32(read))


def tone(photo: Pixels, gamma: float) -> Pixels:
    """Raise display values to ``gamma``, 0.85 to 2.2: such phones keep the sky and let the rest go dark."""
    return np.power(photo.clip(0, 1), np.float32(gamma))


def fade(photo: Pixels, contrast: float, veil: float) -> Pixels:
    """Pull display values to middle grey by ``contrast`` (0.75 to 1) and lift black by ``veil`` (0 to 0.08).

    Flare in a small uncoated lens puts some per cent of the scene's light everywhere (ISO 9358 calls it veiling glare).
    """
    pulled = np.float32(0.45) + np.float32(contrast) * (photo - np.float32(0.45))
    return np.float32(veil) + np.float32(1 - veil) * pulled


def saturate(photo: Pixels, amount: float) -> Pixels:
    """Scale the distance from grey (Rec. 601) by ``amount``, 0.55 to 1.05.

    Colour filters of tiny pixels overlap, and a full correction would raise the noise, so colours stay pale.
    """
    centre = grey(photo)[..., None]
    return np.asarray(centre + (photo - centre) * np.float32(amount), dtype=np.float32)


def grey(photo: Pixels) -> Pixels:
    """Return the luma (Rec. 601) of HxWx3, HxW."""
    return photo @ np.array([0.299, 0.587, 0.114], dtype=np.float32)


def smear(photo: Pixels, threshold: float) -> Pixels:
    """Smooth where detail is fainter than ``threshold`` (0 to 0.06): denoising that takes faint texture along.

    Detail d = photo - blurred shrinks to d * (1 - exp(-(d / threshold)^2)), the coring that camera chips do
    (a soft form of Donoho's threshold); edges stay.
    """
    if threshold < 1e-3:
        return photo
    smooth = blur(photo, 1.0)
    detail = photo - smooth
    kept = 1 - np.exp(-np.square(detail / np.float32(threshold)))
    return np.asarray(smooth + detail * kept, dtype=np.float32)


def sharpen(photo: Pixels, amount: float, sigma: float) -> Pixels:
    """Unsharp mask: add ``amount`` (0 to 0.8) of the difference from a blur of ``sigma`` (0.7 to 1.3); makes halos."""
    return np.asarray(photo + (photo - blur(photo, sigma)) * np.float32(amount), dtype=np.float32)


def jpeg(photo: Pixels, quality: int, halve_colour: bool) -> Pixels:
    """Write and read back as 8-bit JPEG, quality 75 to 97, colours at full or half resolution (4:4:4 or 4:2:0)."""
    pixels = (photo.clip(0, 1) * 255 + 0.5).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, subsampling=2 if halve_colour else 0)
    return np.asarray(Image.open(file), dtype=np.float32) / np.float32(255)


def simulate_phone(photo: Pixels, seed: int | tuple[int, ...]) -> Pixels:
    """Degrade a photo (HxWx3 in [0, 1]) with strengths drawn from ``seed``; the same seed gives the same picture.

    Strengths are bell-shaped within the steps' ranges: most photos are a little too dark and too soft, a few are bad.
    """
    rng = np.random.default_rng(seed)
    draw = partial(bell, rng)
    light = vignette(to_light(photo), draw(0.15, 0.12, 0, 0.45))
    light = expose(light, draw(-0.15, 0.4, -1.5, 0.5))
    light = white_balance(light, draw(0, 0.09, -0.25, 0.25), draw(0, 0.04, -0.1, 0.1))
    light = blur(light, draw(0.55, 0.3, 0, 1.3))
    shot = np.exp(draw(np.log(5e-4), 1.0, np.log(1e-4), np.log(6e-3)))
    light = sensor_noise(light, shot, rng)
    light = blur(light, draw(0.45, 0.1, 0.2, 0.7))  # demosaicing: neighbours share their noise
    display = tone(to_display(light), draw(1.45, 0.25, 0.85, 2.2))
    display = fade(display, draw(0.96, 0.07, 0.75, 1), draw(0.01, 0.02, 0, 0.08))
    display = saturate(display, draw(0.85, 0.12, 0.55, 1.05))
    display = smear(display, draw(0.015, 0.015, 0, 0.06))
    display = sharpen(display, draw(0.25, 0.25, 0, 0.8), draw(1.0, 0.2, 0.7, 1.3))
    return jpeg(display, int(draw(91, 5, 75, 97)), bool(rng.random() < 0.7))


def simulate_low_quality(photo: Pixels, rng: Generator) -> Pixels:
    """Degrade a small picture (HxWx3 in [0, 1]) by blur, noise and JPEG, as phones and messengers do together.

    Tone and colours stay. Strengths are bell-shaped, from hardly anything to what a phone and a messenger do together:
    so noise may be less than in ``simulate_phone`` (shot 1e-5 to 4e-3), and JPEG's quality goes down to 40.
    """
    draw = partial(bell, rng)
    light = blur(to_light(photo), draw(0.45, 0.3, 0, 1.3))
    shot = np.exp(draw(np.log(2e-4), 1.3, np.log(1e-5), np.log(4e-3)))
    light = sensor_noise(light, shot, rng)
    display = to_display(blur(light, draw(0.35, 0.15, 0, 0.7)))
    display = smear(display, draw(0.01, 0.015, 0, 0.06))
    display = sharpen(display, draw(0.2, 0.25, 0, 0.8), draw(1.0, 0.2, 0.7, 1.3))
    return jpeg(display, int(draw(80, 15, 40, 97)), bool(rng.random() < 0.7))


def bell(rng: Generator, centre: float, spread: float, low: float, high: float) -> float:
    """Draw from a normal distribution cut off at ``low`` and ``high``."""
    return float(np.clip(rng.normal(centre, spread), low, high))
