"""Names that are written otherwise than the chart has them: married, shortened, run together, or no names at all.

The names are drawn from the census and the table of short forms, so that a rule holds for all and not for one.
"""

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reviews.matching.census import FIRST, LAST
from tests.reviews.matching.measuring import answers
from tests.reviews.matching.worlds import patient

from amends.reviews.matching import nicknames
from amends.reviews.matching.display_name import read_display_name
from amends.reviews.matching.folding import fold, sound, suffix
from amends.reviews.matching.names import fit
from amends.reviews.matching.nicknames import are_forms_of_one
from amends.reviews.matching.no_names import ALSO_NAMES, NO_NAMES
from amends.reviews.matching.parts import Part
from amends.reviews.matching.person import person

POSTED = date(2026, 3, 11)
POST = "2026-03-11T19:40:00-05:00"
Row = dict[str, Any]
GIVEN = st.sampled_from([name for name in FIRST if len(name) > 3 and fold(name) not in NO_NAMES])
SURNAME = st.sampled_from([name for name in LAST if len(name) > 3 and fold(name) not in NO_NAMES])


def parts(shown: str, first: str, last: str, preferred: str = "") -> tuple[Part, Part]:
    found = fit(read_display_name(shown), person(first, preferred, last))
    return found.given, found.last


def who(first: str, last: str, day: str = "2026-03-09", code: str = "D1110", **more: Any) -> Row:
    visit = {"date": day, "status": "complete", "procedures": [code], "arrived": "10:00", "seated": "10:04"}
    return {"PatNum": 1, "first": first, "last": last, "visits": [visit]} | more


def asked(reviewer: str, text: str, *patients: Row) -> tuple[str, int | None]:
    review = {"reviewer": reviewer, "stars": 1, "text": text, "posted_at": POST}
    (found,) = answers([{"id": 1, "review": review, "patients": list(patients)}])
    return found["verdict"], found["candidates"][0]["PatNum"] if found["candidates"] else None


def strangers(seed: int, *but: str) -> list[Row]:
    """Thirty others, none of whom shares a name or has a bridge."""
    chance, found = random.Random(seed), list[Row]()
    while len(found) < 30:
        one = patient(chance, 100 + len(found), POSTED, 90)
        names = f"{one['first']} {one['last']} {one['preferred']}".lower()
        had = [code for visit in one["visits"] for code in visit.get("procedures") or []]
        if not any(word.lower() in names for word in but) and not any(code.startswith("D6") for code in had):
            found.append(one)
    return found


# One half of the name, and what only that patient had


@settings(max_examples=60)
@given(GIVEN, SURNAME, SURNAME, st.integers(0, 999), st.booleans())
def test_half_a_name_a_rare_treatment_and_its_day_are_worth_a_look(
    first: str, born: str, married: str, seed: int, by_last: bool
) -> None:
    if sound(fold(born)) == sound(fold(married)):
        return
    shown, chart = (f"Zuzu {married}", ("Everett", married)) if by_last else (f"{first} {born}", (first, married))
    others = strangers(seed, first, born, married, "everett", "zuzu")
    right = who(*chart, code="D6740")
    assert asked(shown, "Had a bridge done on Monday, and it hurts.", right, *others) == ("possible", 1)
    assert asked(shown, "Had a bridge done on Friday, and it hurts.", right, *others)[0] != "likely"
    assert asked(shown, "They were so rude.", right, *others)[1] != 1
    assert asked(shown, "Had a denture done on Monday, and it hurts.", right, *others)[1] != 1
    assert asked(shown, "Had a bridge done on Monday.", who(*chart, code="D1110"), *others)[1] != 1


@given(GIVEN, SURNAME, SURNAME)
def test_a_last_name_of_the_family_is_a_maiden_name(first: str, born: str, married: str) -> None:
    chart = who(first, married, family=[f"Walter {born}", f"Irene {married}"])
    verdict, number = asked(f"{first} {born}", "Not a good office.", chart)
    assert number == 1
    assert verdict == "possible" or fold(born) == fold(married) or sound(fold(born)) == sound(fold(married))


@given(GIVEN, SURNAME, SURNAME)
def test_a_name_in_brackets_counts_where_it_fits_and_never_against(first: str, born: str, married: str) -> None:
    for shown in (f"{first} ({born}) {married}", f"{first} {married} ({born})"):
        for last in (born, married):
            assert fit(read_display_name(shown), person(first, "", last)).full


# Short forms


def test_short_forms_are_known_both_ways_for_every_name_of_the_table() -> None:
    for names, short_forms in nicknames._ROWS:
        for short in short_forms:
            for name in names:
                assert are_forms_of_one(short, name)
                assert are_forms_of_one(name, short)


def test_no_name_of_the_table_is_a_spelling_in_two_rows() -> None:
    names = [name for names, _ in nicknames._ROWS for name in names]
    assert sorted(set(names)) == sorted(names)


@given(st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=9), st.sampled_from(FIRST))
def test_who_may_be_who_has_no_direction(one: str, other: str) -> None:
    assert are_forms_of_one(one, fold(other)) == are_forms_of_one(fold(other), one)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Beny", "Benjamin"), ("Winni", "Winifred"), ("Joni", "Jonas"), ("Luisita", "Luisa"), ("Marcelita", "Marcela"),
        ("Rosita", "Rosa"), ("Tomasito", "Tomás"), ("Carmencita", "Carmen"), ("Juanma", "Juan Manuel"),
        ("Mafer", "María Fernanda"), ("Joselu", "José Luis"), ("Maricarmen", "María del Carmen"), ("Thad", "Thaddeus"),
        ("Hetty", "Henrietta"), ("Chelo", "Consuelo"), ("Nando", "Hernando"), ("Queta", "Enriqueta"),
    ],
)  # fmt: skip
def test_short_forms_that_follow_a_rule(short: str, full: str) -> None:
    assert fit(read_display_name(f"{short} Lund"), person(full, "", "Lund")).full
    assert fit(read_display_name(f"{full} Lund"), person(short, "", "Lund")).full


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paul", "Paula"), ("Victor", "Victoria"), ("Eric", "Erica"), ("Julia", "Julian"), ("Gabriel", "Gabriela"),
        ("Joseph", "Josephine"), ("Dan", "Dana"), ("Robert", "Roberta"), ("Henry", "Henrietta"), ("Mario", "Maria"),
        ("George", "Georgia"), ("Carlo", "Carla"), ("Andre", "Andrew"), ("Simon", "Simone"),
    ],
)  # fmt: skip
def test_another_first_name_is_no_beginning_and_no_slip(one: str, other: str) -> None:
    assert parts(f"{one} Lund", other, "Lund")[0] in (Part.OTHER, Part.ABSENT)
    assert parts(f"{other} Lund", one, "Lund")[0] in (Part.OTHER, Part.ABSENT)


def test_a_near_name_of_long_ago_that_the_text_speaks_against_is_nobody() -> None:
    text = "Came in yesterday for a crown. Rough and rushed."
    assert asked("Annelise Lund", text, who("Annelis", "Lund", "2025-02-03")) == ("nobody", None)
    assert asked("Annelise Lund", text, who("Annelis", "Lund", "2026-03-10", "D2740"))[1] == 1
    assert asked("Annelise Lund", text, who("Annelise", "Lund", "2025-02-03")) == ("possible", 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Reed", "Reid"), ("Ruis", "Ruiz"), ("Diaz", "Dias"), ("Meyer", "Meier"), ("Smith", "Smyth"), ("Carlson",
        "Karlson"), ("Schultz", "Shultz"), ("Vasquez", "Basques"), ("Fisher", "Fischer"), ("Lynn", "Lyn"),
        ("Doherty", "Dougherty"), ("Stephens", "Stefens"), ("Page", "Paige"), ("Webb", "Web"),
    ],
)  # fmt: skip
def test_last_names_that_sound_alike(one: str, other: str) -> None:
    assert parts(f"Norma {one}", "Norma", other) == (Part.SAME, Part.SLIP)
    assert parts(f"Norma {other}", "Norma", one) == (Part.SAME, Part.SLIP)


@pytest.mark.parametrize(("one", "other"), [("Ross", "Rose"), ("Hale", "Hall"), ("Dean", "Dane"), ("Park", "Pike")])
def test_last_names_that_do_not(one: str, other: str) -> None:
    assert parts(f"Norma {one}", "Norma", other) == (Part.SAME, Part.OTHER)


def test_turned_and_misspelled_is_another_name() -> None:
    assert parts("Martin Daniel", "Daniel", "Martin") == (Part.SAME, Part.SAME)
    assert Part.OTHER in parts("Martins Daniel", "Daniel", "Martin")
    assert Part.OTHER in parts("Terry Hall", "Halle", "Terry")


def test_initials_by_way_of_a_short_form_need_a_word_of_the_text() -> None:
    patient = who("Margaret", "Lund", code="D6740")
    assert asked("P. L.", "Rude.", patient) == ("nobody", None)
    assert asked("P. L.", "A bridge, on Monday.", patient) == ("possible", 1)
    assert asked("M. L.", "Rude.", patient) == ("possible", 1)


# Abbreviations, suffixes, decorations


@pytest.mark.parametrize(
    ("short", "full"),
    [("Wm.", "William"), ("Chas.", "Charles"), ("Geo.", "George"), ("Jos.", "Joseph"), ("Thos.", "Thomas"),
     ("Robt.", "Robert"), ("Jas.", "James"), ("Jno.", "John"), ("Nath'l", "Nathaniel"), ("Ma.", "Maria"),
     ("Fco.", "Francisco"), ("Gpe.", "Guadalupe")],
)  # fmt: skip
def test_an_abbreviated_first_name(short: str, full: str) -> None:
    for one, other in ((short, full), (full, short), (short.upper(), full), (short.lower(), full)):
        assert parts(f"{one} Tollgate", other, "Tollgate") == (Part.SHORT, Part.SAME)
        assert parts(f"Tollgate, {one}", other, "Tollgate") == (Part.SHORT, Part.SAME)


def test_an_abbreviation_is_no_other_name() -> None:
    assert Part.OTHER in parts("Wm. Tollgate", "Wanda", "Tollgate")
    assert Part.OTHER in parts("Robt. Tollgate", "Roberta", "Tollgate")
    assert parts("WM", "Wanda", "Mays") == (Part.INITIAL, Part.INITIAL)


@pytest.mark.parametrize(
    ("shown", "is_of"),
    [("Otto Lund Jr.", "jr"), ("Otto Lund, Junior", "jr"), ("Lund Sr., Otto", "sr"), ("Otto Lund the Third", "iii"),
     ("OTTO LUND II", "ii"), ("Otto Lund 2nd", "ii"), ("Otto Lund", ""), ("Sr. Lund", ""), ("Jr", ""),
     ("Otto V Lund", "")],
)  # fmt: skip
def test_a_suffix_is_read_wherever_it_stands(shown: str, is_of: str) -> None:
    assert suffix(shown) == is_of
    if "Otto" in shown.title():
        assert fit(read_display_name(shown), person("Otto", "", "Lund")).full


@pytest.mark.parametrize("reviewer", ["Otto Lund Jr.", "Lund Jr, Otto", "Otto L. Junior", "O. Lund jr"])
@pytest.mark.parametrize(("first", "last"), [("Otto Jr", "Lund"), ("Otto", "Lund Jr."), ("Otto", "Lund, JR")])
def test_the_son_comes_before_the_father_and_before_one_of_whom_the_chart_says_neither(
    reviewer: str, first: str, last: str
) -> None:
    son = who(first, last, PatNum=2)
    for chart in ("Lund Sr.", "Lund III", "Lund"):
        assert asked(reviewer, "Rude.", who("Otto", chart), son)[1] == 2
    assert asked(reviewer, "Rude.", who("Otto", "Lund"))[1] == 1


@pytest.mark.parametrize(
    "shown",
    ["🦷 Jen Orcutt 🦷", "꧁Jen Orcutt꧂", "J\u200ben Or\u200bcutt", "ᴊᴇɴ ᴏʀᴄᴜᴛᴛ", "🅹🅴🅽 🅾🆁🅲🆄🆃🆃", "𝓙𝓮𝓷 𝓞𝓻𝓬𝓾𝓽𝓽",
     "Jеn Оrcutt", "Jen™ Orcutt®", "(((Jen Orcutt)))", "JEN❤️ORCUTT 🇺🇸", "~*jen*~ orcutt"],
)  # fmt: skip
def test_decorations_are_taken_off(shown: str) -> None:
    found = fit(read_display_name(shown), person("Jennifer", "", "Orcutt"))
    assert (found.given, found.last) == (Part.SHORT, Part.SAME)
    assert read_display_name(shown).shown == shown


def test_a_name_in_another_script_stays_what_it_is() -> None:
    assert parts("Рита Кот", "Рита", "Кот") == (Part.SAME, Part.SAME)
    assert read_display_name("🇺🇸 👎").says_nothing


@given(GIVEN, SURNAME, SURNAME, st.sampled_from(["-", " ", "–", "/", " y ", ""]))
def test_two_last_names_in_either_order(first: str, one: str, other: str, between: str) -> None:
    for names in ((one, other), (other, one)):
        assert fit(read_display_name(f"{first} {between.join(names)}"), person(first, "", f"{one}-{other}")).full


def test_initials_in_either_order() -> None:
    for shown in ("L. O.", "O, L", "LO🌷", "Ms. L. O."):
        assert parts(shown, "Lacey", "Orcutt") == (Part.INITIAL, Part.INITIAL), shown


def test_a_company_of_that_name() -> None:
    assert parts("Orcutt & Co.", "Lacey", "Orcutt") == (Part.ABSENT, Part.SAME)
    assert parts("L. Orcutt and Sons", "Lacey", "Orcutt") == (Part.INITIAL, Part.SAME)


# Two letters, particles, kin


@pytest.mark.parametrize("title", ["Mrs.", "Mr", "Ms.", "Miss", "Dr.", "Sra.", "Sr."])
@pytest.mark.parametrize("last", ["Vu", "Oh", "Ko", "Yi", "An", "Ng", "Do", "Le", "Wu"])
def test_a_last_name_of_two_letters(title: str, last: str) -> None:
    assert parts(f"{title} {last}", "Paula", last) == (Part.ABSENT, Part.SAME)
    assert parts(f"paula{last.lower()}88", "Paula", last) == (Part.SAME, Part.SAME)
    assert parts(f"Paula {last}", "Paula", last) == (Part.SAME, Part.SAME)


def test_two_letters_are_a_name_or_initials() -> None:
    assert parts("Vu", "Paula", "Vu") == (Part.ABSENT, Part.SAME)
    assert parts("VU", "Vera", "Ulrich") == (Part.INITIAL, Part.INITIAL)
    assert parts("Vu", "Vera", "Ulrich") == (Part.INITIAL, Part.INITIAL)
    assert parts("MO", "Mark", "Olsen") == (Part.INITIAL, Part.INITIAL)
    assert parts("MO", "Maureen", "Stone") == (Part.SHORT, Part.ABSENT)
    assert parts("Mo", "Mark", "Olsen") == (Part.OTHER, Part.OTHER)


@pytest.mark.parametrize(
    ("shown", "last"),
    [("Ana van der Meer", "Vandermeer"), ("De León, Ana", "DeLeon"), ("Ana Del Valle", "Delvalle"), ("Ana Di Marco",
    "DiMarco"), ("Ana de los Santos", "Delossantos"), ("Ana Vandermeer", "van der Meer")],
)  # fmt: skip
def test_particles_may_be_written_together(shown: str, last: str) -> None:
    assert fit(read_display_name(shown), person("Ana", "", last)).full


@pytest.mark.parametrize("called", ["Nana", "Papa", "Junior", "Lucky", "Sunny", "Rose", "Bear", "Guy"])
def test_who_is_called_so_in_the_chart_is_found_by_it(called: str) -> None:
    assert parts(f"{called} Lund", "Carla", "Lund", called) == (Part.SAME, Part.SAME)
    assert parts(f"{called} L.", "Carla", "Lund", called) == (Part.SAME, Part.INITIAL)


# Handles and signs


@settings(max_examples=200)
@given(
    GIVEN,
    SURNAME,
    st.sampled_from(["", "the", "its", "real", "iam", "xx", "mrs", "hey", "not", "miss"]),
    st.sampled_from(["", "xx", "tx", "official", "84", "_rn", "1979", "usa", ".music"]),
    st.sampled_from(["{f}{l}", "{l}{f}", "{f}.{l}", "{f}_{l}", "{f}the{l}"]),
)
def test_both_names_in_a_handle_are_found_whatever_is_around(
    first: str, last: str, before: str, after: str, form: str
) -> None:
    first, last = fold(first), fold(last)
    handle = before + form.format(f=first, l=last) + after
    assert fit(read_display_name(handle), person(first.title(), "", last.title())).full


@pytest.mark.parametrize(
    "handle",
    ["coffee_last", "TeaQueen", "surfin_thru", "only.saying", "moonlight.county", "huntin_fool", "gymguy_tx",
     "y_rider_y", "QuiltingNana", "plant.lover", "raspberry_jamboree", "velvet_hammer", "ZigzagThinker"],
)  # fmt: skip
def test_a_handle_of_words_is_nobodys_name(handle: str) -> None:
    assert not read_display_name(handle).plain
    text = "Root canal yesterday and it still hurts."
    assert asked(handle, text, who("Yusuf", "Trask", "2026-03-10", "D3320")) == ("possible", 1)
    assert asked(handle, "Rude people.", who("Yusuf", "Trask", "2026-03-10", "D3320")) == ("nobody", None)


@pytest.mark.parametrize("handle", ["howard_hale85", "HowardHale", "howard.hale"])
def test_a_name_in_a_handle_is_a_name(handle: str) -> None:
    assert read_display_name(handle).plain
    assert asked(handle, "Rude.", who("Howard", "Atwood")) == ("nobody", None)


@pytest.mark.parametrize("trade", sorted(word for word in NO_NAMES - ALSO_NAMES if len(word) > 2)[::7])
def test_a_word_on_a_sign_leaves_the_name(trade: str) -> None:
    assert parts(f"Orcutt {trade.title()}", "Nadine", "Orcutt") == (Part.ABSENT, Part.SAME)
    assert parts(f"Nadine's {trade.title()}", "Nadine", "Orcutt") == (Part.SAME, Part.ABSENT)


@pytest.mark.parametrize("last", sorted(ALSO_NAMES))
def test_what_is_a_last_name_too_stays_one_beside_a_first_name(last: str) -> None:
    assert read_display_name(f"Norma {last.title()}").plain
    assert fit(read_display_name(f"Norma {last.title()}"), person("Norma", "", last.title())).full


# Who of a family


@given(GIVEN, GIVEN, SURNAME, st.integers(3, 40), st.sampled_from(["They were rude to me.", "The hygienist hurt me."]))
def test_who_was_here_lately_writes_of_herself(me: str, other: str, last: str, ago: int, text: str) -> None:
    if are_forms_of_one(fold(me), fold(other)) or sound(fold(me)) == sound(fold(other)) or me == other:
        return
    day = str(date.fromordinal(POSTED.toordinal() - ago))
    mine = who(me, last, day, family=[f"{other} {last}"])
    theirs = who(other, last, "2026-03-10", PatNum=2, family=[f"{me} {last}"])
    assert asked(f"{me} {last}", text, mine, theirs)[1] == 1
    assert asked(f"{me} {last}", "My child had a cleaning yesterday.", mine, theirs)[1] == 2


@pytest.mark.parametrize(
    "text",
    ["They cancelled my cleaning today without a call", "My appointment was cancelled on me this morning",
     "I was turned away today because I was five minutes late", "Me cancelaron la cita de hoy"],
)  # fmt: skip
def test_the_only_appointment_that_was_broken_that_day(text: str) -> None:
    broken = [{"date": "2026-03-11", "status": "broken", "procedures": ["D1110"]}]
    kept = who("Vera", "Lund", "2026-03-11", PatNum=2)
    assert asked("Anonymous", text, who("Otis", "Mabry") | {"visits": broken}, kept) == ("possible", 1)
    assert asked("Anonymous", text, kept) == ("nobody", None)


def test_a_hygienist_is_no_cleaning() -> None:
    alone = who("Amber", "Mercer", "2026-03-06")
    assert asked("A.", "The hygienist rolled her eyes at me.", alone) == ("nobody", None)
