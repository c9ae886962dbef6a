"""Google on the Connections pages: consent, profiles to offices, other tools' notices, and what works in words."""

import html
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from tests.conftest import Cast
from tests.connections.says import by_key
from tests.integrations.google.conftest import Moments
from tests.simulators.google_business.driver import Google

from amends.connections.checks import State
from amends.connections.neighbors import google as neighbor
from amends.integrations.google_business.chores import read_reviews
from amends.integrations.google_business.models import GoogleAccount, GoogleConnection, GoogleLocation
from amends.integrations.google_business.profiles import suggestion
from amends.practice.models import Office, Person
from amends.reviews import replying
from amends.reviews.models import ReplyState, Review
from amends.simulators.google_business.cast import VENDOR_TOPIC

PAGE = "/connections/google"
TOPIC = "projects/amends-demo/topics/reviews"
CLIENT = {"client_id": "demo-client-id", "client_secret": "demo-client-secret"}


@pytest.fixture
def alex(group: Cast, client_for: Callable[[Person], Client]) -> Client:
    return client_for(group.alex)


@pytest.fixture
def row(connection: GoogleConnection) -> GoogleConnection:
    """The client is known and nobody has agreed yet."""
    connection.refresh_token = ""
    connection.push_topic = TOPIC
    connection.save()
    return connection


def text(client: Client, query: str = "") -> str:
    return html.unescape(client.get(f"{PAGE}{query}").content.decode())


def post(client: Client, path: str = "", **fields: object) -> str:
    """What the page says afterwards."""
    answer: Any = client.post(f"{PAGE}{path}", fields)
    assert answer.status_code in (303, 422)
    return text(client) if answer.status_code == 303 else html.unescape(answer.content.decode())


def consent(client: Client, google: Google, **asks: str) -> str:
    """Through the consent page and back; what our page says then. `asks` changes what is asked for."""
    there: Any = client.get(f"{PAGE}/connect")
    query = {name: values[0] for name, values in parse_qs(urlsplit(there.url).query).items()}
    google.settings(auto_consent=True)
    target = urlsplit(there.url)
    changed = "&".join(f"{name}={value}" for name, value in asks.items())
    answer = google.http("GET", f"{target.path}?{target.query}{'&' + changed if changed else ''}")
    back = urlsplit(answer.headers["location"])
    assert query["access_type"] == "offline"
    return follow(client, f"{back.path}?{back.query}")


def follow(client: Client, path: str) -> str:
    answer: Any = client.get(path)
    assert answer.status_code == 303
    return text(client)


def connected(client: Client, google: Google) -> None:
    assert "Connected. 3 accounts" in consent(client, google)
    assert "13 profiles found" in post(client, "/accounts", account=[google.accounts[1]])


class TestClientForm:
    def test_the_client_is_kept_and_its_secret_never_shown(self, alex: Client) -> None:
        page = post(alex, push_topic=TOPIC, push_email="push@p.example", **CLIENT)
        assert "Saved." in page
        assert "demo-client-secret" not in page
        kept = GoogleConnection.objects.get()
        assert (kept.client_id, kept.client_secret, kept.push_topic) == (*CLIENT.values(), TOPIC)
        post(alex, client_id="another")
        assert GoogleConnection.objects.get().client_secret == "demo-client-secret"

    def test_what_is_missing_or_no_topic_is_said(self, alex: Client) -> None:
        assert "That is no topic" in post(alex, push_topic="reviews", **CLIENT)
        assert not GoogleConnection.objects.exists()

    def test_nothing_else_is_there_before(self, alex: Client) -> None:
        assert "Connect with Google" not in text(alex)
        assert alex.get(f"{PAGE}/connect").status_code == 404


class TestConsent:
    def test_a_yes_connects_and_lists_the_accounts(self, alex: Client, row: GoogleConnection, google: Google) -> None:
        assert "Connected. 3 accounts" in consent(alex, google)
        row.refresh_from_db()
        assert row.refresh_token.startswith("1//0")
        assert row.refresh_token not in text(alex)

    def test_a_no_connects_nothing(self, alex: Client, row: GoogleConnection) -> None:
        there: Any = alex.get(f"{PAGE}/connect")
        state = parse_qs(urlsplit(there.url).query)["state"][0]
        assert "was not given" in follow(alex, f"{PAGE}/back?error=access_denied&state={state}")

    def test_an_answer_to_nobodys_question_is_refused(self, alex: Client, row: GoogleConnection) -> None:
        assert "no question of yours" in follow(alex, f"{PAGE}/back?code=4/0A&state=")
        alex.get(f"{PAGE}/connect")
        assert "no question of yours" in follow(alex, f"{PAGE}/back?code=4/0A&state=another")
        row.refresh_from_db()
        assert row.refresh_token == ""

    def test_an_answer_counts_once(self, alex: Client, row: GoogleConnection) -> None:
        there: Any = alex.get(f"{PAGE}/connect")
        state = parse_qs(urlsplit(there.url).query)["state"][0]
        assert "Nothing was connected" in follow(alex, f"{PAGE}/back?code=wrong&state={state}")
        assert "no question of yours" in follow(alex, f"{PAGE}/back?code=wrong&state={state}")

    def test_a_wrong_secret_is_said(self, alex: Client, row: GoogleConnection, google: Google) -> None:
        GoogleConnection.objects.update(client_secret="wrong")
        assert "refuses its secret" in consent(alex, google)

    def test_permission_for_an_hour_alone_is_not_enough(
        self, alex: Client, row: GoogleConnection, google: Google, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from amends.integrations.google_business import signing_in

        link = signing_in.consent_link
        monkeypatch.setattr(signing_in, "consent_link", lambda *given: link(*given).replace("prompt=consent", "a=b"))
        assert "no lasting permission" in consent(alex, google)

    def test_a_project_that_is_not_approved_connects_all_the_same(
        self, alex: Client, row: GoogleConnection, google: Google
    ) -> None:
        google.settings(approved=False)
        assert "could not be read yet" in consent(alex, google)
        assert "Google has not approved the access yet: reviews by hand and by file work meanwhile." in text(alex)
        google.settings(approved=True)
        assert "Connected. 3 accounts" in consent(alex, google)
        assert "has not approved" not in text(alex)


class TestProfiles:
    def test_offices_are_suggested_and_a_person_confirms(
        self, alex: Client, row: GoogleConnection, google: Google, group: Cast, time: Moments
    ) -> None:
        connected(alex, google)
        maple = GoogleLocation.objects.get(store_code="maple-street")
        page = text(alex)
        assert "Suggested: its store code is the same." in page
        assert "Not verified at Google" in page
        assert not read_reviews(), "nothing is read before somebody has confirmed it"
        assert "Saved." in post(alex, "/offices", **{f"office-{maple.pk}": " maple  street "})
        assert read_reviews()
        assert Review.objects.filter(office=group.maple).exists()
        post(alex, "/offices", **{f"office-{maple.pk}": ""})
        time.move(hours=1)
        assert not read_reviews()

    def test_a_name_that_is_no_office_is_said(self, alex: Client, row: GoogleConnection, google: Google) -> None:
        connected(alex, google)
        one = GoogleLocation.objects.earliest("pk")
        assert "there is no office “Nowhere”" in post(alex, "/offices", **{f"office-{one.pk}": "Nowhere"})
        one.refresh_from_db()
        assert one.office is None

    def test_profiles_are_searched(self, alex: Client, row: GoogleConnection, google: Google) -> None:
        connected(alex, google)
        page = text(alex, "?q=old mill")
        assert "Old Mill" in page
        assert "Lakeside" not in page
        assert "No profile of that name." in text(alex, "?q=nothing")

    def test_an_account_that_is_not_chosen_any_more_is_forgotten(
        self, alex: Client, row: GoogleConnection, google: Google
    ) -> None:
        connected(alex, google)
        assert "2 profiles found" in post(alex, "/accounts", account=[google.accounts[2]])
        assert GoogleLocation.objects.count() == 2
        assert GoogleAccount.objects.filter(chosen=True).count() == 1

    def test_accounts_that_cannot_be_read_change_nothing(
        self, alex: Client, row: GoogleConnection, google: Google
    ) -> None:
        connected(alex, google)
        google.control("role", account=google.accounts[2], lost=True)
        account = GoogleAccount.objects.latest("pk").name
        assert "no role" in post(alex, "/accounts", account=[account])
        assert GoogleLocation.objects.count() == 13

    def test_what_tells_an_office(self, group: Cast) -> None:
        group.maple.phone, offices = "(201) 555-0101", [group.maple, group.harbor]

        def told(**profile: str) -> tuple[Office, str] | None:
            found = suggestion(GoogleLocation(**profile), offices)
            return (found.office, found.why) if found else None

        assert told(store_code="MAPLE_street") == (group.maple, "its store code is the same")
        assert told(phone="+1 201-555-0101") == (group.maple, "its phone is the same")
        assert told(title="Bluebell – Harbor View") == (group.harbor, "its title names the office")
        assert told(title="Harbor Viewers", phone="555-0101", store_code="x") is None
        assert told(title="Maple Street & Harbor View") is None
        assert told() is None

    def test_a_place_that_another_account_has_brought_is_suggested_once(
        self, group: Cast, row: GoogleConnection
    ) -> None:
        accounts = [GoogleAccount.objects.create(connection=row, name=f"accounts/{n}") for n in (1, 2)]
        first, second = (
            GoogleLocation.objects.create(
                account=account, name=f"{account.name}/locations/7", title="Maple Street", place_id="places/7"
            )
            for account in accounts
        )
        assert suggestion(second, [group.maple])
        first.office = group.maple
        first.save()
        assert suggestion(second, [group.maple]) is None
        assert suggestion(first, [group.maple])


class TestTelling:
    def test_another_tools_topic_is_replaced_only_by_a_yes_that_names_it(
        self, alex: Client, row: GoogleConnection, google: Google
    ) -> None:
        consent(alex, google)
        post(alex, "/accounts", account=[google.accounts[2]])
        one = GoogleAccount.objects.get(chosen=True)
        path, setting = f"/accounts/{one.pk}/telling", f"/v1/{one.name}/notificationSetting"
        assert f"Google tells {VENDOR_TOPIC}" in post(alex, path)
        assert "belongs to another tool. Nothing was changed." in post(alex, path, ours="1")
        assert "Nothing was changed." in post(alex, path, ours="1", instead_of="projects/x/topics/y")
        assert google.get(setting)["pubsubTopic"] == VENDOR_TOPIC
        assert f"Google now tells {TOPIC}" in post(alex, path, ours="1", instead_of=VENDOR_TOPIC)
        assert google.get(setting)["pubsubTopic"] == TOPIC
        assert "does not tell us any more" in post(alex, path, nobody="1")
        assert "pubsubTopic" not in google.get(setting)

    def test_a_topic_that_is_free_is_taken_at_once(self, alex: Client, row: GoogleConnection, google: Google) -> None:
        connected(alex, google)
        one = GoogleAccount.objects.get(chosen=True)
        assert "Google tells nobody." in post(alex, f"/accounts/{one.pk}/telling")
        assert "Google now tells" in post(alex, f"/accounts/{one.pk}/telling", ours="1")
        assert "Google tells us:" in text(alex)

    def test_without_a_topic_of_ours_there_is_nothing_to_tell(
        self, alex: Client, row: GoogleConnection, google: Google
    ) -> None:
        connected(alex, google)
        GoogleConnection.objects.update(push_topic="")
        one = GoogleAccount.objects.get(chosen=True)
        assert "Enter the Pub/Sub topic first" in post(alex, f"/accounts/{one.pk}/telling", ours="1")

    def test_a_topic_that_google_may_not_publish_to_is_said(
        self, alex: Client, row: GoogleConnection, google: Google
    ) -> None:
        connected(alex, google)
        google.settings(topics_without_permission=[TOPIC])
        one = GoogleAccount.objects.get(chosen=True)
        assert "Google refuses it." in post(alex, f"/accounts/{one.pk}/telling", ours="1")


class TestDisconnecting:
    def test_the_permission_is_given_back_and_what_was_read_stays(
        self, alex: Client, row: GoogleConnection, google: Google, group: Cast
    ) -> None:
        connected(alex, google)
        one = GoogleAccount.objects.get(chosen=True)
        post(alex, f"/accounts/{one.pk}/telling", ours="1")
        row.refresh_from_db()
        assert "Disconnected. Reviews by hand" in post(alex, "/disconnect")
        assert "pubsubTopic" not in google.get(f"/v1/{one.name}/notificationSetting")
        assert row.refresh_token not in str(google.state)
        assert GoogleLocation.objects.count() == 13
        assert "Connect with Google" in text(alex)

    def test_google_away_does_not_keep_it(self, alex: Client, row: GoogleConnection, google: Google) -> None:
        connected(alex, google)
        GoogleConnection.objects.update(notices_url="http://127.0.0.1:9", token_url="http://127.0.0.1:9")
        assert "Google did not hear of it" in post(alex, "/disconnect")
        assert GoogleConnection.objects.get().refresh_token == ""


class TestWhatWorks:
    def look(self) -> dict[str, Any]:
        [one] = neighbor.neighbors()
        return by_key(one.look(4.0))

    def test_everything(self, row: GoogleConnection, alex: Client, google: Google, group: Cast, time: Moments) -> None:
        connected(alex, google)
        assert "No profile has an office yet" in self.look()["profiles"].says
        GoogleLocation.objects.filter(store_code="maple-street").update(office=group.maple, due_at=time.now)
        GoogleLocation.objects.filter(store_code="willow-bend").update(office=group.harbor, due_at=time.now)
        read_reviews()
        found = self.look()
        assert found["reached"].state is found["access"].state is State.WORKS
        assert found["profiles"].says == "Reviews of 2 are read. 11 without an office are not read."
        willow = GoogleLocation.objects.get(store_code="willow-bend")
        assert "not verified" in found[f"profile.{willow.pk}"].says
        assert "None was heard yet" in found["pushes"].says
        time.move(hours=1)
        assert "have not been read for longer" in self.look()["profiles"].says
        GoogleConnection.objects.update(pushed_at=time.now, push_refused=3, push_refused_at=time.now)
        found = self.look()
        assert "Last heard within the hour" in found["pushes"].says
        assert "3." in found["signatures"].says
        time.move(hours=2)
        assert "Last heard 2 h ago" in self.look()["pushes"].says

    def test_a_profile_that_google_takes_no_replies_for(
        self, row: GoogleConnection, alex: Client, google: Google, group: Cast, time: Moments
    ) -> None:
        connected(alex, google)
        GoogleLocation.objects.filter(store_code="maple-street").update(office=group.maple, due_at=time.now)
        read_reviews()
        low = Review.objects.filter(office=group.maple, stars=5).exclude(location="").first()
        assert low is not None
        reply = replying.write(low.pk, "Thank you for your kind words.", group.omar)
        reply.state, reply.problem, reply.ended_at = ReplyState.REFUSED, "LOCATION_VERIFICATION_REQUIRED", time.now
        reply.save()
        [found] = [check for key, check in self.look().items() if key.startswith("refusing.")]
        assert (found.state, found.name) == (State.PARTLY, "Maple Street")
        assert found.says == "Replies are refused: the profile must be verified."
        assert found.repair == "Verify it in Google Business Profile."

    def test_not_connected_not_approved_taken_back_away(self, connection: GoogleConnection, google: Google) -> None:
        google.settings(approved=False)
        assert (self.look()["access"].state, self.look()["reached"].state) == (State.PARTLY, State.WORKS)
        assert "by hand and by file work meanwhile" in self.look()["access"].says
        google.faults("status:500")
        assert "not approved" in self.look()["access"].says, "nothing else is known yet"
        google.settings(approved=True)
        assert self.look()["access"].state is State.WORKS
        google.faults("status:500")
        assert self.look()["reached"].state is State.PARTLY
        GoogleConnection.objects.update(accounts_url="http://127.0.0.1:9")
        assert self.look()["reached"].state is State.DOWN
        GoogleConnection.objects.update(accounts_url=google.server.url)
        google.control("revoke")
        google.control("expire")
        assert self.look()["access"].state is State.DOWN
        GoogleConnection.objects.update(refresh_token="")
        assert "Google is not connected" in self.look()["access"].says

    def test_the_button_leads_to_the_card(self, alex: Client, connection: GoogleConnection, google: Google) -> None:
        answer: Any = alex.post(f"{PAGE}/look")
        assert answer.url == "/connections/#connection-google_business-main"
        assert "Google reviews" in alex.get("/connections/").content.decode()
