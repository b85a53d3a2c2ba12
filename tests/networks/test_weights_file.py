import pytest
import safetensors.torch
import torch

from ppcn.errors import ModelError, OutputError
from ppcn.networks import NETWORKS
from ppcn.networks.student import Student
from ppcn.networks.teacher import Teacher
from ppcn.networks.weights_file import load, save


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_comes_back(name, tmp_path):
    network = NETWORKS[name]()
    save(network, tmp_path / "network.safetensors")
    for again in (load(tmp_path / "network.safetensors"), load((tmp_path / "network.safetensors").read_bytes())):
        assert type(again) is NETWORKS[name]
        torch.testing.assert_close(again.state_dict(), network.state_dict(), rtol=0, atol=0)
        assert not again.training


def test_the_same_weights_give_the_same_bytes(tmp_path):
    network = Teacher()
    save(network, tmp_path / "a")
    save(network, tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_existing_file_stays_unless_told(tmp_path):
    (tmp_path / "a").write_bytes(b"before")
    with pytest.raises(OutputError):
        save(Student(), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"before"
    save(Student(), tmp_path / "a", overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def weights(**metadata):
    return safetensors.torch.save(dict(Student().state_dict()), metadata or None)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is no safetensors file, or a damaged one"),
        (b"PK\x03\x04 a pickle in a zip file", "is no safetensors file, or a damaged one"),
        (weights(network="student")[:-1], "is no safetensors file, or a damaged one"),
        (weights(), "does not say which network it holds"),
        (weights(network="resnext"), "holds the network resnext, which is unknown"),
        (weights(network="teacher"), "does not hold the weights of the network teacher that it names"),
    ],
)
def test_wrong_files_are_refused(tmp_path, content, sentence):
    (tmp_path / "x.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match=sentence) as caught:
        load(tmp_path / "x.safetensors")
    assert str(caught.value).startswith(str(tmp_path / "x.safetensors"))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ModelError, match="cannot be read: No such file"):
        load(tmp_path / "x.safetensors")
