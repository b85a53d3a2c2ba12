import numpy as np
import pytest

from ppcn.data import degradations as d


@pytest.fixture
def photo():
    rng = np.random.default_rng(0)
    return np.kron(rng.random((8, 10, 3)), np.ones((8, 8, 1))).astype(np.float32)


def test_one_seed_gives_one_picture(photo):
    first, again, other = (d.simulate_phone(photo, seed) for seed in (5, 5, 6))
    assert first.dtype == np.float32
    assert first.shape == photo.shape
    assert 0 <= first.min() <= first.max() <= 1
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).mean() > 0.01


def test_photos_come_out_too_dark_more_often_than_too_bright(photo):
    changes = np.array([float(d.simulate_phone(photo, seed).mean() - photo.mean()) for seed in range(60)])
    assert 0.7 < np.mean(changes < 0) < 1
    assert -0.25 < changes.mean() < -0.05


def test_light_and_back(photo):
    np.testing.assert_allclose(d.to_display(d.to_light(photo)), photo, atol=1e-5)


def test_one_stop_doubles_light():
    np.testing.assert_allclose(d.expose(np.full((1, 1, 3), 0.2, np.float32), 1), 0.4)


def test_white_balance_turns_warm():
    red, green, blue = d.white_balance(np.full((1, 1, 3), 0.5, np.float32), 0.2, 0)[0, 0]
    assert red > green > blue
    assert red * blue == pytest.approx(green**2)


def test_vignetting_darkens_corners_only():
    light = d.vignette(np.ones((21, 31, 3), np.float32), 0.4)
    assert light[10, 15].tolist() == [1, 1, 1]
    assert light[0, 0, 0] == pytest.approx(0.6)


def test_blur_keeps_the_sum_and_spreads_by_sigma():
    point = np.zeros((31, 31, 3), np.float32)
    point[15, 15] = 1
    spread = d.blur(point, 1.2)[:, :, 0]
    assert spread.sum() == pytest.approx(1, abs=1e-5)
    variance = (spread.sum(0) * np.arange(-15, 16) ** 2).sum()
    assert np.sqrt(variance) == pytest.approx(1.2, abs=0.06)  # the window ends at 2.5 sigma
    assert d.blur(point, 0.1) is point


def test_noise_has_the_variance_that_it_should():
    light = np.full((200, 200, 3), 0.5, np.float32)
    noisy = d.sensor_noise(light, 2e-3, np.random.default_rng(1))
    assert np.var(noisy) == pytest.approx(2e-3 * 0.5, rel=0.03)
    assert noisy.mean() == pytest.approx(0.5, abs=1e-3)
    dark = d.sensor_noise(0 * light, 2e-3, np.random.default_rng(1))
    assert np.log(np.var(dark)) == pytest.approx(2.18 * np.log(2e-3) + 1.2, abs=0.03)


def test_tone_keeps_black_and_white():
    np.testing.assert_allclose(d.tone(np.array([[[0, 0.5, 1]]], np.float32), 2), [[[0, 0.25, 1]]])


def test_fading_lifts_black_and_lowers_white():
    black, _, white = d.fade(np.array([[[0, 0.5, 1]]], np.float32), 0.8, 0.05)[0, 0]
    assert 0.1 < black < white < 0.95


def test_saturation_of_zero_is_grey(photo):
    assert np.ptp(d.saturate(photo, 0), axis=2).max() < 1e-6
    np.testing.assert_allclose(d.saturate(photo, 1), photo, atol=1e-6)


def test_smearing_takes_faint_detail_and_leaves_edges():
    faint = 0.5 + 0.01 * (np.indices((40, 40)).sum(0) % 2)[..., None].repeat(3, 2)
    assert np.ptp(d.smear(faint.astype(np.float32), 0.05)[5:-5, 5:-5]) < np.ptp(faint) / 2
    edge = np.zeros((20, 20, 3), np.float32)
    edge[:, 10:] = 1
    np.testing.assert_allclose(d.smear(edge, 0.03), edge, atol=5e-3)


def test_sharpening_makes_halos():
    edge = np.zeros((20, 20, 3), np.float32)
    edge[:, 10:] = 1
    halo = d.sharpen(edge, 0.5, 1)
    assert halo.min() < -0.1
    assert halo.max() > 1.1


def test_jpeg_changes_a_little(photo):
    error = np.abs(d.jpeg(photo, 90, False) - photo).mean()
    assert 0 < error < 0.02
    assert error < np.abs(d.jpeg(photo, 60, True) - photo).mean()
