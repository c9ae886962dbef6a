"""The fixed words of the protocol as forms and the story show them."""

from amends.protocol.words import (
    AsideReason,
    Fixed,
    Heart,
    NoContact,
    RemedyKind,
    ReplyException,
)

HEARTS = {
    Heart.HEAR: "Heard them out",
    Heart.EMPATHIZE: "Said that it is understandable",
    Heart.APOLOGIZE: "Apologized",
    Heart.RESPOND: "Said what we will do",
    Heart.THANK: "Thanked them for telling us",
}


NO_CONTACTS = {
    NoContact.ATTEMPTS_MADE: "All the attempts that the protocol asks for were made",
    NoContact.ASKED_NOT_TO: "They asked not to be contacted",
    NoContact.NO_WAY: "Nobody knows how to reach them",
}


REMEDIES = {
    RemedyKind.APOLOGY: "Apology",
    RemedyKind.EXPLANATION: "Explanation",
    RemedyKind.REDO: "Work redone",
    RemedyKind.CREDIT: "Credit",
    RemedyKind.REFUND: "Refund",
    RemedyKind.REFERRAL: "Referral",
    RemedyKind.OTHER: "Something else",
}


ANSWERS = {
    Fixed.YES: "Yes, it is fixed",
    Fixed.PARTLY: "Partly",
    Fixed.NO: "No",
    Fixed.NOT_REACHED: "I could not reach them",
}


ASIDES = {
    AsideReason.DUPLICATE: "It is the same story as another case",
    AsideReason.NOT_UPSET: "The patient was not upset",
    AsideReason.BY_MISTAKE: "It was reported by mistake",
}


EXCEPTIONS = {
    ReplyException.REVIEW_GONE: "The review is gone",
    ReplyException.REPLY_REFUSED: "The site refuses the reply",
    ReplyException.NO_REPLY_POSSIBLE: "The site has no replies",
    ReplyException.LEGAL_HOLD: "A lawyer says to wait",
}


# A database that refuses: its disk is full, or it is away.
NOT_SAVED = (
    "Amends cannot save just now: its disk may be full, or its database away. Nothing was saved, not even in part. "
    "Leave this page open, tell your administrator, and press the button again when they say so."
)
