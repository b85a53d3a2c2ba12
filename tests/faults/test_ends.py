"""Runs that end before their time: what is there is whole, and the same command goes on."""

import os
import signal

import pytest
from scenes import Scene, ended, lives, picture, until, workers_of

PHOTOS = {f"{number:02}.png": picture(number, (400, 300)) for number in range(16)}


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The results of an undisturbed run."""
    scene = filled(Scene(tmp_path_factory.mktemp("undisturbed")))
    assert scene.run().status == 0
    return {name: (scene.results / name).read_bytes() for name in scene.names()}


def filled(scene: Scene) -> Scene:
    """Return a scene with all photos."""
    for name, photo in PHOTOS.items():
        scene.add(name, photo)
    return scene


def holds(scene: Scene, wanted: dict[str, bytes]) -> bool:
    """Tell whether the results are those of an undisturbed run, each once, and nothing else."""
    return {name: (scene.results / name).read_bytes() for name in scene.names()} == wanted


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end(scene: Scene, wanted: dict[str, bytes], sent: signal.Signals):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests in a shell's background would hand down "ignored"
    process = filled(scene).start()
    until(lambda: len(scene.names()) > 2)
    workers = workers_of(process)
    assert workers
    process.send_signal(sent)
    ended(process).says("Stopped after", "the same command goes on from there", status=1)
    assert not any(map(lives, workers))
    assert len(scene.names()) < len(wanted)
    assert "skipped" in scene.run().err
    assert holds(scene, wanted)


def test_killed_again_and_again(scene: Scene, wanted: dict[str, bytes]):
    filled(scene)
    for done in (1, 5, 9):
        process = scene.start()
        until(lambda done=done: len(scene.names()) >= done)
        workers = workers_of(process)
        process.kill()
        process.wait()
        until(lambda workers=workers: not any(map(lives, workers)), seconds=20)
        scene.check()
    assert scene.run().status == 0
    assert holds(scene, wanted)


def test_a_result_that_power_loss_cut_short_is_made_again(scene: Scene):
    """What lies under a result's name is whole at any time; what a lost writer leaves has another name, and goes."""
    photo = scene.add("a.png", picture())
    scene.results.mkdir()
    left = scene.results / ".ppcn-0123456789abcdef.tmp"
    left.write_bytes(photo.read_bytes()[:500])
    assert scene.run().status == 0
    assert scene.names() == ["a.png"]


def test_a_killed_worker_is_reported_with_its_photo(scene: Scene, wanted: dict[str, bytes]):
    process = filled(scene).start("--workers", 1, "--report", "report.json")
    until(lambda: len(scene.names()) > 2)
    for worker in workers_of(process):
        os.kill(worker, signal.SIGKILL)
    ran = ended(process)
    ran.says(".png: the process that worked on it was killed by SIGKILL", "memory may have run out", status=1)
    assert scene.report()["failed"] == 1
    lost = scene.report()["failures"][0]["photo"].removeprefix("photos/")
    assert set(wanted) - set(scene.names()) <= {lost}  # which may be there: made, but not told yet
    assert scene.run().status == 0
    assert holds(scene, wanted)


def test_two_runs_at_once(scene: Scene, wanted: dict[str, bytes]):
    filled(scene)
    for ran in [ended(process) for process in [scene.start(), scene.start()]]:
        assert ran.status == 0, ran.err
        assert "failed" not in ran.err
    assert holds(scene, wanted)
