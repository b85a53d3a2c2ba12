"""What a worker does with a job, in this process."""

import io
import json
import os
import subprocess
import sys
from http import HTTPStatus
from multiprocessing import Pipe

import pytest
from PIL import Image

from ppcn.runtime.backends.loader import make_engine
from ppcn.server import worker
from ppcn.server.endpoints import UpscaleOptions
from ppcn.server.limits import Limits
from ppcn.server.worker import TOO_MUCH, PhotoRequest, PhotoResponse, Refusal

# Prints what is answered about small photos where the limit leaves more and more.
SHORT_OF_MEMORY = """
import io, json, resource
from pathlib import Path
from PIL import Image
from ppcn import load_model
from ppcn.server import worker
from ppcn.server.endpoints import EnhanceOptions
from ppcn.server.limits import Limits

load_model("student.open")
photos = {}
for format in ("webp", "avif"):
    file = io.BytesIO()
    Image.effect_noise((32, 24), 60).convert("RGB").save(file, format)
    photos[format] = file.getvalue()
used = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())["VmData"]
answers = []
for mib in range(8, 105, 8):
    limit = (int(used.split()[0]) << 10) + (mib << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.RLIM_INFINITY))
    for photo in photos.values():
        request = worker.PhotoRequest({"enhance": "student.open"}, EnhanceOptions(), photo)
        answer = worker._answer(request, Limits())
        answers.append(getattr(answer, "sentence", "done"))
print(json.dumps(answers))
"""


@pytest.fixture
def upscale(monkeypatch, enlarger, sample):
    """Return a function that has the sample photo made larger by a network that repeats pixels."""
    engine = make_engine(enlarger(4), "repeat")
    monkeypatch.setattr(worker, "load_model", lambda _: engine)

    def upscale(limits: Limits = Limits(), **options) -> PhotoResponse | Refusal:  # noqa: B008 (it is frozen)
        return worker._answer(PhotoRequest({"upscale": "repeat"}, UpscaleOptions(**options), sample), limits)

    return upscale


def test_upscaling(upscale):
    result = upscale(scale=2, format="png")
    assert isinstance(result, PhotoResponse)
    assert result.media_type == "image/png"
    assert Image.open(io.BytesIO(result.data)).size == (300, 168)


def test_the_limit_of_pixels_is_one_of_the_result(upscale):
    refusal = upscale(Limits(megapixels=0.1), scale=4)
    assert isinstance(refusal, Refusal)
    assert "megapixels" in refusal.sentence


def test_an_error_of_ours_is_logged_and_not_told(upscale, monkeypatch, capsys):
    def broken(*_: object, **__: object) -> None:
        raise KeyError("secret path")

    monkeypatch.setattr(worker, "process", broken)
    refusal = upscale()
    assert isinstance(refusal, Refusal)
    assert refusal.status == 500
    assert "secret" not in refusal.sentence
    assert "secret path" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits the data of a process")
def test_a_photo_that_does_not_fit_is_not_called_damaged():
    environment = os.environ | {"OMP_NUM_THREADS": "2", "VIPS_CONCURRENCY": "2"}
    command = [sys.executable, "-c", SHORT_OF_MEMORY]
    answers = json.loads(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)
    assert (answers[0], answers[-1]) == (TOO_MUCH, "done")
    assert set(answers) == {TOO_MUCH, "done"}


@pytest.mark.parametrize(
    "answer", [PhotoResponse(b"data", "image/png", ("gain map",), 1.5), Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "No.")]
)
def test_answers_survive_the_journey(answer: PhotoResponse | Refusal):
    server, own = Pipe()
    worker._send(own, answer)
    assert worker.receive(server) == answer


class Evil:
    """What runs a command in whoever unpickles it."""

    def __reduce__(self) -> tuple[object, ...]:
        return exec, ("raise SystemExit('unpickled')",)


@pytest.mark.parametrize("sent", [Evil(), None, {"status": 422, "sentence": "No."}])
def test_a_worker_that_a_photo_has_taken_over_is_not_trusted(sent: object):
    server, own = Pipe()
    own.send(sent)
    with pytest.raises(EOFError):
        worker.receive(server)
