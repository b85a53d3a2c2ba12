"""Measures of quality: NumPy, float64, one file a metric (design: "How quality is measured")."""

from ppcn.metrics.challenge import challenge_scores, ms_ssim_from_mos
from ppcn.metrics.colour_fit import psnr_colour_fit
from ppcn.metrics.ms_ssim import ms_ssim
from ppcn.metrics.psnr import psnr
from ppcn.metrics.psnr_y import psnr_y
from ppcn.metrics.ssim_y import ssim_y

__all__ = ["challenge_scores", "ms_ssim", "ms_ssim_from_mos", "psnr", "psnr_colour_fit", "psnr_y", "ssim_y"]
