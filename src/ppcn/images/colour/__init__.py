"""Colour spaces: from a photo's own to sRGB, and back."""
