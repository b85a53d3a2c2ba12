"""What Prometheus sees of a server."""

from collections.abc import Callable
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60)


class ServerMetrics:
    """Requests by path and status, their seconds, photos inside, photos being worked on, workers replaced."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter("ppcn_requests", "Requests answered", ["path", "status"], registry=self._registry)
        self.seconds = Histogram(
            "ppcn_request_seconds", "Time to answer", ["path"], registry=self._registry, buckets=SECONDS
        )
        self.replaced = Counter("ppcn_workers_replaced", "Workers that died of a photo", registry=self._registry)
        self.refused = Counter("ppcn_busy", "Requests refused since the queue was full", registry=self._registry)

    def watch(self, name: str, help: str, value: Callable[[], float]) -> None:
        """Show a number that is asked for whenever Prometheus asks."""
        Gauge(name, help, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        """Return all of them in Prometheus's text format."""
        return generate_latest(self._registry)


class RequestMetrics:
    """Middleware that counts and times requests, by the path that is routed: strange paths are one, ``other``."""

    def __init__(self, app: ASGIApp, metrics: ServerMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            path = getattr(scope.get("route"), "path", None) or "other"
            self._metrics.requests.labels(path, str(status)).inc()
            self._metrics.seconds.labels(path).observe(perf_counter() - started)
