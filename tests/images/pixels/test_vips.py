import os
import subprocess
import sys

import pytest
from builders import camera_exif, quarters, saved

from ppcn.images.pixels.vips import VipsError, vips, vips_errors

QUOTED = saved(quarters(), "AVIF", exif=b"Exif\0\0" + camera_exif()).replace(b"irot", b"\xcarot")


def test_messages_that_quote_bytes_leave_nothing_behind():
    """pyvips cannot decode such a message, and would trip over it again in the next error of anybody."""
    with pytest.raises(VipsError), vips_errors() as pyvips:
        pyvips.Image.heifload_buffer(QUOTED).avg()
    with pytest.raises(vips().Error, match="pngload_buffer"):
        vips().Image.pngload_buffer(b"no picture")


def test_a_library_leaves_libvips_and_its_host_alone():
    code = (
        "import logging, os, pyvips, sys\n"
        "def state(): return (\n"
        "    dict(os.environ), pyvips._log_handler_id, pyvips.error._to_string, logging.getLogger('pyvips').handlers)\n"
        "before = state()\n"
        "from ppcn.images.read import read\n"
        "read(sys.stdin.buffer.read())\n"
        "assert state() == before\n"
    )
    photo = saved(quarters(), "JPEG")
    done = subprocess.run([sys.executable, "-c", code], input=photo, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_programs_of_ours_hear_nothing_from_libvips():
    code = (
        "from ppcn.images.pixels.vips import quieten, vips\n"
        "quieten()\n"
        "import sys; assert 'pyvips' not in sys.modules and 'numpy' not in sys.modules\n"
        "import logging; logging.basicConfig(level=0)\n"
        "logging.getLogger('pyvips').setLevel(logging.WARNING)\n"
        "image = vips().Image.new_from_file(sys.argv[1]); image.avg()\n"
        "assert vips()._log_handler_id is None\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "VIPS_WARNING"}
    command = [sys.executable, "-c", code, "samples/lake.jpg"]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "tiff", "avif"])
def test_a_forked_process_gets_an_answer_or_an_error(kind: str):
    """libvips's threads do not survive a fork, and it would wait for them for ever."""
    code = """
import os, signal, sys, ppcn
photo = sys.stdin.buffer.read()
def work():
    try:
        return bool(ppcn.enhance(photo))
    except ppcn.errors.ForkError:
        return False
def forked():
    process = os.fork()
    if not process:
        signal.alarm(30)
        os._exit(10 + work())
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
assert forked() == 11
assert work()
assert forked() in (10, 11)
"""
    subprocess.run([sys.executable, "-c", code], input=saved(quarters(), kind), check=True, timeout=120)
