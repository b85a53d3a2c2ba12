import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image
from torch import nn

from ppcn.errors import ModelError
from ppcn.networks.vgg import VGG19

NUMBERS = {"conv1_1": 0, "conv1_2": 2, "conv2_1": 5}  # torchvision's
SHAPES = {"conv1_1": (64, 3), "conv1_2": (64, 64), "conv2_1": (128, 64)}


@pytest.fixture
def state():
    """Three layers of VGG-19 with torchvision's names, random."""
    torch.manual_seed(0)
    tensors = {}
    for layer, (outputs, inputs) in SHAPES.items():
        tensors[f"features.{NUMBERS[layer]}.weight"] = 0.1 * torch.randn(outputs, inputs, 3, 3)
        tensors[f"features.{NUMBERS[layer]}.bias"] = torch.randn(outputs)
    return tensors


@pytest.fixture
def path(state, tmp_path):
    path = tmp_path / "vgg19.safetensors"
    safetensors.torch.save_file(state, path)
    return path


def keras(state):
    """The same weights as Keras stores them, for pictures in BGR."""
    arrays = {}
    for layer, number in NUMBERS.items():
        block, k = layer[4], layer[6]
        kernel = state[f"features.{number}.weight"]
        kernel = kernel.flip(1) if layer == "conv1_1" else kernel
        arrays[f"block{block}_conv{k}/kernel"] = kernel.permute(2, 3, 1, 0).numpy()
        arrays[f"block{block}_conv{k}/bias"] = state[f"features.{number}.bias"].numpy()
    return arrays


def network(state):
    """What torchvision's VGG-19 has up to conv2_1, but for pools that round up."""
    layers = nn.Sequential(
        nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2, ceil_mode=True), nn.Conv2d(64, 128, 3, padding=1),
    )  # fmt: skip
    layers.load_state_dict({name.removeprefix("features."): value for name, value in state.items()})
    return layers


def test_torchvisions_layout(state, path):
    image = torch.rand(2, 3, 9, 7)
    normalised = (image - torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)) / torch.tensor([0.229, 0.224, 0.225]).view(
        3, 1, 1
    )
    features = VGG19(path, "conv2_1")(image)
    assert features.shape == (2, 128, 5, 4)  # 9 and 7, halved upwards
    torch.testing.assert_close(features, network(state)(normalised))
    torch.testing.assert_close(VGG19(path, "conv1_2")(image), network(state)[:3](normalised))


def test_keras_layout(state, tmp_path):
    np.savez(tmp_path / "vgg19.npz", **keras(state))
    image = torch.rand(1, 3, 6, 5)
    less_means = 255 * image - torch.tensor([123.68, 116.779, 103.939]).view(3, 1, 1)
    torch.testing.assert_close(
        VGG19(tmp_path / "vgg19.npz", "conv2_1")(image), network(state)(less_means), rtol=1e-4, atol=1e-3
    )


def test_torchs_cache_is_looked_in(state, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    (tmp_path / "checkpoints").mkdir()
    with pytest.raises(ModelError, match=r"not at .*vgg19-dcbb9e9d.pth: download https://.* or name a file"):
        VGG19()
    torch.save(state, tmp_path / "checkpoints" / "vgg19-dcbb9e9d.pth")
    assert VGG19(layer="conv2_1")(torch.rand(1, 3, 1, 1)).shape == (1, 128, 1, 1)


def test_weights_stay_and_gradients_reach_the_image(path):
    extractor, image = VGG19(path, "conv2_1"), torch.rand(1, 3, 4, 4, requires_grad=True)
    extractor(image).sum().backward()
    assert not any(parameter.requires_grad for parameter in extractor.parameters())
    assert image.grad is not None
    assert image.grad.abs().sum() > 0


class Harmful:
    def __reduce__(self):
        return print, ("code from a weights file ran",)


def test_errors_are_plain(state, path, tmp_path, capsys):
    with pytest.raises(
        ModelError, match=r"does not hold VGG-19's layer conv4_2: the deepest that it has is conv2_1\.$"
    ):
        VGG19(path)
    with pytest.raises(ModelError, match="no layer relu4_2: its convolutions are conv1_1 to conv5_4"):
        VGG19(path, "relu4_2")
    with pytest.raises(ModelError, match=r"\.npz, \.safetensors, \.pth"):
        VGG19(tmp_path / "vgg19.h5")
    for name in ("damaged.npz", "damaged.safetensors", "damaged.pth"):
        (tmp_path / name).write_bytes(b"not this")
        with pytest.raises(ModelError, match="is damaged, or holds more than tensors"):
            VGG19(tmp_path / name)
    torch.save({"features.0.weight": Harmful()}, tmp_path / "harmful.pth")
    with pytest.raises(ModelError, match="holds more than tensors"):
        VGG19(tmp_path / "harmful.pth")
    assert "ran" not in capsys.readouterr().out
    safetensors.torch.save_file({"weight": torch.ones(1)}, tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match="does not hold VGG-19's weights"):
        VGG19(tmp_path / "other.safetensors")
    state["features.2.weight"] = torch.ones(64, 3, 3, 3)
    safetensors.torch.save_file(state, tmp_path / "sizes.safetensors")
    with pytest.raises(ModelError, match="its layer conv1_2 has other sizes"):
        VGG19(tmp_path / "sizes.safetensors", "conv2_1")


@pytest.fixture(scope="module")
def genuine(shared):
    return shared / "reference" / "vgg19_block1_to_block3.npz"


@pytest.fixture(scope="module")
def photographs(shared):
    """The middles of natural photographs."""
    files = sorted((shared / "data" / "bsds500").glob("*.jpg"))[::3]
    crops = [np.asarray(Image.open(file).convert("RGB"))[128:176, 128:176] for file in files]
    return torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2) / 255


def test_genuine_weights_are_those_published_elsewhere(genuine):
    """MatConvNet's imagenet-vgg-verydeep-19.mat, for RGB, as printed by others."""
    conv = VGG19(genuine, "conv1_1").convs["conv1_1"]
    assert isinstance(conv, nn.Conv2d)
    assert conv.bias is not None
    torch.testing.assert_close(conv.weight[0, :, 0, 0], torch.tensor([0.39416704, 0.46418372, 0.34119523]))
    torch.testing.assert_close(conv.weight[0, :, 0, 1], torch.tensor([0.37740308, 0.41810837, 0.33999205]))
    torch.testing.assert_close(conv.bias[:3], torch.tensor([0.73017758, 0.06493629, 0.03428847]))


@torch.no_grad()
def test_photographs_centre_the_first_layer(genuine, photographs):
    """Its filters answer around zero only to pictures of the right range and less the right means."""

    def offset(mean, deviation):
        extractor = VGG19(genuine, "conv1_1")
        extractor.mean.copy_(mean)
        extractor.deviation.fill_(deviation)
        answers = extractor(photographs)
        return (answers.mean((0, 2, 3)).std() / answers.std((0, 2, 3)).mean()).item()

    means = VGG19(genuine, "conv1_1").mean
    right = offset(means, 1 / 255)
    assert right < 0.15
    for wrong in (offset(means, 1.0), offset(0 * means, 1.0), offset(0 * means, 1 / 255), offset(means, 0.226)):
        assert wrong > 2 * right


@torch.no_grad()
def test_photographs_surprise_the_network_least_in_their_own_colours(genuine, photographs):
    """Answers grow in most photographs, and on the whole, under every other order of the colours."""
    extractor = VGG19(genuine, "conv2_1")
    natural = extractor(photographs).square().mean((1, 2, 3))
    for order in ((2, 1, 0), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1)):
        swapped = extractor(photographs[:, order]).square().mean((1, 2, 3))
        assert (swapped > natural).float().mean() > 0.65
        assert swapped.mean() > natural.mean()
