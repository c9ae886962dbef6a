"""What stands on the review sites about the group in the demo. Every reviewer and every word is invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Written:
    """One review, and what became of it (`demo/reviews.py`, `_BECAME`).

    `stars` None with `recommended` is a site without stars. `days` ago it was posted, at the office `clinic`.
    """

    clinic: int
    site: str
    stars: int | None
    reviewer: str
    days: int
    text: str
    became: str = "unanswered"
    recommended: bool | None = None
    translated: str = ""


WRITTEN = (
    # Nobody has answered these yet
    Written(1, "google", 5, "Ada K", 1, "Friendly from the door to the chair, and on time. That is rare."),
    Written(1, "google", 4, "T. Brook", 2, "Good work and clear words. Parking is a puzzle.", "draft"),
    Written(1, "yelp", 5, "Wren S.", 3, "They explained every step before they did it. My first calm hour in years."),
    Written(2, "google", 5, "Bea Holloway", 1, ""),
    Written(2, "facebook", None, "Piet Rademaker", 4, "Would send my own family.", recommended=True),
    Written(
        3,
        "google",
        5,
        "Rosa Lucero",
        2,
        "Muy amables y con mucha paciencia. Explicaron todo en español y sin prisa.",
        translated="Very kind and very patient. They explained everything in Spanish and without hurry.",
    ),
    Written(5, "healthgrades", 4, "Anonymous", 6, "Solid. A bit of a wait, but somebody came out and said so."),
    Written(8, "google", 4, "Marlon Q", 5, "The new office is bright and easy to find.", "edited"),
    Written(
        9,
        "google",
        5,
        "Inés V",
        1,
        "La recepción fue muy atenta y me ayudaron con cada papel.",
        "draft",
        translated="The front desk was very attentive and helped me with every form.",
    ),
    # Somebody must decide
    Written(1, "google", 2, "C. Lark", 75, "Two calls to get one answer, and it was a shrug.", "needs_case"),
    Written(4, "yelp", 1, "Gil T.", 80, "Rude on the phone. I went elsewhere.", "needs_case"),
    Written(6, "healthgrades", 5, "Noor", 3, "The kindest staff. They remember names.", "twice"),
    Written(1, "google", 4, "Hollis W", 4, "Everything fine, music a little loud for my taste.", "to_approve"),
    Written(3, "google", 5, "Jon P", 2, "Straight answers about what things cost. Thank you.", "to_approve"),
    Written(7, "google", 4, "Vera S", 3, "Quick and careful. The chairs outside are hard.", "blocked"),
    # On the way
    Written(1, "google", 5, "Lena D", 3, "Best team in town, no contest.", "pending"),
    Written(2, "google", 4, "Otis B", 9, "Good, but the forms are long.", "stuck"),
    Written(5, "yelp", 4, "Sam R.", 2, "Nice people. I could hear the radio of the next room.", "by_hand"),
    Written(1, "healthgrades", 5, "Anonymous", 5, "Gentle, and honest about what can wait.", "by_hand"),
    Written(10, "google", 5, "Kit Marlowe", 6, "They fit everybody in. How do they do it?", "refused"),
    Written(1, "google", 3, "D. Wells", 78, "Fine work, cold waiting room.", "refused_profile"),
    # Answered elsewhere
    Written(4, "google", 5, "Maud F", 7, "A calm place.", "elsewhere"),
    Written(1, "google", 5, "Perry N", 8, "Painless and quick!", "elsewhere_bad"),
    Written(11, "google", 4, "Ulla J", 20, "Good place with a good mood.", "elsewhere_kept"),
    # Live
    Written(1, "google", 5, "Fern A", 12, "They call back when they say they will.", "live"),
    Written(1, "yelp", 4, "Cal O.", 18, "Clean, modern, kind. A little far.", "live"),
    Written(2, "google", 5, "Hugh E", 15, "Five stars for the patience alone.", "live"),
    Written(3, "google", 3, "Tess M", 70, "Average. In and out.", "live"),
    Written(4, "facebook", None, "Lou Vance", 66, "Not what I hoped for.", "live", recommended=False),
    Written(5, "google", 5, "Rae", 30, "", "live"),
    Written(6, "google", 1, "Z. H.", 85, "Nobody picks up the phone at lunch.", "live"),
    Written(7, "zocdoc", 5, "Verified", 14, "Booked online, seen on time.", "live"),
    Written(
        8,
        "google",
        5,
        "Paloma R",
        22,
        "Gracias por el trato tan humano.",
        "live",
        translated="Thank you for such humane treatment.",
    ),
    Written(9, "google", 4, "Finn C", 28, "Happy with it all, the door sticks.", "live"),
    Written(10, "healthgrades", 4, "Anonymous", 33, "Good listener.", "live"),
    Written(12, "google", 5, "Bo Tilden", 11, "Kids loved the fish tank.", "live"),
    # Gone, or taken down
    Written(2, "google", 2, "Unnamed", 72, "Not for me.", "lost"),
    Written(1, "google", 5, "Greta P", 16, "Always a smile at the desk.", "incident"),
    Written(9, "google", 5, "Ivo L", 40, "Great hygiene lessons!", "incident_ended"),
)

# What other tools write by themselves. Each gives something away, which is why it must not stay.
AUTOMATIC = (
    "Thank you for visiting us, Perry! We look forward to seeing you at your next cleaning.",
    "Thanks for coming in on Tuesday, Greta. Your new crown looks wonderful!",
    "It was great to see you again, Ivo. See you in six months for your check-up!",
)
# One that gives nothing away.
HARMLESS = (
    "Thank you for the kind words. Privacy rules keep us from saying more here, but our office is glad to hear from "
    "everybody by telephone."
)
HEDGED = " We are sorry for your experience with us."
BLOCKED = " We are glad that your crown feels better since Tuesday."
