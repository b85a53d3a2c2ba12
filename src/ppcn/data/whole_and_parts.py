"""The data source of a network that sees the whole photo: small copies of degraded photographs, and parts of them.

A network like ``networks.enhancer`` knows a photo by its thumbnail alone. So a step compares whole photos as small
copies, where tone is learned, and parts at full size, where detail is. Both come with the thumbnail of the whole photo,
which may be large, and cost little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from ppcn.arrays import Pixels
from ppcn.data import photographs
from ppcn.data.cameras import CAMERAS, GENTLE, SCENES
from ppcn.data.groups import Group
from ppcn.data.originals import find_originals
from ppcn.data.source import Share, TrainingData
from ppcn.errors import DataError, RecipeError
from ppcn.networks.enhancer import Look
from ppcn.networks.stages import THUMBNAIL, thumbnail

MARGIN = 8  # pixels around what is judged of a part: more than the detail network reaches
SIDE = THUMBNAIL + 2 * MARGIN  # of parts
PARTS = 4  # cut from each degraded photo, one of which is drawn with it
GREY = 0.05  # share of photos without colour
SMALL = 160  # pixels across, enough to judge how a photograph is exposed
WIDTH = 480  # of held-back photographs: small, so that a validation takes a minute


@dataclass(frozen=True)
class Frame:
    """A kind of photo that is drawn: its share of all, its size, and what it shows. It lies or stands."""

    share: float
    width: int  # pixels
    height: int
    closest: float = 0.6  # the least share of a photograph's sides that it shows
    patch: int = 0  # side of a square that is cut from the degraded photo, and all that is seen of it; 0: all is seen

    def __post_init__(self) -> None:
        """Refuse what cannot be cut: raises RecipeError."""
        sides = [self.width, self.height, self.patch or SIDE]
        if self.share < 0 or min(sides) < SIDE or self.patch > min(sides) or not 0 < self.closest <= 1:
            raise RecipeError(
                f"A frame of whole photos needs a share of 0 or more, sides and a patch of at least {SIDE} pixels, of "
                "which the patch is the smallest, and 0 < closest <= 1."
            )


@dataclass(frozen=True)
class WholePhotoSource:
    """Settings: the simulated cameras, and what one step sees."""

    source: ClassVar[str] = "whole-photos"

    # Shares of the simulated cameras (ppcn.data.cameras). Those that damage tones take what is well exposed.
    cameras: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(CAMERAS, 1.0))
    frames: tuple[Frame, ...] = (
        Frame(0.66, 320, 214),
        Frame(0.1, 720, 480),
        Frame(0.06, 100, 100),
        Frame(0.18, 720, 480, patch=100),  # as DPED's patches
    )
    batch: int = 16  # photos in a step ...
    parts: int = 8  # ... and the first of them have a part at full size, too
    fresh: int = 2  # of a step's photos are newly degraded, in the mean; the others were drawn before, not long ago
    recent: int = 1200  # photos that are kept
    folders: tuple[str, ...] = (".",)  # of photographs, as seen from the recipe's data

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn: raises RecipeError."""
        unknown = [name for name in self.cameras if name not in CAMERAS]
        if unknown:
            raise RecipeError(f"No simulated camera is called '{unknown[0]}'; there are {', '.join(CAMERAS)}.")
        if not 1 <= self.parts <= self.batch <= self.recent or not 1 <= self.fresh <= self.batch:
            raise RecipeError("The recipe's whole photos need 1 <= parts <= batch <= recent and 1 <= fresh <= batch.")
        frames = [frame.share for frame in self.frames]
        if min(self.cameras.values(), default=0) < 0 or sum(self.cameras.values()) <= 0 or sum(frames) <= 0:
            raise RecipeError(
                "The recipe's whole photos need cameras and frames whose shares are 0 or more, not all 0."
            )

    def open(self, folder: Path, seed: int, share: Share, device: torch.device) -> TrainingData:  # noqa: ARG002
        """Train towards all photographs that are not held back; raises as ``DataSource``."""
        if self.batch % share[1] or self.parts % share[1]:
            raise RecipeError(f"The recipe's batch and parts cannot be shared equally among {share[1]} processes.")
        paths = [path for name in self.folders for path in find_originals(folder / name)]
        training = [path for path in paths if not photographs.is_held_back(path)]
        if not training:
            raise RecipeError(f"{folder} holds no photographs that are not held back: give more with whole.folders.")
        held_back = [path for path in paths if photographs.is_held_back(path)]
        return TrainingData(WholePhotos(training, self, seed, share), THUMBNAIL, training, held_out_pairs(held_back))


def held_out_pairs(paths: Sequence[Path]) -> list[tuple[Pixels, Pixels]]:
    """Return each held-back photograph, degraded by one camera, and itself: the cameras take turns."""
    pairs = []
    for number, path in enumerate(paths):
        target = photographs.reduced(photographs.read(path), WIDTH)
        names = list(CAMERAS if photographs.well_exposed(target) else GENTLE)
        camera = CAMERAS[names[number % len(names)]]
        pairs.append((camera(target, np.random.default_rng(number)), target))
    return pairs


class _Photo(NamedTuple):
    """A degraded photo as steps take it; bytes and half precision, since many are kept."""

    seen: Tensor  # the thumbnail of the photo and of the filters' responses, 11x64x64
    target: Tensor  # the small copy of its original, 3x64x64
    parts: NDArray[np.uint8]  # Kx2xSxSx3, degraded and original
    boxes: NDArray[np.float32]  # Kx4, where they lie
    good: bool  # whether it is a good photo already


class WholePhotos(Dataset[list[Group]]):
    """Item k is what step k sees: a group of small copies, and one of parts. A function of (seed, k) alone.

    Photos are numbered. Step k draws from ``recent`` of them, of which ``fresh`` are new; each is degraded when it is
    first drawn, and kept as long as it may be drawn again.
    """

    def __init__(self, paths: Sequence[Path], settings: WholePhotoSource, seed: int, share: Share = (0, 1)) -> None:
        """Read all photographs into memory (3 MB a megapixel); raises DataError, also where none suits."""
        self.photographs = [photographs.read(path) for path in paths]
        self.well_exposed = [
            photograph
            for photograph in self.photographs
            if photographs.well_exposed(photographs.reduced(photograph, SMALL))
        ]
        if not self.well_exposed and any(share for name, share in settings.cameras.items() if name not in GENTLE):
            raise DataError("None of the photographs is well exposed, so no camera can damage their tones.")
        self.settings, self.seed, self.share = settings, seed, share
        self._look = Look()
        self._kept: dict[int, _Photo] = {}

    def __getitem__(self, step: int) -> list[Group]:
        """Draw the photos of a step, and degrade those that are new."""
        settings = self.settings
        rank, processes = self.share
        rng = np.random.default_rng((self.seed, 0, step))
        first = step * settings.fresh
        self._kept = {number: photo for number, photo in self._kept.items() if number >= first}
        chosen = first + rng.choice(settings.recent, settings.batch, replace=False)
        turns = rng.random(settings.batch) < 0.5
        parts = rng.integers(PARTS, size=settings.batch)
        photos = [self._photo(number) for number in chosen[rank::processes].tolist()]
        whole = _small_copies(photos, turns[rank::processes])
        return [whole, _parts(photos[: settings.parts // processes], parts[rank::processes])]

    def _photo(self, number: int) -> _Photo:
        if number not in self._kept:
            self._kept[number] = self._degraded(np.random.default_rng((self.seed, 1, number)))
        return self._kept[number]

    @torch.no_grad()
    def _degraded(self, rng: Generator) -> _Photo:
        settings = self.settings
        name = [*settings.cameras][_draw([*settings.cameras.values()], rng)]
        frame = settings.frames[_draw([frame.share for frame in settings.frames], rng)]
        target = self._target(name, frame, rng)
        photo = CAMERAS[name](target, rng)
        if frame.patch:
            photo, target = _patch((photo, target), frame.patch, rng)
        if rng.random() < GREY:
            photo, target = (np.repeat(picture.mean(2, keepdims=True), 3, 2) for picture in (photo, target))
        pair = (np.stack([photo, target]).clip(0, 1) * 255 + 0.5).astype(np.uint8)
        rows, columns = photo.shape[:2]
        corners = [(int(rng.integers(rows - SIDE + 1)), int(rng.integers(columns - SIDE + 1))) for _ in range(PARTS)]
        boxes = [(y / rows, (y + SIDE) / rows, x / columns, (x + SIDE) / columns) for y, x in corners]
        degraded, original = _floats(pair)
        return _Photo(
            thumbnail(self._look(degraded[None]))[0].half(),
            thumbnail(original[None])[0].half(),
            np.stack([pair[:, y : y + SIDE, x : x + SIDE] for y, x in corners]),
            np.array(boxes, np.float32),
            name == "undamaged",
        )

    def _target(self, camera: str, frame: Frame, rng: Generator) -> Pixels:
        """Draw a part of a photograph that suits a camera: tones are damaged of what is well exposed alone."""
        suitable = self.photographs if camera in GENTLE else self.well_exposed
        photograph = suitable[rng.integers(len(suitable))]
        size = (frame.width, frame.height)
        width, height = size if rng.random() < 0.7 else size[::-1]
        largest = min(photograph.width / width, photograph.height / height)
        target = photographs.cut(photograph, width, height, largest * rng.uniform(frame.closest, 1), rng)
        share, scene = SCENES.get(camera, (0, None))
        return scene(target, rng) if scene and rng.random() < share else target


def _patch(pictures: Sequence[Pixels], side: int, rng: Generator) -> list[Pixels]:
    """Cut the same random square from pictures of one size."""
    rows, columns = pictures[0].shape[:2]
    y, x = rng.integers(rows - side + 1), rng.integers(columns - side + 1)
    return [picture[y : y + side, x : x + side] for picture in pictures]


def _draw(shares: Sequence[float], rng: Generator) -> int:
    return int(rng.choice(len(shares), p=np.array(shares) / sum(shares)))


def _floats(pictures: NDArray[np.uint8]) -> Tensor:
    """Return NxHxWx3 of bytes as Nx3xHxW in [0, 1]."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255


def _small_copies(photos: Sequence[_Photo], turned: NDArray[np.bool_]) -> Group:
    """Return the photos made small; and a grey ramp as a part of each good photo, which must stay as it is."""
    seen = torch.stack([photo.seen for photo in photos]).float()
    targets = torch.stack([photo.target for photo in photos]).float()
    good = [number for number, photo in enumerate(photos) if photo.good]
    ramp = torch.linspace(0, 1, THUMBNAIL).expand(3, THUMBNAIL, THUMBNAIL)
    ramps = [(ramp.mT if turned[number] else ramp)[None] for number in good]
    return Group(
        torch.cat([seen[:, :3], *ramps]), torch.cat([targets, *ramps]), thumbnails=torch.cat([seen, seen[good]])
    )


def _parts(photos: Sequence[_Photo], chosen: NDArray[np.int64]) -> Group:
    """Return a part of each photo at full size."""
    drawn = list(zip(photos, chosen.tolist(), strict=False))
    inputs, targets = (_floats(np.stack([photo.parts[k, side] for photo, k in drawn])) for side in (0, 1))
    seen = torch.stack([photo.seen for photo in photos]).float()
    boxes = torch.from_numpy(np.stack([photo.boxes[k] for photo, k in drawn]))
    return Group(inputs, targets, (MARGIN, MARGIN), seen, boxes)
