"""Running a network, stage by stage, on a photo of any size."""
