"""Core ML packages: what they say of themselves, and their programs evaluated by torch: make test-export."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from accuracy import in_float64, picture, randomised

from ppcn.errors import OutputError
from ppcn.exporting.coreml import export, to_coreml
from ppcn.exporting.mil import run_program
from ppcn.networks.student import Student

ct: Any = pytest.importorskip("coremltools", reason="needs the extra phones: make test-export")


def found(model: Any, image: np.ndarray) -> np.ndarray:
    return run_program(model, {"image": torch.from_numpy(image * 255)})["enhanced"].numpy() / 255


def test_the_written_package_is_right_at_another_size(tmp_path: Path, student: Student):
    path = tmp_path / "a.mlpackage"
    export(student, (50, 33), "float32").save(path, {"ppcn.check": "{}"}, False)
    model = ct.models.MLModel(str(path), skip_model_load=True)
    assert model.user_defined_metadata["ppcn.check"] == "{}"
    image = picture(120, 41)
    np.testing.assert_allclose(found(model, image), in_float64(student, image), atol=1e-5)
    assert not list(tmp_path.glob(".ppcn-*"))


def test_specification(student: Student):
    specification = to_coreml(student, 50, 33).get_spec()
    assert specification.WhichOneof("Type") == "mlProgram"
    (given,), (made,) = specification.description.input, specification.description.output
    assert (given.name, made.name) == ("image", "enhanced")
    rgb = given.type.imageType.RGB
    assert (given.type.imageType.colorSpace, made.type.imageType.colorSpace) == (rgb, rgb)
    sides = given.type.imageType.imageSizeRange
    assert (sides.widthRange.lowerBound, sides.widthRange.upperBound) == (16, 8192)
    assert (given.type.imageType.width, given.type.imageType.height) == (50, 33)


@pytest.mark.parametrize("name", ["student", "teacher", "super-resolution", "safmn", "enhancer"])
def test_half_precision_stays_within_two_levels_of_255(name: str):
    network = randomised(name)
    image = picture(36, 61)  # no multiple of SAFMN's windows
    np.testing.assert_allclose(found(to_coreml(network, 61, 36), image), in_float64(network, image), atol=2 / 255)


def test_half_precision_gathers_statistics_in_single(student: Student):
    from coremltools.converters.mil.mil import types  # pyright: ignore[reportMissingImports]

    operations = to_coreml(student, 50, 33)._mil_program.functions["main"].operations
    precision = {}
    for operation in operations:
        precision.setdefault(operation.op_type, set()).add(types.builtin_to_string(operation.outputs[0].dtype))
    assert precision["reduce_mean"] == {"fp32"}
    assert precision["conv"] == {"fp16"}


def test_a_package_that_exists_is_replaced_only_when_asked(tmp_path: Path, student: Student):
    path = tmp_path / "a.mlpackage"
    exported = export(student, (50, 33), "float16")
    exported.save(path, {}, False)
    (path / "mine").write_text("left")
    with pytest.raises(OutputError):
        exported.save(path, {}, False)
    assert (path / "mine").exists()
    exported.save(path, {}, True)
    assert not (path / "mine").exists()
