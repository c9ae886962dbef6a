"""What an operator may set, read once from the environment and from `amends.env`, and refused with a repair.

Every name has the prefix `AMENDS_`. Any of them may be a file instead: `AMENDS_SECRET_KEY_FILE=/run/secrets/key`.
"""

import base64
import binascii
import os
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class ConfigurationError(Exception):
    """A setting cannot be used; the text names it and says how to repair it."""


class Configuration(BaseSettings):
    """The operator's settings with their defaults; `docs/operator-guide.md` explains each one."""

    model_config = SettingsConfigDict(env_prefix="AMENDS_", extra="ignore", frozen=True)

    home: Path = Path("var")
    secret_key: str = ""
    sealing_keys: Annotated[tuple[str, ...], NoDecode] = ()
    database: str = ""
    engine: Literal["embedded", "procrastinate"] = "embedded"
    debug: bool = False
    demo: bool = False
    base_url: str = "http://127.0.0.1:8000"
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    behind_tls: bool = False
    trusted_proxy: str = "127.0.0.1"
    listen: str = "127.0.0.1:8000"
    web_threads: int = Field(default=8, ge=1, le=128)
    delivery_threads: int = Field(default=4, ge=1, le=64)
    listen_threads: int = Field(default=8, ge=0, le=64)
    settle_seconds: float = Field(default=60, ge=0.1, le=3600)
    lease_seconds: float = Field(default=150, ge=0.2, le=3600)
    give_up_hours: float = Field(default=24, gt=0, le=24 * 14)
    retry_seconds: float = Field(default=5, gt=0, le=3600)
    idle_minutes: int = Field(default=20, ge=1, le=24 * 60)
    protocol_file: Path | None = None
    wordings_file: Path | None = None
    allow_private_addresses: bool = True
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = True
    smtp_timeout_seconds: float = 20
    mail_from: str = "amends@localhost"
    metrics_token: str = Field(default="", repr=False)
    dead_man_url: str = Field(default="", repr=False)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("sealing_keys", "allowed_hosts", mode="before")
    @classmethod
    def _comma_list(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("sealing_keys")
    @classmethod
    def _fernet_keys(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        for key in keys:
            try:
                sound = len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32
            except (binascii.Error, ValueError):
                sound = False
            if not sound:
                raise ValueError("each key is 32 bytes in base64, as `amends init` makes them")
        return keys


def read_configuration() -> Configuration:
    """The configuration of this process. Raises `ConfigurationError` naming every wrong setting."""
    home = Path(os.environ.get("AMENDS_HOME", "var"))
    env_file = home / "amends.env"
    from_files: dict[str, str] = {}
    for name in Configuration.model_fields:
        path = os.environ.get(f"AMENDS_{name.upper()}_FILE")
        if path:
            try:
                from_files[name] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as wrong:
                raise ConfigurationError(f"AMENDS_{name.upper()}_FILE: {path} cannot be read ({wrong}).") from wrong
    try:
        return Configuration(_env_file=env_file if env_file.exists() else None, **from_files)  # type: ignore[arg-type, call-arg]  # pydantic-settings' own argument
    except ValidationError as wrong:
        problems = "; ".join(
            f"AMENDS_{'_'.join(str(part) for part in error['loc']).upper()}: {error['msg']}" for error in wrong.errors()
        )
        raise ConfigurationError(f"{problems}. Mend it in {env_file} or in the environment.") from wrong


def database_settings(configuration: Configuration) -> dict[str, object]:
    """Django's DATABASES entry for `AMENDS_DATABASE`: empty for one SQLite file, or `postgresql://user@host/name`."""
    url = configuration.database
    if configuration.engine == "procrastinate" and not url.startswith(("postgres:", "postgresql:")):
        raise ConfigurationError(
            "AMENDS_ENGINE=procrastinate needs PostgreSQL. Name it in AMENDS_DATABASE, or leave AMENDS_ENGINE out: "
            "the embedded engine of `amends serve` then delivers."
        )
    if not url or url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:").removeprefix("//") or str(configuration.home.resolve() / "amends.sqlite3")
        return _sqlite(path)
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError as wrong:
        raise ConfigurationError(f"AMENDS_DATABASE cannot be read as an address ({wrong}).") from wrong
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ConfigurationError(
            "AMENDS_DATABASE must be empty, sqlite:///a/file or postgresql://user:password@host:5432/name."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10},  # seconds: a machine that is gone says nothing
    }


def _sqlite(path: str) -> dict[str, object]:
    # Writers queue for the lock from the start (IMMEDIATE), and a commit is on the disk when it returns (FULL).
    return {
        "ENGINE": "amends.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000; "
                "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;"
            ),
        },
    }
