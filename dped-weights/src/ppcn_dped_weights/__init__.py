"""Networks for ppcn that were trained on pairs of DPED, for non-commercial use."""
