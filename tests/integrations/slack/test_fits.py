"""Whatever offices and people are called, what Amends answers in Slack fits what Slack takes, in whole characters."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cases.acting import a_case
from tests.conftest import Cast
from tests.integrations.slack.slackbot import Slackbot, words_of

from amends.integrations.slack.inbound.answer import (
    Answer,
    actions,
    case_link,
    choice,
    choices,
    link,
    modal,
    plain,
    section,
    sentences,
    tick,
)
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.outbound.limits import cut, message_problems, units, view_problems
from amends.integrations.slack.outbound.messages import come_body

FAMILY, FLAG, THUMB, ACCENT = "👩‍👩‍👧", "🇺🇸", "👍🏽", "e\u0301"
brief = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
names = st.one_of(
    st.sampled_from(["😀" * 60, FAMILY * 30, FLAG * 50, THUMB * 40, "&" * 3500, "مركز الأسنان" * 9, " ", "\n", ""]),
    st.text(max_size=200),
    st.text("<>&😀\u200d\u0301🏽🇺🇸x", min_size=60, max_size=400),
)


@brief
@given(text=names, most=st.sampled_from([24, 75, 150, 200, 800, 3000]))
def test_what_is_cut_fits_and_is_the_beginning(text: str, most: int) -> None:
    shown = cut(text, most)
    assert 1 <= units(shown) <= most
    assert shown.encode()
    if shown != text and text.strip():
        assert shown.endswith("…")
        assert text.startswith(shown[:-1])


@pytest.mark.parametrize("whole", [FAMILY, FLAG, THUMB, ACCENT, "😀"])
@pytest.mark.parametrize("most", range(24, 40))
def test_no_character_is_cut_in_two(whole: str, most: int) -> None:
    shown = cut("x" + whole * 30, most)
    assert shown == "x" + whole * ((len(shown) - 2) // len(whole)) + "…"


@brief
@given(name=names)
def test_every_answer_form_and_button_fits(name: str) -> None:
    told = Answer(name, (actions(link(name, "/report", number=1), case_link("UP-1")),))
    assert message_problems(told.message["text"], told.message["blocks"]) == []
    assert view_problems(told.modal) == []
    asked = [
        section(name),
        choice("a", name, {"1": name}, chosen="1"),
        choices("b", name, {"1": name}),
        sentences("c", name, name),
        tick("d", name, name),
    ]
    assert view_problems(modal(asked, callback="f", submit="Send", about="UP-1")) == []
    assert units(plain(name, 24)["text"]) <= 24
    body = come_body(f"{name} is still here", "UP-1", "https://amends.example/come")
    assert message_problems(body.text, body.blocks) == []


def everything(slack: Slackbot) -> list[str]:
    """What Slack would refuse of all that it was told."""
    views = [*slack.views, *(home for _, home in slack.homes)]
    wrong = [problem for view in views for problem in view_problems(view)]
    for said in slack.server.bodies("POST", "respond"):
        wrong += message_problems(said["text"], said.get("blocks", [section("x")]))
    return wrong


@pytest.mark.parametrize("name", ["😀" * 60, FAMILY * 15, "<&>" * 40, "مركز الأسنان" * 9])
@pytest.mark.parametrize("signed", [True, False])
def test_an_office_of_any_name_can_be_reported_at_and_seen(
    slack: Slackbot, group: Cast, workspace: SlackWorkspace, name: str, signed: bool
) -> None:
    SlackWorkspace.objects.update(may_carry_patients=signed)
    group.maple.name = group.omar.name = name[:80]
    group.maple.save()
    group.omar.save()
    case = a_case(group)
    for user in ("ana", "omar", "rita", "lee"):
        slack.command(user)
        slack.open_home(user)
        slack.press(user, "manager_spoke", case.number)
        slack.press(user, "manager_ask_region", case.number)
    for who, text in (("omar", "away today cover ruth"), ("omar", "back"), ("ana", "help")):
        slack.command(who, text)
    assert everything(slack) == []
    assert words_of(slack.homes[-1][1])
    answers: list[Any] = slack.server.bodies("POST", "respond")
    assert answers
