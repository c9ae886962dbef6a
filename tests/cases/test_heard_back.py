"""Whoever reported a case hears what became of it, once; and sees, alone, whom that kept."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cases.acting import CAUSE, DANA, PUT_RIGHT, SPOKE, a_case, closed, does, everything_arrives
from tests.conftest import Cast

from amends.access import actor_at
from amends.cases import actions
from amends.cases.heard_back import saved_by
from amends.cases.models import CaseRow, HeardBack
from amends.deliveries.models import Delivery
from amends.learning.models import CaseFigures
from amends.practice.models import Person, Post
from amends.protocol import commands as c
from amends.protocol.words import Purpose

ClientFor = Callable[[Person], Client]
HEADING = "What became of what you reported"


def page_of(client: Client) -> str:
    return client.get("/").content.decode()


def goes_to_harbor(group: Cast) -> None:
    """Ana's post is at Harbor View from now on, and nowhere else."""
    post = Post.objects.get(person=group.ana)
    post.office = group.harbor
    post.save()


def test_reporter_hears_once_what_was_done_and_what_changes(group: Cast, client_for: ClientFor) -> None:
    row = does(group.omar, a_case(group), SPOKE, CAUSE)
    assert HEADING not in page_of(client_for(group.ana))
    change = c.MarkAddressed(resolution="corrected", change="The estimate is read aloud.")
    row = everything_arrives(does(group.omar, row, change))
    assert row.stage == "closed"
    page = page_of(client_for(group.ana))
    assert HEADING in page
    assert "Bill or record corrected." in page
    assert "The estimate is read aloud." in page
    assert "Thank you for speaking up." in page
    assert HEADING not in page_of(client_for(group.omar)), "who did it knows"
    assert client_for(group.omar).post(f"/cases/{row.number}/got-it").status_code == 404
    assert client_for(group.ana).post("/cases/UP-x/got-it").status_code == 404
    assert HEADING in page_of(client_for(group.ana)), "only they themselves say so"
    assert client_for(group.ana).post(f"/cases/{row.number}/got-it").status_code == 303
    assert HEADING not in page_of(client_for(group.ana))
    assert client_for(group.nick).post(f"/cases/{row.number}/got-it").status_code == 404
    assert client_for(group.ana).get(f"/cases/{row.number}/got-it").status_code == 405


def test_who_has_a_post_elsewhere_now_hears_without_the_patient_and_without_anybodys_words(
    group: Cast, client_for: ClientFor
) -> None:
    change = c.MarkAddressed(resolution="corrected", change="Dana hears the estimate read aloud.")
    row = everything_arrives(does(group.omar, a_case(group), SPOKE, CAUSE, change))
    told = (DANA.name, "Dana hears the estimate read aloud.", f'href="/cases/{row.number}"', "Your reports")
    assert all(words in page_of(client_for(group.ana)) for words in told)
    goes_to_harbor(group)
    page = page_of(client_for(group.ana))
    assert not [words for words in told if words in page]
    for words in (HEADING, row.number, "Maple Street", "Bill or record corrected.", "Thank you for speaking up."):
        assert words in page
    assert client_for(group.ana).get(f"/cases/{row.number}").status_code == 404
    assert client_for(group.ana).post(f"/cases/{row.number}/got-it").status_code == 303
    assert HEADING not in page_of(client_for(group.ana))


def test_news_of_an_office_that_one_left_can_be_put_away_and_hide_nothing_that_comes_later(
    group: Cast, client_for: ClientFor
) -> None:
    before = [closed(group) for _ in range(5)]
    goes_to_harbor(group)
    here = a_case(group, by=group.ana, office=group.harbor)
    everything_arrives(does(group.lee, here, SPOKE, CAUSE, PUT_RIGHT))
    ana = client_for(group.ana)
    assert f'id="news-{here.number}"' not in page_of(ana), "five at once, the oldest first"
    for row in before:
        assert ana.post(f"/cases/{row.number}/got-it").status_code == 303
    assert f'id="news-{here.number}"' in page_of(ana)


def test_what_was_said_and_planned_in_the_same_words_is_told_once(group: Cast, client_for: ClientFor) -> None:
    owner, due = actor_at(group.omar, str(group.maple.pk)).person, timezone.now() + timedelta(days=3)
    plan = c.PlanAction(what="The estimate is read aloud.", owner=owner, due=due)
    change = c.MarkAddressed(resolution="corrected", change="The estimate is read aloud.")
    everything_arrives(does(group.omar, a_case(group), SPOKE, CAUSE, plan, change))
    assert page_of(client_for(group.ana)).count("The estimate is read aloud.") == 1


def test_who_put_it_right_themselves_is_told_nothing(group: Cast) -> None:
    closed(group, by=group.omar)
    assert not HeardBack.objects.exists()


def test_second_end_of_a_case_is_not_told_again(group: Cast) -> None:
    row = closed(group)
    HeardBack.objects.update(got_it_at=timezone.now())
    row = everything_arrives(does(group.omar, row, c.Reopen(why="Not yet."), SPOKE, PUT_RIGHT))
    assert row.stage == "closed"
    assert HeardBack.objects.get().got_it_at is not None


def test_on_slack_it_says_nothing_of_the_patient(group: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.deliveries.ways.slack_user", lambda person: "U0ANA")
    row = closed(group)
    told = Delivery.objects.get(purpose=Purpose.HEARD_BACK)
    assert (told.channel, told.payload["channel"], told.payload["person"]) == ("slack.message", "U0ANA", "Ana Ruiz")
    assert told.payload["text"].startswith(f"{row.number}, Maple Street: what you reported is closed. Bill or record")
    for secret in (DANA.name, "The bill was twice", "went through"):
        assert secret not in str(told.payload)


def test_credit_is_for_patients_who_came_back_or_are_content_and_for_that_person_alone(
    group: Cast, client_for: ClientFor
) -> None:
    row = closed(group)
    assert saved_by(group.ana.pk, timezone.now()) == 0
    CaseFigures.objects.filter(case=row).update(confirmed="yes", confirmed_on=timezone.now().date())
    page = page_of(client_for(group.ana))
    assert "1 patient whose case you reported came back, or said that it is fixed, this quarter." in page
    assert "whose case you reported came back" not in page_of(client_for(group.omar))
    CaseFigures.objects.filter(case=row).update(counts=False)
    assert saved_by(group.ana.pk, timezone.now()) == 0
    assert CaseRow.system.count() == 1


# --- reports that became part of another case ------------------------------------------------------------------------


@pytest.fixture
def bea(group: Cast) -> Person:
    """At the front desk of Maple Street, too."""
    made = Person.objects.create(email="bea@bluebellfinch.example", name="Bea Lund", password="!")
    Post.objects.create(person=made, role="team", office=group.maple)
    return made


def joins(group: Cast, duplicate: CaseRow, into: CaseRow) -> None:
    by = actor_at(group.lee, str(into.office_id))
    actions.merge(duplicate=duplicate.pk, into=into.pk, by=by)


def put_right(group: Cast, row: CaseRow) -> CaseRow:
    """Omar puts it right; its cause may be known from what joined it."""
    cause = () if CaseRow.system.get(pk=row.pk).causes else (CAUSE,)
    row = everything_arrives(does(group.omar, row, SPOKE, *cause, PUT_RIGHT))
    assert row.stage == "closed"
    return row


def who_heard() -> dict[str, tuple[int, int | None]]:
    """Who hears, of which report of theirs, and which case it is part of."""
    return {one.person.name: (one.case_id, one.part_of_id) for one in HeardBack.objects.select_related("person")}


def test_who_reported_what_is_part_of_another_case_hears_how_that_one_ended(group: Cast, client_for: ClientFor) -> None:
    row, duplicate = a_case(group, by=group.ruth), a_case(group)
    joins(group, duplicate, row)
    change = c.MarkAddressed(resolution="corrected", change="The estimate is read aloud.")
    everything_arrives(does(group.omar, row, SPOKE, CAUSE, change))
    assert who_heard() == {"Ruth Bellamy": (row.pk, None), "Ana Ruiz": (duplicate.pk, row.pk)}
    ana, ruth = client_for(group.ana), client_for(group.ruth)
    page = page_of(ana)
    for words in (f'id="news-{row.number}"', f"Your report, {duplicate.number}, is part of it.", "Bill or record corr"):
        assert words in page
    assert "The estimate is read aloud." in page
    assert "is part of it" not in page_of(ruth)
    assert ana.post(f"/cases/{row.number}/got-it").status_code == 303
    assert HEADING not in page_of(ana)
    assert HEADING in page_of(ruth)


def test_who_reported_several_that_are_one_case_hears_once(group: Cast) -> None:
    row, others = a_case(group), [a_case(group), a_case(group, by=group.ruth), a_case(group, by=group.ruth)]
    for other in others:
        joins(group, other, row)
    put_right(group, row)
    assert who_heard() == {"Ana Ruiz": (row.pk, None), "Ruth Bellamy": (others[1].pk, row.pk)}
    assert HeardBack.objects.count() == 2


def test_what_joins_a_closed_case_is_told_then_and_what_has_left_it_again_is_not(group: Cast) -> None:
    row, left = a_case(group, by=group.omar), a_case(group)
    joins(group, left, row)
    does(group.omar, left, c.Reopen(why="They are two."))
    put_right(group, row)
    assert who_heard() == {}
    late = a_case(group, by=group.ruth)
    joins(group, late, row)
    assert who_heard() == {"Ruth Bellamy": (late.pk, row.pk)}


def test_a_case_that_joins_another_one_takes_along_what_had_joined_it(
    group: Cast, bea: Person, client_for: ClientFor
) -> None:
    first, second, third = a_case(group), a_case(group, by=bea), a_case(group, by=group.ruth)
    joins(group, first, second)
    put_right(group, second)
    assert client_for(group.ana).post(f"/cases/{second.number}/got-it").status_code == 303
    does(group.omar, second, c.Reopen(why="Not yet."))
    joins(group, second, third)
    assert HEADING not in page_of(client_for(group.ana))
    put_right(group, third)
    assert who_heard() == {
        "Ana Ruiz": (first.pk, third.pk),
        "Bea Lund": (second.pk, third.pk),
        "Ruth Bellamy": (third.pk, None),
    }
    assert HEADING not in page_of(client_for(group.ana)), "she knows, and hears nothing twice"
    assert f'id="news-{third.number}"' in page_of(client_for(bea))


def test_a_report_that_comes_along_by_two_ways_is_heard_of_once(group: Cast, bea: Person) -> None:
    first, second, third = a_case(group), a_case(group, by=bea), a_case(group, by=group.omar)
    joins(group, first, second)
    does(group.omar, first, c.Reopen(why="They are two."))
    joins(group, first, third)
    joins(group, second, third)
    assert sorted(actions.cases_taken_in(actions.state_of(third.pk))) == [first.pk, second.pk]
    put_right(group, third)
    assert who_heard() == {"Ana Ruiz": (first.pk, third.pk), "Bea Lund": (second.pk, third.pk)}


def test_of_a_case_of_another_office_the_reporter_hears_without_the_patient(group: Cast, client_for: ClientFor) -> None:
    there, duplicate = a_case(group, by=group.nick, office=group.harbor), a_case(group)
    joins(group, duplicate, there)
    everything_arrives(does(group.lee, there, SPOKE, CAUSE, PUT_RIGHT))
    news = page_of(client_for(group.ana)).split(HEADING)[1].split("</ul>")[0]
    assert f"Your report, {duplicate.number}, is part of it." in news
    assert "Harbor View" in news
    assert DANA.name not in news


def test_on_slack_a_report_that_is_part_of_another_case_has_its_own_number(
    group: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amends.deliveries.ways.slack_user", lambda person: f"U{person}")
    row, duplicate = a_case(group, by=group.ruth), a_case(group)
    joins(group, duplicate, row)
    put_right(group, row)
    told = {one.payload["person"]: one.payload["text"] for one in Delivery.objects.filter(purpose=Purpose.HEARD_BACK)}
    assert told["Ruth Bellamy"].startswith(f"{row.number}, Maple Street: what you reported is closed.")
    assert told["Ana Ruiz"].startswith(f"{duplicate.number}, now part of {row.number}, Maple Street: what you reported")


def test_credit_is_for_every_reporter_of_a_patient_who_came_back_once(group: Cast, bea: Person) -> None:
    row, duplicates = a_case(group, by=bea), [a_case(group), a_case(group), a_case(group, by=bea)]
    for duplicate in duplicates:
        joins(group, duplicate, row)
    row = put_right(group, row)
    CaseFigures.objects.filter(case=row).update(confirmed="yes", confirmed_on=timezone.now().date())
    assert {one.name: saved_by(one.pk, timezone.now()) for one in (group.ana, bea, group.omar)} == {
        "Ana Ruiz": 1,
        "Bea Lund": 1,
        "Omar Haddad": 0,
    }
