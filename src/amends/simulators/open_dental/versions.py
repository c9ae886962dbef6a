"""Program versions: what an office of each age can do (open-dental-api.md 0, 9)."""

from functools import cache

PROFILES = ("22.4", "24.4.51", "25.1.13", "25.2.21", "25.4.48")

Version = tuple[int, int, int]


def read_version(text: str) -> Version:
    """`"25.1.13"` to (25, 1, 13); missing parts are 0. Raises ValueError."""
    parts = [int(part) for part in text.split(".")]
    first, second, third = (*parts, 0, 0)[:3]
    return first, second, third


# Response fields that newer offices show and older ones do not have: resource -> field -> since.
FIELDS_SINCE: dict[str, dict[str, str]] = {
    "commlogs": dict.fromkeys(
        ("UserNum", "DateTStamp", "CommSource", "ProgramNum", "DateTEntry", "ReferralNum"), "25.1.13"
    ),
    "appointments": {"SecUserNumEntry": "25.1.0"},
    "histappointments": {"SecUserNumEntry": "25.1.0"},
    "patients": {"FeeSched": "25.2.0"},
    "userods": {"userGroupNums": "25.1.10", "IsPasswordResetRequired": "25.1.10"},
    "procedurelogs": dict.fromkeys(
        (
            *("PlaceService", "ClaimNote", "DateEntryC", "DateTP", "SiteNum", "ProcTime", "ProcTimeEnd", "Prosthesis"),
            *("DateOriginalProsth", "IsDateProsthEst", "Prognosis", "IsLocked", "BillingNote", "Discount"),
            "SecDateEntry",
        ),
        "25.2.0",
    ),
}
# The answer to POST is reported to have gained its newer fields later than GET did (open-dental-api.md 3.1).
COMMLOG_POST_FIELDS_SINCE = "25.2.21"
COMMLOG_POST_BODY_SINCE = "23.3.7"


@cache
def hidden_fields(resource: str, version: Version) -> frozenset[str]:
    """The fields of a resource that an office of this version does not show."""
    fields = FIELDS_SINCE.get(resource, {})
    return frozenset(name for name, since in fields.items() if version < read_version(since))
