"""``ppcn serve`` as a process: it ends when asked, but not before running work has."""

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import pyvips


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_termination_lets_running_work_end():
    photo = pyvips.Image.new_from_array(np.zeros((1500, 2000, 3), np.uint8)).pngsave_buffer()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "import sys; from ppcn.cli import main; main()"
    server = subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--port", str(port), "-q"], stderr=subprocess.PIPE, text=True
    )

    def call(method: str, path: str, body: bytes | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(method, path, body)
        response = connection.getresponse()
        response.read()
        return response.status

    def wait_for(path: str, expected: str) -> None:
        for _ in range(600):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", path)
                if expected in connection.getresponse().read().decode():
                    return
            except ConnectionError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{path} never said {expected}")

    try:
        wait_for("/readyz", "ready")
        statuses: list[int] = []
        client = threading.Thread(target=lambda: statuses.append(call("POST", "/v1/enhance", photo)))
        client.start()
        wait_for("/metrics", "ppcn_photos_running 1.0")
        server.send_signal(signal.SIGTERM)
        client.join(60)
        assert statuses == [200]
        assert server.wait(60) in (0, -signal.SIGTERM)
        assert "Traceback" not in (server.stderr.read() if server.stderr else "")
    finally:
        server.kill()


@pytest.mark.parametrize("option", ["--timeout", "--max-megabytes", "--max-megapixels"])
@pytest.mark.parametrize("value", ["nan", "inf", "-1", "0", "many"])
def test_limits_are_numbers_above_0(run, option, value):
    ran = run("serve", option, value)
    assert ran.status == 2
    assert f"'{value}' is no number above 0" in ran.err


def test_a_port_in_use(run):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run("serve", "--port", str(port)).refused(
            f"Port {port} of 127.0.0.1 cannot be used (Address already in use): choose another --port or --host."
        )


@pytest.mark.parametrize("origin", ["example.org", "https://example.org/", "https://example.org/page", "HTTPS://a.org"])
def test_origins_are_those_that_browsers_send(run, origin):
    ran = run("serve", "--cors-origin", origin)
    assert ran.status == 2
    assert f"'{origin}' is no origin such as https://example.org" in ran.err


@pytest.mark.parametrize("token", ["", "a b", "caf\xe9"])
def test_tokens_are_what_a_header_can_carry(run, token):
    ran = run("serve", "--token", token)
    assert ran.status == 2
    assert "letters, digits and" in ran.err
