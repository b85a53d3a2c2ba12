"""Pixels as arrays: resizing, blocks of rows, and libvips."""
