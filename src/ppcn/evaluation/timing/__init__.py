"""Time and peak memory of networks: ``ppcn bench``, and the times in the paper's tables."""
