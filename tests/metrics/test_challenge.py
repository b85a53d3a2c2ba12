import pytest

from ppcn.metrics import challenge_scores, ms_ssim_from_mos

ROWS = {  # track, PSNR, MS-SSIM or its stand-in, speed on the CPU, published scores, tolerance
    "table 2, SRCNN": ("A", 27.21, 0.9552, 1, (5.33, 7.77, 5.93), 0.031),
    "table 2, PPCN": ("A", 28.13, 0.9632, 3239 / 654, (12.84, 14.92, 13.91), 0.011),
    "table 4, SRCNN": ("B", 21.31, ms_ssim_from_mos(2.295), 1, (3.22, 2.29, 3.49), 0.031),
    "table 4, DPED": ("B", 21.38, ms_ssim_from_mos(2.4411), 3274 / 20462, (2.89, 4.9, 3.32), 0.031),
    "table 4, PPCN": ("B", 21.85, ms_ssim_from_mos(2.5583), 3274 / 828, (13.19, 16.31, 16.93), 0.031),
}


@pytest.mark.parametrize("row", ROWS)
def test_published_scores(row):
    *arguments, published, tolerance = ROWS[row]
    scores = challenge_scores(*arguments)
    assert list(scores) == ["A", "B", "C"]
    assert tuple(scores.values()) == pytest.approx(published, abs=tolerance)


def test_the_gpu_does_not_give_the_published_scores():
    scores = challenge_scores("A", 28.13, 0.9632, 205 / 56)
    assert scores["A"] == pytest.approx(12.84 - 0.34, abs=0.011)
    assert scores["C"] == pytest.approx(13.91 - 0.51, abs=0.015)


def test_speed_beyond_four_times_earns_nothing():
    assert challenge_scores("B", 22, 0.91, 4) == challenge_scores("B", 22, 0.91, 40)
