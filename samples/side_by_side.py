"""Put two photos of one size side by side: python samples/side_by_side.py BEFORE AFTER RESULT."""

import sys
from pathlib import Path

import numpy as np

from ppcn.images.photo import Photo
from ppcn.images.read import read
from ppcn.images.write import write

GAP = 8  # white pixels between them


def main() -> None:
    before, after = (read(Path(name)).pixels for name in sys.argv[1:3])
    gap = np.full((before.shape[0], GAP, 3), 255, np.uint8)
    write(Photo(np.concatenate([before, gap, after], axis=1)), Path(sys.argv[3]), overwrite=True)


if __name__ == "__main__":
    main()
