"""The luma of BT.601 as MATLAB's ``rgb2ycbcr`` scales it: black is 16 of 255, white 235."""

WEIGHTS = (65.481 / 255, 128.553 / 255, 24.966 / 255)  # of R, G and B in [0, 1]
BLACK = 16 / 255
