"""``ppcn serve``: the HTTP API and the page."""

import re
from urllib.parse import urlsplit

import click

from ppcn.cli.options import Positive, complain, quiet


class Origin(click.ParamType):
    """A page's scheme, host and port, or * for all pages."""

    name = "origin"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the origin as browsers send it."""
        parts = urlsplit(value)
        if value != "*" and (not parts.netloc or value != f"{parts.scheme}://{parts.netloc}".lower()):
            self.fail(f"{value!r} is no origin such as https://example.org: give scheme, host and port.", param, ctx)
        return value


class Token(click.ParamType):
    """What clients can send in a header as a bearer token (RFC 6750)."""

    name = "token"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the token."""
        if not re.fullmatch(r"[A-Za-z0-9._~+/-]+=*", value):
            self.fail("It has to be made of letters, digits and . _ ~ + / - only, with = at the end.", param, ctx)
        return value


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets others in: put a proxy in front.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Photos at the same time.")
@click.option("--waiting", default=16, show_default=True, type=click.IntRange(0), help="Photos that may wait.")
@click.option("--max-megabytes", default=64.0, show_default=True, type=Positive(), help="Refuse larger files.")
@click.option("--max-megapixels", default=50.0, show_default=True, type=Positive(), help="Refuse larger photos.")
@click.option(
    "--timeout", default=60.0, show_default=True, type=Positive(), help="Seconds to send a photo, and to work on it."
)
@click.option("--memory", default=4096, show_default=True, type=click.IntRange(512), help="MiB a worker (Linux).")
@click.option("--cors-origin", "origins", multiple=True, type=Origin(), help="Let pages of another origin use the API.")
@click.option(
    "--token", type=Token(), envvar="PPCN_TOKEN", show_envvar=True, help="Take requests with this bearer token only."
)
@quiet
def serve(
    host: str,
    port: int,
    workers: int,
    waiting: int,
    max_megabytes: float,
    max_megapixels: float,
    timeout: float,
    memory: int,
    origins: tuple[str, ...],
    token: str | None,
    quiet: bool,
) -> int:
    """Serve the HTTP API and the page until Ctrl-C, which lets running work end."""
    import contextlib
    import socket

    import uvicorn

    from ppcn.server.app import create_app
    from ppcn.server.limits import Limits

    try:  # before workers start
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]  # Python repeats the address
        return complain(f"Port {port} of {host} cannot be used ({reason}): choose another --port or --host.")
    limits = Limits(workers, waiting, max_megabytes, max_megapixels, timeout, memory)
    config = uvicorn.Config(
        create_app(limits, origins=origins, token=token),
        log_level="warning" if quiet else "info",
        server_header=False,
        timeout_graceful_shutdown=int(timeout * (waiting + 1)),
    )
    if not quiet:
        name = f"[{host}]" if ":" in host else host
        click.echo(f"Serving http://{name}:{listener.getsockname()[1]} until Ctrl-C.", err=True)
    with listener, contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
    return 0
