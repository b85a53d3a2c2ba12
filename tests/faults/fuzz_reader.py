"""Enhance the pictures that come through standard input, and answer each with a byte on standard output.

``.`` means enhanced, ``e`` refused with a sentence. A crash, a hang and any other exception end the process.
"""

import os
import resource
import signal
import sys

import ppcn
from ppcn.errors import PpcnError

SECONDS, MEMORY = 60, 8 << 30


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answers = os.dup(1)
    os.dup2(2, 1)
    engine = ppcn.load_model("student.open")
    while length := sys.stdin.buffer.read(4):
        data = sys.stdin.buffer.read(int.from_bytes(length, "little"))
        signal.alarm(SECONDS)
        try:
            ppcn.enhance(data, model=engine)
            answer = b"."
        except PpcnError as error:
            assert "\n" not in str(error)  # noqa: PT017
            answer = b"e"
        signal.alarm(0)
        os.write(answers, answer)


if __name__ == "__main__":
    main()
