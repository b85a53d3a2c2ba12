"""Workers: their memory, their time, their death, and the line in front of them."""

import asyncio
import errno
import io
import multiprocessing
import os
import time
from collections.abc import Iterator, MutableMapping
from concurrent.futures import Future
from multiprocessing.process import BaseProcess
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from ppcn.server.app import create_app
from ppcn.server.endpoints import EnhanceOptions
from ppcn.server.limits import Limits
from ppcn.server.pool import DIED, NO_WORKER, Answer, WorkerPool
from ppcn.server.worker import TOO_MUCH, PhotoRequest, PhotoResponse, Refusal
from ppcn.server.worker_process import WorkerProcess


def job(photo: bytes) -> PhotoRequest:
    return PhotoRequest({"enhance": "student.open"}, EnhanceOptions(), photo)


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.zeros((height, width, 3), np.uint8)).save(file, "png")
    return file.getvalue()


class Running(WorkerPool):
    """A pool at work that counts the workers it has replaced."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits, self.count)
        self.replaced = 0
        self.start()

    def count(self) -> None:
        self.replaced += 1

    def done(self, photo: bytes) -> PhotoResponse | Refusal:
        return self.submit(job(photo)).result(120)


@pytest.fixture(scope="module")
def others() -> list[BaseProcess]:
    """Return the processes that were there before the pool's."""
    return multiprocessing.active_children()


@pytest.fixture(scope="module")
def pool(others: list[BaseProcess]) -> Iterator[Running]:  # noqa: ARG001 (in this order)
    pool = Running(Limits(memory_mb=700))
    yield pool
    pool.close()


def test_a_photo_beyond_the_memory_is_refused_and_the_next_one_done(pool: Running, sample: bytes):
    answer = pool.done(png(6000, 4000))
    assert isinstance(answer, Refusal)
    assert answer.sentence in (TOO_MUCH, DIED.sentence)
    assert isinstance(pool.done(sample), PhotoResponse)


def test_a_worker_that_dies_is_replaced(pool: Running, sample: bytes, others: list[BaseProcess]):
    before = pool.replaced
    victim = pool.submit(job(png(1500, 1200)))
    while not pool.running:
        assert not victim.done(), victim.result()
        time.sleep(0.01)
    (worker,) = [process for process in multiprocessing.active_children() if process not in others]
    worker.kill()
    assert victim.result(120) == DIED
    assert isinstance(pool.done(sample), PhotoResponse)
    assert pool.replaced == before + 1


def test_a_worker_that_is_killed_while_it_is_idle_costs_no_photo(
    pool: Running, sample: bytes, others: list[BaseProcess]
):
    before = pool.replaced
    (worker,) = [process for process in multiprocessing.active_children() if process not in others]
    worker.kill()
    worker.join()
    assert isinstance(pool.done(sample), PhotoResponse)
    assert pool.replaced == before + 1


def test_a_photo_that_a_dead_worker_never_had_is_given_to_another_one(
    pool: Running, sample: bytes, others: list[BaseProcess], monkeypatch: pytest.MonkeyPatch
):
    """As where it is killed between the look at it and the photo."""
    before = pool.replaced
    (worker,) = [process for process in multiprocessing.active_children() if process not in others]
    alive = iter([True])
    look = WorkerProcess.alive
    monkeypatch.setattr(WorkerProcess, "alive", lambda self: next(alive, False) or look(self))
    worker.kill()
    worker.join()
    assert isinstance(pool.done(sample), PhotoResponse)
    assert pool.replaced == before + 1


def test_workers_that_cannot_be_started_are_told_of(monkeypatch: pytest.MonkeyPatch, sample: bytes, refused):
    """And the server is well again once they can."""
    monkeypatch.setattr("ppcn.server.pool.IDLE", 0.1)
    app = create_app(Limits())
    with monkeypatch.context() as patch:
        patch.setattr("ppcn.server.worker.main", os.abort)
        client = TestClient(app)
        client.__enter__()
    try:
        sentence = refused(client.get("/readyz"), 503)
        assert "cannot start a process" in sentence
        assert refused(client.post("/v1/enhance", content=sample), 503) == sentence
        while client.get("/readyz").status_code != 200:
            time.sleep(0.1)
        assert client.post("/v1/enhance", content=sample).status_code == 200
    finally:
        client.__exit__(None, None, None)


def test_what_nobody_waits_for_is_dropped(sample: bytes):
    pool = Running(Limits())
    answers = [pool.submit(job(png(4000, 3000))) for _ in range(3)]
    while not pool.running:
        time.sleep(0.01)
    started = time.monotonic()
    for answer in answers:
        answer.cancel()
    assert isinstance(pool.done(sample), PhotoResponse)
    assert time.monotonic() - started < 60
    assert [answer.cancelled() for answer in answers] == [False, True, True]
    assert pool.replaced == 0  # no photo has killed a worker
    pool.close()


def test_clients_that_leave_give_their_places_back(sample: bytes, monkeypatch: pytest.MonkeyPatch):
    answers: list[Answer] = []

    def submit(*_: object) -> Answer:
        answers.append(Answer())
        return answers[-1]

    monkeypatch.setattr(WorkerPool, "submit", submit)
    app = create_app(Limits(workers=1, waiting=1))

    async def leave() -> None:
        for _ in range(5):
            messages = iter([{"type": "http.request", "body": sample, "more_body": False}, {"type": "http.disconnect"}])
            sent: list[MutableMapping[str, Any]] = []

            async def receive(messages: Iterator[dict[str, Any]] = messages) -> dict[str, Any]:
                return next(messages)

            async def send(message: MutableMapping[str, Any], sent: list[MutableMapping[str, Any]] = sent) -> None:
                sent.append(message)

            scope = {"type": "http", "method": "POST", "path": "/v1/enhance", "query_string": b"", "headers": []}
            await app({**scope, "http_version": "1.1", "scheme": "http", "server": ("server", 80)}, receive, send)
            assert sent[0]["status"] == 400
            await asyncio.sleep(0)
            assert answers[-1].dropped.is_set()

    asyncio.run(leave())
    assert len(answers) == 5  # of two places


def test_too_slow_then_closed_with_the_line_finished(sample: bytes):
    pool = Running(Limits(seconds=0.001))
    answers = [pool.submit(job(sample)) for _ in range(2)]
    pool.close()
    for answer in answers:
        refusal = answer.result(0)
        assert isinstance(refusal, Refusal)
        assert "more than 0.001 seconds" in refusal.sentence
    assert pool.replaced == 2


def test_a_full_line_is_answered_at_once(sample: bytes, monkeypatch: pytest.MonkeyPatch, refused):
    waiting: list[Future[PhotoResponse]] = []

    def submit(*_: object) -> Future[PhotoResponse]:
        waiting.append(Future())
        return waiting[-1]

    monkeypatch.setattr(WorkerPool, "submit", submit)
    app = create_app(Limits(workers=1, waiting=1))

    async def three() -> None:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
            inside = [asyncio.create_task(client.post("/v1/enhance", content=sample)) for _ in range(2)]
            while len(waiting) < 2:
                await asyncio.sleep(0)
            third = await client.post("/v1/enhance", content=sample)
            assert "try again in 2 seconds" in refused(third, 503)
            assert third.headers["retry-after"] == "2"
            for answer in waiting:
                answer.set_result(PhotoResponse(b"done", "image/png", (), 0.1))
            assert [(await task).content for task in inside] == [b"done", b"done"]
            assert "ppcn_photos_inside 0.0" in (await client.get("/metrics")).text
            refused(await client.get("/readyz"), 503)  # no worker was started

    asyncio.run(three())


def test_an_upload_that_takes_too_long(refused):
    async def slow() -> None:
        async def crawling():
            yield b"\xff\xd8\xff"
            await asyncio.sleep(60)
            yield b""

        transport = httpx2.ASGITransport(create_app(Limits(seconds=0.05)))
        async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
            response = await client.post("/v1/enhance", content=crawling())
            assert "has not arrived within 0.05 seconds" in refused(response, 408)

    asyncio.run(slow())


def test_a_process_that_cannot_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch):
    """As where the system has no process left (EAGAIN) at the moment at which a worker has died of a photo."""
    refusing = True

    class Process:
        def __init__(self, _: Limits) -> None:
            if made and refusing:
                raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
            made.append(self)
            self.living = True

        def work(self, *_: object) -> PhotoResponse:
            if len(made) == 1:
                self.living = False
                raise EOFError
            return PhotoResponse(b"done", "image/png", (), 0.1)

        def alive(self) -> bool:
            return self.living

        def end(self) -> None:
            pass

    def wait_until(ready: bool) -> None:
        while pool.ready != ready:
            time.sleep(0.01)

    made: list[Process] = []
    monkeypatch.setattr("ppcn.server.pool.IDLE", 0.05)
    monkeypatch.setattr("ppcn.server.pool.WorkerProcess", Process)
    pool = Running(Limits())
    assert pool.done(b"") == DIED
    wait_until(ready=False)
    assert [pool.done(b"") for _ in range(2)] == [NO_WORKER] * 2
    refusing = False
    wait_until(ready=True)
    assert pool.done(b"") == PhotoResponse(b"done", "image/png", (), 0.1)
    assert (pool.replaced, pool.running, pool.ready) == (1, 0, True)
    pool.close()
    assert not pool.ready


def test_a_bug_in_front_of_the_worker_does_not_end_its_thread(monkeypatch: pytest.MonkeyPatch, sample: bytes):
    pool = Running(Limits())
    with monkeypatch.context() as patch:
        patch.setattr("ppcn.server.worker.receive", lambda _: 1 / 0)
        refusal = pool.done(sample)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 500
    pool.close()
