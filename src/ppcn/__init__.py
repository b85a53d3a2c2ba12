"""ppcn makes phone photos look as if a DSLR took them."""

__version__ = "0.1.0"
