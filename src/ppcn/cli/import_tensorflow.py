"""``ppcn import-tensorflow``: a released checkpoint as a network of ours."""

from pathlib import Path

import click


@click.command("import-tensorflow")
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="FILE.safetensors")
@click.option("--overwrite", is_flag=True, help="Replace the file if it exists.")
def import_tensorflow(checkpoint: Path, output: Path, overwrite: bool) -> None:
    """Turn a released TensorFlow checkpoint into a .safetensors file."""
    from ppcn.networks import NETWORKS
    from ppcn.networks.tensorflow import import_checkpoint
    from ppcn.networks.weights_file import save

    name, state = import_checkpoint(checkpoint)
    network = NETWORKS[name]()
    network.load_state_dict(state)
    save(network, output, overwrite=overwrite)
    count = sum(parameter.numel() for parameter in network.parameters())
    click.echo(f"{output}: {name}, {count:,} parameters.")
