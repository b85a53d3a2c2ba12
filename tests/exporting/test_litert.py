"""LiteRT files, run by LiteRT: make test-export."""

from pathlib import Path

import numpy as np
import pytest
from accuracy import in_float64, picture, randomised

from ppcn.exporting.litert import export, to_litert
from ppcn.networks.student import Student

pytest.importorskip("litert_torch", reason="needs the extra phones: make test-export")


def found(model: bytes, image: np.ndarray) -> np.ndarray:
    """Run a file as an app does: by the names of its signature."""
    from ai_edge_litert.interpreter import Interpreter  # pyright: ignore[reportMissingImports]

    interpreter = Interpreter(model_content=model)
    interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], image.transpose(0, 2, 3, 1).shape)
    run = interpreter.get_signature_runner()
    return run(image=np.ascontiguousarray(image.transpose(0, 2, 3, 1)))["enhanced"].transpose(0, 3, 1, 2)


@pytest.fixture(scope="module")
def student_litert(student: Student) -> bytes:
    return to_litert(student, 50, 33)


@pytest.mark.parametrize("size", [(33, 50), (120, 41)])
def test_student_agrees_with_torch_at_any_size(student: Student, student_litert: bytes, size: tuple[int, int]):
    image = picture(*size)
    np.testing.assert_allclose(found(student_litert, image), in_float64(student, image), atol=1e-5)


@pytest.mark.parametrize("name", ["teacher", "super-resolution", "safmn", "enhancer"])
def test_others_agree_with_torch_at_their_size(name: str):
    network = randomised(name)
    image = picture(24, 40)
    np.testing.assert_allclose(found(to_litert(network, 40, 24), image), in_float64(network, image), atol=1e-5)


def test_metadata_is_in_the_file_which_runs(tmp_path: Path, student: Student):
    from ai_edge_litert import schema_py_generated as schema  # pyright: ignore[reportMissingImports]

    exported = export(student, (50, 33), "float32")
    assert exported.facts["sizes"] == "any, by resizing the input"
    exported.save(tmp_path / "a.tflite", {"ppcn.check": '{"a": 1}'}, False)
    written = (tmp_path / "a.tflite").read_bytes()
    model = schema.ModelT.InitFromPackedBuf(written, 0)
    buffers = {entry.name: entry.buffer for entry in model.metadata}
    assert bytes(model.buffers[buffers[b"ppcn.check"]].data) == b'{"a": 1}'
    image = picture(33, 50)
    np.testing.assert_allclose(found(written, image), in_float64(student, image), atol=1e-5)
