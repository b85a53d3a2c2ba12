"""The commands, a file each: thin, all work is done by the packages below, which are imported when a command runs."""

import gc
import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from ppcn import __version__
from ppcn.cli.options import complain
from ppcn.cli.silence import quieten_libraries
from ppcn.cores import cores
from ppcn.errors import PpcnError, missing_extra

EXTRAS = {  # command -> the extra that brings what it needs beyond the base installation
    "bench": "train",
    "enhance": "train",  # for a .safetensors file
    "evaluate": "evaluate",
    "export": "export",
    "import-tensorflow": "train",
    "models": "train",  # to add one
    "reproduce": "train",
    "serve": "serve",
    "train": "train",
    "upscale": "train",
}


class _Files(click.Group):
    """A group that imports a command's file, which lies beside this one, when the command is looked up."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return ``NAME`` of the file ``NAME.py``."""
        name = cmd_name.replace("-", "_")
        return getattr(import_module(f"{__name__}.{name}"), name) if cmd_name in self.commands else None


@click.group(
    cls=_Files,
    commands=dict.fromkeys(EXTRAS, click.Command(None)),  # of these, click needs the names only
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="ppcn")
def commands() -> None:
    """Make phone photos look as if a DSLR took them: fast, offline, on ordinary CPUs."""


def main() -> NoReturn:
    """Run the command line: what a user gets wrong is one sentence on standard error, never a traceback."""
    gc.set_threshold(50_000)  # imports make many objects and no garbage: a twentieth of the time of a small photo
    os.environ.setdefault("VIPS_CONCURRENCY", str(cores()))  # libvips knows the processors alone
    os.environ.setdefault("PYTHONSAFEPATH", "1")  # processes that it starts import nothing that lies among the photos
    quieten_libraries()
    try:
        status = _run()
    except click.ClickException as error:
        error.show()
        status = 2
    except PpcnError as error:
        status = complain(str(error))
    except (click.Abort, KeyboardInterrupt):
        status = complain("Stopped: nothing is half-written.")
    sys.exit(status)


def _run() -> int:
    try:
        return commands.main(standalone_mode=False) or 0
    except ModuleNotFoundError as error:
        name = next((word for word in sys.argv[1:] if word in EXTRAS), "train")
        raise missing_extra(f"For `ppcn {name}`", error, EXTRAS[name]) from error
