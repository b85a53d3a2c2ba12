"""What holds for every network: size, shapes, and that strips with the declared halos give the whole picture."""

import pytest
import torch
from torch import nn

from ppcn.networks import NETWORKS
from ppcn.networks.stages import gather

PARAMETERS = {
    "enhancer": 49_651,
    "student": 2_715,
    "teacher": 21_843,
    "super-resolution": 236_560,
    "upscaler": 229_968,
    "safmn": 239_520,
    "srcnn": 69_249,
    "fsrcnn": 12_809,
    "vdsr": 665_921,
    "resnet-12-64": 401_475,
    "resnet-8-32": 71_331,
    "resnet-6-16": 17_139,
}
ENLARGING = {"super-resolution", "upscaler", "safmn", "fsrcnn", "vdsr"}


def make(name):
    """A network in float64 whose random weights let a wrong row anywhere show in the picture."""
    torch.manual_seed(len(name))
    network = NETWORKS[name]().double()
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=(2 / parameter[0].numel()) ** 0.5 if parameter.dim() > 1 else 0.5)
    return network


@pytest.mark.parametrize("name", NETWORKS)
def test_number_of_parameters(name):
    assert sum(parameter.numel() for parameter in NETWORKS[name]().parameters()) == PARAMETERS[name]


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("size", [(1, 1), (1, 8), (2, 3), (13, 7)])
def test_any_size(name, size):
    scale = 4 if name in ENLARGING else 1
    network = NETWORKS[name]()
    with torch.no_grad():
        picture = network(torch.rand(2, 3, *size))
    assert picture.shape == (2, 3, scale * size[0], scale * size[1])
    assert picture.isfinite().all()


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("rows", [1, 5])
def test_strips_give_the_whole_picture(name, rows):
    network, image = make(name), torch.rand(1, 3, 33, 9, dtype=torch.float64)
    with torch.no_grad():
        whole = network(image)
        torch.testing.assert_close(run_in_strips(network.stages(), image, rows), whole, rtol=1e-9, atol=1e-9)
        assert whole.std() > 1e-3


@pytest.mark.parametrize("name", NETWORKS)
def test_no_halo_is_larger_than_needed(name):
    image = torch.rand(1, 3, 41, 9, dtype=torch.float64)
    stages = make(name).stages()
    maps, known = (image,), ()
    with torch.no_grad():
        for stage in stages:
            if stage.halo:
                rows = 5 if stage.grid == 1 else 1  # where strips begin on a grid, few rows need the whole halo
                whole = sweep(stage, maps, known, rows, stage.halo)
                less = sweep(stage, maps, known, rows, stage.halo - 1)
                assert any((a - b).abs().max() > 1e-12 for a, b in zip(whole, less, strict=True)), stage
            made = sweep(stage, maps, known, 41, 0)
            known = gather(stage.statistic, made[0])
            maps = maps if stage.observes else made


@pytest.mark.parametrize("name", ["student", "teacher", "super-resolution"])
def test_pictures_have_finer_steps_than_bfloat16(name):
    network, image = make(name).float(), torch.rand(1, 3, 24, 24)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        picture = network(image)
    assert picture.dtype == torch.float32
    assert not torch.equal(picture, picture.bfloat16().float())


def run_in_strips(stages, image, rows):
    """The whole network, each stage strip by strip."""
    maps, known = (image,), ()
    for stage in stages:
        made = sweep(stage, maps, known, rows, stage.halo)
        known = gather(stage.statistic, made[0])
        maps = maps if stage.observes else made
    return maps[0]


def sweep(stage, maps, known, rows, halo):
    """One stage over strips of some rows; what a strip's halo computed is cut off."""
    height = maps[0].shape[2]
    parts = []
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        first, last = max(top - halo, 0), min(bottom + halo, height)
        first -= first % stage.grid
        place = (maps[0].new_tensor([first, height]),) if stage.place else ()
        strip = stage.run(*(x[:, :, first:last] for x in maps), *known, *place)
        kept = slice((top - first) * stage.scale, (bottom - first) * stage.scale)
        parts.append([x[:, :, kept] for x in strip])
    return tuple(torch.cat(column, 2) for column in zip(*parts, strict=True))
