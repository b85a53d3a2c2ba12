"""``ppcn evaluate``: how good a network is."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ppcn.cli.bar import progress_bar
from ppcn.cli.options import as_json, folder, load, model_help, print_figures, provider, quiet, shared

if TYPE_CHECKING:
    from ppcn.evaluation.scores import Run

file = click.Path(path_type=Path, dir_okay=False, exists=True)
force = click.option("--force", is_flag=True, help="Score pictures that the model was trained on, and mark the row.")
common = shared(provider, quiet, as_json)
enhancer_help = f"{model_help} Or untouched, gamma, auto-gamma, auto-levels, clahe."


@click.group()
def evaluate() -> None:
    """Measure quality: on pairs of photos, or on whole photographs."""


@evaluate.command()
@click.option("--model", help=enhancer_help)
@click.option("--outputs", type=folder, help="Score these finished pictures instead of a model.")
@click.option("--pairs", required=True, type=folder, help="Has iphone/ and canon/, or input/ and target/.")
@click.option("--in-photos", type=file, help="JSON: the photo (scene) and place (x, y) of pairs. Needs --photos.")
@click.option("--photos", type=folder, help="Whole photos: MODEL enhances these, and the pairs' places are compared.")
@click.option("--folds", is_flag=True, help="Cross-validate: MODEL is the folder that ppcn train --folds has made.")
@force
@common
def enhancement(
    model: str | None,
    outputs: Path | None,
    pairs: Path,
    in_photos: Path | None,
    photos: Path | None,
    folds: bool,
    force: bool,
    provider: str,
    quiet: bool,
    as_json: bool,
) -> None:
    """PSNR, MS-SSIM and PSNR after the best colour fit on pairs of a phone's and a camera's photos."""
    from ppcn.evaluation.cross_validation import cross_validate
    from ppcn.evaluation.enhancement import score_in_photos, score_model, score_outputs

    if (model is None) == (outputs is None):
        raise click.UsageError("Give either --model or --outputs.")
    if folds and (model is None or force):
        raise click.UsageError("--folds goes with --model, and never with --force.")
    if (in_photos is None) != (photos is None) or (photos and (model is None or folds)):
        raise click.UsageError("--in-photos and --photos go together, and with --model.")
    with progress_bar("Scoring pairs", quiet=quiet) as show:
        if outputs:
            scores = score_outputs(outputs, pairs, progress=show)
        elif folds:
            scores = cross_validate(Path(str(model)), pairs, provider, show)
        else:
            run, seen = _enhancer(str(model), provider, quiet)
            options = {"trained_on": seen, "force": force, "progress": show}
            if in_photos and photos:
                scores = score_in_photos(run, str(model), pairs, in_photos, photos, **options)
            else:
                scores = score_model(run, str(model), pairs, **options)
    print_figures(scores.as_dict(), as_json)


@evaluate.command("whole-photo")
@click.option("--model", required=True, help=enhancer_help)
@click.option(
    "--photos",
    required=True,
    type=folder,
    multiple=True,
    help="A folder of photographs that networks are trained on; may be given again.",
)
@common
def whole_photo(model: str, photos: tuple[Path, ...], provider: str, quiet: bool, as_json: bool) -> None:
    """The same, and more, on held-back photographs, degraded whole by simulated cameras."""
    from ppcn.evaluation.whole_photo import whole_photo as score

    with progress_bar("Scoring photographs", quiet=quiet) as show:
        figures = score(_enhancer(model, provider, quiet)[0], photos, show)
    print_figures({"model": model} | figures, as_json)


def _enhancer(name: str, provider: str, quiet: bool) -> tuple["Run", Collection[str]]:
    """Return a network, or a simple adjustment, and the sha256 of what it was trained on."""
    from ppcn.evaluation.adjustments import ADJUSTMENTS
    from ppcn.models import find

    if name in ADJUSTMENTS:
        return ADJUSTMENTS[name], frozenset()
    return load(name, provider, quiet), find(name).trained_on()


@evaluate.command("super-resolution")
@click.option("--model", required=True, help=f"{model_help} Or bicubic.")
@click.option("--images", required=True, type=folder, help="The originals; their small versions are made here.")
@click.option("--scale", default=4, show_default=True, type=click.IntRange(2), help="How many times MODEL enlarges.")
@click.option("--rgb", is_flag=True, help="The challenge's protocol: PSNR and MS-SSIM of RGB.")
@force
@common
def super_resolution(
    model: str, images: Path, scale: int, rgb: bool, force: bool, provider: str, quiet: bool, as_json: bool
) -> None:
    """PSNR and SSIM on Y, of originals made small and enlarged again."""
    from ppcn.evaluation.super_resolution import score_super_resolution
    from ppcn.models import find

    with progress_bar("Scoring pictures", quiet=quiet) as show:
        enlarge, seen = None, frozenset[str]()
        if model != "bicubic":
            enlarge, seen = load(model, provider, quiet), find(model).trained_on()
        scores = score_super_resolution(
            enlarge, model, images, scale=scale, rgb=rgb, trained_on=seen, force=force, progress=show
        )
    print_figures(scores.as_dict(), as_json)
