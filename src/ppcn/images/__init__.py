"""Photos: reading and writing files, colour, metadata, resizing."""
