"""How long networks take, and how much memory: ``ppcn bench``, and the times in the paper's tables."""
