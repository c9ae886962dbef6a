"""The CommLog type of upset patients: found by name once, known by number from then on, whatever staff do to it."""

import pytest
from tests.integrations.conftest import EVERYTHING, definition, permissions
from tests.integrations.servers import Says, StubServer

from amends.deliveries.channel import Configuration, Permanent, UnknownOutcome
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.definitions import choose
from amends.integrations.open_dental.facts import CommType
from amends.integrations.open_dental.office import office
from amends.integrations.open_dental.rows import Definition

NAME = "Upset patient"


def shown(number: int, name: str = NAME, *, category: int = 27) -> Definition:
    return Definition(DefNum=number, ItemName=name, Category=category)


def hidden(number: int, name: str = NAME) -> Definition:
    return Definition(DefNum=number, ItemName=name, Category=27, isHidden=True)


def found(*rows: Definition, known: int | None = None) -> CommType:
    before = CommType(number=known, numbers=frozenset({known})) if known else CommType()
    return choose(rows, name=NAME, known=before)


def told(chosen: CommType) -> tuple[int | None, list[int], str]:
    return chosen.number, sorted(chosen.numbers), chosen.warning


def test_it_is_found_by_its_name_in_any_case_and_with_spaces_around() -> None:
    chosen = found(shown(451, "Miscellaneous"), shown(612, " upset PATIENT "))
    assert told(chosen) == (612, [612], "")


@pytest.mark.parametrize(
    ("rows", "numbers", "why"),
    [
        ([], set(), "no CommLog type"),
        ([shown(1, category=33)], set(), "no CommLog type"),
        ([hidden(1)], {1}, "is hidden"),
        ([shown(1), shown(2)], {1, 2}, "2 CommLog types"),
        ([shown(1), shown(2), hidden(3)], {1, 2, 3}, "2 CommLog types"),
    ],
)
def test_without_exactly_one_the_type_is_left_open_and_the_repair_is_told(
    rows: list[Definition], numbers: set[int], why: str
) -> None:
    chosen = found(*rows)
    assert chosen.number is None
    assert chosen.numbers == numbers
    assert why in chosen.warning
    assert "Commlog Types" in chosen.warning
    assert "Miscellaneous" in chosen.warning


def test_a_hidden_one_beside_a_shown_one_is_listened_to_and_not_written() -> None:
    chosen = found(hidden(1), shown(2))
    assert told(chosen) == (2, [1, 2], "")


def test_a_renamed_one_is_kept_by_its_number_and_told() -> None:
    chosen = found(shown(612, "Unhappy patient"), known=612)
    assert chosen.number == 612
    assert "“Unhappy patient”" in chosen.warning


def test_a_renamed_one_gives_way_to_a_new_one_of_the_old_name() -> None:
    chosen = found(shown(612, "Upset (old)"), shown(700), known=612)
    assert told(chosen) == (700, [612, 700], "")


def test_a_second_one_of_the_same_name_does_not_take_over() -> None:
    chosen = found(shown(700), shown(612), known=612)
    assert told(chosen)[:2] == (612, [612, 700])
    assert "number 612" in chosen.warning


@pytest.mark.parametrize(("rows", "why"), [([hidden(612)], "is hidden"), ([], "no CommLog type")])
def test_a_known_one_that_was_hidden_or_deleted_is_still_listened_to(rows: list[Definition], why: str) -> None:
    chosen = found(*rows, known=612)
    assert told(chosen)[:2] == (None, [612])
    assert why in chosen.warning


def test_a_hidden_one_that_is_shown_again_heals() -> None:
    was_hidden = choose([hidden(612)], name=NAME, known=CommType(number=612, numbers=frozenset({612})))
    assert choose([shown(612)], name=NAME, known=was_hidden).warning == ""


@pytest.mark.usefixtures("database")
class TestCreating:
    def test_it_is_created_when_a_person_says_so_and_used_at_once(self, server: StubServer) -> None:
        rows = [definition(451, "Miscellaneous")]
        server.on("GET", "definitions", lambda asked: rows)
        assert office("main").comm_type(Budget(9)) is None

        def add(asked: object) -> Says:
            rows.append(definition(900, NAME))
            return Says(201, rows[-1])

        server.on("POST", "definitions", add)
        office("main").create_comm_type(Budget(9))
        assert server.bodies("POST", "definitions") == [{"ItemName": NAME, "category": "CommLogTypes"}]
        assert office("main").comm_type(Budget(9)) == 900

    @pytest.mark.parametrize("isHidden", ["true", "false"])
    def test_there_is_never_a_second_one(self, server: StubServer, isHidden: str) -> None:  # noqa: N803
        server.on("GET", "definitions", [definition(1, NAME, hidden=isHidden)])
        with pytest.raises(Configuration, match="already"):
            office("main").create_comm_type(Budget(9))
        assert server.bodies("POST", "definitions") == []

    def test_without_the_permission_the_repair_is_told(self, server: StubServer) -> None:
        server.on("GET", "securityperms", permissions(*(name for name in EVERYTHING if name != "ApiSetup")))
        with pytest.raises(Configuration, match="ApiSetup"):
            office("main").create_comm_type(Budget(9))

    def test_an_unknown_outcome_is_told_and_the_next_try_looks_first(self, server: StubServer) -> None:
        rows = [definition(451, "Miscellaneous")]
        server.on("GET", "definitions", lambda asked: rows)
        server.on("POST", "definitions", Says(504))
        with pytest.raises(UnknownOutcome):
            office("main").create_comm_type(Budget(9))
        rows.append(definition(900, NAME))  # it had arrived
        with pytest.raises(Configuration, match="already"):
            office("main").create_comm_type(Budget(9))
        assert len(server.bodies("POST", "definitions")) == 1

    def test_an_answer_without_a_number_is_told(self, server: StubServer) -> None:
        server.on("GET", "definitions", [])
        server.on("POST", "definitions", Says(201, {}))
        with pytest.raises(Permanent, match="does not tell its number"):
            office("main").create_comm_type(Budget(9))
