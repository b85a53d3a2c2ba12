"""One path for files, bytes, arrays and streams: the same bits, the same checks, the same sentences."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ppcn
from ppcn.errors import InputError, OutOfMemoryError, OutputError
from ppcn.images.photo import Photo
from ppcn.images.pixels.vips import VipsError
from ppcn.images.unreadable import NotEnoughMemory, Unreadable
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations import memory
from ppcn.runtime.operations.enhance import Enhance
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import Options, process


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(Enhance(ppcn.load_model("student.open")))


@pytest.fixture
def photo(save: Callable[..., Path], tmp_path: Path) -> Path:
    return save(tmp_path / "a.png")


def same(photo: Photo) -> Photo:
    return photo


def test_all_sources_take_the_same_path(photo: Path, pipeline: Pipeline):
    results = [process(source, pipeline, same) for source in (photo, photo.read_bytes())]
    with Image.open(photo) as image:
        results.append(process(Photo(np.asarray(image)), pipeline, same))
    assert all(np.array_equal(result.pixels, results[0].pixels) for result in results)


def test_all_sources_ask_for_the_same_memory(photo: Path, pipeline: Pipeline):
    asked: list[int] = []
    for source in (photo, photo.read_bytes(), Photo(np.asarray(Image.open(photo)))):
        process(source, pipeline, same, admit=asked.append)
    assert asked == [pipeline.memory_needed(40, 30, 3)] * 3


def test_too_little_memory_is_one_sentence_for_every_source(
    photo: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, run: Callable
):
    monkeypatch.setattr(memory, "available", lambda: 1000)
    with Image.open(photo) as image:
        pixels = np.asarray(image)
        for source in (photo, photo.read_bytes(), pixels, image):
            with pytest.raises(OutOfMemoryError, match=r"needs about 0\.0 GB of memory, and 0\.0 GB are free; close"):
                ppcn.enhance(source, model=pipeline.operations[0].engine)
    run("enhance", photo).refused("GB of memory")
    run("enhance", photo, "-o", "-").refused("GB of memory")


@pytest.mark.parametrize("where", ["pipeline", "target"])
def test_running_out_of_memory_on_the_way_is_a_sentence(photo: Path, where: str):
    def fail(*_: object) -> None:
        raise MemoryError

    class Failing(Pipeline):
        def __call__(self, photo: Photo, progress: Progress | None = None) -> Photo:
            return fail() or photo if where == "pipeline" else super().__call__(photo, progress)

    with pytest.raises(OutOfMemoryError, match=f"{photo} needs more memory than there is; close other programs"):
        process(photo, Failing(), fail)


@pytest.mark.parametrize(
    "said",
    [
        "  glib: Error creating thread: Resource temporarily unavailable\n\nwebpload_buffer: load error\n",
        "heif: Tile encoder thread creation failed (8.5002)\nsystem error: Unknown error -1\n",
        "VipsJpeg: Insufficient memory (case 4)\n",
        "out of memory --- size == 3MB\n",
        "libheif: Memory allocation error\n",
    ],
)
@pytest.mark.parametrize("kind", [InputError, OutputError, Unreadable])
def test_what_a_library_says_about_memory_counts(photo: Path, kind: type[Exception], said: str):
    def short(_: Photo) -> None:
        try:
            raise VipsError(said) from RuntimeError(said)
        except VipsError as error:
            raise kind("is damaged or incomplete") from error

    with pytest.raises(OutOfMemoryError, match=f"{photo} needs more memory than there is"):
        process(photo, Pipeline(), short)


def test_a_name_or_damage_is_not_taken_for_a_lack_of_memory(photo: Path):
    def damaged(_: Photo) -> None:
        raise InputError("out of memory.jpg is damaged or incomplete.") from VipsError(
            "VipsJpeg: premature end of file"
        )

    def unwritable(_: Photo) -> None:
        raise OutputError("out of memory.jpg cannot be written.") from PermissionError(
            13, "Denied", "out of memory.jpg"
        )

    for target in (damaged, unwritable):
        with pytest.raises((InputError, OutputError), match=r"^out of memory\.jpg (is damaged|cannot be written)"):
            process(photo, Pipeline(), target)


def test_a_bug_is_not_taken_for_a_lack_of_memory(photo: Path):
    def bug(_: Photo) -> None:
        raise RuntimeError("the memory of an allocator, misspelt")

    with pytest.raises(RuntimeError, match="misspelt"):
        process(photo, Pipeline(), bug)


def test_admission_may_refuse(photo: Path, pipeline: Pipeline):
    def refuse(_: int) -> None:
        raise NotEnoughMemory("has to stay outside")

    with pytest.raises(OutOfMemoryError, match=r"a\.png has to stay outside\."):
        process(photo, pipeline, same, admit=refuse)


def test_progress_begins_with_the_decoded_photo(photo: Path, pipeline: Pipeline):
    shares: list[float] = []
    process(photo, pipeline, same, progress=shares.append)
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_options_of_files_in_python(photo: Path, tmp_path: Path):
    assert ppcn.enhance(photo, output=tmp_path / "b.webp") == tmp_path / "b.webp"
    assert (tmp_path / "b.webp").read_bytes()[8:12] == b"WEBP"
    with pytest.raises(OutputError, match="exists already"):
        ppcn.enhance(str(photo), output=tmp_path / "b.webp")
    assert ppcn.enhance(str(photo), output=tmp_path / "b.webp", overwrite=True) == str(tmp_path / "b.webp")
    assert ppcn.upscale(photo, output=tmp_path / "out", format="jpg", scale=2) == tmp_path / "out" / "a.jpg"
    with Image.open(tmp_path / "out" / "a.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (80, 60))
    small, large = (ppcn.enhance(photo.read_bytes(), format="jpg", quality=quality) for quality in (20, 95))
    assert len(small) < len(large)
    with pytest.raises(InputError, match=r"above the limit of 0\.001"):
        ppcn.enhance(photo.read_bytes(), max_megapixels=0.001)


def test_metadata_can_be_dropped_in_python():
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "Maker"
    Image.new("RGB", (20, 10)).save(file, "jpeg", exif=exif)
    assert b"Maker" in ppcn.enhance(file.getvalue())
    assert b"Maker" not in ppcn.enhance(file.getvalue(), strip_metadata=True)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"format": "bmp"}, "cannot be written as bmp: choose one of jpg"),
        ({"quality": 0}, "The quality 0 is no whole number from 1 to 100"),
        ({"quality": 50.5}, "The quality 50.5 is no whole number"),
        ({"quality": "best"}, "The quality 'best' is no whole number"),
        ({"max_megapixels": float("nan")}, "The limit of nan megapixels is no number above 0"),
        ({"max_megapixels": "x"}, "is no number above 0"),
        ({"format": 5}, "cannot be written as 5"),
        ({"output": "b.png"}, "Only a file has an output"),
    ],
)
def test_options_that_make_no_sense_for_bytes(photo: Path, options: dict, sentence: str):
    with pytest.raises(InputError, match=sentence):
        ppcn.enhance(photo.read_bytes(), **options)


@pytest.mark.parametrize("options", [{"format": "png"}, {"quality": 90}, {"strip_metadata": True}, {"overwrite": True}])
def test_options_that_make_no_sense_for_arrays(options: dict):
    with pytest.raises(InputError, match="are of files: give a path or bytes"):
        ppcn.enhance(np.zeros((4, 4, 3), np.uint8), **options)


def test_a_folder_is_no_photo(tmp_path: Path, photo: Path):  # noqa: ARG001 (it lies in the folder)
    for folder in (tmp_path, str(tmp_path)):
        with pytest.raises(InputError, match="is a folder where one photo was expected"):
            ppcn.enhance(folder)


def test_quality_is_checked_before_a_photo_is_read():
    with pytest.raises(InputError, match="The quality 101"):
        Options(quality=101)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of address space are Linux's")
def test_a_stream_that_does_not_fit_gets_a_sentence(tmp_path: Path):
    """As under ``ulimit -v``: the first check that fails may be of any library."""
    Image.new("RGB", (6000, 6000), (90, 120, 150)).save(tmp_path / "big.jpg")
    code = """
import resource, sys
from ppcn.cli import main
import ppcn; ppcn.load_model("student.open")
used = int(open("/proc/self/statm").read().split()[0]) * 4096
resource.setrlimit(resource.RLIMIT_AS, (used + 300_000_000,) * 2)
sys.argv = ["ppcn", "enhance", "-", "-o", "-"]
main()
"""
    with (tmp_path / "big.jpg").open("rb") as photo:
        ran = subprocess.run([sys.executable, "-c", code], stdin=photo, capture_output=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.count(b"\n") == 1
    assert b"memory" in ran.stderr
    assert ran.stdout == b""
