import sys
from dataclasses import replace

import pytest

from ppcn.errors import CheckpointError, MissingExtraError
from ppcn.evaluation.reproduce.methods import released


@pytest.fixture
def reference(inputs, tmp_path):
    for name in ("net.index", "net.data-00000-of-00001", "net_two.index", "old.ckpt"):
        (tmp_path / name).write_bytes(name.encode())
    return replace(inputs, reference=tmp_path)


def test_the_digest_is_of_a_checkpoints_own_files(reference, tmp_path):
    before = released(reference, "net").digest
    assert released(reference, "old.ckpt").digest != before
    (tmp_path / "net_two.index").write_bytes(b"changed")
    assert released(reference, "net").digest == before
    (tmp_path / "net.data-00000-of-00001").write_bytes(b"changed")
    assert released(reference, "net").digest != before
    with pytest.raises(CheckpointError, match="There is no checkpoint"):
        released(reference, "nowhere/net")


def test_without_torch_a_sentence_says_so(reference, monkeypatch):
    monkeypatch.delitem(sys.modules, "ppcn.exporting.onnx", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"is needed: install it with pip install 'ppcn\[train\]'"):
        released(reference, "net").load()
