"""The page of a review: what it shows to whom, and a reply from its first word to the site, with nothing typed lost."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError
from django.test import Client
from tests.cases.acting import PUT_RIGHT, SPOKE, does
from tests.conftest import Cast
from tests.reviews.conftest import Brings

from amends.audit.models import Incident
from amends.cases.models import CaseRow
from amends.deliveries.endings import needs_a_person
from amends.deliveries.models import Delivery, State
from amends.practice.models import Person
from amends.reviews import intake, replying, sites
from amends.reviews.models import Queue, Reply, ReplyState, Review
from amends.reviews.on_site import SiteReply, seen_on_site
from amends.reviews.wordings import shipped_pool

SAFE = shipped_pool()["en"][0].filled(practice="Bluebell & Finch Dental", phone="(201) 555-0101")
OTHER = shipped_pool()["en"][5].filled(practice="Bluebell & Finch Dental", phone="(201) 555-0101")
HEDGES = SAFE + " We are sorry for your experience with us."
TELLS = "Thank you. We are sorry about your crown last Tuesday, and we have refunded you $120."

SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _phone(group: Cast) -> None:
    group.maple.phone = "2015550101"
    group.maple.save()


@pytest.fixture
def review(brings: Brings) -> Review:
    """Five stars on Google; no case."""
    return brings(stars=5, text="Friendly from the door to the chair.")


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def page(client: Client, review: Review, **query: str) -> str:
    answer = client.get(f"/reviews/{review.pk}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, review: Review, do: str, text: str, **typed: str):
    seen = re.search(r'name="seen" value="([^"]*)"', page(client, review, write="1"))
    sent = {"seen": seen[1] if seen else "", "text": text, "do": do, **typed}
    return client.post(f"/reviews/{review.pk}/reply", sent)


def act(client: Client, review: Review, action: str, **typed: str) -> str:
    answer = client.post(f"/reviews/{review.pk}/act/{action}", typed, follow=True)
    return text_of(answer)


def state(review: Review) -> str:
    reply = Reply.objects.filter(review=review).order_by("-pk").first()
    return reply.state if reply else ""


# --- writing ---------------------------------------------------------------------------------------------------------


def test_the_checker_reads_along_and_keeps_nothing(group: Cast, client_for: SignIn, review: Review) -> None:
    answer = client_for(group.omar).post(f"/reviews/{review.pk}/check", {"text": TELLS, "seen": ""})
    told = answer.content.decode()
    assert "<mark>crown</mark>" in told
    assert "This would give something away" in told
    assert "Ask the privacy officer" in told
    assert 'value="send"' not in told
    assert not Reply.objects.exists()
    assert "bytes that Google takes" in told


def test_a_text_that_is_too_long_says_so_once_with_its_bytes_and_offers_no_button(
    group: Cast, client_for: SignIn, review: Review
) -> None:
    text = SAFE + " ¡Gracias!" * 400
    says = f"Google takes 4096 bytes in a reply, and this one has {len(text.encode())}."
    for person in (group.omar, group.pia):
        told = client_for(person).post(f"/reviews/{review.pk}/check", {"text": text}).content.decode()
        assert f"</span>{says}" in told
        assert told.count("4096") == told.count(says)
        assert 'value="send"' not in told
        assert 'value="ask"' not in told
        answer = press(client_for(person), review, "send", text, reason="It must stand.")
        assert says in answer.content.decode()
        assert answer.status_code == 422


def test_a_reply_may_invite_to_the_offices_own_address_and_to_no_other(
    group: Cast, client_for: SignIn, review: Review
) -> None:
    omar = client_for(group.omar)
    group.maple.email = "Smile@maple-dental.example"
    group.maple.save()

    def told(address: str) -> str:
        text = f"Thank you for your words. Please write to {address} at any time."
        return omar.post(f"/reviews/{review.pk}/check", {"text": text}).content.decode()

    assert 'value="send"' in told("smile@maple-dental.example")
    for other in ("smile@harbor-dental.example", "info@maple-dental.example", "omar.haddad@gmail.com"):
        assert f"<mark>{other}</mark>" in told(other), other
        assert 'value="send"' not in told(other), other


def test_a_text_that_gives_nothing_away_goes_out_by_its_writer(group: Cast, client_for: SignIn, review: Review) -> None:
    omar = client_for(group.omar)
    assert 'value="send"' in omar.post(f"/reviews/{review.pk}/check", {"text": SAFE}).content.decode()
    assert press(omar, review, "send", SAFE).status_code == 303
    assert state(review) == ReplyState.SENDING
    assert "On its way to the site" in page(omar, review)


def test_without_javascript_the_draft_is_kept_and_checked(group: Cast, client_for: SignIn, review: Review) -> None:
    omar = client_for(group.omar)
    assert press(omar, review, "check", TELLS).status_code == 303
    shown = page(omar, review)
    assert "Draft of Omar Haddad" in shown
    assert "<mark>crown</mark>" in shown


def test_an_empty_text_is_refused_in_words(group: Cast, client_for: SignIn, review: Review) -> None:
    answer = press(client_for(group.omar), review, "send", "  ")
    assert answer.status_code == 422
    assert "Write the reply first." in answer.content.decode()


def test_a_warning_waits_for_a_second_person_and_shows_on_their_work(
    group: Cast, client_for: SignIn, review: Review
) -> None:
    omar, rita = client_for(group.omar), client_for(group.rita)
    assert "You wrote this yourself" in text_of(press(omar, review, "send", HEDGES))
    press(omar, review, "ask", HEDGES)
    assert state(review) == ReplyState.TO_APPROVE
    waits = "A reply on Google waits for your look"
    for client in (rita, client_for(group.pia)):
        assert waits in text_of(client.get("/"))
        assert waits in text_of(client.get("/reviews"))
    for client in (omar, client_for(group.nick), client_for(group.alex)):
        assert waits not in text_of(client.get("/"))
    assert press(rita, review, "send", HEDGES).status_code == 303
    assert state(review) == ReplyState.SENDING
    assert waits not in text_of(rita.get("/"))


def test_a_disclosure_passes_only_by_the_privacy_officer_with_a_reason(
    group: Cast, client_for: SignIn, review: Review
) -> None:
    press(client_for(group.omar), review, "ask", TELLS)
    assert "waits for your look" not in text_of(client_for(group.rita).get("/"))
    pia = client_for(group.pia)
    assert "Let it pass" in page(pia, review)
    refused = press(pia, review, "send", TELLS)
    assert "Write why this may stand in public" in text_of(refused)
    assert press(pia, review, "send", TELLS, reason="They signed an authorization.").status_code == 303
    assert Reply.objects.get().reason == "They signed an authorization."


def test_a_reply_before_the_case_is_put_right_needs_the_regions_reason(
    group: Cast, client_for: SignIn, brings: Brings
) -> None:
    review = brings()
    omar, rita = client_for(group.omar), client_for(group.rita)
    assert "The case is not put right yet" in text_of(press(omar, review, "send", SAFE))
    press(omar, review, "check", SAFE)
    assert "Why can it not wait?" in page(rita, review)
    refused = press(rita, review, "send", SAFE, early="")
    assert refused.status_code == 422
    assert press(rita, review, "send", SAFE, early="A newspaper asks about it.").status_code == 303
    assert Reply.objects.get().early == "A newspaper asks about it."


def test_two_people_who_write_see_each_other_and_neither_loses_a_word(
    group: Cast, client_for: SignIn, review: Review
) -> None:
    omar, rita = client_for(group.omar), client_for(group.rita)
    before = {"seen": "", "do": "check"}
    assert rita.post(f"/reviews/{review.pk}/reply", {**before, "text": OTHER}).status_code == 303
    live = omar.post(f"/reviews/{review.pk}/check", {"seen": "", "text": SAFE}).content.decode()
    assert "Rita Lindqvist saved another text" in live
    crossed = omar.post(f"/reviews/{review.pk}/reply", {**before, "text": SAFE})
    assert crossed.status_code == 409
    told = text_of(crossed)
    assert "Rita Lindqvist saved another text" in told
    assert "your own text stands below" in told
    assert SAFE.replace("&", "&amp;") in crossed.content.decode()
    assert Reply.objects.get().text == OTHER
    seen = re.search(r'name="seen" value="([^"]*)"', crossed.content.decode())
    assert seen
    again = omar.post(f"/reviews/{review.pk}/reply", {"seen": seen[1], "do": "check", "text": SAFE})
    assert again.status_code == 303
    assert Reply.objects.get().text == SAFE
    assert [step.text for step in Reply.objects.get().steps.order_by("pk")] == [OTHER, SAFE]


def test_a_page_that_is_open_hears_that_the_review_moved(group: Cast, client_for: SignIn, review: Review) -> None:
    omar = client_for(group.omar)
    found = re.search(r"/moved\?v=([^\"]+)", page(omar, review))
    assert found
    assert omar.get(f"/reviews/{review.pk}/moved", {"v": found[1]}).status_code == 204
    replying.write(review.pk, SAFE, group.rita)
    answer = omar.get(f"/reviews/{review.pk}/moved", {"v": found[1]})
    assert answer.status_code == 286
    assert "Rita Lindqvist was here" in text_of(answer)


def test_a_wording_by_its_button_keeps_what_stood_there(group: Cast, client_for: SignIn, review: Review) -> None:
    omar = client_for(group.omar)
    number = re.search(r'value="(use-\d+)"', page(omar, review))
    assert number
    first = press(omar, review, number[1], "")
    assert first.status_code == 200
    assert "(201) 555-0101" in first.content.decode()
    assert not Reply.objects.exists()
    press(omar, review, number[1], "My own words, half done")
    assert Reply.objects.get().text == "My own words, half done"
    assert press(omar, review, "use-99", "My own words, half done").status_code == 200


def test_a_wording_does_not_push_another_persons_draft_away(group: Cast, client_for: SignIn, review: Review) -> None:
    replying.write(review.pk, OTHER, group.rita)
    sent = {"seen": "", "do": "use-0", "text": SAFE}
    numbers = re.findall(r'value="(use-\d+)"', page(client_for(group.omar), review))
    answer = client_for(group.omar).post(f"/reviews/{review.pk}/reply", {**sent, "do": numbers[0]})
    assert answer.status_code == 409
    assert Reply.objects.get().text == OTHER


def test_spanish_is_offered_to_spanish(group: Cast, client_for: SignIn, brings: Brings) -> None:
    review = brings(stars=5, text="Muy amables y me explicaron todo con paciencia.", site_id="es")
    assert '<li class="stack" lang="es">' in page(client_for(group.omar), review)


def test_an_office_without_a_telephone_is_told(group: Cast, client_for: SignIn, brings: Brings) -> None:
    group.maple.phone = ""
    group.maple.save()
    assert "Amends does not know it yet" in page(client_for(group.omar), brings(stars=5))


def test_a_database_that_refuses_loses_no_word(
    group: Cast, client_for: SignIn, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(replying, "write", full)
    answer = press(client_for(group.omar), review, "check", SAFE)
    assert answer.status_code == 503
    assert "Amends cannot save just now" in answer.content.decode()
    assert SAFE.replace("&", "&amp;") in answer.content.decode()


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_on_a_site_without_a_way_in_the_reply_is_posted_by_hand(
    group: Cast, client_for: SignIn, brings: Brings
) -> None:
    review = brings(stars=5, site="yelp", location="", reply_url="https://reviews.example/r1/reply")
    omar = client_for(group.omar)
    press(omar, review, "send", SAFE)
    row = Delivery.objects.get()
    row.state, row.why = State.BY_HAND, "Amends cannot write to this review site, so a person posts the reply there."
    row.save()
    needs_a_person(row, row.why)
    shown = page(omar, review)
    assert "https://reviews.example/r1/reply" in shown
    assert f'data-copy="paste-{row.pk}"' in shown
    assert "I posted it" in shown
    assert "A manager of the office does this" in page(client_for(group.pia), review)
    everywhere = omar.get("/deliveries/").content.decode()
    assert "https://reviews.example/r1/reply" in everywhere
    assert f"/reviews/{review.pk}" in everywhere
    omar.post(f"/deliveries/{row.pk}/pasted", {"next": f"/reviews/{review.pk}"})
    assert state(review) == ReplyState.LIVE
    assert "It is still public" in act(omar, review, "take_down", why="It names a day.")
    gone = Delivery.objects.latest("pk")
    assert gone.state == State.BY_HAND
    assert "delete it on the site" in page(omar, review)
    assert "I deleted it" in page(omar, review)


# --- what became of it -----------------------------------------------------------------------------------------------


def test_a_refusal_stands_with_its_reason_and_the_text_to_change(
    group: Cast, client_for: SignIn, review: Review
) -> None:
    omar = client_for(group.omar)
    press(omar, review, "send", SAFE)
    Reply.objects.filter(review=review).update(state=ReplyState.PENDING)  # the site has it
    later = datetime.fromisoformat("2100-01-01T00:00Z")
    seen_on_site(review, SiteReply(text=SAFE, at=later, state="rejected", reason="REPETITIVE"))
    shown = page(omar, review)
    assert "REPETITIVE" in shown
    assert "Choose another wording" in shown
    assert SAFE.replace("&", "&amp;") in shown


def pending(review: Review, person: Person, at: datetime) -> Reply:
    reply = replying.write(review.pk, SAFE, person)
    reply.state, reply.sent_at, reply.pending_since = ReplyState.PENDING, at, at
    reply.save()
    return reply


def test_a_person_sees_it_on_the_site(group: Cast, client_for: SignIn, review: Review, now: datetime) -> None:
    pending(review, group.omar, now)
    omar = client_for(group.omar)
    assert "This one takes long" not in page(omar, review)
    with time_machine.travel(now + timedelta(days=4)):
        late = client_for(group.omar)
        assert "This one takes long" in page(late, review)
    assert "everybody can read the reply" in act(omar, review, "seen_live")
    assert state(review) == ReplyState.LIVE
    assert "Nothing was changed" in act(omar, review, "seen_live")


def test_where_the_site_says_it_itself_there_is_no_such_button(
    group: Cast, client_for: SignIn, review: Review, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending(review, group.omar, now)
    omar = client_for(group.omar)
    assert "I see it on the site" in page(omar, review)
    monkeypatch.setattr(sites, "_readers", [lambda one: True])
    assert "I see it on the site" not in page(omar, review)
    assert "looks again by itself" in page(omar, review)
    assert "Nothing was changed" in act(omar, review, "seen_live")
    assert state(review) == ReplyState.PENDING


def test_where_the_site_tells_no_state_the_page_asks_for_a_look_there(
    group: Cast, client_for: SignIn, review: Review, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending(review, group.omar, now)
    monkeypatch.setattr(sites, "_readers", [lambda one: True])
    seen_on_site(review, SiteReply(text=SAFE, at=now))
    omar = client_for(group.omar)
    assert "does not tell Amends whether everybody can read this one" in page(omar, review)
    assert "looks again by itself" not in page(omar, review)
    assert "everybody can read the reply" in act(omar, review, "seen_live")
    assert state(review) == ReplyState.LIVE


def test_a_review_of_another_offices_profile_says_where_it_belongs(
    group: Cast, client_for: SignIn, brings: Brings
) -> None:
    brings()
    review = brings(office=str(group.harbor.pk))
    assert "and is Harbor View’s" in page(client_for(group.omar), review)
    assert "This review is of Harbor View." in client_for(group.omar).get("/").content.decode()


def test_a_foreign_reply_is_kept_or_replaced(group: Cast, client_for: SignIn, review: Review) -> None:
    omar = client_for(group.omar)
    seen_on_site(review, SiteReply(text=SAFE, at=None, state="approved"))
    assert "Answered elsewhere" in page(omar, review)
    assert "Write ours" in page(omar, review)
    assert 'id="id_text"' not in page(omar, review)
    assert 'id="id_text"' in page(omar, review, write="1")
    assert "The reply stays" in act(omar, review, "keep")
    assert "A manager said that it may stay" in page(omar, review)


def test_a_foreign_reply_that_gives_something_away_comes_down_in_one_press(
    group: Cast, client_for: SignIn, review: Review
) -> None:
    omar = client_for(group.omar)
    seen_on_site(review, SiteReply(text=TELLS, at=None, state="approved"))
    shown = page(omar, review)
    assert "It may stay" not in shown
    assert "It gives something away." in shown
    assert "Nothing was changed" in act(omar, review, "keep")
    assert "Write what is wrong" in act(omar, review, "take_down", why="")
    assert "being taken down" in act(omar, review, "take_down", why="It tells of a crown.")
    assert Incident.objects.get().shown == TELLS
    assert "No reply stands" in act(omar, review, "take_down", why="Again")


# --- the case, and what is the same ----------------------------------------------------------------------------------


def test_a_case_is_opened_by_a_person(group: Cast, client_for: SignIn, review: Review) -> None:
    omar = client_for(group.omar)
    assert "is open" in act(omar, review, "open_case")
    review.refresh_from_db()
    assert review.case
    assert review.case.number in page(omar, review)
    assert 'act/open_case"' not in page(client_for(group.pia), review)


def test_the_same_review_or_two(group: Cast, client_for: SignIn, brings: Brings) -> None:
    brings(stars=5)
    again = brings(stars=5, site_id="", via="csv")
    third = brings(stars=5, site_id="", via="csv", reviewer="jen m!", url="https://reviews.example/r3", location="x")
    omar = client_for(group.omar)
    assert "Is it the same review as this one?" in page(omar, again)
    assert 'id="id_text"' not in page(omar, again)
    assert "Say first that they are two. Nothing was changed." in act(omar, again, "open_case")
    assert "The other one goes on" in act(omar, again, "same")
    assert "It is the same review as" in page(omar, again)
    assert "Say first that they are two. Nothing was changed." in act(omar, again, "open_case")
    assert CaseRow.system.count() == 0
    assert "They are two reviews" in act(omar, third, "not_same")
    assert 'id="id_text"' in page(omar, third)


def test_who_said_that_it_is_the_same_stands_on_its_page_and_another_answer_beside_it(
    group: Cast, client_for: SignIn, brings: Brings
) -> None:
    first, again = brings(stars=5), brings(stars=5, site_id="", via="csv")
    omar, rita = client_for(group.omar), client_for(group.rita)
    open_page = re.search(r"moved\?v=[^\"]+", page(rita, again))
    act(omar, again, "same")
    assert open_page
    assert rita.get(f"/reviews/{again.pk}/{open_page[0]}").status_code != 204, "a page that is open hears of it"
    assert "Nothing was changed" in act(rita, again, "same")
    told = page(rita, again)
    assert "Omar Haddad said that it is the same review as this one" in told
    assert f'href="/reviews/{first.pk}">the other one' in told
    assert "They are two after all" in told
    said = act(rita, again, "not_same")
    assert said.index("Rita Lindqvist said that it is not") < said.index("Omar Haddad said that it is the")
    assert "They are the same after all" in said
    act(omar, again, "same")
    assert "They are the same after all" not in page(omar, again)


def test_every_version_and_a_translation_can_be_read(
    group: Cast, client_for: SignIn, brings: Brings, now: datetime
) -> None:
    review = brings(stars=5, text="Muy bien", text_translated="Very good", edited_at=now - timedelta(minutes=50))
    brings(stars=4, text="Bien", text_translated="Good", edited_at=now)
    intake.not_found([review.pk])
    shown = page(client_for(group.omar), review)
    assert "It was changed 1 time;" in shown
    assert "Muy bien" in shown
    assert "The site’s translation" in shown
    assert "It is not found on the site since" in shown


def test_a_low_review_without_a_case_asks_whether_it_needs_one(
    group: Cast, client_for: SignIn, brings: Brings, now: datetime
) -> None:
    review = brings(posted_at=now - timedelta(days=90))
    assert "Does it need a case?" in page(client_for(group.omar), review)


def test_the_case_leads_to_its_review_when_the_reply_is_the_step(
    group: Cast, client_for: SignIn, brings: Brings
) -> None:
    review = brings()
    assert review.case
    row = does(group.omar, review.case, SPOKE, PUT_RIGHT)
    shown = client_for(group.omar).get(f"/cases/{row.number}").content.decode()
    assert f'href="/reviews/{review.pk}#reply">Answer the review</a>' in shown
    assert "act/reply_live" not in shown
    assert "act/except_reply" in shown
    assert f"/reviews/{review.pk}" not in client_for(group.ana).get(f"/cases/{row.number}").content.decode()


def test_an_act_that_there_is_not_is_not_there(group: Cast, client_for: SignIn, review: Review) -> None:
    assert client_for(group.omar).post(f"/reviews/{review.pk}/act/remove").status_code == 404


def test_no_page_asks_anybody_to_change_or_remove_a_review(
    group: Cast, client_for: SignIn, brings: Brings, now: datetime
) -> None:
    """16 CFR 465.7 and Google's policy (privacy-and-complaints-rules.md 6): changes are seen, never asked for."""
    asks = re.compile(r"(remove|change|update|delete|edit|take back)\s+(the|your|this|their)\s+review", re.IGNORECASE)
    omar = client_for(group.omar)
    lost = brings(stars=2, posted_at=now - timedelta(days=90))
    intake.not_found([lost.pk])
    for address in ("/reviews", "/reviews?queue=no_reply", f"/reviews/{lost.pk}", f"/reviews/{brings(site_id='x').pk}"):
        assert not asks.search(text_of(omar.get(address))), address
    assert lost.queue in (Queue.NO_REPLY, Queue.NEEDS_CASE)
    assert not re.search(r"Without a reply\s*\d", text_of(omar.get("/reviews")))
