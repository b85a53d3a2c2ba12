"""``ppcn enhance``."""

import click

from ppcn.cli.options import load, model_help
from ppcn.cli.photos import PhotoOptions, with_photo_options
from ppcn.registry import DEFAULT_ENHANCER, DEFAULT_UPSCALER


@click.command()
@click.option("--model", default=DEFAULT_ENHANCER, show_default=True, help=model_help)
@click.option(
    "--strength", default=1.0, show_default=True, type=click.FloatRange(0, 1), help="Blend with the original."
)
@click.option("--upscale", is_flag=True, help=f"Then make four times larger, with {DEFAULT_UPSCALER}.")
@with_photo_options
def enhance(photos: PhotoOptions, model: str, strength: float, upscale: bool) -> int:
    """Enhance photos: files, folders, or - for standard input and output.

    Without -o a result lies beside its photo, as NAME.enhanced.EXT.
    """
    from ppcn.runtime.operations.enhance import Enhance
    from ppcn.runtime.operations.pipeline import Operation

    operations: list[Operation] = [Enhance(load(model, photos.provider, photos.quiet), strength)]
    if upscale:
        from ppcn.runtime.operations.upscale import Upscale

        operations.append(Upscale(load(DEFAULT_UPSCALER, photos.provider, photos.quiet)))
    return photos.run(operations, "enhanced")
