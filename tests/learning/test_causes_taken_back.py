"""A cause that was recorded by mistake is taken back, and what is counted follows."""

import pytest
from django.urls import reverse
from tests.cases.acting import CAUSE, SPOKE, a_case, closed, does
from tests.conftest import Cast
from tests.protocol.cast import ANA, OMAR, addressed

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.learning.account_words import told_in
from amends.learning.models import CaseFigures
from amends.protocol import commands as c
from amends.protocol.decide import Refused


def test_a_manager_takes_a_cause_back_and_says_why():
    story = addressed()
    story.does(OMAR, c.RecordCauses(causes=("wait_in_office", "privacy")))
    story.refuses(ANA, c.TakeBackCauses(causes=("privacy",), why="x"), "you cannot take back a cause")
    story.refuses(OMAR, c.TakeBackCauses(causes=("estimate_wrong",), why="x"), "that is recorded")
    story.refuses(OMAR, c.TakeBackCauses(causes=("privacy",), why=" "), "Write why")
    story.does(OMAR, c.TakeBackCauses(causes=("privacy",), why="The wrong one was tapped."))
    assert story.case.causes == ("wait_in_office",)


def test_figures_and_what_words_teach_follow_and_the_story_says_so(group: Cast, client_for) -> None:
    row = does(group.omar, a_case(group), SPOKE, CAUSE)
    omar, address = client_for(group.omar), reverse("case_act", args=[row.number, "causes_back"])
    assert "A cause was not right" in omar.get(address).content.decode()
    omar.post(address, {"causes": "estimate_wrong", "why": "It was about the wait."})
    assert CaseFigures.objects.get(case=row).causes == ""
    assert CaseRow.system.get(pk=row.pk).causes == ""
    assert [case.causes for _, case in told_in([row.pk])] == [()]
    assert "Not what got in the way after all" in omar.get(f"/cases/{row.number}").content.decode()


def test_a_closed_case_keeps_a_cause(group: Cast) -> None:
    row = closed(group)
    causes = actions.state_of(row.pk).causes
    with pytest.raises(Refused, match="keeps a cause"):
        does(group.omar, row, c.TakeBackCauses(causes=causes, why="Wrong."))
