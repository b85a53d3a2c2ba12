"""Texts that stand in a file by themselves: titles, comments, and what programs say of a picture."""


def as_text(data: bytes) -> str:
    """Return bytes as text where no encoding is said: UTF-8, or Latin-1, in which any bytes are text."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
