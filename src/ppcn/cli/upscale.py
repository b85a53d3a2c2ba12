"""``ppcn upscale``."""

import click

from ppcn.cli.options import load, model_help
from ppcn.cli.photos import PhotoOptions, with_photo_options
from ppcn.registry import DEFAULT_UPSCALER


@click.command()
@click.option("--model", default=DEFAULT_UPSCALER, show_default=True, help=model_help)
@click.option("--scale", default=4, show_default=True, type=click.IntRange(2, 4), help="How many times larger.")
@with_photo_options
def upscale(photos: PhotoOptions, model: str, scale: int) -> int:
    """Make photos larger: files, folders, or - for standard input and output.

    Without -o a result lies beside its photo, as NAME.upscaled.EXT.
    """
    from ppcn.runtime.operations.upscale import Upscale

    return photos.run([Upscale(load(model, photos.provider, photos.quiet), scale)], "upscaled")
