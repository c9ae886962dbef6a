"""Addresses of no particular thing: sign-in, the second step, theme, sign of life; in the demo also who to be.

Only those of allauth's pages that we use, each with our own template: no sign-up, no e-mail pages, no reset by mail.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.urls import URLPattern, path
from django.views.generic import View

from amends.practice import be_somebody
from amends.web import pages


def _ours(name: str, url: str, view: type[View], template: str) -> URLPattern:
    return path(url, view.as_view(template_name=f"practice/{template}.html"), name=name)


urlpatterns = [
    path("theme.css", pages.theme, name="theme"),
    path("healthz", pages.healthz, name="healthz"),
    path("here", pages.here, name="here"),
    _ours("account_login", "sign-in", account.LoginView, "sign_in"),
    _ours("account_logout", "sign-out", account.LogoutView, "sign_out"),
    _ours("account_inactive", "sign-in/inactive", account.AccountInactiveView, "inactive"),
    _ours("account_reauthenticate", "sign-in/again", account.ReauthenticateView, "sign_in_again"),
    _ours("account_change_password", "me/password", account.PasswordChangeView, "change_password"),
    _ours("mfa_authenticate", "sign-in/code", mfa.AuthenticateView, "code"),
    _ours("mfa_reauthenticate", "sign-in/code-again", mfa.ReauthenticateView, "code_again"),
    _ours("mfa_index", "me/second-step", mfa.IndexView, "second_step"),
    _ours("mfa_activate_totp", "me/second-step/start", totp.ActivateTOTPView, "second_step_start"),
    _ours("mfa_deactivate_totp", "me/second-step/stop", totp.DeactivateTOTPView, "second_step_stop"),
    _ours("mfa_view_recovery_codes", "me/recovery-codes", codes.ViewRecoveryCodesView, "recovery_codes"),
    _ours("mfa_generate_recovery_codes", "me/recovery-codes/new", codes.GenerateRecoveryCodesView, "new_codes"),
]
urlpatterns += [path("demo", be_somebody.choose, name="demo")] if settings.CONFIGURATION.demo else []
