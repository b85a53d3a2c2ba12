"""Many files: a process each, on one machine or on a cluster."""
