"""Why a site refuses a reply: whose problem it is, in words, and what to do (review-platforms.md 1.7).

The one list of it. A site may give a reason that nobody here has heard of: then its own word is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from amends.protocol.words import ReplyProblem

AGAIN = "MODERATION_ERROR"  # a failure of Google's own: the same text is sent again

_PRIVATE = "The site takes it for personal. Take out whatever could be about one person, and send it again."
_REPEATS = "The site says that it is like other replies. Choose another wording, and send it again."
_UNCLEAR = "The site cannot make sense of it. Choose one of the wordings, and send it again."
_MANNER = "The site does not like its tone or its subject. Choose one of the wordings, and send it again."
_SELLS = "The site takes it for advertising. Take out offers, prices and addresses, and send it again."
_FALSE = "The site takes it for false or not from the practice. Choose one of the wordings, and send it again."
_RULES = "The site says that the text breaks a rule, and not which. Choose one of the wordings, and send it again."
_PROFILE = "Not the text: the profile on the site must be put in order first. Administrators see it on My work."
_AGAIN = "The site made a mistake of its own. Send the same text again."
_UNKNOWN = "The site gives a reason that Amends does not know. Look there, and choose another wording."

# The text is what the site minds: whoever wrote it writes another one.
_TEXT: Mapping[str, str] = MappingProxyType(
    {
        "PERSONAL_INFO": _PRIVATE,
        "PRIVACY": _PRIVATE,
        "REPETITIVE": _REPEATS,
        "GIBBERISH_AND_REPETITIVE": _REPEATS,
        "UNCLEAR": _UNCLEAR,
        "OFF_TOPIC": _MANNER,
        "OFFENSIVE": _MANNER,
        "HARASSMENT": _MANNER,
        "OBSCENITY_AND_PROFANITY": _MANNER,
        "HATE_SPEECH": _MANNER,
        "ADULT_THEMED": _MANNER,
        "SEXUALLY_EXPLICIT": _MANNER,
        "VIOLENCE_AND_GORE": _MANNER,
        "CHILD_SAFETY": _MANNER,
        "DANGEROUS": _MANNER,
        "ILLEGAL": _MANNER,
        "GENERIC_VANDALISM": _MANNER,
        "ADVERTISING_AND_SOLICITATION": _SELLS,
        "REGULATED_GOODS_AND_SERVICES": _SELLS,
        "FAKE_ENGAGEMENT": _FALSE,
        "IMPERSONATION": _FALSE,
        "MISINFORMATION": _FALSE,
        "MISREPRESENTATION": _FALSE,
        "GENERIC_FRAUD": _FALSE,
        "PHOTOS_AND_VIDEOS_CRITERIA": _RULES,
        "GENERIC_VIOLATION": _RULES,
        "GENERIC_QUALITY": _RULES,
    }
)

# The practice's profile or account is not in order: an administrator repairs that, and no other text helps.
_PROFILES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ACCOUNT_RESTRICTED_AND_SUSPENDED": (
            "the account is restricted and suspended",
            "Ask for a review of the suspension in Google Business Profile.",
        ),
        "ACCOUNT_RESTRICTED_AND_EDIT_REJECTED": (
            "the account is restricted, so what it writes is rejected",
            "Sign in to the account and follow what Google asks for there.",
        ),
        "ASSOCIATED_ACCOUNT_SUSPENDED": (
            "an account that belongs to the profile is suspended",
            "Look under People and access, and ask for a review of the suspension.",
        ),
        "BUSINESS_INELIGIBLE": (
            "Google does not take the business for one that may have a profile",
            "Look what the profile says the business is, and ask for a review.",
        ),
        "OWNERSHIP_REVOKED": (
            "the practice does not own the profile any more",
            "Ask for the ownership again in Google Business Profile.",
        ),
        "LOCATION_SUSPENDED": (
            "the profile is suspended",
            "Ask for a review of the suspension in Google Business Profile.",
        ),
        "LOCATION_DISABLED": ("the profile is disabled", "Open the profile and follow what Google asks for there."),
        "LOCATION_VERIFICATION_REQUIRED": ("the profile must be verified", "Verify it in Google Business Profile."),
        "PO_BOX": ("the profile's address is a post office box", "Enter the address of the street."),
        "GOOGLE_PAY_SUSPENSION": (
            "the payments account is suspended",
            "Sign in at Google Pay and follow what Google asks for there.",
        ),
        "EDITING_RESTRICTION": (
            "nobody may change the profile at the moment",
            "Open the profile and look which restriction stands there, and until when.",
        ),
        "ILLEGAL_BUSINESS_HOURS_EDIT": ("the opening hours break a rule", "Put the opening hours right."),
        "IDENTITY_CHANGE": (
            "what was changed makes it look like another business",
            "Put the name and category right, or verify the profile anew.",
        ),
        "GEOGRAPHIC_LOCATION_CHANGE": (
            "what was changed makes it look like another place",
            "Put the address right, or verify the profile anew.",
        ),
    }
)
TEXT_REASONS, PROFILE_REASONS = frozenset(_TEXT), frozenset(_PROFILES)


@dataclass(frozen=True)
class Refusal:
    """`reason` is the site's own word, `mend` what to do, `problem` who does it."""

    reason: str
    mend: str
    problem: ReplyProblem


@dataclass(frozen=True)
class ProfileTrouble:
    """What is wrong with a practice's profile, and what to do there, in words."""

    says: str
    mend: str


def problem_of(reason: str) -> ReplyProblem:
    """Whose problem it is. A word that nobody knows today is kept and shown as it is."""
    if reason in PROFILE_REASONS:
        return ReplyProblem.PROFILE
    return ReplyProblem.TEXT if reason in TEXT_REASONS else ReplyProblem.OTHER


def refusal(reason: str) -> Refusal:
    """What whoever writes replies is told of a reason for refusing."""
    reason = reason.strip()
    problem = problem_of(reason)
    if problem is ReplyProblem.PROFILE:
        return Refusal(reason, _PROFILE, problem)
    mend = _AGAIN if reason == AGAIN else _TEXT.get(reason, _UNKNOWN)
    return Refusal(reason or "no reason given", mend, problem)


def profile_trouble(reason: str) -> ProfileTrouble:
    """What an administrator is told of a reason that is of the profile."""
    return ProfileTrouble(*_PROFILES[reason])
