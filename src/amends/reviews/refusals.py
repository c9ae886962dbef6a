"""Why a site refused a reply, and what to change, in the words of whoever must do something (review-platforms.md 1.7).

A site may give a reason that nobody here has heard of: then its own word is shown.
"""

from dataclasses import dataclass

_PRIVATE = "The site takes it for personal. Take out whatever could be about one person, and send it again."
_REPEATS = "The site says that it is like other replies. Choose another wording, and send it again."
_MANNER = "The site does not like its tone or its subject. Choose one of the wordings, and send it again."
_SELLS = "The site takes it for advertising. Take out offers, prices and addresses, and send it again."
_PROFILE = "Not the text: the practice's profile on the site must be put in order first. Tell your administrator."
_AGAIN = "The site made a mistake of its own. Send the same text again."
_UNKNOWN = "The site gives a reason that Amends does not know. Look there, and choose another wording."

_TEXT = {
    "PERSONAL_INFO": _PRIVATE,
    "PRIVACY": _PRIVATE,
    "REPETITIVE": _REPEATS,
    "GIBBERISH_AND_REPETITIVE": _REPEATS,
    "UNCLEAR": _REPEATS,
    "OFF_TOPIC": _MANNER,
    "OFFENSIVE": _MANNER,
    "HARASSMENT": _MANNER,
    "OBSCENITY_AND_PROFANITY": _MANNER,
    "ADVERTISING_AND_SOLICITATION": _SELLS,
    "MODERATION_ERROR": _AGAIN,
}
_OF_THE_PROFILE = ("ACCOUNT_", "ASSOCIATED_ACCOUNT", "LOCATION_", "OWNERSHIP_", "EDITING_", "BUSINESS_", "PO_BOX")


@dataclass(frozen=True)
class Refusal:
    """`reason` is the site's own word, `mend` what to do."""

    reason: str
    mend: str


def refusal(problem: str) -> Refusal:
    """What a person is told of a reason for refusing."""
    reason = problem.strip()
    if reason.startswith(_OF_THE_PROFILE):
        return Refusal(reason, _PROFILE)
    return Refusal(reason or "no reason given", _TEXT.get(reason, _UNKNOWN))
