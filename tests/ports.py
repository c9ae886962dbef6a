"""Ports for programs that a test starts, and ports on which nothing listens.

None of them is one that the system gives away by itself: between the moment in which such a port was found free and the
moment in which a program listens there, a connection of any other test may be given it.
"""

import os
import socket
from itertools import count

_FIRST, _BELOW = 10_000, 32_768  # what Linux, macOS and Windows leave to programs
_EACH = 1_000  # processes that were started one after the other look at ranges of their own
_ASIDE = 8  # `amends demo` takes the next three as well
_turns = count(0, _ASIDE)


def free_port() -> int:
    """A port of this machine on which nothing listens, given to nobody else of this run."""
    while True:
        port = _FIRST + (os.getpid() * _EACH + next(_turns)) % (_BELOW - _FIRST)
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
