"""What is typed as the address of an Open Dental, made whole. Pure."""

from urllib.parse import urlsplit

from amends.integrations.open_dental.models import Mode

REMOTE = "https://api.opendental.com/api/v1/"
_PORT = {Mode.SERVICE: 30223, Mode.LOCAL: 30222}
_PATH = "/api/v1/"


def address_of(mode: str, typed: str) -> str:
    """ "SERVER", "192.168.1.5:30223" or a whole address as a whole address. Raises `ValueError` with a sentence.

    Without one, Remote and Local have an address of their own (open-dental-api.md 1).
    """
    text = typed.strip()
    if not text and mode == Mode.REMOTE:
        return REMOTE
    if not text and mode == Mode.SERVICE:
        raise ValueError("Enter the name or the address of the server, such as SERVER or 192.168.1.5.")
    text = text or "localhost"
    bare = "://" not in text
    try:
        parts = urlsplit(f"http://{text}" if bare else text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in text:
        raise ValueError("This is no address. Write a name such as SERVER, or http://SERVER:30223/api/v1/.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = _PORT.get(Mode(mode)) if bare else None
    where = f":{port or usual}" if port or usual else ""
    path = parts.path if parts.path.strip("/") else _PATH
    return f"{parts.scheme}://{host}{where}{path.rstrip('/')}/"
