"""The matrix of addresses and roles: a new address without a rule fails here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from tests.conftest import Cast
from tests.web.routes import ALL, ROUTES, Rule

from amends.audit.models import open_incident
from amends.cases import actions
from amends.cases.models import SavedView
from amends.deliveries.models import Delivery, State
from amends.handbook.models import PageVersion
from amends.integrations.google_business.models import GoogleConnection
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.learning.lessons.writing import Written, begin
from amends.protocol import commands as c
from amends.protocol.values import Actor, Patient
from amends.protocol.words import Moment, PatientStatus, Role
from amends.reviews.bringing.models import ReviewTool, ToolPlace, Upload
from amends.reviews.intake import SeenReview, take_in


@dataclass(frozen=True)
class Story:
    case: str
    delivery: str
    office: str
    person: str
    version: str
    review: str
    upload: str
    place: str
    incident: str
    google_account: str
    lesson: str
    view: str

    def told(self, values: Mapping[str, str]) -> dict[str, str]:
        """The values, with the names of what the story holds replaced by what it holds."""
        return {key: getattr(self, value, value) for key, value in values.items()}


@pytest.fixture
def story(group: Cast) -> Story:
    command = c.Report(
        office=str(group.maple.pk),
        account="She was told one price and billed another.",
        moment=Moment.CHECKOUT,
        patient_status=PatientStatus.KNOWN,
        patient=Patient(database="main", pat_num=41, name="Jennifer Morales"),
    )
    done = actions.perform(command=command, by=Actor(str(group.ana.pk), group.ana.name, Role.TEAM))
    delivery = Delivery.objects.filter(case=done.row).earliest("no")
    delivery.state, delivery.why = State.BY_HAND, "The key may not write CommLogs."
    delivery.save()
    OpenDentalDatabase.objects.create(key="main", name="Main", mode="service", base_url="http://127.0.0.1:1/api/v1/")
    version = str(PageVersion.objects.get(page__slug="desk").pk)
    now = timezone.now()
    seen = SeenReview(office=str(group.maple.pk), site="yelp", stars=1, text="Never again.", posted_at=now)
    upload = Upload.objects.create(
        person=group.omar, name="reviews.csv", at=now, rows=[], foreseen={"new": 0, "known": 0, "rejected": 0}
    )
    tool = ReviewTool.objects.create(key="podium", secret="told to nobody", changed_at=now)
    incident = open_incident(
        by=group.omar,
        office=group.maple.pk,
        what="A name.",
        where="Yelp",
        shown="Dear Jennifer",
        public_since=None,
        case="",
        about="",
        at=timezone.now(),
    )
    nowhere = GoogleConnection.at_one_address("http://127.0.0.1:1")
    account = GoogleConnection.objects.create(refresh_token="x", **nowhere).accounts.create(name="accounts/1")
    said = Written("The bill was higher than the estimate.", "We go through it together.")
    lesson = begin(said, office=group.maple.pk, case=done.row, action=None, by=group.omar)
    return Story(
        done.number,
        delivery=str(delivery.pk),
        office=str(group.maple.pk),
        person=str(group.ana.pk),
        review=str(take_in(seen, via="by_hand").review.pk),
        upload=str(upload.pk),
        version=version,
        place=str(ToolPlace.objects.create(tool=tool, ref="l-1", first_at=now).pk),
        incident=str(incident.pk),
        google_account=str(account.pk),
        lesson=str(lesson.lesson_id),
        view=str(SavedView.objects.create(person=group.omar, name="Late", filters="late=1").pk),
    )


def names(patterns: list[URLPattern | URLResolver], within: str = "") -> Iterator[str]:
    """Every address's name with its namespace; an address without a name by its pattern."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{within}{pattern.namespace}:" if pattern.namespace else within
            yield from names(pattern.url_patterns, inside)
        else:
            yield within + (pattern.name or f"(no name) {pattern.pattern}")


def ask(client: Client, line: str, story: Story):
    rule = ROUTES[line]
    address, sent = reverse(line.split()[0], kwargs=story.told(rule.where)), story.told(rule.sent)
    return client.post(address, sent) if rule.method == "POST" else client.get(address, sent)


def test_every_address_has_a_rule_and_every_rule_an_address():
    assert set(names(get_resolver().url_patterns)) == {line.split()[0] for line in ROUTES}


def test_the_rules_speak_of_the_whole_cast(group):
    assert set(group.people) == set(ALL)


@pytest.mark.parametrize("line", ROUTES)
def test_each_role_gets_what_the_table_says(group, story, client_for, line):
    """All of the cast come one after the other, and each finds the story as it was."""
    rule: Rule = ROUTES[line]
    got = {}
    for person in ALL:
        with transaction.atomic():
            got[person] = ask(client_for(group.people[person]), line, story).status_code
            transaction.set_rollback(True)
        cache.clear()  # as between two tests
    assert got == {person: rule.status if person in rule.who else rule.otherwise for person in ALL}


@pytest.mark.parametrize("line", ROUTES)
def test_a_stranger_goes_to_the_sign_in_page_but_for_the_public_few(story, client, line):
    answer = ask(client, line, story)
    led = answer.status_code == 302 and answer["Location"].startswith("/sign-in?next=")
    assert led is not ROUTES[line].public


SENT = [line for line, rule in ROUTES.items() if rule.method == "POST"]


@pytest.mark.parametrize("line", [line for line in SENT if " " not in line])
def test_what_changes_something_needs_a_press_and_not_a_link(group, story, client_for, line):
    rule = ROUTES[line]
    address = reverse(line.split()[0], kwargs=story.told(rule.where))
    assert client_for(group.people[rule.who[0]]).get(address).status_code == 405


# Signed by Slack or Google, or opened by a secret in the address: none of them knows a token of a page.
SIGNED = {"slack_events", "google_pushes", "hook_birdeye", "hook_podium"}


@pytest.mark.parametrize("line", [line for line in SENT if line not in SIGNED])
def test_what_changes_something_needs_the_pages_token(group, story, line):
    client = Client(enforce_csrf_checks=True)
    client.force_login(group.people[ROUTES[line].who[0]])
    assert ask(client, line, story).status_code == 403
