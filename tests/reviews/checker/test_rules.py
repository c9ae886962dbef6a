"""The rules one by one: what stops a reply, what does not, and the line between."""

from dataclasses import replace
from decimal import Decimal

import pytest

from amends.reviews.checker import Case, Category, Context, Level, Practice, Review, check, shipped
from amends.reviews.checker.check import readings
from amends.reviews.checker.fold import fold
from amends.reviews.checker.numbers import figure, numbers
from amends.reviews.checker.rules import days
from amends.reviews.checker.values import Finding

PRACTICE = Practice(
    "Crown Street Dental, PLLC", ("(555) 555-0100",), ("hello@crown.example.com",), ("Dr. Hale", "Omar Reyes")
)
CASE = Case(
    patient="Jennifer Morales",
    family=("Carlos Morales",),
    procedures=("D2740 crown",),
    staff=("Dr. Hale",),
    dates=("2026-03-02",),
    amounts=("120.00",),
    insurers=("Northwind Dental",),
    notes="She missed the ferry to Lakeview. Manager listened and apologised on the phone; 315 of 450 paid.",
)
CONTEXT = Context("google", Review("J. M.", 1, "Nobody listened. I had to take the bus."), PRACTICE, CASE)


def found(reply: str, category: Category, context: Context = CONTEXT) -> list[Finding]:
    return [one for one in check(reply, context).findings if one.category is category]


def level(reply: str, category: Category, context: Context = CONTEXT) -> Level:
    return max((one.level for one in found(reply, category, context)), key=lambda one: one.rank, default=Level.PASS)


@pytest.mark.parametrize(
    ("reviewer", "reply", "expected"),
    [
        ("J. M.", "Thank you, J. M., for writing.", Level.WARN),
        ("J. M.", "Hi JM, thank you.", Level.WARN),
        ("J. M.", "Hi J., thank you.", Level.WARN),
        ("J. M.", "Mrs. M, thank you.", Level.BLOCK),
        ("J. M.", "Hi Jennifer, thank you.", Level.BLOCK),
        ("J. M.", "We wish Carlos well.", Level.BLOCK),
        ("Jennifer M.", "Hi Jennifer, thank you.", Level.WARN),
        ("Jennifer M.", "Hi Jennifer Morales, thank you.", Level.BLOCK),
        ("Jennifer Morales", "Thank you, Jennifer Morales.", Level.WARN),
        ("Mrs. Morales", "Thank you, Mrs. Morales.", Level.WARN),
        ("toothfan77", "Thank you, Toothfan77.", Level.WARN),
        ("April", "Thank you, April.", Level.WARN),
        ("Bill", "Bill, thank you for writing.", Level.WARN),
        ("J. M.", "Dr. Hale thanks everyone.", Level.WARN),
        ("J. M.", "Omar thanks everyone.", Level.WARN),
        ("J. M.", "Dr. Unknownson thanks everyone.", Level.WARN),
        ("J. M.", "Thank you, Deborah.", Level.BLOCK),
        ("J. M.", "Our office is on Jackson Street, near St. Mary church.", Level.PASS),
        ("J. M.", "We may hope that grace and joy will mark each day.", Level.PASS),
        ("Happy Customer", "Every customer should be happy.", Level.PASS),
        ("NolaNative", "The right name is Regis Thibodeaux, as all know.", Level.BLOCK),
        ("J. M.", "Love from the Sprocket Zindle, all.", Level.BLOCK),
        ("J. M.", "Love from Sprocket Zindle to all.", Level.PASS),
        ("J. M.", "Xochitl, thank you.", Level.BLOCK),
        ("J. M.", "Aloha. We listen.", Level.PASS),
        ("J. M.", "Fabulous! Thanks, matey!", Level.PASS),
        ("J. M.", "Gratefully, the whole crew.", Level.PASS),
        ("J. M.", "Skimasks, gloves and film are for all.", Level.PASS),
    ],
)
def test_a_name_warns_where_it_is_public_and_blocks_where_it_is_not(reviewer: str, reply: str, expected: Level) -> None:
    assert level(reply, Category.NAMES, replace(CONTEXT, review=Review(reviewer))) is expected


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Thank you, Lanre, for writing.", Level.BLOCK),
        ("Gracias, Xochitl, por escribir.", Level.BLOCK),
        ("Awww, thanks.", Level.PASS),
        ("Thank you, neighbors, for writing.", Level.PASS),
    ],
)
def test_a_name_that_no_list_has_is_known_by_the_thanks_before_it(reply: str, expected: Level) -> None:
    assert level(reply, Category.NAMES) is expected


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Faith is kind.", Level.WARN),
        ("June at the desk answers.", Level.WARN),
        ("June 5 is a holiday.", Level.PASS),
        ("Faith and trust matter.", Level.PASS),
        ("JUNE is here.", Level.PASS),
    ],
)
def test_a_word_that_begins_a_sentence_is_a_name_where_it_does_something(reply: str, expected: Level) -> None:
    context = replace(CONTEXT, practice=replace(PRACTICE, staff=("Faith Romero", "June Carver")), case=None)
    assert level(reply, Category.NAMES, context) is expected


def test_the_name_on_the_door_tells_nothing_new() -> None:
    context = replace(CONTEXT, practice=Practice("Osei Family Dentistry", staff=("Dr. Kwame Osei", "Tom Osei")))
    assert level("Thank you. Dr. Osei", Category.NAMES, context) is Level.NOTE
    assert level("Thank you. Dr. Kwame Osei", Category.NAMES, context) is Level.WARN


def test_a_chart_name_that_is_a_word_is_known_by_its_place() -> None:
    context = replace(CONTEXT, case=Case("Mark Young"))
    assert level("Thank you, Mark Young.", Category.NAMES, context) is Level.BLOCK
    assert level("We thank Mark for this.", Category.NAMES, context) is Level.BLOCK
    assert level("Young people and old leave a mark.", Category.NAMES, context) is Level.PASS


@pytest.mark.parametrize(
    "reply",
    [
        "Bill, thank you for writing.",
        "Thank you, April.",
        "At Crown Street Dental we listen.",
        "The Crown Street Dental team listens.",
    ],
)
def test_names_are_no_bills_months_or_crowns(reply: str) -> None:
    context = replace(CONTEXT, review=Review("April Bill"), case=None)
    assert check(reply, context).level in (Level.WARN, Level.NOTE)


WITHOUT_EMAILS = replace(CONTEXT, practice=replace(PRACTICE, emails=()))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Email us at office@lakeside.example.com.", Level.NOTE),
        ("Contact front.desk@lakeside.example.com, please.", Level.NOTE),
        ("Escriba a citas@sonrisas.example.com.", Level.NOTE),
        ("Please write: smiles@crown.example.com.", Level.NOTE),
        ("Reach us at crowndental2@lakeside.example.com.", Level.NOTE),
        ("Reach us at crowndental@gmail.com.", Level.BLOCK),
        ("Contact us at office@yahoo.com.", Level.BLOCK),
        ("Contact us at bea.tillman@lakeside.example.com.", Level.BLOCK),
        ("Contact us at btillman77@lakeside.example.com.", Level.BLOCK),
        ("Contact us at jmorales@crown.example.com.", Level.BLOCK),
        ("Contact us at info.jennifer@lakeside.example.com.", Level.BLOCK),
        ("We sent it to office@lakeside.example.com.", Level.BLOCK),
    ],
)
def test_an_address_that_nobody_published_must_look_like_an_office(reply: str, expected: Level) -> None:
    assert level(reply, Category.CONTACT_DETAILS, WITHOUT_EMAILS) is expected
    assert "own published number" not in " ".join(
        one.why for one in found(reply, Category.CONTACT_DETAILS, WITHOUT_EMAILS) if one.level is Level.NOTE
    )


@pytest.mark.parametrize("practice", [PRACTICE, Practice("Crown Street Dental")])
@pytest.mark.parametrize(
    "reply",
    [
        "Contact us at office@lakeside.example.com.",
        "Contact us at Office@Lakeside.example\u200b.com.",
        "Call (555) 555-0142.",
        "Call 555-0142.",
        "Call our office at +1 555 777 0199.",
    ],
)
def test_what_stands_in_the_case_is_never_taken_for_the_office(practice: Practice, reply: str) -> None:
    case = replace(
        CASE, notes="She works at office@lakeside.example.com, phone 555-0142.", contacts=("(555) 777-0199",)
    )
    context = replace(CONTEXT, practice=practice, case=case)
    assert level(reply, Category.CONTACT_DETAILS, context) is Level.BLOCK


@pytest.mark.parametrize(
    ("reply", "day"),
    [
        ("March 2nd is a day for all.", "March 2nd"),
        ("Open on 3/2 for all.", "3/2"),
        ("Open on 2/3/2026 for all.", "2/3/2026"),
        ("Open on 3/² for all.", "3/²"),
        ("Open on 3\u200b/2 for all.", "3\u200b/2"),
        ("Open on 2026-03-02 for all.", "2026-03-02"),
        ("El 2 de marzo abrimos para todos.", "2 de marzo"),
        ("March 3rd is a holiday for all.", None),
        ("Open on 3/5 for all.", None),
        ("March 2026 is a month for all.", None),
    ],
)
def test_a_day_of_the_case_is_known_in_any_form(reply: str, day: str | None) -> None:
    def of_the_case(case: Case | None) -> list[str]:
        reading = next(readings(reply, replace(CONTEXT, case=case), shipped()))
        return [reply[one.start : one.end] for one in days.of_the_case(reading)]

    assert of_the_case(CASE) == ([day] if day else [])
    assert of_the_case(replace(CASE, dates=("soon",))) == of_the_case(None) == []


def test_a_published_number_stays_published_where_the_case_has_it_too() -> None:
    context = replace(CONTEXT, case=replace(CASE, notes="They called 555-555-0100 and hello@crown.example.com."))
    for reply in ("Call (555) 555-0100.", "Write to hello@crown.example.com."):
        assert level(reply, Category.CONTACT_DETAILS, context) is Level.NOTE


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Call our office at 555.555.0100.", Level.NOTE),
        ("Call +1 (555) 555-0100.", Level.NOTE),
        ("Write to Hello@Crown.example.com.", Level.NOTE),
        ("Call 555-555-0199.", Level.BLOCK),
        ("Write to j.m@example.com.", Level.BLOCK),
        ("Five five five, five five five, zero one nine nine.", Level.BLOCK),
        ("We are at one of five offices.", Level.PASS),
        ("Write to ann (at) example (dot) org.", Level.BLOCK),
        ("Escriba a ana arroba example punto com.", Level.BLOCK),
        ("We are at one spot, dot the end, and dot com is gone.", Level.PASS),
        ("Look for the red dot at the door.", Level.PASS),
    ],
)
def test_only_the_published_number_and_address_may_stand(reply: str, expected: Level) -> None:
    assert level(reply, Category.CONTACT_DETAILS) is expected


def test_where_nobody_said_what_is_published_an_invitation_to_call_is_taken_for_it() -> None:
    context = Context()
    assert level("Please call us at 555-555-0100.", Category.CONTACT_DETAILS, context) is Level.NOTE
    assert level("We have 555-555-0100 for them.", Category.CONTACT_DETAILS, context) is Level.BLOCK


@pytest.mark.parametrize(("extra", "expected"), [(0, Level.PASS), (1, Level.BLOCK)])
def test_googles_limit_counts_bytes_and_holds_for_google_alone(extra: int, expected: Level) -> None:
    reply = "¡" * 2048 + "a" * extra
    assert level(reply, Category.PLATFORM_LIMITS) is expected
    assert level(reply, Category.PLATFORM_LIMITS, replace(CONTEXT, platform="yelp")) is Level.PASS
    for one in found(reply, Category.PLATFORM_LIMITS):
        assert (one.start, one.end) == (2048, 2049)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("THANK YOU FOR WRITING TO US", Level.BLOCK),
        ("Thank you. WE DO NOT DISCUSS ANYTHING IN PUBLIC. Please call us any time.", Level.BLOCK),
        ("Thank you. HIPAA and PPO are short words, and NO is one too.", Level.PASS),
        ("See www.crown.example.com", Level.BLOCK),
        ("See crown-dental.com/reviews", Level.BLOCK),
        ("See us dot com", Level.BLOCK),
        ("We listen.Everyone is welcome.", Level.PASS),
    ],
)
def test_capitals_and_links_are_refused(reply: str, expected: Level) -> None:
    assert level(reply, Category.PLATFORM_LIMITS) is expected


def test_a_reply_like_a_recent_one_is_refused() -> None:
    recent = "We read every review, and a manager follows up on each concern that is brought to us."
    context = replace(CONTEXT, recent_replies=("Thanks!", recent))
    assert level(recent, Category.PLATFORM_LIMITS, context) is Level.BLOCK
    assert level(recent.upper().lower() + " Thanks!", Category.PLATFORM_LIMITS, context) is Level.BLOCK
    assert level("Thanks!", Category.PLATFORM_LIMITS, context) is Level.BLOCK
    assert (
        level(
            "We are grateful for every word, and our manager would be glad to talk.", Category.PLATFORM_LIMITS, context
        )
        is Level.PASS
    )


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("We hope the ferry runs.", Level.BLOCK),
        ("Ferries are late for all.", Level.BLOCK),
        ("Lakeview is lovely.", Level.BLOCK),
        ("It is about $120.", Level.BLOCK),
        ("It is about one hundred and twenty.", Level.BLOCK),
        ("It is about three hundred fifteen.", Level.BLOCK),
        ("We took the bus, too.", Level.PASS),  # the writer said so in public
        ("A manager listens on the phone.", Level.PASS),
        ("We offer a crown, and accept Northwind Dental, for everyone.", Level.PASS),
        ("Northwind Dental allows one for everyone.", Level.BLOCK),
        ("A crown takes an hour.", Level.PASS),  # a topic; whether it tells of somebody, the sentence says
        ("Our fee is $120 for everyone.", Level.PASS),
        ("We see 8 of 9 people on time.", Level.PASS),
    ],
)
def test_what_only_the_case_knows_stays_private(reply: str, expected: Level) -> None:
    assert level(reply, Category.PRIVATE_RECORD) is expected
    assert level(reply, Category.PRIVATE_RECORD, replace(CONTEXT, case=None)) is Level.PASS


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Merci beaucoup, nous sommes là pour vous et votre famille.", Level.WARN),
        ("Спасибо, позвоните нам.", Level.WARN),
        ("谢谢您的反馈", Level.WARN),
        ("Kiitos palautteesta, otamme sen vakavasti ja haluamme kuulla lisää asiasta puhelimitse pian", Level.WARN),
        ("Thank you.", Level.PASS),
        ("Gracias.", Level.PASS),
        ("Thank you! Gracias por escribir a nuestra oficina.", Level.PASS),
        ("Xochitl Quispe Mamani Huanca", Level.PASS),
        ("Τhаnk уоu fоr wrіtіng tо us.", Level.PASS),  # look-alikes of other scripts
    ],
)
def test_other_languages_ask_for_a_person(reply: str, expected: Level) -> None:
    assert level(reply, Category.LANGUAGE) is expected


def test_missing_parts_are_named_at_the_end_of_the_reply() -> None:
    one = found("We listen.", Category.MISSING_PARTS)
    assert [(finding.start, finding.end, finding.level) for finding in one] == [(10, 10, Level.NOTE)] * 3
    assert len({finding.why for finding in one}) == 3


def test_an_empty_reply_lacks_every_part() -> None:
    assert check("", CONTEXT).level is Level.NOTE
    assert len(check("", CONTEXT).findings) == 3


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("one hundred and twenty", 120),
        ("a hundred", 100),
        ("two thousand and fifty", 2050),
        ("mil doscientos cincuenta y cinco", 1255),
        ("ciento veinte", 120),
        ("1,200.50", Decimal("1200.5")),
        ("1.200,50", Decimal("1200.5")),
        ("120,50", Decimal("120.5")),
        ("7:30", None),
    ],
)
def test_amounts_are_read_in_any_spelling(words: str, value: Decimal | int | None) -> None:
    values = [number for number, _, _ in numbers(words.split())]
    assert values == ([] if value is None else [value])


def test_a_row_of_digits_is_no_amount() -> None:
    assert figure("9" * 30) is None


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ＣＲＯＷＮ", "crown"),
        ("Año — “sí”", 'ano  -  "si"'),
        ("ⓒrowɴ", "crown"),
        ("🇨🇷🅾", "cro"),
        ("a\u200bb\u00adc", "abc"),
        ("a\u2028b\r\nc\td", "a\nb \nc d"),
        ("٣ ½", "3 1⁄2"),
        ("x\u3164y", "xy"),
    ],
)
def test_folding_keeps_the_way_back(written: str, plain: str) -> None:
    folded = fold(written)
    assert folded.text == plain
    assert len(folded.places) == len(plain)
    assert list(folded.places) == sorted(folded.places)
