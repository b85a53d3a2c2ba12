"""Losses: pure functions of torch tensors, one file a loss; ``objective`` adds them up."""
