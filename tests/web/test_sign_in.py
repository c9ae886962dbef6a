"""Signing in and out, the second step, and the demo's way in."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.http import Http404
from django.test import Client
from django.urls import path

from amends.practice import be_somebody
from amends.practice.sign_in import NoSignUp
from amends.urls import urlpatterns as real
from amends.web.urls import urlpatterns as web

PASSWORD = "correct horse battery"


class WithDemo:
    """The site's addresses as they are when the demo runs."""

    urlpatterns = [path("demo", be_somebody.choose, name="demo"), *real]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def sign_in(client: Client, email: str, password: str = PASSWORD, **fields: str):
    return client.post("/sign-in", {"login": email, "password": password, **fields})


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_right_password_leads_to_where_they_were(group, client):
    answer = sign_in(client, group.ana.email, next="/handbook/desk")
    assert answer["Location"] == "/handbook/desk"
    assert signed_in(client)


def test_the_address_may_be_written_in_capitals(group, client):
    assert sign_in(client, group.ana.email.upper())["Location"] == "/"


def test_next_never_leads_to_another_site(group, client):
    assert sign_in(client, group.ana.email, next="https://elsewhere.example/")["Location"] == "/"


@pytest.mark.parametrize("email", ["ana@bluebellfinch.example", "nobody@bluebellfinch.example"])
def test_a_wrong_password_and_an_unknown_address_say_the_same_and_keep_the_address(group, client, email):
    answer = sign_in(client, email, "a wrong password")
    assert "do not go together" in text_of(answer)
    assert f'value="{email}"' in answer.content.decode()
    assert not signed_in(client)


def test_the_sixth_wrong_password_for_an_address_is_refused_kindly_even_when_the_seventh_is_right(group, client):
    for _ in range(5):
        assert "do not go together" in text_of(sign_in(client, group.ana.email, "a wrong password"))
    assert "Wait five minutes" in text_of(sign_in(client, group.ana.email, "a wrong password"))
    assert "Wait five minutes" in text_of(sign_in(client, group.ana.email))
    assert not signed_in(client)


def test_somebody_else_can_still_sign_in_then(group, client):
    for _ in range(6):
        sign_in(client, group.ana.email, "a wrong password")
    assert sign_in(Client(), group.omar.email).status_code == 302


def test_an_inactive_person_does_not_get_in(group, client):
    group.ana.is_active = False
    group.ana.save()
    sign_in(client, group.ana.email)
    assert not signed_in(client)


def test_signing_out_takes_a_press_and_not_a_link(group, client_for):
    client = client_for(group.ana)
    assert "Sign out?" in text_of(client.get("/sign-out"))
    assert signed_in(client)
    client.post("/sign-out")
    assert not signed_in(client)


@pytest.mark.parametrize("address", ["/signup/", "/accounts/signup/", "/sign-up", "/password/reset/", "/me/email"])
def test_there_is_no_sign_up_and_no_reset_by_mail(group, client, address):
    assert client.get(address).status_code == 404


def test_whoever_asks_hears_that_there_is_no_sign_up(rf):
    assert not NoSignUp().is_open_for_signup(rf.get("/"))


def test_a_new_password_takes_the_old_one(group, client_for):
    client = client_for(group.ana)
    fields = {"password1": "a much better horse", "password2": "a much better horse"}
    assert "not your current password" in text_of(client.post("/me/password", {"oldpassword": "guess", **fields}))
    client.post("/me/password", {"oldpassword": PASSWORD, **fields})
    group.ana.refresh_from_db()
    assert group.ana.check_password("a much better horse")


def switch_on_second_step(client: Client) -> str:
    """Switches the second step on; returns its secret."""
    assert client.get("/me/second-step/start").status_code == 302, "the password is asked once more"
    client.post("/sign-in/again", {"password": PASSWORD, "next": "/me/second-step/start"})
    page = client.get("/me/second-step/start").content.decode()
    assert "<svg" in page
    assert "data:" not in page, "the policy lets no picture in but our own"
    secret = re.search(r'id="secret">(\w+)<', page)
    assert secret
    client.post("/me/second-step/start", {"code": code_of(secret[1])})
    return str(secret[1])


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_with_a_second_step_the_password_alone_opens_nothing(group):
    client = Client()
    sign_in(client, group.omar.email)
    switch_on_second_step(client)
    assert "On since" in text_of(client.get("/me/second-step"))

    other = Client()
    assert sign_in(other, group.omar.email)["Location"] == "/sign-in/code"
    assert not signed_in(other)
    assert other.get("/handbook/").status_code == 302
    assert "Please fix this first" in text_of(other.post("/sign-in/code", {"code": "000000"}))
    stored = Authenticator.objects.get(user=group.omar, type="recovery_codes")
    assert other.post("/sign-in/code", {"code": stored.wrap().get_unused_codes()[0]}).status_code == 302
    assert signed_in(other)


def test_the_secrets_of_the_second_step_are_sealed_in_the_database(group, settings):
    settings.MFA_ADAPTER = "amends.practice.sign_in.SealedSecondStep"
    client = Client()
    sign_in(client, group.omar.email)
    secret = switch_on_second_step(client)
    assert secret not in str(Authenticator.objects.get(user=group.omar, type="totp").data)
    other = Client()
    sign_in(other, group.omar.email)
    codes = Authenticator.objects.get(user=group.omar, type="recovery_codes").wrap().get_unused_codes()
    other.post("/sign-in/code", {"code": codes[0]})
    assert signed_in(other)


def test_recovery_codes_are_shown_and_made_anew(group):
    client = Client()
    sign_in(client, group.omar.email)
    switch_on_second_step(client)
    first = text_of(client.get("/me/recovery-codes"))
    assert "10 of 10 are left" in first
    assert "Make new" in text_of(client.get("/me/recovery-codes/new"))
    client.post("/me/recovery-codes/new")
    assert text_of(client.get("/me/recovery-codes")) != first


def test_the_second_step_can_be_switched_off(group):
    client = Client()
    sign_in(client, group.omar.email)
    switch_on_second_step(client)
    assert "Keep it" in text_of(client.get("/me/second-step/stop"))
    client.post("/me/second-step/stop")
    assert "Off." in text_of(client.get("/me/second-step"))


def test_a_code_can_be_asked_again_instead_of_the_password(group):
    client = Client()
    sign_in(client, group.omar.email)
    switch_on_second_step(client)
    assert "authenticator app" in text_of(client.get("/sign-in/code-again"))


def test_an_account_that_is_switched_off_says_so(group, client):
    assert "switched off" in text_of(client.get("/sign-in/inactive"))


# --- the demo ------------------------------------------------------------------------------------------------------


@pytest.fixture
def demo(settings):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"demo": True})
    settings.ROOT_URLCONF = WithDemo


def test_in_the_demo_anybody_can_be_anybody(group, client, demo):
    page = text_of(client.get("/demo"))
    assert "Omar Haddad office manager" in page
    assert page.index("Bluebell & Finch" if "Bluebell & Finch" in page else "Bluebell &amp; Finch")
    assert page.index("Start with one of these") < page.index("Ana Ruiz team member")
    assert client.post("/demo", {"person": group.omar.pk})["Location"] == "/"
    assert client.session["_auth_user_id"] == str(group.omar.pk)


@pytest.mark.parametrize("person", ["", "x", "999999", "-1"])
def test_in_the_demo_nobody_can_be_nobody(group, client, demo, person):
    assert client.post("/demo", {"person": person}).status_code == 404


def test_the_inactive_have_no_part_in_the_demo(group, client, demo):
    group.ana.is_active = False
    group.ana.save()
    assert "Ana Ruiz" not in text_of(client.get("/demo"))
    assert client.post("/demo", {"person": group.ana.pk}).status_code == 404


def test_outside_the_demo_there_is_no_such_address(group, client):
    assert not settings.CONFIGURATION.demo
    assert "demo" not in [pattern.name for pattern in web]
    assert client.get("/demo").status_code == 404
    assert client.post("/demo", {"person": group.omar.pk}).status_code == 404


def test_the_view_itself_refuses_outside_the_demo(group, rf):
    with pytest.raises(Http404):
        be_somebody.choose(rf.post("/demo", {"person": str(group.omar.pk)}))
