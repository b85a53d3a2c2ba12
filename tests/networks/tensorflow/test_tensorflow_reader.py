"""The reader against checkpoints written here, by the formats' own definitions, and against damage."""

import contextlib
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppcn.errors import CheckpointError
from ppcn.networks.tensorflow.checkpoint import read_checkpoint
from ppcn.networks.tensorflow.table import MAGIC, check

INTEGER = 3


@pytest.fixture(scope="module")
def variables():
    rng = np.random.default_rng(0)
    shapes = {"scope/W0": (3, 3, 2, 4), "scope/b0": (4,), "scope/b1": (300,), "scalar": ()}
    return {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}


@pytest.fixture(params=["V1", "V2"])
def checkpoint(request, variables, tmp_path):
    {"V1": write_v1, "V2": write_v2}[request.param](tmp_path / "model.ckpt", variables)
    return tmp_path / "model.ckpt"


def test_variables_come_back(checkpoint, variables):
    assert_equal(read_checkpoint(checkpoint), variables)


@pytest.mark.parametrize("suffix", [".index", ".data-00000-of-00001"])
def test_either_file_of_a_v2_checkpoint_will_do(variables, tmp_path, suffix):
    write_v2(tmp_path / "model.ckpt", variables)
    assert_equal(read_checkpoint(tmp_path / f"model.ckpt{suffix}"), variables)


def test_other_kinds_than_float32_are_left_out(variables, tmp_path):
    write_v2(tmp_path / "model", variables | {"global_step": np.zeros(7, np.int32)})
    assert_equal(read_checkpoint(tmp_path / "model"), variables)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=st.data())
def test_damage_is_noticed(checkpoint, variables, data):
    file = data.draw(st.sampled_from(sorted(checkpoint.parent.iterdir())))
    whole = file.read_bytes()
    position = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.booleans())
    flipped = bytes([whole[position] ^ data.draw(st.integers(1, 255))])
    file.write_bytes(whole[:position] + (b"" if cut else flipped + whole[position + 1 :]))
    # Some bytes of the footer have no meaning: then nothing may change.
    with contextlib.suppress(CheckpointError):
        assert_equal(read_checkpoint(checkpoint), variables)
    file.write_bytes(whole)


def test_missing_and_foreign_files(variables, tmp_path):
    with pytest.raises(CheckpointError, match="There is no checkpoint"):
        read_checkpoint(tmp_path / "nothing")
    (tmp_path / "notes.txt").write_text("not a checkpoint")
    with pytest.raises(CheckpointError, match="not a TensorFlow checkpoint"):
        read_checkpoint(tmp_path / "notes.txt")
    with pytest.raises(CheckpointError, match="There is no checkpoint"):
        read_checkpoint(tmp_path)
    write_v2(tmp_path / "model", variables)
    (tmp_path / "model.data-00000-of-00001").unlink()
    with pytest.raises(CheckpointError, match=r"incomplete: model\.data-00000-of-00001 is missing"):
        read_checkpoint(tmp_path / "model")


def test_checksum_is_castagnoli_with_the_mask_of_leveldb():
    crc = 0xE3069283  # of "123456789", RFC 3720
    rotated = (crc >> 15 | crc << 17) & 0xFFFFFFFF
    check(b"123456789", struct.pack("<I", (rotated + 0xA282EAD8) & 0xFFFFFFFF))
    with pytest.raises(ValueError, match="checksum"):
        check(b"123456788", struct.pack("<I", (rotated + 0xA282EAD8) & 0xFFFFFFFF))


def assert_equal(read, written):
    assert read.keys() == written.keys()
    for name, values in written.items():
        np.testing.assert_array_equal(read[name], values)
        assert read[name].shape == values.shape


def write_v2(path, variables):
    table, data = [(b"", number(1, 1))], b""
    for name, values in sorted(variables.items()):
        content = values.tobytes()
        kind = 1 if values.dtype == np.float32 else INTEGER
        entry = number(1, kind) + message(2, shape(values)) + number(4, len(data)) + number(5, len(content))
        table.append((name.encode(), entry + varint(6 * 8 + 5) + masked_crc(content)))
        data += content
    path.with_name(path.name + ".index").write_bytes(write_table(table))
    path.with_name(path.name + ".data-00000-of-00001").write_bytes(data)


def write_v1(path, variables):
    metas, table = b"", []
    for name, values in sorted(variables.items()):
        metas += message(1, message(1, name.encode()) + message(2, shape(values)) + number(3, 1))
        saved = message(1, name.encode()) + message(2, b"") + message(3, message(5, values.tobytes()))
        table.append((b"\0" + name.encode(), message(2, saved)))
    path.write_bytes(write_table([(b"", message(1, metas)), *table]))


def write_table(items):
    """Two entries a block, keys shortened by what they share."""
    content, index = b"", []
    for start in range(0, len(items), 2):
        block = write_block(items[start : start + 2])
        index.append((items[start : start + 2][-1][0], varint(len(content)) + varint(len(block) - 5)))
        content += block
    empty, last = write_block([]), write_block(index)
    handles = varint(len(content)) + varint(len(empty) - 5)
    handles += varint(len(content) + len(empty)) + varint(len(last) - 5)
    return content + empty + last + handles.ljust(40, b"\0") + struct.pack("<Q", MAGIC)


def write_block(items):
    block, before = b"", b""
    for key, value in items:
        shared = next(
            (i for i, (a, b) in enumerate(zip(key, before, strict=False)) if a != b), min(len(key), len(before))
        )
        block += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    block += struct.pack("<II", 0, 1) + b"\0"
    return block + masked_crc(block)


def masked_crc(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 & -(crc & 1))
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17 & 0xFFFFFFFF) + 0xA282EAD8) & 0xFFFFFFFF)


def shape(values):
    return b"".join(message(2, number(1, side)) for side in values.shape)


def number(field, value):
    return varint(field * 8) + varint(value)


def message(field, content):
    return varint(field * 8 + 2) + varint(len(content)) + content


def varint(value):
    parts = []
    while value >= 128:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])
