"""What is told under a case's card in Slack when nobody acted in time, and when there is nothing to put right."""

import pytest
from tests.protocol.cast import MONDAY, OMAR, POLICY, set_aside

from amends.protocol import events as e
from amends.protocol.card import Happening, Line, lines_of
from amends.protocol.card_words import line_words
from amends.protocol.events import Event
from amends.protocol.values import AMENDS, Person
from amends.protocol.words import Role, Step


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Person("4", "Rita"), "A step is late. Rita was told."),
        (None, "A step is late. Nobody is above to be told."),
    ],
)
def test_a_late_step_that_moves_nothing_is_told_with_who_heard_of_it(told: Person | None, words: str) -> None:
    role = Role.REGIONAL_MANAGER if told else None
    late = e.WentLate(step=Step.SPEAK, due=MONDAY, told=told, told_role=role)
    (line,) = lines_of([Event(MONDAY, AMENDS, late)])
    assert line == Line(what=Happening.LATE, by=AMENDS, to=told)
    assert line_words(line, POLICY) == words


def test_a_case_that_is_set_aside_is_told_with_who_did_it() -> None:
    lines = lines_of(set_aside().events)
    assert [(line.what, line.by) for line in lines if line.what is Happening.SET_ASIDE] == [(Happening.SET_ASIDE, OMAR)]
    assert line_words(lines[-1], POLICY) == "Omar, office manager, set it aside."


def test_a_case_that_moved_because_a_step_was_late_is_told_with_whose_it_is_now() -> None:
    moved = Line(what=Happening.MOVED, by=AMENDS, to=Person("4", "Rita"))
    assert line_words(moved, POLICY) == "A step was late, so it is with Rita now."


def test_a_case_that_was_handed_over_is_told_with_whose_it_is_now() -> None:
    handed = e.HandedOver(to=Person("4", "Rita"), why="More than I may give.")
    (line,) = lines_of([Event(MONDAY, OMAR, handed)])
    assert line == Line(what=Happening.HANDED_OVER, by=OMAR, to=Person("4", "Rita"))
    assert line_words(line, POLICY) == "Omar, office manager, handed it to Rita."
    back = Line(what=Happening.HANDED_OVER, by=AMENDS, to=Person("4", "Rita"))
    assert line_words(back, POLICY) == "Amends handed it to Rita."
