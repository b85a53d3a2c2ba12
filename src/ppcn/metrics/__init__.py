"""Measures of quality: NumPy, float64, one file a metric (design: "How quality is measured")."""

from ppcn.metrics.colour_fit import psnr_colour_fit
from ppcn.metrics.ms_ssim import ms_ssim
from ppcn.metrics.psnr import psnr

__all__ = ["ms_ssim", "psnr", "psnr_colour_fit"]
