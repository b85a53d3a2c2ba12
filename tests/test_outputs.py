from pathlib import Path
from typing import Any

import pytest

from ppcn.errors import InputError
from ppcn.outputs import find_photos, plan_outputs


def make(folder: Path, *paths: str) -> Path:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    return folder


def test_finds_photos_in_order(tmp_path: Path):
    make(
        tmp_path,
        "b.JPG",
        "a.heic",
        "c.txt",
        "sub/z.tif",
        "d.Jpeg",
    )
    assert [path.name for path in find_photos(tmp_path)] == ["a.heic", "b.JPG", "d.Jpeg"]
    assert find_photos(tmp_path, recursive=True)[-1] == tmp_path / "sub" / "z.tif"
    with pytest.raises(InputError, match="without photos"):
        find_photos(make(tmp_path / "none", "readme.txt"))
    with pytest.raises(InputError, match="cannot be read"):
        find_photos(tmp_path / "missing")


def targets(inputs: list[str], output: str | None = None, **how: Any) -> list[str]:
    """Plan for files that need not exist."""
    return [
        str(made.target)
        for made in plan_outputs([Path(name) for name in inputs], Path(output) if output else None, **how)
    ]


def test_names_beside_the_input():
    assert targets(["x/a.jpg"]) == ["x/a.enhanced.jpg"]
    assert targets(["a.JPG", "b.HEIC", "c.gif", "d.tiff", "noname"]) == [
        "a.enhanced.JPG", "b.enhanced.jpg", "c.enhanced.jpg", "d.enhanced.tiff", "noname.enhanced.jpg",
    ]  # fmt: skip
    assert targets(["a.v2.png"], suffix=".jpg", tag="upscaled") == ["a.v2.upscaled.jpg"]


def test_output_is_a_file_or_a_folder():
    assert targets(["a.jpg"], "b.png") == ["b.png"]
    assert targets(["a.jpg"], "b") == ["b/a.jpg"]
    assert targets(["a.jpg", "c.jpg"], "b.png") == ["b.png/a.jpg", "b.png/c.jpg"]


def test_names_in_a_folder(tmp_path: Path):
    make(tmp_path, "a.jpg", "a.heic", "b.heic", "c.png", "sub/a.jpg")
    out = tmp_path.parent / "out"
    tasks = plan_outputs([tmp_path], out, recursive=True)
    assert {str(t.source.relative_to(tmp_path)): str(t.target.relative_to(out)) for t in tasks} == {
        "a.jpg": "a.jpg", "a.heic": "a.heic.jpg", "b.heic": "b.jpg", "c.png": "c.png", "sub/a.jpg": "sub/a.jpg",
    }  # fmt: skip
    assert targets([str(tmp_path)], "out", suffix=".jpg") == ["out/a.heic.jpg", "out/a.jpg", "out/b.jpg", "out/c.jpg"]


def test_collisions():
    assert targets(["a.heic", "a.gif"], "out") == ["out/a.heic.jpg", "out/a.gif.jpg"]
    assert targets(["a.heic", "a.png"], "out") == ["out/a.heic.jpg", "out/a.png"]  # the HEIC may have alpha
    assert targets(["a.heic", "A.JPG"], "out") == ["out/a.heic.jpg", "out/A.JPG"]  # some disks ignore case
    assert targets(["x/a.jpg", "y/a.jpg"], "out") == ["out/a.jpg", "out/a.2.jpg"]
    assert targets(["a.png", "a.jpeg", "a.jpg"], "out", suffix=".jpg") == ["out/a.png.jpg", "out/a.jpeg", "out/a.jpg"]
    assert len(set(targets(["a.heic", "a.heic.jpg", "a.jpg"], "out"))) == 3


def test_alpha_makes_png_of_heic_and_gif_alone():
    heic, png = plan_outputs([Path("a.heic"), Path("b.jpg")], Path("out"))
    assert heic.for_alpha().target == Path("out/a.png")
    assert png.for_alpha() == png
    (asked,) = plan_outputs([Path("a.heic")], Path("out"), suffix=".jpg")
    assert asked.for_alpha().target == Path("out/a.jpg")


def test_results_are_no_inputs(tmp_path: Path):
    make(tmp_path, "a.jpg", "a.enhanced.jpg", "b.heic", "b.enhanced.png", "out/a.jpg")
    assert [task.source.name for task in plan_outputs([tmp_path])] == ["a.jpg", "b.heic"]
    tasks = plan_outputs([tmp_path], tmp_path / "out", recursive=True)
    assert tmp_path / "out" / "a.jpg" not in [task.source for task in tasks]
