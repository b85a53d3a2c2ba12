"""``ppcn enhance``."""

import click

from ppcn.cli.options import load, model_help
from ppcn.cli.photos import How, on_photos
from ppcn.registry import DEFAULT_ENHANCER, DEFAULT_UPSCALER


@click.command()
@click.option("--model", default=DEFAULT_ENHANCER, show_default=True, help=model_help)
@click.option(
    "--strength", default=1.0, show_default=True, type=click.FloatRange(0, 1), help="Blend with the original."
)
@click.option("--upscale", is_flag=True, help=f"Then make four times larger, with {DEFAULT_UPSCALER}.")
@on_photos
def enhance(how: How, model: str, strength: float, upscale: bool) -> int:
    """Enhance photos: files, folders, or - for standard input and output.

    Without -o a result lies beside its photo, as NAME.enhanced.EXT.
    """
    from ppcn.runtime.operations.operation import Edit, Enhance, Upscale

    edits: list[Edit] = [Enhance(load(model, how.provider, how.quiet), strength)]
    if upscale:
        edits.append(Upscale(load(DEFAULT_UPSCALER, how.provider, how.quiet)))
    return how.run(edits, "enhanced")
