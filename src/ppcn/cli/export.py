"""``ppcn export``: a network as a file for phones."""

import json
from pathlib import Path

import click

from ppcn.cli.options import Size, as_json
from ppcn.cli.silence import silenced


@click.command()
@click.argument("model")
@click.option("--to", required=True, type=click.Choice(["onnx", "litert", "coreml"]), help="The kind of file.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="FILE.onnx, .tflite, .mlpackage")
@click.option("--precision", type=click.Choice(["float32", "float16"]), help="float32; float16 for coreml.")
@click.option("--size", type=Size(), help="The picture that goes in: 1280x720, or what enlarges to it.")
@click.option("--photo", type=click.Path(path_type=Path), help="What the file is checked on; a photo comes with ppcn.")
@click.option("--overwrite", is_flag=True, help="Replace the file if it exists.")
@as_json
def export(
    model: str,
    to: str,
    output: Path,
    precision: str | None,
    size: tuple[int, int] | None,
    photo: Path | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Write MODEL (a name, or a .safetensors file) as a file for phones, checked against PyTorch on a photo.

    What the check found is printed, and stands in the file's metadata. LiteRT files are made for one size.
    """
    with silenced():
        from ppcn.exporting.export import PHOTO, export

        figures = export(model, to, output, precision=precision, size=size, photo=photo or PHOTO, overwrite=overwrite)
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    click.echo(
        "{file}: {bytes:,} bytes, {precision}; sizes: {sizes}. On a photo of {size} it differs from {reference}, by "
        "{largest_difference:.2g} at most and {mean_difference:.2g} on average (of 1).".format_map(figures)
    )
