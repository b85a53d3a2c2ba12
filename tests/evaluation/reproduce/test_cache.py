import pytest

from ppcn.errors import InputError
from ppcn.evaluation.reproduce.cache import Cache, digest

WHAT = {"protocol": "1", "network": "n", "pictures": "p"}


def test_a_result_is_made_once_for_its_content(tmp_path):
    calls = []

    def compute():
        calls.append(1)
        return {"psnr": 20.5}

    for _ in range(2):
        assert Cache(tmp_path).get(WHAT, compute) == {"psnr": 20.5}
    assert len(calls) == 1
    for change in WHAT:
        Cache(tmp_path).get(WHAT | {change: "other"}, compute)
    assert len(calls) == 4
    assert len(list(tmp_path.iterdir())) == 4


def test_a_result_without_a_new_metric_is_made_anew(tmp_path):
    Cache(tmp_path).get(WHAT, lambda: {"psnr": 20.5})
    assert Cache(tmp_path).get(WHAT, lambda: {"psnr": 1}, ["psnr"]) == {"psnr": 20.5}
    assert Cache(tmp_path).get(WHAT, lambda: {"psnr": 20.5, "mae": 0.1}, ["psnr", "mae"]) == {"psnr": 20.5, "mae": 0.1}
    assert Cache(tmp_path).get(WHAT, dict, ["mae"])["mae"] == 0.1


@pytest.mark.parametrize("content", ["", "[]", "{", '{"what": {}, "result": {"psnr": 1}}'])
def test_a_damaged_file_is_made_anew(tmp_path, content):
    Cache(tmp_path).get(WHAT, lambda: {"psnr": 20.5})
    (kept,) = tmp_path.iterdir()
    kept.write_text(content)
    assert Cache(tmp_path).get(WHAT, lambda: {"psnr": 21.0}) == {"psnr": 21}
    assert Cache(tmp_path).get(WHAT, lambda: {}) == {"psnr": 21}


def test_the_digest_is_of_contents_in_their_order(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    a.write_bytes(b"1")
    b.write_bytes(b"2")
    assert digest([a, b]) != digest([b, a])
    (tmp_path / "c").write_bytes(b"1")
    assert digest([a, b]) == digest([tmp_path / "c", b])
    with pytest.raises(InputError, match="none cannot be read"):
        digest([tmp_path / "none"])
