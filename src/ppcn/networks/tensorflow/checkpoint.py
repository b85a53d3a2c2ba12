"""Reading TensorFlow checkpoints, V2 (``NAME.index`` and ``NAME.data-...``) and V1 (one file), into arrays."""

import re
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ppcn.errors import CheckpointError
from ppcn.networks.tensorflow.table import check, entries, is_table
from ppcn.protobuf import parse

FLOAT = 1
Variables = dict[str, NDArray[np.float32]]


def read_checkpoint(path: Path) -> Variables:
    """Return the float32 variables of a checkpoint by name; other kinds are left out.

    ``path`` is as TensorFlow takes it, without ``.index``; either file of a V2 checkpoint will do too. Checksums are
    verified. Raises CheckpointError where files are missing, damaged, or no checkpoint.
    """
    try:
        return _read(Path(path))
    except (ValueError, IndexError, KeyError, TypeError, struct.error, OverflowError, MemoryError) as error:
        raise CheckpointError(f"The checkpoint {path} is damaged, or of a kind that cannot be read.") from error
    except OSError as error:
        raise CheckpointError(f"The checkpoint {path} cannot be read: {error.strerror or error}.") from error


def _read(path: Path) -> Variables:
    prefix = path.with_name(re.sub(r"\.(index|data-\d+-of-\d+)$", "", path.name))
    index = prefix.with_name(prefix.name + ".index")
    if index.is_file():
        return _read_v2(prefix, index.read_bytes())
    if path.is_file():
        data = path.read_bytes()
        if is_table(data):
            return _read_v1(data)
        raise CheckpointError(f"{path} is not a TensorFlow checkpoint.")
    raise CheckpointError(f"There is no checkpoint {path}: neither this file nor {index.name} beside it exists.")


def _read_v2(prefix: Path, index: bytes) -> Variables:
    """Read a bundle: an index of places in data files (tensorflow/core/protobuf/tensor_bundle.proto)."""
    table = dict(entries(index))
    (shards,) = parse(table.pop(b"")).get(1, [1])
    variables: Variables = {}
    files: dict[int, bytes] = {}
    for key, value in table.items():
        entry = parse(value)
        shape, (shard,), (offset,), (size,) = (entry.get(field, [0]) for field in (2, 3, 4, 5))
        if entry[1] != [FLOAT]:
            continue
        if shard not in files:
            file = prefix.with_name(f"{prefix.name}.data-{shard:05d}-of-{shards:05d}")
            if not file.is_file():
                raise CheckpointError(f"The checkpoint {prefix} is incomplete: {file.name} is missing.")
            files[shard] = file.read_bytes()
        data = files[shard][offset : offset + size]
        check(data, entry[6][0])
        variables[key.decode()] = _array(data, shape[0] or b"")
    return variables


def _read_v1(data: bytes) -> Variables:
    """Read a table of slices (tensorflow/core/util/saved_tensor_slice.proto): shapes in the first entry, then data."""
    header, *slices = [parse(value) for _, value in entries(data)]
    shapes = {}
    for variable in parse(header[1][0])[1]:
        meta = parse(variable)
        if meta[3] == [FLOAT]:
            shapes[meta[1][0]] = meta[2][0]
    variables: Variables = {}
    for entry in slices:
        saved = parse(entry[2][0])
        name = saved[1][0]
        if name in shapes:  # a variable in several slices does not fit its shape, and is refused
            variables[name.decode()] = _array(parse(saved[3][0])[5][0], shapes[name])
    return variables


def _array(data: bytes, shape: bytes) -> NDArray[np.float32]:
    """Make an array of little-endian floats and a TensorShapeProto; ValueError where their sizes differ."""
    sides = [parse(dimension)[1][0] for dimension in parse(shape).get(2, [])]
    return np.frombuffer(data, "<f4").reshape(sides).astype(np.float32)
