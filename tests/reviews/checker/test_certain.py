"""What is refused whatever the sentence around it is like, each beside a near one that stays safe."""

import pytest

from amends.reviews.checker import Case, Category, Context, Level, Practice, Review, check

CONTEXT = Context(
    "google",
    Review("J. M.", 1, "Bad. Waited long."),
    Practice("Maple Street Dental", ("(555) 555-0100",), ("hello@maple.example.com",), ("Dr. Hale",)),
    Case(patient="Jennifer Morales"),
)
TELLS = [
    "Five stars, please!",
    "We hope for five stars.",
    "We deserve five stars.",
    "A five-star review would help our team.",
    "Five stars would be more accurate.",
    "Denos 5 estrellas.",
    "Merecemos cinco estrellas.",
    "Cinco estrellas sería lo justo.",
    "5 stars please.",
    "We would be grateful for five stars.",
    "Please consider giving us five stars.",
    "A 5 star rating would mean a lot to us.",
    "We believe we earned five stars.",
    "Cinco estrellas, por favor.",
    "Una reseña de cinco estrellas nos ayudaría.",
    "Esperamos cinco estrellas.",
    "We know who you are.",
    "We know exactly who you are.",
    "Sabemos quién es usted.",
    "Sabemos quien eres.",
    "Feel better soon!",
    "Get well soon!",
    "Wishing a speedy recovery!",
    "We wish a quick recovery.",
    "Que se mejore pronto.",
    "Le deseamos una pronta recuperación.",
    "Ojalá ya se sienta mejor.",
    "Ojalá ya se sienta mejor de la cara.",
    "Ask for case UP-1042 when you call.",
    "Mention UP-1042 when you call.",
    "Pregunte por el caso UP-1042.",
    "The new one has been ordered.",
    "The replacement has been ordered.",
    "The lab has apologized to us and to everyone involved.",
    "The lab has apologized.",
    "🦷👑 fell off, we know.",
    "The 👑 fell off.",
    "We are sorry about the 🦷.",
    "We can prove otherwise.",
    "We can prove it.",
    "Podemos probar lo contrario.",
    "El nuevo ya se pidió.",
]
SAFE = [
    "We are hiring, so the phones should get better soon!",
    "Gracias por regalarnos cinco estrellas.",
    "The form on our website has been slow; a new one is on the way.",
    "Thank you for the five stars.",
    "We are glad you gave us five stars.",
    "Five stars! Thank you!",
    "Gracias por las cinco estrellas.",
    "Thank you for the five-star review.",
    "We hope you feel heard.",
    "We know who our team is.",
    "We know who we work for.",
    "We know how much a review matters.",
    "The new chairs have been ordered for the office.",
    "New magazines have been ordered for our lobby.",
    "We want everyone to feel better about our service.",
    "We want every person to feel better after a call with us.",
    "Ask for our office manager when you call.",
    "We hope that everyone feels welcome.",
    "Words alone prove little; we listen.",
    "We want to prove that we listen to everyone.",
    "Esperamos que todos se sientan escuchados.",
    "Sabemos quiénes somos: un equipo que escucha.",
    "Ojalá todos se sientan escuchados.",
    "Ojalá podamos conversar.",
    "😊 Thank you for your feedback!",
    "Every review helps our team.",
    "We are open 9 to 5 and suite B-1042 is on the second floor.",
    "Everyone deserves five-star service.",
    "Our lab takes great care.",
    "Healthy smiles for all 🦷",
    "Thank you for your feedback! 🦷👑",
    "We look up 2000 reviews a year and answer each.",
    "Call us on weekdays, and we will pick up.",
]
AROUND = ("{}", "Thank you for your feedback. {} Please call our office manager at (555) 555-0100.")


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("reply", TELLS)
def test_it_is_stopped(reply: str, around: str) -> None:
    assert check(around.format(reply), CONTEXT).level is Level.BLOCK


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("reply", SAFE)
def test_its_safe_twin_is_not(reply: str, around: str) -> None:
    verdict = check(around.format(reply), CONTEXT)
    assert verdict.level in (Level.PASS, Level.NOTE), verdict.findings


@pytest.mark.parametrize(
    ("reply", "place"),
    [
        ("We \u202etneitap ruo era uoy wonk\u202c.", "\u202etneitap ruo era uoy wonk\u202c"),
        ("We \u202dlisten\u202c to all.", "\u202dlisten\u202c"),
        ("We \u202blisten to all.", "\u202blisten to all."),
        ("Thank you. \u2067netsil eW\u2069", "\u2067netsil eW\u2069"),
        ("Thank you. \u2066We listen", "\u2066We listen"),
        ("We lis\u200ften.", "\u200f"),
        ("Escuchamos a cada\u200eúltima persona.", "\u200e"),
    ],
)
def test_signs_that_turn_the_text_around_are_refused(reply: str, place: str) -> None:
    found = [one for one in check(reply, CONTEXT).findings if one.category is Category.PLATFORM_LIMITS]
    assert [(one.text, one.level) for one in found] == [(place, Level.BLOCK)]
    assert "type it anew" in found[0].why


@pytest.mark.parametrize("reply", ["Call \u202a(555) 555-0100\u202c.", "We listen.\u200f", "\u200eGracias."])
def test_signs_that_turn_nothing_may_stay(reply: str) -> None:
    assert check(reply, CONTEXT).level in (Level.PASS, Level.NOTE)


def test_the_number_of_a_case_is_named_as_that() -> None:
    found = [one for one in check("Please say UP-1042.", CONTEXT).findings if one.text == "UP-1042"]
    assert any("number of a case" in one.why for one in found)
