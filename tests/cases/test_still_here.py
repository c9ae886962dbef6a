"""A patient who is still here: the notice on every page, what the reporter sees, and the presses that end it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cases.acting import DANA, SPOKE, a_case, does, everything_arrives
from tests.conftest import Cast

from amends.access import actor_at
from amends.audit.models import Look
from amends.cases import actions, ticker
from amends.cases.actions import state_of
from amends.cases.models import CaseRow
from amends.deliveries import in_words
from amends.deliveries.models import Delivery, State
from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.people import set_user
from amends.practice.models import Person, Post
from amends.protocol import commands as c
from amends.protocol.values import Patient
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import PAGE_PURPOSES, Purpose, Stage

ClientFor = Callable[[Person], Client]
TESS = Patient("main", 77412, "Tess Underbough", "555-0177")
BY_HTMX = {"HX-Request": "true"}


@pytest.fixture
def standing_still() -> Iterator[None]:
    """No minute passes between two questions of a page that shows minutes."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture
def row(group: Cast) -> CaseRow:
    """Ana's patient stands at the desk, and Omar is asked to come."""
    return a_case(group, still_here=True)


def pass_minutes(row: CaseRow, minutes: int) -> CaseRow:
    """What the ticker does so many minutes after the report, as often as there is something to do."""
    while ticker.tick(row.opened_at + timedelta(minutes=minutes, seconds=1)):
        pass
    return CaseRow.system.get(pk=row.pk)


def notice(client: Client, shown: str = "") -> str:
    """What the page of this person is answered that shows these cases already; "" for nothing new."""
    answer = client.get("/asked", {"v": shown}, headers={**BY_HTMX, "X-Amends-Refresh": "1"})
    assert answer.status_code in (200, 204)
    return answer.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def told(client: Client, row: CaseRow, **asked: Any) -> str:
    return client.get(f"/report/{row.number}/told", asked.pop("v", {}), headers=asked).content.decode()


def facts(row: CaseRow) -> list[str]:
    return list(row.events.order_by("seq").values_list("kind", flat=True))


# --- the notice on every page ---------------------------------------------------------------------------------------


def test_who_is_asked_sees_it_on_every_page_and_nobody_else_does(
    group: Cast, row: CaseRow, client_for: ClientFor
) -> None:
    told_omar = words(notice(client_for(group.omar)))
    assert "Still here: please come now. Dana Quillfeather, Maple Street. Ana Ruiz waits since" in told_omar
    for other in (group.ana, group.ruth, group.rita, group.lee, group.nick):
        assert notice(client_for(other)) == ""
    for page in ("/", "/report", "/cases", "/handbook/", f"/cases/{row.number}"):
        html = client_for(group.omar).get(page).content.decode()
        assert 'hx-get="/asked" hx-trigger="load, every 4s, look"' in html


def test_the_notice_stays_as_it_is_until_something_is_new(group: Cast, row: CaseRow, client_for: ClientFor) -> None:
    omar = client_for(group.omar)
    assert f"/asked?v={row.number}" in notice(omar)
    assert notice(omar, row.number) == ""
    second = a_case(group, still_here=True)
    assert notice(omar, row.number).count("data-asked") == 2
    does(group.omar, row, c.Come())
    does(group.omar, second, c.Come())
    gone = notice(omar, f"{row.number},{second.number}")
    assert "UP-" not in gone
    assert "/asked?v=" in gone


def test_the_question_costs_one_indexed_look_at_what_is_still_here(
    group: Cast, row: CaseRow, client_for: ClientFor
) -> None:
    omar = client_for(group.omar)
    notice(omar, row.number)
    with CaptureQueriesContext(connection) as queries:
        notice(omar, row.number)
    asked = [query["sql"] for query in queries if "cases_caserow" in query["sql"]]
    assert len(asked) == 1
    if connection.vendor == "sqlite":  # PostgreSQL reads a table of one row as a whole
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]}")
            assert "case_still_here" in str(cursor.fetchall())


def test_the_question_keeps_nobody_signed_in(group: Cast, row: CaseRow, client_for: ClientFor) -> None:
    omar = client_for(group.omar)
    omar.get("/")
    session = omar.session
    session["active_at"] = then = int(timezone.now().timestamp()) - 300
    session.save()
    assert notice(omar)
    assert omar.session["active_at"] == then
    session["active_at"] = 0
    session.save()
    answer = omar.get("/asked", headers={**BY_HTMX, "X-Amends-Refresh": "1"})
    assert answer["HX-Redirect"].startswith("/sign-in")


def test_a_person_without_the_right_any_more_is_not_shown_the_patient(
    group: Cast, row: CaseRow, client_for: ClientFor
) -> None:
    Post.objects.filter(person=group.omar).delete()
    group.omar.save()  # moves the group's revision
    assert notice(client_for(group.omar)) == ""


# --- seen, coming, left ---------------------------------------------------------------------------------------------


def test_opening_the_case_is_seeing_it(group: Cast, row: CaseRow, client_for: ClientFor) -> None:
    client_for(group.ana).get(f"/cases/{row.number}")
    assert "PageSeen" not in facts(row)
    page = client_for(group.omar).get(f"/cases/{row.number}").content.decode()
    client_for(group.omar).get(f"/cases/{row.number}")
    assert facts(row).count("PageSeen") == 1
    assert "Omar Haddad has seen that they are asked to come." in words(page)


def test_that_another_one_has_seen_it_keeps_nobody_from_taking_the_case(group: Cast, row: CaseRow) -> None:
    row = pass_minutes(row, 2)
    does(group.ruth, row, c.SeePage())
    by = actor_at(group.omar, str(row.office_id))
    actions.perform(command=c.Acknowledge(), by=by, case=row.pk, seen=row.version)
    assert CaseRow.system.get(pk=row.pk).owner == group.omar


def test_touching_the_notice_is_seeing_it(group: Cast, row: CaseRow, client_for: ClientFor) -> None:
    assert f'hx-post="/cases/{row.number}/seen" hx-trigger="pointerdown once, focusin once"' in notice(
        client_for(group.omar)
    )
    for _ in range(2):
        assert client_for(group.omar).post(f"/cases/{row.number}/seen").status_code == 204
    assert facts(row).count("PageSeen") == 1


def test_a_press_from_any_page_leaves_that_page_alone(group: Cast, row: CaseRow, client_for: ClientFor) -> None:
    omar = client_for(group.omar)
    headers = {**BY_HTMX, "HX-Current-URL": "http://testserver/report"}
    answer = omar.post(f"/cases/{row.number}/come", headers=headers).content.decode()
    assert "They know now that you are coming." in answer
    assert f'href="/cases/{row.number}"' in answer
    assert "data-asked" not in answer
    assert state_of(row.pk).here.coming == PersonValue(str(group.omar.pk), "")
    again = omar.post(f"/cases/{row.number}/come", headers=headers).content.decode()
    assert "Omar Haddad comes. Nobody else need come any more." in again


def test_a_press_on_the_cases_own_page_shows_what_is_next_there(
    group: Cast, row: CaseRow, client_for: ClientFor
) -> None:
    page = f"/cases/{row.number}"
    headers = {**BY_HTMX, "HX-Current-URL": f"http://testserver{page}"}
    omar = client_for(group.omar)
    assert omar.post(f"{page}/come", headers=headers)["HX-Redirect"] == page
    assert "They know now that you are coming." in omar.get(page).content.decode()


def test_without_javascript_the_press_leads_to_the_case(group: Cast, row: CaseRow, client_for: ClientFor) -> None:
    omar = client_for(group.omar)
    answer = omar.post(f"/cases/{row.number}/come", follow=True)
    assert answer.redirect_chain == [(f"/cases/{row.number}", 303)]
    assert "They know now that you are coming." in answer.content.decode()


def test_the_link_leads_to_one_button(group: Cast, row: CaseRow, client_for: ClientFor) -> None:
    omar = client_for(group.omar)
    page = omar.get(f"/cases/{row.number}/come").content.decode()
    main = page.partition("<main")[2]
    assert re.findall(r"<button[^>]*>([^<]+)", main) == ["I’m coming"]
    assert DANA.name in page
    assert "PageSeen" in facts(row), "who follows the link has seen it"
    assert Look.objects.filter(what="case").exists()
    omar.post(f"/cases/{row.number}/come")
    after = omar.get(f"/cases/{row.number}/come").content.decode().partition("<main")[2]
    assert "Nobody else need come now" in after
    assert "<button" not in after


@pytest.mark.parametrize(("back", "leads"), [("told", "/report/{}/told"), ("case", "/cases/{}"), ("x", "/cases/{}")])
def test_the_patient_has_left_in_one_press(
    group: Cast, row: CaseRow, client_for: ClientFor, back: str, leads: str
) -> None:
    ana = client_for(group.ana)
    answer = ana.post(f"/cases/{row.number}/left", {"back": back})
    assert (answer.status_code, answer["Location"]) == (303, leads.format(row.number))
    assert facts(row)[-1] == "PatientLeft"
    assert notice(client_for(group.omar)) == ""
    again = ana.post(f"/cases/{row.number}/left", {"back": back}, follow=True).content.decode()
    assert "Nobody else need come any more." in again


def test_whoever_comes_may_be_the_one_who_covers(group: Cast, row: CaseRow, client_for: ClientFor) -> None:
    row = pass_minutes(row, 2)
    assert "data-asked" in notice(client_for(group.ruth))
    client_for(group.ruth).post(f"/cases/{row.number}/come")
    row = CaseRow.system.get(pk=row.pk)
    assert (row.owner, row.accepted, row.asked, row.still_here) == (group.ruth, True, "", False)


# --- what the reporter sees -----------------------------------------------------------------------------------------


def test_the_reporter_sees_who_was_asked_who_has_seen_it_and_who_comes(
    group: Cast, row: CaseRow, client_for: ClientFor
) -> None:
    ana, omar = client_for(group.ana), client_for(group.omar)
    everything_arrives(row)
    page = words(told(ana, row))
    assert re.search(
        r"Omar Haddad \(office manager\) Sent \d+:\d\d:\d\d [ap]m by Open Dental; on screen if Amends is open "
        "not seen yet",
        page,
    )
    assert "The patient has left" in page
    row = pass_minutes(row, 2)
    omar.post(f"/cases/{row.number}/seen")
    page = words(told(ana, row))
    assert re.search(r"Omar Haddad .* Seen \d+:\d\d:\d\d [ap]m Ruth Bellamy \(covers\) Also asked \d+:\d\d:\d\d", page)
    omar.post(f"/cases/{row.number}/come")
    page = words(told(ana, row))
    assert "Omar Haddad is coming" in page
    assert re.search(r"Coming \d+:\d\d:\d\d [ap]m", page)
    assert "The patient has left" not in page


def test_what_is_on_nobodys_way_is_not_called_sent_by_it(group: Cast, row: CaseRow, client_for: ClientFor) -> None:
    """Whether a page of Omar's is open anywhere is not known, so nothing says that he has it on his screen."""
    Delivery.objects.all().delete()
    assert "only on screen, if Amends is open" in words(told(client_for(group.ana), row))


def test_when_nobody_is_left_the_reporter_is_told_to_whom_to_walk(
    group: Cast, row: CaseRow, client_for: ClientFor
) -> None:
    ana = client_for(group.ana)
    assert "Nobody else is left" not in told(ana, row)
    row = pass_minutes(row, 5)
    page = words(told(ana, row))
    assert "If nobody comes, walk to Omar Haddad, Ruth Bellamy or Rita Lindqvist, or phone them." in page


def test_an_office_without_anybody_tells_the_reporter_at_once(group: Cast, client_for: ClientFor) -> None:
    Post.objects.exclude(role__in=("team", "administrator")).delete()
    group.omar.save()
    row = a_case(group, still_here=True)
    page = words(told(client_for(group.ana), row))
    assert "Please walk to a manager yourself, or phone one." in page
    assert row.asked == ""


def test_a_leader_who_steps_in_is_named_too(group: Cast, row: CaseRow, client_for: ClientFor) -> None:
    does(group.lee, row, c.StepIn())
    page = words(told(client_for(group.ana), row))
    assert "Lee Hartwell is coming" in page
    assert "Lee Hartwell Coming" in page


@pytest.mark.usefixtures("standing_still")
def test_the_told_page_is_answered_with_what_moved_and_else_with_nothing(
    group: Cast, row: CaseRow, client_for: ClientFor
) -> None:
    ana = client_for(group.ana)
    shown = re.search(r"told\?v=([^\"]+)", told(ana, row))
    assert shown
    v = shown[1].replace("%20", " ")

    def asks(v: str) -> Any:
        return ana.get(f"/report/{row.number}/told", {"v": v}, headers=BY_HTMX)

    assert asks(v).status_code == 204
    minute_later = asks(f"{v.partition(' ')[0]} 9999").content.decode()
    assert 'id="told-due"' in minute_later
    assert 'id="here"' not in minute_later, "nothing that is read aloud comes twice"
    does(group.omar, row, c.Come())
    moved = asks(v).content.decode()
    assert 'id="here" hx-swap-oob="innerHTML"' in moved
    assert "Omar Haddad is coming" in moved


def test_the_case_page_shows_it_until_somebody_has_spoken(group: Cast, row: CaseRow, client_for: ClientFor) -> None:
    page = f"/cases/{row.number}"
    ana = client_for(group.ana)
    assert "Still here: who comes" in ana.get(page).content.decode()
    does(group.omar, row, c.Come())
    assert "Omar Haddad is coming" in ana.get(page).content.decode()
    does(group.omar, row, SPOKE)
    assert "is coming" not in ana.get(page).content.decode()


@pytest.mark.usefixtures("standing_still")
def test_my_work_is_answered_with_nothing_while_nothing_happened(group: Cast, client_for: ClientFor) -> None:
    a_case(group)
    omar = client_for(group.omar)
    shown = re.search(r"/\?v=([^\"]+)\" hx-trigger", omar.get("/").content.decode())
    assert shown

    def asks() -> Any:
        return omar.get(f"/?v={shown[1]}", headers=BY_HTMX)

    assert asks().status_code == 204
    a_case(group, still_here=True)
    assert "Still here" in asks().content.decode()


# --- what leaves the house ------------------------------------------------------------------------------------------


@pytest.fixture
def every_way(group: Cast, settings: Any) -> None:
    slack = SlackWorkspace.objects.create(name="Group", bot_token="xoxb-1", leaders_channel="C1")
    set_user(slack, group.omar, "U0OMAR", SlackPerson.How.TYPED)
    settings.EMAIL_HOST = "mail.example"
    settings.BASE_URL = "https://amends.example"


def pages_of(row: CaseRow) -> list[Delivery]:
    return list(Delivery.objects.filter(case=row, purpose__in=PAGE_PURPOSES).order_by("no"))


@pytest.mark.usefixtures("every_way")
def test_every_way_that_is_set_up_carries_it_and_no_patient(group: Cast) -> None:
    row = pass_minutes(a_case(group, still_here=True, account="Zebra crowns", patient=TESS), 2)
    sent = {(one.channel, in_words.to(one)): one for one in pages_of(row)}
    assert set(sent) == {
        ("slack.message", "Omar Haddad"),
        ("email", "Omar Haddad"),
        ("email", "Ruth Bellamy"),
        ("open_dental.task", "Ruth Bellamy"),
    }
    slack, mail = sent["slack.message", "Omar Haddad"], sent["email", "Omar Haddad"]
    assert (slack.payload["channel"], slack.target, slack.payload["come"]) == ("U0OMAR", "person", row.number)
    assert mail.payload["to"] == [group.omar.email]
    for one in (slack, mail):
        assert f"https://amends.example/cases/{row.number}/come" in one.payload["text"]
        for identifier in (TESS.name, TESS.phone, str(TESS.pat_num), "Underbough", "Zebra"):
            assert identifier not in str(one.payload)
        assert one.is_minor
        assert "Walk to the person" in in_words.how(one)


def test_ways_that_are_not_set_up_make_no_deliveries(group: Cast, row: CaseRow) -> None:
    assert pages_of(row) == []


@pytest.mark.usefixtures("every_way")
def test_what_is_on_its_way_is_withdrawn_when_somebody_comes(group: Cast) -> None:
    row = pass_minutes(a_case(group, still_here=True), 2)
    does(group.ruth, row, c.Come())
    assert {one.state for one in pages_of(row)} == {State.WITHDRAWN}
    assert {one.why for one in pages_of(row)} == {"Ruth Bellamy is with the patient."}


def test_the_row_is_that_of_the_events(group: Cast, row: CaseRow) -> None:
    row = pass_minutes(row, 5)
    people = ",".join(str(person.pk) for person in (group.omar, group.ruth, group.rita))
    assert row.asked == f",{people},"
    assert row.stage == Stage.REPORTED
    assert Delivery.objects.filter(case=row, purpose=Purpose.PAGE_TASK).count() == 2
