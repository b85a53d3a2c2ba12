import pytest
import torch

from ppcn.exporting.onnx import to_onnx
from ppcn.networks.stages import StagedNetwork
from ppcn.networks.student import Student


@pytest.fixture(scope="session")
def student() -> Student:
    """Return a student with random weights, normalisation included."""
    torch.manual_seed(0)
    network = Student().eval()
    for norm in (network.norm1, network.norm2):
        torch.nn.init.uniform_(norm.weight, 0.5, 2)
        torch.nn.init.uniform_(norm.bias, -0.5, 0.5)
    return network


@pytest.fixture(scope="session")
def student_file(student: StagedNetwork) -> bytes:
    return to_onnx(student)
