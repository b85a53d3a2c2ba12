"""The networks as torch modules. A new one is one new file and one line in the table."""

from ppcn.networks.dped_resnet import ResNet6x16, ResNet8x32, ResNet12x64
from ppcn.networks.enhancer import Enhancer
from ppcn.networks.fsrcnn import FSRCNN
from ppcn.networks.safmn import SAFMN
from ppcn.networks.srcnn import SRCNN
from ppcn.networks.stages import StagedNetwork
from ppcn.networks.student import Student
from ppcn.networks.super_resolution import SuperResolution
from ppcn.networks.teacher import Teacher
from ppcn.networks.upscaler import Upscaler
from ppcn.networks.vdsr import VDSR

NETWORKS: dict[str, type[StagedNetwork]] = {
    "student": Student,
    "teacher": Teacher,
    "enhancer": Enhancer,
    "super-resolution": SuperResolution,
    "upscaler": Upscaler,
    "safmn": SAFMN,
    "srcnn": SRCNN,
    "fsrcnn": FSRCNN,
    "vdsr": VDSR,
    "resnet-12-64": ResNet12x64,
    "resnet-8-32": ResNet8x32,
    "resnet-6-16": ResNet6x16,
}
