import pytest
import torch
from torch import nn

from ppcn.errors import RecipeError
from ppcn.networks.initialise import STARTS, he, near_identity, released, torch_default
from ppcn.networks.safmn import SAFMN
from ppcn.networks.student import Student
from ppcn.networks.super_resolution import SuperResolution
from ppcn.networks.teacher import Teacher
from ppcn.networks.upscaler import Upscaler

KINDS = [Student, Teacher]


def started(start, kind, seed=0):
    torch.manual_seed(seed)
    network = kind()
    start(network)
    return network


def convolutions(network):
    return {name: module for name, module in network.named_modules() if isinstance(module, nn.Conv2d)}


@pytest.fixture
def picture():
    """Every colour of a coarse cube, in squares of eight pixels."""
    levels = torch.linspace(0.1, 0.9, 4)
    cube = torch.cartesian_prod(levels, levels, levels)
    return cube.reshape(8, 8, 3).repeat_interleave(8, 0).repeat_interleave(8, 1).permute(2, 0, 1)[None]


def test_the_starts_have_the_names_of_recipes():
    assert list(STARTS.items()) == [
        ("near-identity", near_identity),
        ("released", released),
        ("he", he),
        ("torch", torch_default),
    ]


ALL = [
    *((kind, start) for kind in KINDS for start in STARTS.values()),
    (SuperResolution, he),
    (Upscaler, he),
    (SAFMN, torch_default),
]


@pytest.mark.parametrize(("kind", "start"), ALL)
def test_a_start_is_a_function_of_the_seed(kind, start):
    one, again, other = (started(start, kind, seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize(("kind", "start"), ALL)
def test_every_parameter_can_be_learned_from_there(kind, start, picture):
    network = started(start, kind)
    output = network(picture)
    ((output - 0.3 * picture[..., :1, :1]) ** 2).mean().backward()
    for name, parameter in network.named_parameters():
        assert parameter.requires_grad
        assert parameter.grad is not None
        assert parameter.grad.isfinite().all(), name
        # The mean that a normalisation takes away swallows the biases before it.
        if not name.endswith("bias"):
            assert parameter.grad.abs().sum() > 0, name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(5))
def test_near_identity_returns_nearly_the_picture(kind, seed, picture):
    with torch.no_grad():
        output = started(near_identity, kind, seed)(picture)
    assert (output - picture).abs().mean() < 0.15
    inner = output[..., 4::8, 4::8].flatten(2)[0]  # the middle of each square
    colours = picture[..., 4::8, 4::8].flatten(2)[0]
    between = torch.corrcoef(torch.cat([inner, colours]))[:3, 3:]
    assert between.diagonal().min() > 0.92
    assert (between - between.diagonal().diag()).abs().max() < 0.3  # no two colours become one


@pytest.mark.parametrize("kind", KINDS)
def test_near_identity_carries_three_channels(kind):
    network = started(near_identity, kind)
    untouched = started(lambda _: None, kind)
    convs, before = convolutions(network), convolutions(untouched)
    carriers = {"horizontal", "vertical", "last"} | ({"join"} if kind is Teacher else set())
    for name in carriers - {"last"}:
        weight = convs[name].weight
        centre = weight[..., weight.shape[2] // 2, weight.shape[3] // 2]
        torch.testing.assert_close(centre[:3, :3], torch.eye(3), atol=0.05, rtol=0)
        assert weight[:3, 3:].numel() == 0 or weight[:3, 3:].abs().max() < 0.06
        assert weight[3:].std() > 0.1  # detectors of the usual size
        assert torch.equal(network.get_parameter(f"{name}.bias"), torch.zeros(len(weight)))
    taps = network.get_parameter("last.weight")[:, :3, 1, 1]
    torch.testing.assert_close(taps, 1.1 / 0.58 / 1.2 * torch.eye(3), atol=0.05, rtol=0)
    torch.testing.assert_close(network.get_parameter("last.bias"), torch.full((3,), -0.5 * 1.1 / 0.58))
    for name in convs.keys() - carriers:  # the branches start as torch makes them
        assert convs[name].weight.abs().max() <= before[name].weight[0].numel() ** -0.5


@pytest.mark.parametrize(("kind", "branches"), [(Student, {"norm2"}), (Teacher, {"norm2", "norm4"})])
def test_near_identity_begins_with_a_little_of_the_branches(kind, branches):
    network = started(near_identity, kind)
    for name, parameter in network.named_parameters():
        if name.startswith("norm"):
            norm, what = name.split(".")
            wanted = 0.0 if what == "bias" else 0.03 if norm in branches else 1.0
            assert parameter.tolist() == pytest.approx([wanted] * len(parameter)), name


@pytest.mark.parametrize("kind", KINDS)
def test_released_is_a_normal_cut_at_two_deviations(kind):
    network = started(released, kind)
    weights = torch.cat([conv.weight.detach().flatten() for conv in convolutions(network).values()])
    assert len(weights) > 2000
    assert weights.abs().max() <= 0.02
    assert weights.abs().max() > 0.0195
    assert weights.mean().abs() < 6e-4
    # Cut at two, a normal keeps 0.88 of its deviation; evenly spread it would have 1.15.
    assert weights.std().item() == pytest.approx(0.0088, rel=0.04)
    for conv in convolutions(network).values():
        assert conv.bias is not None
        assert conv.bias.tolist() == pytest.approx([0.01] * len(conv.bias))


@pytest.mark.parametrize("kind", KINDS)
def test_released_leaves_the_normalisations_alone(kind):
    for name, parameter in started(released, kind).named_parameters():
        if name.startswith("norm"):
            assert set(parameter.tolist()) == {0.0 if name.endswith("bias") else 1.0}, name


@pytest.mark.parametrize("kind", KINDS)
def test_released_is_nearly_grey_at_first(kind, picture):
    with torch.no_grad():
        output = started(released, kind)(picture)
    assert (output - 0.5).abs().max() < 0.2


@pytest.mark.parametrize("kind", [SuperResolution, Upscaler])
@pytest.mark.parametrize("seed", range(5))
def test_he_gives_pictures_as_lively_as_pictures_are(kind, seed, picture):
    with torch.no_grad():
        output = started(he, kind, seed)(picture)
    torch.testing.assert_close(output.mean((0, 2, 3)), picture.mean((0, 2, 3)), atol=0.15, rtol=0)
    assert 0.1 < output.std() / picture.std() < 2


@pytest.mark.parametrize("kind", [*KINDS, SuperResolution, Upscaler])
def test_he_is_scaled_by_what_a_convolution_reads(kind):
    for name, conv in convolutions(started(he, kind)).items():
        assert conv.bias is not None
        assert not conv.bias.any(), name
        gain = (2 / (1 + 0.05**2)) ** 0.5 * (0.1 if name in kind.residual else 1)
        inputs = conv.weight[0].numel()
        wanted = pytest.approx(gain / inputs**0.5, rel=5 / conv.weight.numel() ** 0.5)
        assert conv.weight.std().item() == wanted, name
    assert set(kind.residual) <= convolutions(kind()).keys()


def test_only_students_and_teachers_start_near_the_identity():
    with pytest.raises(RecipeError, match=r"near the identity: give another --set start=he\.$"):
        started(near_identity, SuperResolution)
