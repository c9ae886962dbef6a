"""The settings of this process: keys, the address that people use, and what must be off where patients' stories are."""

import ipaddress
import os
import stat
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from amends.configuration import Configuration
from amends.connections.checks import Check, Neighbor, down, partly, works

KEY = "settings"
NAME = "Settings"
_READ_BY_OTHERS = stat.S_IRGRP | stat.S_IROTH


def neighbor() -> Neighbor:
    """The settings as something to look at."""
    return Neighbor(KEY, NAME, lambda seconds: look())


def look() -> list[Check]:
    """Looks at the settings of this process."""
    configuration: Configuration = settings.CONFIGURATION
    return [_keys(configuration), _address(configuration), _secure(configuration), _debug(configuration)]


def _keys(configuration: Configuration) -> Check:
    file = configuration.home / "amends.env"
    if len(configuration.secret_key) < 32 and not configuration.demo:
        return partly("keys", "Keys", "AMENDS_SECRET_KEY is short.", "Use one of 50 random characters.")
    if _others_may_read(file):
        return partly("keys", "Keys", f"Other users of this machine may read {file.name}.", f"Run: chmod 600 {file}")
    count = len(configuration.sealing_keys)
    return works("keys", "Keys", f"The secret key and {count} sealing {'key' if count == 1 else 'keys'} are there.")


def _others_may_read(file: Path) -> bool:
    try:
        return os.name == "posix" and bool(file.stat().st_mode & _READ_BY_OTHERS)
    except OSError:
        return False  # the keys come from the environment


def _address(configuration: Configuration) -> Check:
    parts = urlsplit(configuration.base_url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not host:
        says = "AMENDS_BASE_URL is no address: the links in Slack and e-mails lead nowhere."
        return down("address", "Address", says, "Set it to the address that people type, and start again.")
    bare = f"[{host}]" if ":" in host else host
    if not validate_host(bare, settings.ALLOWED_HOSTS):
        says = f"Amends refuses requests to {host}, which is where its links lead."
        return down("address", "Address", says, f"Add {host} to AMENDS_ALLOWED_HOSTS, and start again.")
    if not configuration.demo and _is_this_machine(host):
        says = f"Links in Slack and e-mails lead to {host}: they work on this machine only."
        repair = "Set AMENDS_BASE_URL to the address that people type, and start again."
        return partly("address", "Address", says, repair)
    return works("address", "Address", f"People reach Amends at {configuration.base_url}.")


def _secure(configuration: Configuration) -> Check:
    parts = urlsplit(configuration.base_url)
    if parts.scheme == "https" and not configuration.behind_tls:
        says = "The address begins with https, but cookies are not marked as secure."
        return partly("tls", "TLS", says, "Set AMENDS_BEHIND_TLS=true, and start again.")
    if parts.scheme != "https" and configuration.behind_tls:
        says = "Amends is behind TLS, but the address in its links does not begin with https."
        return partly("tls", "TLS", says, "Let AMENDS_BASE_URL begin with https, and start again.")
    if parts.scheme != "https" and not _is_this_machine(parts.hostname or ""):
        says = "Patients' stories and passwords travel unprotected."
        return down("tls", "TLS", says, "Put a web server with TLS in front, as the operator guide says.")
    says = "Pages travel protected." if configuration.behind_tls else "Not needed on this machine alone."
    return works("tls", "TLS", says)


def _debug(configuration: Configuration) -> Check:
    if configuration.debug:
        says = "AMENDS_DEBUG is on: an error page shows what it should not."
        return down("debug", "Error pages", says, "Take AMENDS_DEBUG out of the settings, and start again.")
    return works("debug", "Error pages", "Error pages say nothing of what is inside.")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
