"""The released enhancers: the rows of tables 3 and 4, and the pictures of figures 7 to 10."""

from typing import NamedTuple

from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.registry import Card

BOTH_TRACKS = "The paper has one row for both released checkpoints of this kind."
L1_AND_VGG = "Student with L1 and VGG losses"


class Enhancer(NamedTuple):
    """A row: its name, the checkpoint, its kind of network, the paper's row where that is another, and a remark."""

    label: str
    checkpoint: str
    kind: str
    row: str | None = None
    note: str | None = None


TEACHER = Enhancer("Teacher", "enhancement/teacher.ckpt", "teacher")
STUDENT = Enhancer("Student", "enhancement/student.ckpt", "student")
WITHOUT_KD = Enhancer("Student without knowledge transfer", "enhancement/student_wo_kd", "student")
TRACK_A = Enhancer(f"{L1_AND_VGG} (track A)", "enhancement/iphone_trackA.ckpt", "student", L1_AND_VGG, BOTH_TRACKS)
TRACKS_BC = Enhancer(
    f"{L1_AND_VGG} (tracks B, C)", "enhancement/iphone_trackBC.ckpt", "student", L1_AND_VGG, BOTH_TRACKS
)
SRCNN = Enhancer("SRCNN", "baselines/dped_srcnn", "srcnn")
DPED = Enhancer("DPED", "baselines/dped_resnet_12_64", "resnet-12-64")
RESNET = Enhancer("ResNet_8_32", "baselines/dped_resnet_8_32", "resnet-8-32")
IN_TABLE_3 = (TEACHER, STUDENT, WITHOUT_KD, TRACK_A, TRACKS_BC, SRCNN, DPED, RESNET)


def our_enhancers(inputs: Inputs) -> list[Card]:
    """Return the cards of our own enhancers."""
    return [card for card in inputs.cards if card.task == "enhancement"]


def enhancer_kinds(inputs: Inputs) -> list[str | None]:
    """Return the kinds of networks that tables 3 and 4 time together."""
    return [entry.kind for entry in IN_TABLE_3] + [card.facts.get("network") for card in our_enhancers(inputs)]
