"""The fictional practice group in the seeded workspace. Ids are fixed, so that a test can name them."""

TEAM_ID = "T0BLUEBELL"
TEAM_NAME = "Bluebell & Finch Dental"
TEAM_DOMAIN = "bluebellfinch"
EMAIL_HOST = "bluebellfinch.example"

BOT_USER = "U0AMENDS"
BOT_ID = "B0AMENDS"
APP_ID = "A0AMENDS"
BOT_NAME = "amends"
BOT_TOKEN = "xoxb-demo-token"  # noqa: S105  the demo's, good on this machine only
APP_TOKEN = "xapp-demo-token"  # noqa: S105  as above
SIGNING_SECRET = "demo-signing-secret"  # noqa: S105  as above
VERIFICATION_TOKEN = "demo-verification-token"  # noqa: S105  sent by Slack in every payload, and long not to be used

PEOPLE = (  # id, name, title
    ("U0LEE", "Lee Hartwell", "Owner"),
    ("U0SAM", "Sam Okafor", "Owner"),
    ("U0RITA", "Rita Lindqvist", "Regional manager"),
    ("U0OMAR", "Omar Haddad", "Office manager, Maple Street"),
    ("U0RUTH", "Ruth Bellamy", "Second office manager, Maple Street"),
    ("U0ANA", "Ana Ruiz", "Front desk, Maple Street"),
    ("U0NICK", "Nick Tanaka", "Front desk, Harbor View"),
    ("U0PIA", "Pia Sorensen", "Privacy officer"),
)
GENERAL = "C0GENERAL"
CHANNELS = (  # id, name, purpose, members; the first one is what the page opens with
    ("C0LEADERS", "upset-patients-leaders", "One line for each upset patient", ("U0LEE", "U0SAM", BOT_USER)),
    ("C0NORTH", "region-north", "Cases of the north", ("U0RITA", "U0OMAR", "U0RUTH", BOT_USER)),
    ("C0LAKES", "region-lakes", "Cases of the lakes", ("U0RITA", "U0NICK", BOT_USER)),
    ("C0SOUTH", "region-south", "Cases of the south", ("U0RITA", BOT_USER)),
    (GENERAL, "general", "Everybody", tuple(person for person, _, _ in PEOPLE)),
)
SCOPES = (  # of the manifest (slack.md 13), and three to look for a message that may have arrived
    *("chat:write", "chat:write.public", "commands", "im:write", "users:read", "users:read.email"),
    *("channels:read", "groups:read", "channels:history", "groups:history", "im:history"),
)
