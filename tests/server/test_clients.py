"""Clients that leave or are slow, on real connections."""

import http.client
import socket
import time
from contextlib import ExitStack, suppress

import numpy as np
import pytest
import pyvips

from ppcn.server.app import create_app
from ppcn.server.limits import Limits
from ppcn.server.problems import Problem
from ppcn.server.uploads import UploadMemory

FORM = b"""Content-Type: multipart/form-data; boundary=end

--end
Content-Disposition: form-data; name="photo"; filename="photo.jpg"

""".replace(b"\n", b"\r\n")


def post(port: int, photo: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/v1/enhance", photo)
    response = connection.getresponse()
    return response.status, response.read()


def metrics(port: int) -> dict[str, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


def begun(port: int, length: int, sent: bytes) -> socket.socket:
    """Return a connection on which a request has been begun."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(b"POST /v1/enhance HTTP/1.1\r\nHost: server\r\nContent-Length: %d\r\n\r\n" % length + sent)
    return connection


def test_slow_senders_keep_nobody_out(listening, sample):
    """They would have all places, and three times as many."""
    with listening(create_app(Limits(waiting=4, memory_mb=2048, seconds=300))) as port, ExitStack() as slow:
        for _ in range(15):
            slow.enter_context(begun(port, 1_000_000, sample[:10]))
        status, photo = post(port, sample)
        assert (status, photo[:3]) == (200, sample[:3])


@pytest.mark.parametrize("head", [b"\r\n", FORM], ids=["body", "form"])
def test_who_sends_a_byte_now_and_then_is_answered_in_time_and_closed(listening, head):
    request = b"POST /v1/enhance HTTP/1.1\r\nHost: server\r\nContent-Length: 1000000\r\n"
    answer, started = b"", time.monotonic()
    with listening(create_app(Limits(seconds=1, workers=0))) as port:
        with socket.create_connection(("127.0.0.1", port)) as connection, suppress(ConnectionError):
            connection.sendall(request + head)
            connection.settimeout(0.05)
            while True:
                assert time.monotonic() < started + 30
                with suppress(TimeoutError):
                    if not (part := connection.recv(1 << 16)):
                        break
                    answer += part
                connection.sendall(b"\xff")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"has not arrived within 1 seconds" in answer
        assert metrics(port)["ppcn_photos_inside"] == 0


def test_all_uploads_share_their_memory(listening, sample):
    limits = Limits(waiting=0, megabytes=0.02, memory_mb=2048)
    assert len(sample) < limits.bytes
    with listening(create_app(limits)) as port:
        with begun(port, 20_000, bytes(19_000)):
            while (answer := post(port, sample))[0] == 200:  # until the first one has arrived
                time.sleep(0.05)
            assert answer[0] == 503
            assert b"try again in 2 seconds" in answer[1]
        while (answer := post(port, sample))[0] == 503:  # until its end is seen
            time.sleep(0.05)
        assert answer[0] == 200


def test_memory_is_given_back():
    memory = UploadMemory(10)
    for _ in range(3):
        with memory.share() as first, memory.share() as second:
            first(6)
            second(4)
            with pytest.raises(Problem):
                first(1)


def test_nothing_is_computed_for_clients_who_have_left(listening, sample):
    photo = pyvips.Image.new_from_array(np.zeros((5000, 8000, 3), np.uint8)).pngsave_buffer()
    with listening(create_app(Limits(seconds=300))) as port:
        connections = [begun(port, len(photo), photo) for _ in range(4)]
        while metrics(port)["ppcn_photos_inside"] < 4 or not metrics(port)["ppcn_photos_running"]:
            time.sleep(0.05)
        for connection in connections:
            connection.close()
        while metrics(port)["ppcn_photos_inside"] or metrics(port)["ppcn_photos_running"]:
            time.sleep(0.05)
        assert post(port, sample)[0] == 200
        seen = metrics(port)
        assert seen['ppcn_requests_total{path="/v1/enhance",status="400"}'] == 4
        assert seen["ppcn_workers_replaced_total"] == 0  # no photo has killed it
