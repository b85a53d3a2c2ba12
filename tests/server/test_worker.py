"""What a worker does with a job, in this process."""

import io
from http import HTTPStatus
from multiprocessing import Pipe

import pytest
from PIL import Image

from ppcn.runtime.backends.loader import make_engine
from ppcn.server import worker
from ppcn.server.endpoints import UpscaleOptions
from ppcn.server.limits import Limits
from ppcn.server.worker import PhotoRequest, PhotoResponse, Refusal


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
