"""The policy in force, and every earlier one that a case still runs under."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from amends.cases.models import PolicyText
from amends.protocol.policy import Policy, read_policy, shipped_text


@lru_cache(maxsize=1)
def _in_force(path: Path | None) -> tuple[Policy, str]:
    text = path.read_text(encoding="utf-8") if path else shipped_text()
    return read_policy(text), text


def current_policy() -> Policy:
    """The policy for new cases: the group's file where one is set, else the one that ships. Read once a process."""
    return _in_force(settings.CONFIGURATION.protocol_file)[0]


def keep_current_policy() -> None:
    """Stores the text of the policy in force, once for each version."""
    policy, text = _in_force(settings.CONFIGURATION.protocol_file)
    PolicyText.objects.get_or_create(version=policy.version, defaults={"text": text})


@lru_cache(maxsize=64)
def _stored(version: str) -> Policy:
    return read_policy(PolicyText.objects.get(version=version).text, stored=True)


def policy_for(version: str) -> Policy:
    """The policy that a case opened under."""
    current = current_policy()
    return current if version == current.version else _stored(version)
