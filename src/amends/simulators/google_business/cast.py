"""The fictional group as Google knows it. Its offices and its people are the ones of the other simulators."""

CLIENT_ID = "demo-client-id"
CLIENT_SECRET = "demo-client-secret"  # noqa: S105  a simulator's
ACCESS_TOKEN = "demo-access-token"  # noqa: S105
REFRESH_TOKEN = "demo-refresh-token"  # noqa: S105
PROJECT = "555010199"
OWNER_EMAIL = "profiles@bluebellfinch.example"
OWNER_SUBJECT = "108555010155501015550"
OWNER_NAME = "Alex Marsh"
GROUP_NAME = "Bluebell & Finch Dental"
BOUGHT_NAME = "Fern Hollow Dental"  # bought last year; its reviews vendor still listens
VENDOR_TOPIC = "projects/glowing-reviews-vendor/topics/profile-events"
PUBLISHER = "mybusiness-api-pubsub@system.gserviceaccount.com"
PUSH_EMAIL = "reviews-push@amends-demo.iam.gserviceaccount.example"

OFFICES = (  # title, store code, city
    ("Maple Street", "maple-street", "Ashford Falls"),
    ("Harbor View", "harbor-view", "Port Sorrel"),
    ("Old Mill", "old-mill", "Millbrook"),
    ("Cedar Grove", "cedar-grove", "Cedarholm"),
    ("Lakeside", "lakeside", "Lake Tamsin"),
    ("Station Road", "station-road", "Norwick"),
    ("Orchard Park", "orchard-park", "Orchard Bay"),
    ("Kingfisher", "kingfisher", "Fisherton"),
    ("Bellwether", "bellwether", "Bellmere"),
    ("Quarry Lane", "quarry-lane", "Quarryville"),
    ("Juniper Square", "juniper-square", "Juniper Hill"),
    ("Foxglove", "foxglove", "Foxden"),
)
UNVERIFIED_OFFICE = ("Willow Bend", "willow-bend", "Willowby")  # opens next month
BOUGHT_OFFICES = (("Fern Hollow East", "fern-east", "Fernley"), ("Fern Hollow West", "", "Fernley"))

REVIEWERS = (
    *("Jen M", "Carlos Saldana", "D. Whitlow", "Peter Osgood", "Amelia B.", "noah k", "Sofia Varga", "Marty Redfern"),
    *(
        "Leila Aldous",
        "George Thackery",
        "Ruby",
        "Isaac Norling",
        "Camille D",
        "Oscar Pemberly",
        "Bianca C.",
        "Felix U",
    ),
    *("Hazel Dunmore", "Jamal Hollis", "Kara I", "Liam Ellery", "Maya Brannock", "Nolan", "Olive Garrow", "Q. Larkin"),
)
TEXTS = {  # by stars
    5: (
        "Kind people, on time, and they explain everything before they do it.",
        "My son was afraid and they took all the time he needed.",
        "Easiest cleaning I have had in years.",
        "The front desk found me a spot the same day. Thank you!",
        "Been coming here since they opened. Never a bad visit.",
    ),
    4: (
        "Good care. Parking is a bit tight.",
        "Friendly hygienist, short wait.",
        "Very thorough, the forms could be shorter.",
    ),
    3: (
        "The work was fine but the waiting was not.",
        "Nice people, but I had to call twice about my bill.",
        "Okay. The appointment was moved two times.",
    ),
    2: (
        "Waited fifty minutes past my time and nobody said a word.",
        "I was told one price and billed another.",
        "Felt rushed from the minute I sat down.",
    ),
    1: (
        "Waited an hour for a crown and then it came out the same week.",
        "Nobody called me back. Three messages!",
        "The bill is nothing like the estimate. I want somebody to explain it.",
        "It hurt and they did not stop when I raised my hand.",
    ),
}
SPANISH = ("Esperé una hora y nadie me explicó nada.", "I waited for an hour and nobody explained anything to me.")
GERMAN = ("Sehr freundlich, aber die Rechnung war falsch.", "Very friendly, but the bill was wrong.")
REPLIES = (
    "Thank you for taking the time to write. Feedback like this is how we get better, and our manager reads all of it.",
    "We appreciate every comment. Anyone with a concern can reach our office manager directly and will hear back.",
    "Thank you. Short waits and clear estimates are what we aim for, every time.",
)
UNKNOWN_VIOLATION = "SOMETHING_NEW_THAT_GOOGLE_MADE_UP"
POLICY_VIOLATIONS = (  # review-platforms.md 1.7
    *("ACCOUNT_RESTRICTED_AND_SUSPENDED", "ACCOUNT_RESTRICTED_AND_EDIT_REJECTED", "ASSOCIATED_ACCOUNT_SUSPENDED"),
    *("BUSINESS_INELIGIBLE", "OWNERSHIP_REVOKED", "LOCATION_SUSPENDED", "LOCATION_DISABLED"),
    *("LOCATION_VERIFICATION_REQUIRED", "PO_BOX", "GOOGLE_PAY_SUSPENSION", "EDITING_RESTRICTION"),
    *("ILLEGAL_BUSINESS_HOURS_EDIT", "FAKE_ENGAGEMENT", "ADULT_THEMED", "SEXUALLY_EXPLICIT"),
    *("ADVERTISING_AND_SOLICITATION", "DANGEROUS", "GIBBERISH_AND_REPETITIVE", "REPETITIVE", "UNCLEAR", "ILLEGAL"),
    *("OFF_TOPIC", "OFFENSIVE", "VIOLENCE_AND_GORE", "CHILD_SAFETY", "HARASSMENT", "HATE_SPEECH", "IMPERSONATION"),
    *("MISINFORMATION", "MISREPRESENTATION", "OBSCENITY_AND_PROFANITY", "PERSONAL_INFO"),
    *("REGULATED_GOODS_AND_SERVICES", "GENERIC_VANDALISM", "GENERIC_FRAUD", "PHOTOS_AND_VIDEOS_CRITERIA"),
    *("MODERATION_ERROR", "PRIVACY", "GENERIC_VIOLATION", "GENERIC_QUALITY", "IDENTITY_CHANGE"),
    *("GEOGRAPHIC_LOCATION_CHANGE", "POLICY_VIOLATION_UNSPECIFIED"),
)
