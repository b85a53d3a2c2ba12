"""``ppcn serve``: the HTTP API and the page."""

import click

from ppcn.cli.options import Positive, quiet


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
    quiet: bool,
) -> None:
    """Serve the HTTP API and the page until Ctrl-C, which lets running work end."""
    import uvicorn

    from ppcn.server.app import create_app
    from ppcn.server.limits import Limits

    limits = Limits(workers, waiting, max_megabytes, max_megapixels, timeout, memory)
    uvicorn.run(
        create_app(limits),
        host=host,
        port=port,
        log_level="warning" if quiet else "info",
        server_header=False,
        timeout_graceful_shutdown=int(timeout * (waiting + 1)),
    )
