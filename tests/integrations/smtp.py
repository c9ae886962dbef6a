"""A mail server on this machine, as far as Amends speaks with one."""

import socket
from collections.abc import Callable

SMTP = "django.core.mail.backends.smtp.EmailBackend"
Replies = dict[str, bytes | None]


def mail_server(replies: Replies, received: list[bytes] | None = None) -> Callable[[socket.socket], None]:
    """Speaks SMTP; the reply to a word may be changed, and None hangs up there. "." is the end of the text."""
    usual: Replies = {"greeting": b"220 ready", "EHLO": b"250 ok", "DATA": b"354 go on", ".": b"250 taken"}

    def talk(connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        with lines:
            word = "greeting"
            while True:
                reply = {**usual, **replies}.get(word, b"250 ok")
                if reply is None:
                    return
                connection.sendall(reply + b"\r\n")
                if word == "DATA" and reply.startswith(b"354"):
                    text = iter(lines.readline, b".\r\n")
                    whole = b"".join(text)
                    if received is not None:
                        received.append(whole)
                    word = "."
                    continue
                line = lines.readline()
                if not line:
                    return
                word = line.split()[0].decode().upper()

    return talk
