import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ppcn.data.groups import Group, grouped, windows


def numbered(*shape):
    return torch.arange(torch.Size(shape).numel()).reshape(shape)


@given(st.data())
def test_windows_are_those_of_a_slow_loop(data):
    count, channels, side = (data.draw(st.integers(1, most)) for most in (3, 3, 6))
    corner = top, left = data.draw(st.tuples(st.integers(0, 5), st.integers(0, 5)))
    height, width = (start + side + data.draw(st.integers(0, 14)) for start in corner)
    images = numbered(count, channels, height, width)
    expected = [
        image[:, y : y + side, x : x + side]
        for image in images
        for y in range(top, height - side + 1, side)
        for x in range(left, width - side + 1, side)
    ]
    assert torch.equal(windows(images, side, corner), torch.stack(expected))


def test_windows_start_in_the_corner_unless_told():
    images = numbered(2, 3, 7, 9)
    assert torch.equal(windows(images, 3), windows(images, 3, (0, 0)))
    assert torch.equal(windows(images, 7)[1], images[1, :, :, :7])


def test_windows_carry_gradients_of_what_they_hold_only():
    images = torch.zeros(1, 1, 5, 6, requires_grad=True)
    windows(images, 2, (1, 1)).sum().backward()
    assert images.grad is not None
    assert images.grad[0, 0].tolist() == [[0] * 6, *[[0, 1, 1, 1, 1, 0]] * 4]


def test_a_group_keeps_the_order_and_the_sides():
    rng = np.random.default_rng(0)
    pairs = [(rng.random((4, 5, 3), np.float32), rng.random((4, 5, 3), np.float32)) for _ in range(3)]
    group = grouped(pairs, (2, 1))
    assert isinstance(group, Group)
    assert group.corner == (2, 1)
    assert grouped(pairs).corner == (0, 0)
    for side, images in enumerate((group.inputs, group.targets)):
        assert images.dtype == torch.float32
        assert images.is_contiguous()
        for k, pair in enumerate(pairs):
            np.testing.assert_array_equal(images[k].numpy(), pair[side].transpose(2, 0, 1))


def test_a_group_takes_views_but_not_pictures_of_several_sizes():
    picture = np.arange(60, dtype=np.float32).reshape(4, 5, 3)
    mirrored = picture[:, ::-1]
    assert torch.equal(grouped([(mirrored, mirrored)]).inputs, grouped([(mirrored.copy(), mirrored.copy())]).inputs)
    with pytest.raises(ValueError, match="same shape"):
        grouped([(picture, picture), (picture[1:], picture[1:])])
