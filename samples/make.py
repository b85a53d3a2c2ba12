"""Make the sample photos: python samples/make.py PHOTOS, where PHOTOS is the folder of photographs.

Each is one of the photographs under CC0 that no network is trained on, reduced and put through the simulated old phone.
"""

import sys
from pathlib import Path

from PIL import Image

from ppcn.data.degradations import simulate_phone
from ppcn.data.photographs import read, reduced

SAMPLES = {  # name: photograph, seed
    "lake": ("budgie_lake-sherburne.jpg", 3),
    "otter": ("budgie_oakland-zoo-otters.jpg", 0),
    "flowers": ("budgie_blue-periwinkle.jpg", 3),
    "harbour": ("budgie_singaporean-cityscape.jpg", 3),
}
WIDTH = 1200


def main() -> None:
    for name, (photograph, seed) in SAMPLES.items():
        photo = simulate_phone(reduced(read(Path(sys.argv[1]) / photograph), WIDTH), seed)
        image = Image.fromarray((photo * 255 + 0.5).astype("uint8"))
        image.save(Path(__file__).with_name(f"{name}.jpg"), quality=92, subsampling=0)


if __name__ == "__main__":
    main()
