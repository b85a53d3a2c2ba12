"""Servers inside this process, with one worker."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from ppcn.server.app import create_app
from ppcn.server.limits import Limits

LIMITS = Limits(megabytes=8, megapixels=4, waiting=1, memory_mb=2048)
SAMPLE = Path(__file__).parents[2] / "samples" / "lake.jpg"


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(LIMITS), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def listening() -> Callable:
    """Return a function that serves an app on a port for as long as its context lasts."""

    @contextmanager
    def listening(app: ASGIApp) -> Iterator[int]:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            try:
                yield listener.getsockname()[1]
            finally:
                server.should_exit = True
                thread.join()

    return listening


@pytest.fixture(scope="session")
def sample() -> bytes:
    """Return a small JPEG with EXIF."""
    import io

    from PIL import Image

    exif = Image.Exif()
    exif[0x010F] = "Maker"
    file = io.BytesIO()
    with Image.open(SAMPLE) as photo:
        photo.resize((150, 84)).save(file, "jpeg", exif=exif)
    return file.getvalue()


@pytest.fixture(scope="session")
def refused() -> Callable[..., str]:
    """Return a function that checks a problem and returns its sentence."""

    def refused(response, status: int) -> str:
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        problem = response.json()
        assert set(problem) == {"type", "title", "status", "detail"}
        assert problem["status"] == status
        assert problem["detail"].endswith(".")
        return problem["detail"]

    return refused
