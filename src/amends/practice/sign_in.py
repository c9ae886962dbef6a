"""How people sign in: with an account that an administrator made. There is no sign-up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from amends.practice.models import Person
from amends.sealing import seal, unseal

_UNSAID = frozenset({"account/messages/logged_in.txt"})


class NoSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Signing in by e-mail and password, in plain words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This e-mail address and password do not go together. Nothing else is wrong.",
        "too_many_login_attempts": "That was too many tries for now. Wait five minutes, then try again, or ask your "
        "administrator for a new password.",
        "incorrect_password": "That is not your password.",
        "enter_current_password": "That is not your current password.",
        "rate_limited": "That was too many tries for now. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """What allauth wants to say, but for what is plain to see."""
        if message_template not in _UNSAID:
            super().add_message(request, level, message_template, *args, **kwargs)

    def reauthenticate(self, user: Person, password: str) -> bool:
        # allauth asks its table of e-mail addresses, which we do not fill: a person has the one address.
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk


class SealedSecondStep(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """The secrets of authenticator apps and recovery codes, sealed in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code does not fit. Codes change every 30 seconds: try the one that shows now.",
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)
