"""Why Google refuses a reply, and who must do something about it (review-platforms.md 1.7)."""

from amends.protocol.words import ReplyProblem

AGAIN = "MODERATION_ERROR"  # a failure of Google's own: the same text is sent again

# The practice's profile or account is not in order: an administrator repairs that, and no other text helps.
_PROFILE = frozenset(
    {
        "ACCOUNT_RESTRICTED_AND_SUSPENDED",
        "ACCOUNT_RESTRICTED_AND_EDIT_REJECTED",
        "ASSOCIATED_ACCOUNT_SUSPENDED",
        "BUSINESS_INELIGIBLE",
        "OWNERSHIP_REVOKED",
        "LOCATION_SUSPENDED",
        "LOCATION_DISABLED",
        "LOCATION_VERIFICATION_REQUIRED",
        "PO_BOX",
        "GOOGLE_PAY_SUSPENSION",
        "EDITING_RESTRICTION",
        "ILLEGAL_BUSINESS_HOURS_EDIT",
        "IDENTITY_CHANGE",
        "GEOGRAPHIC_LOCATION_CHANGE",
    }
)
# The text is what Google minds: whoever wrote it writes another one.
_TEXT = frozenset(
    {
        "FAKE_ENGAGEMENT",
        "ADULT_THEMED",
        "SEXUALLY_EXPLICIT",
        "ADVERTISING_AND_SOLICITATION",
        "DANGEROUS",
        "GIBBERISH_AND_REPETITIVE",
        "REPETITIVE",
        "UNCLEAR",
        "ILLEGAL",
        "OFF_TOPIC",
        "OFFENSIVE",
        "VIOLENCE_AND_GORE",
        "CHILD_SAFETY",
        "HARASSMENT",
        "HATE_SPEECH",
        "IMPERSONATION",
        "MISINFORMATION",
        "MISREPRESENTATION",
        "OBSCENITY_AND_PROFANITY",
        "PERSONAL_INFO",
        "REGULATED_GOODS_AND_SERVICES",
        "GENERIC_VANDALISM",
        "GENERIC_FRAUD",
        "PHOTOS_AND_VIDEOS_CRITERIA",
        "PRIVACY",
        "GENERIC_VIOLATION",
        "GENERIC_QUALITY",
    }
)


def problem_of(violation: str) -> ReplyProblem:
    """Whose problem it is. A word that nobody knows today is kept and shown as it is."""
    if violation in _PROFILE:
        return ReplyProblem.PROFILE
    return ReplyProblem.TEXT if violation in _TEXT else ReplyProblem.OTHER
