"""``ppcn evaluate``: how good a network is."""

from pathlib import Path

import click

from ppcn.cli.options import as_json, folder, load, model_help, print_figures, provider

force = click.option("--force", is_flag=True, help="Score pictures that the model was trained on, and mark the row.")


@click.group()
def evaluate() -> None:
    """Measure quality: on pairs of photos, or on whole photographs."""


@evaluate.command()
@click.option("--model", help=model_help)
@click.option("--outputs", type=folder, help="Score these finished pictures instead of a model.")
@click.option("--pairs", required=True, type=folder, help="Has iphone/ and canon/, or input/ and target/.")
@click.option("--folds", is_flag=True, help="Cross-validate: MODEL is the folder that ppcn train --folds has made.")
@force
@provider
@as_json
def enhancement(
    model: str | None, outputs: Path | None, pairs: Path, folds: bool, force: bool, provider: str, as_json: bool
) -> None:
    """PSNR, MS-SSIM and PSNR after the best colour fit on pairs of a phone's and a camera's photos."""
    from ppcn.evaluation.enhancement import score_model, score_outputs
    from ppcn.evaluation.trained_on import trained_on

    if (model is None) == (outputs is None):
        raise click.UsageError("Give either --model or --outputs.")
    if folds:
        from ppcn.evaluation.cross_validation import cross_validate

        if model is None or force:
            raise click.UsageError("--folds goes with --model, and never with --force.")
        scores = cross_validate(Path(model), pairs, provider)
    elif outputs:
        scores = score_outputs(outputs, pairs)
    else:
        assert model
        scores = score_model(load(model, provider), model, pairs, trained_on=trained_on(model), force=force)
    print_figures(scores.as_dict(), as_json)


@evaluate.command("whole-photo")
@click.option("--model", required=True, help=model_help)
@click.option("--photos", required=True, type=folder, help="The folder of photographs that networks are trained on.")
@provider
@as_json
def whole_photo(model: str, photos: Path, provider: str, as_json: bool) -> None:
    """The same on twelve held-back photographs, degraded whole by the simulated phone."""
    from ppcn.evaluation.whole_photo import whole_photo as score

    print_figures({"model": model} | score(load(model, provider), photos), as_json)


@evaluate.command("super-resolution")
@click.option("--model", required=True, help=f"{model_help} Or bicubic.")
@click.option("--images", required=True, type=folder, help="The originals; their small versions are made here.")
@click.option("--scale", default=4, show_default=True, type=click.IntRange(2), help="How many times MODEL enlarges.")
@click.option("--rgb", is_flag=True, help="The challenge's protocol: PSNR and MS-SSIM of RGB.")
@force
@provider
@as_json
def super_resolution(
    model: str, images: Path, scale: int, rgb: bool, force: bool, provider: str, as_json: bool
) -> None:
    """PSNR and SSIM on Y, of originals made small and enlarged again."""
    from ppcn.evaluation.super_resolution import score_super_resolution
    from ppcn.evaluation.trained_on import trained_on

    enlarge = None if model == "bicubic" else load(model, provider)
    scores = score_super_resolution(
        enlarge, model, images, scale=scale, rgb=rgb, trained_on=trained_on(model), force=force
    )
    print_figures(scores.as_dict(), as_json)
