"""Running networks on photos of any size, from one picture to a cluster full of files."""
