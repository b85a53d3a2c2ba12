"""Many clients at once: python benchmarks/load.py PHOTO... [--clients 50] [--seconds 180].

Starts a server of its own on the loopback interface, and ends it. Every client sends one photo after the other, each
time another of those given (sent as a body and as a form in turn, and now and then half of one, which is refused), and
waits as long as a 503 tells it to. Prints how requests were answered, how long the good ones took, and how much memory
server and workers had resident, in MB, over the time.
"""

import argparse
import asyncio
import itertools
import json
import socket
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import httpx2
import numpy as np

TIMEOUT = 300


@dataclass
class Seen:
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


async def client(number: int, server: httpx2.AsyncClient, photos: list[bytes], until: float, seen: Seen) -> None:
    for turn in itertools.count(number):
        if monotonic() >= until:
            return
        photo = photos[turn % len(photos)]
        if turn % 20 == 19:
            photo = photo[: len(photo) // 2]
        sent = {"files": {"photo": photo}} if turn % 2 else {"content": photo}
        started = monotonic()
        try:
            response = await server.post("/v1/enhance", **sent)
        except httpx2.HTTPError as error:
            seen.statuses[type(error).__name__] += 1
            continue
        seen.statuses[str(response.status_code)] += 1
        if response.status_code == 200:
            seen.seconds.append(monotonic() - started)
        await asyncio.sleep(float(response.headers.get("retry-after", 0)))


async def watch(pid: int, seen: Seen) -> None:
    while True:
        seen.memory.append(sum(map(resident, family(pid))))
        await asyncio.sleep(1)


def family(pid: int) -> list[int]:
    """Return a process and those below it: each thread has children of its own."""
    try:
        lists = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:  # it has ended meanwhile
        return []
    children = itertools.chain.from_iterable(map(str.split, lists))
    return [pid, *itertools.chain.from_iterable(family(int(child)) for child in children)]


def resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6


async def load(photos: list[bytes], clients: int, seconds: float, port: int, pid: int) -> Seen:
    seen = Seen()
    limits = httpx2.Limits(max_connections=clients)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=TIMEOUT, limits=limits) as server:
        for _ in range(TIMEOUT):
            try:
                if (await server.get("/readyz")).status_code == 200:
                    break
            except httpx2.ConnectError:
                await asyncio.sleep(1)
        watching = asyncio.create_task(watch(pid, seen))
        until = monotonic() + seconds
        await asyncio.gather(*(client(number, server, photos, until, seen) for number in range(clients)))
        watching.cancel()
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path, nargs="+")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=180)
    options = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from ppcn.cli import main; main()", "serve", "-q", "--port", str(port)]
    server = subprocess.Popen(command)
    try:
        photos = [path.read_bytes() for path in options.photos]
        seen = asyncio.run(load(photos, min(options.clients, 200), min(options.seconds, 600), port, server.pid))
    finally:
        server.terminate()
        server.wait(TIMEOUT)
    thirds = [part.mean() for part in np.array_split(seen.memory, 3)]
    figures = {
        "answers": dict(seen.statuses),
        "photos_a_second": round(len(seen.seconds) / options.seconds, 2),
        "p50_seconds": round(float(np.percentile(seen.seconds, 50)), 2),
        "p95_seconds": round(float(np.percentile(seen.seconds, 95)), 2),
        "memory_mb_by_thirds": [round(float(value)) for value in thirds],
        "memory_mb_most": round(max(seen.memory)),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
