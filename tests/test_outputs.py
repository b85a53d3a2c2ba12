import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from ppcn.errors import InputError, OutputError
from ppcn.outputs import find_photos, is_result_of, plan_outputs


def make(folder: Path, *paths: str) -> Path:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"photo")
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


def test_lists_of_one_kind_after_another_make_no_results_of_results(tmp_path: Path):
    names = ("a.HEIC", "b.heic", "a.enhanced.jpg", "b.enhanced.2.jpg", "c.jpg", "d.enhanced.jpg")
    make(tmp_path, *names)  # the photo d is gone
    given = sorted(tmp_path.glob("*.jpg"))
    assert [task.source.name for task in plan_outputs(given)] == ["c.jpg", "d.enhanced.jpg"]
    alone = plan_outputs([tmp_path / "a.enhanced.jpg"], tag="upscaled")  # asked for by its name
    assert [task.target.name for task in alone] == ["a.enhanced.upscaled.jpg"]


def test_files_whose_library_is_missing_are_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make(tmp_path, "a.dng", "b.jpg", "raw/c.dng")
    assert [path.name for path in find_photos(tmp_path)] == ["a.dng", "b.jpg"]
    monkeypatch.setattr("ppcn.images.formats.format.find_spec", lambda _: None)
    assert [path.name for path in find_photos(tmp_path)] == ["b.jpg"]
    with pytest.raises(InputError, match=r"without photos .*; rawpy is needed: install it with pip"):
        find_photos(tmp_path / "raw")


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
    assert targets(["a.jpg"], "b.v2") == ["b.v2/a.jpg"]
    with pytest.raises(OutputError, match=r"b\.png is the name of one file"):
        targets(["a.jpg", "c.jpg"], "b.png")
    for name in ("b.bmp", "b.dng", "b.heic", "b.pdf"):
        with pytest.raises(OutputError, match=f"{name}: pictures cannot be written as"):
            targets(["a.jpg"], name)
    with pytest.raises(OutputError, match=r"b\.jpg is no name for the format png"):
        targets(["a.jpg"], "b.jpg", suffix=".png")
    assert targets(["a.png"], "b.jpeg", suffix=".jpg") == ["b.jpeg"]


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


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def run(*inputs: Path, output: Path | None = None, **how: Any) -> list[str]:
    """Do what is planned, by copying, and return the results."""
    planned = plan_outputs(inputs, output, **how)
    for made in planned:
        if not made.target.exists():
            made.target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(made.source, made.target)
    return [made.target.name for made in planned]


def test_results_are_no_inputs_however_paths_are_spelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    photos = make(tmp_path / "photos", "a.jpg", "sub/b.jpg")
    (tmp_path / "link").symlink_to(photos)
    monkeypatch.chdir(photos)
    spelled = [(Path(), Path("better")), (photos, Path("better")), (Path(), photos / "better")]
    for entry, output in [*spelled, (tmp_path / "link", photos / "better"), (photos, Path("../photos/sub/../better"))]:
        assert run(entry, output=output, recursive=True) == ["a.jpg", "b.jpg"]
    assert tree(photos) == ["a.jpg", "better/a.jpg", "better/sub/b.jpg", "sub/b.jpg"]


@pytest.mark.parametrize("name", ["a.jpg", "b.heic", "c", "d.gif"])
def test_results_beside_photos_are_no_inputs_of_any_command(tmp_path: Path, name: str):
    make(tmp_path, name, "z.enhanced.png")  # whose photo is not here: a photo of its own
    for tag in ("enhanced", "upscaled") * 2:
        run(tmp_path, *([tmp_path / name] if name == "c" else []), tag=tag)
    assert len([path for path in tree(tmp_path) if path[0] == name[0]]) == 3
    assert "z.enhanced.upscaled.png" in tree(tmp_path)


def test_the_same_photo_twice_is_done_once(tmp_path: Path):
    make(tmp_path, "a.jpg", "sub/c.jpg")
    assert run(tmp_path, tmp_path / "a.jpg", tmp_path / "sub" / ".." / "a.jpg") == ["a.enhanced.jpg"]


def test_an_output_folder_that_holds_the_photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A result in its photo's own folder is named after what was done, and no result replaces another photo."""
    best = make(tmp_path / "x", "1.jpg", "best/1.jpg", "best/2.png") / "best"
    monkeypatch.chdir(best)
    for output in (best, Path(), Path("../best"), tmp_path / "x" / "best"):
        assert run(best, output=output) == ["1.enhanced.jpg", "2.enhanced.png"]
        assert run(Path("1.jpg"), output=output) == ["1.enhanced.jpg"]
    assert run(Path("2.png"), output=Path(), suffix=".jpg") == ["2.enhanced.jpg"]
    assert run(best / "1.jpg", tmp_path / "x" / "1.jpg", output=tmp_path / "x") == ["1.2.jpg", "1.enhanced.jpg"]
    assert run(best / "1.jpg", tmp_path / "x" / "1.jpg", output=best) == ["1.enhanced.jpg", "1.2.jpg"]


def test_a_photo_that_lies_in_the_output_folder_is_no_result_where_it_is_named(tmp_path: Path):
    make(tmp_path, "a.jpg", "out/b.jpg")
    assert run(tmp_path / "a.jpg", tmp_path / "out" / "b.jpg", output=tmp_path / "out") == ["a.jpg", "b.enhanced.jpg"]


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize(("first", "second"), [("a.heic", "a.jpg"), ("a.jpg", "a.heic"), ("a.gif", "a.JPG")])
def test_a_photo_that_joins_another_one_of_its_name_is_not_taken_for_done(
    tmp_path: Path, first: str, second: str, *, beside: bool
):
    photos = make(tmp_path / "photos", first)
    output = None if beside else tmp_path / "out"
    os.utime(photos / first, (1.5e9, 1.5e9))
    (done,) = run(photos, output=output)
    os.utime(make(photos, second) / second, (1.6e9, 1.6e9))
    for _ in range(3):
        results = run(photos, output=output)
        assert len(set(results)) == 2
        assert done in results
    for made in plan_outputs([photos], output):
        assert made.target.stat().st_mtime == made.source.stat().st_mtime


def test_what_is_no_photo_of_the_user_is_passed_by(tmp_path: Path):
    make(tmp_path, "a.jpg", "b.jfif", "c.JPE", "d.hif", "@eaDir/a.jpg/T.jpg", "#recycle/a.jpg", "$RECYCLE.BIN/a.jpg")
    assert [path.name for path in find_photos(tmp_path, recursive=True)] == ["a.jpg", "b.jfif", "c.JPE", "d.hif"]


def test_a_name_that_no_file_can_have():
    with pytest.raises(InputError, match="no name that a file can have"):
        targets(["a\0b.jpg"])
    assert targets(["a" * 300 + ".jpg"], "out") == ["out/" + "a" * 300 + ".jpg"]


def test_photos_whose_names_differ_in_case_alone_have_a_result_each(tmp_path: Path):
    photos = make(tmp_path, "A.jpg", "a.jpg", "a.JPG")
    if len(list(photos.iterdir())) < 3:
        pytest.skip("this disk ignores case")
    output = tmp_path / "out"
    planned = plan_outputs([photos / name for name in ("a.jpg", "A.jpg", "a.JPG", "a.jpg")], output)
    names = [made.target.name.lower() for made in planned]
    assert len(names) == len(set(names)) == 3
    output.mkdir()
    for made in planned:
        shutil.copy2(made.source, made.target)
    again = plan_outputs([photos / name for name in ("A.jpg", "a.JPG", "a.jpg")], output)
    assert {(made.source, made.target) for made in again} == {(made.source, made.target) for made in planned}


def test_a_result_is_told_from_what_merely_has_its_name(tmp_path: Path):
    photo, result = tmp_path / "a.jpg", tmp_path / "out.jpg"
    photo.write_bytes(b"photo")
    assert not is_result_of(result, photo)
    result.write_bytes(b"result")
    shutil.copystat(photo, result)
    assert is_result_of(result, photo)
    os.utime(result, ns=(0, photo.stat().st_mtime_ns + 1_900_000_000))  # as a disk rounds it
    assert is_result_of(result, photo)
    os.utime(result, ns=(0, photo.stat().st_mtime_ns + 10**10))
    assert not is_result_of(result, photo)
    result.write_bytes(b"")
    shutil.copystat(photo, result)
    assert not is_result_of(result, photo)
    result.unlink()
    result.mkdir()
    shutil.copystat(photo, result)
    assert not is_result_of(result, photo)
