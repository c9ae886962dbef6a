"""Search gives the same answers on both databases, and nothing from another office whatever one types."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cases.story import TOBIAS, by, opened
from tests.conftest import Cast

from amends.cases import actions, search
from amends.cases.search import words_of
from amends.protocol import commands as c
from amends.protocol.values import Patient
from amends.protocol.words import PatientStatus, Way

CORPUS = {
    "wait": (
        "The crowns hurt and the wait was over an hour.",
        Patient("main", 1, "Marisol Quintero", "(555) 010-0141"),
    ),
    "accent": ("La señora Núñez está molesta por el café FRÍO.", Patient("main", 2, "Óscar Peña", "+1 555 010 0142")),
    "odd": ("Straße_und İstanbul, ℌ𝔢𝔩𝔩𝔬 ½ 日本語の歯科 ٣٣ x_y O'Neil 😀", Patient("main", 3, "李小龍", "")),
    "long": ("a" * 5000 + " end", Patient("main", 4, "Bo Li", "555.010.0144")),
    "plain": ("Nothing special about classes or glass.", None),
}
# Every question with what it must find.
QUESTIONS = {
    "crown": {"wait"},
    "CROWNS hurt": {"wait"},
    "crown nothing": set(),
    "nunez": {"accent"},
    "Núñez cafe frio": {"accent"},
    "senora está": {"accent"},
    "strasse": {"odd"},
    "STRASSE": {"odd"},
    "und": {"odd"},
    "istanbul": {"odd"},
    "hello": {"odd"},
    "日本語の歯科": {"odd"},
    "日本": set(),
    "٣٣": {"odd"},
    "x": {"odd"},
    "x_y": {"odd"},
    "o'neil": {"odd"},
    "😀": set(),
    "mar": {"wait"},
    "quint": {"wait"},
    "Quintero, Marisol": {"wait"},
    "uintero": set(),
    "ma": set(),
    "óscar pen": {"accent"},
    "李小龍": {"odd"},
    "李": set(),
    "Li": {"long"},
    "bo li": {"long"},
    "(555) 010-0141": {"wait"},
    "5550100141": {"wait"},
    "5550100142": {"accent"},
    "15550100142": {"accent"},
    "555": {"wait", "accent", "long"},
    "a" * 5000: {"long"},
    "a" * 64: {"long"},
    "end": {"long"},
    "glass": {"plain"},
    "class": {"plain"},
    "classes": {"plain"},
    "glas": set(),
    "": set(),
    "   ": set(),
    "_": set(),
    "\x00": set(),
}
TRICKS = [
    *('"', "'", "''", "\\", "*", "crown*", "NOT crown", "crown NOT hurt", "crown OR nothing", "words:crown", "^crown"),
    *("NEAR(crown hurt)", "NEAR crown", "-crown", "+crown", "(crown", "crown)", "AND", "crown AND", "';--", '" OR "1'),
    *("' | 'x", "crown' | 'nothing", "crown:*", "!crown", "<->", "crown & nothing", "| crown", "a:b", "%", "%s", "{}"),
    *("xoffice2", "o2", "office", "\ud800", "😀 crown", "\u202ecrown", "crown\n\nhurt"),
]


@pytest.fixture
def corpus(group: Cast) -> dict[int, str]:
    made = {}
    for name, (account, patient) in CORPUS.items():
        made[opened(group.maple, group.ana, account, patient=patient).row.pk] = name
    opened(group.harbor, group.nick, "The crown hurt in another office. o1 xoffice1", patient=TOBIAS)
    return made


def test_the_fixed_corpus_gives_the_fixed_answers(group: Cast, corpus: dict[int, str]) -> None:
    maple = [str(group.maple.pk)]
    answers = {text: {corpus[pk] for pk in search.find(text, offices=maple)} for text in QUESTIONS}
    assert answers == QUESTIONS


@pytest.mark.parametrize("trick", TRICKS)
def test_what_reads_as_an_operator_is_only_words(group: Cast, corpus: dict[int, str], trick: str) -> None:
    maple = str(group.maple.pk)
    found = search.find(trick, offices=[maple])
    assert set(found) <= set(corpus)
    texts = {pk: set(words_of(CORPUS[name][0])) for pk, name in corpus.items()}
    assert set(found) == {pk for pk, words in texts.items() if words_of(trick) and set(words_of(trick)) <= words}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.one_of(st.text(max_size=40), st.lists(st.sampled_from([*TRICKS, *QUESTIONS]), max_size=4).map(" ".join)))
def test_no_question_leaves_the_offices_that_one_may_see(group: Cast, corpus: dict[int, str], text: str) -> None:
    assert set(search.find(text, offices=[str(group.maple.pk)])) <= set(corpus)
    assert search.find(text, offices=[]) == []


def test_an_account_cannot_pass_for_a_case_of_another_office(group: Cast) -> None:
    words = " ".join(f"{prefix}{group.harbor.pk}" for prefix in ("o", "xoffice", "office ", "w", "n"))
    opened(group.maple, group.ana, f"A trick: {words}.")
    assert search.find("trick", offices=[str(group.harbor.pk)]) == []


def test_the_whole_group_and_several_offices(group: Cast, corpus: dict[int, str]) -> None:
    both = [str(group.maple.pk), str(group.harbor.pk)]
    assert len(search.find("crown", offices=None)) == len(search.find("crown", offices=both)) == 2


def test_newest_first_and_page_by_page(group: Cast) -> None:
    made = [opened(group.maple, group.ana, "A wait again.").row.pk for _ in range(5)]
    assert search.find("wait", offices=None, limit=2) == [made[4], made[3]]
    for offices in (None, [str(group.maple.pk)]):
        assert search.find("wait", offices=offices, before=made[3], limit=2) == [made[2], made[1]]


def test_what_is_told_later_is_found_too(group: Cast) -> None:
    case = opened(group.maple, group.ana, patient=None).row.pk
    omar = by(group.omar, group.maple)
    told: dict[str, c.Command | None] = {
        "squirrel": c.AddAccount(text="Squirrel"),
        "badger": c.LogAttempt(way=Way.PHONE, note="Badger"),
        "heron": c.RecordConversation(way=Way.PHONE, note="Heron"),
        "quintero": c.IdentifyPatient(
            patient_status=PatientStatus.KNOWN, patient=Patient("main", 1, "Marisol Quintero"), why="Found."
        ),
        "otter": c.MarkAddressed(resolution="apology", note="Otter", change="A lynx"),
        "lynx": None,
    }
    for word, command in told.items():
        if command:
            assert search.find(word, offices=None) == []
            actions.perform(command=command, by=omar, case=case)
        assert search.find(word, offices=None) == [case]


def test_a_name_that_was_wrong_is_not_found_any_more(group: Cast) -> None:
    case = opened(group.maple, group.ana).row.pk
    corrected = c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=TOBIAS, why="A mix-up.")
    actions.perform(command=corrected, by=by(group.omar, group.maple), case=case)
    assert (search.find("quintero", offices=None), search.find("wendell", offices=None)) == ([], [case])


def test_by_its_number(group: Cast) -> None:
    done = opened(group.maple, group.ana)
    assert search.find(done.number.lower(), offices=None) == [done.row.pk]


def test_a_very_long_story_can_still_be_told_and_found(group: Cast) -> None:
    case = opened(group.maple, group.ana).row.pk
    letters = "abcdefghij"
    words = ["".join(part) * 3 + "é日" for part in product(letters, repeat=3)]
    for n in range(12):
        text = " ".join(f"{word}{n}" for word in words)[:20_000]
        actions.perform(command=c.AddAccount(text=text), by=by(group.ana, group.maple), case=case)
    assert search.find("quintero hour", offices=[str(group.maple.pk)]) == [case]


def test_a_question_of_very_many_words_is_cut(group: Cast, corpus: dict[int, str]) -> None:
    found = search.find("crown hurt wait over an hour and the was the hour wait over hurt", offices=None)
    assert {corpus[pk] for pk in found} == {"wait"}
    assert search.find(" ".join(f"word{n}" for n in range(5000)), offices=None) == []
