"""Bluebell & Finch Dental: its offices and its people. All of them are invented.

Names and numbers (`UserNum`, Task inboxes) are those of the simulated Open Dental; office k is ClinicNum k there.
"""

from dataclasses import dataclass

from amends.protocol.words import Role

GROUP = "Bluebell & Finch Dental"
PASSWORD = "bluebell-demo-2026"  # noqa: S105  everybody's in the demo, printed at its start
MAIL_HOST = "bluebellfinch.example"
OPEN_DENTAL = "main"
SLACK = "main"

NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"
REGIONS = (  # name, zone, regional manager; UserNum 301…, inbox 601…
    ("North", NEW_YORK, "Rita Lindqvist"),
    ("Lakes", NEW_YORK, "Carl Jansen"),
    ("South", CHICAGO, "Nadia Farouk"),
)
OFFICES_IN_A_REGION = 4
OFFICES = (  # name, office manager, front desk, assistant, hygienist, dentist; in the order of their ClinicNum
    ("Maple Street", "Omar Haddad", "Ana Ruiz", "Petra Lindell", "Joan Pike", "Iris Hale"),
    ("Harbor View", "Grace Okoro", "Nick Tanaka", "Sami Duarte", "Mina Roth", "Victor Stane"),
    ("Old Mill", "Henrik Dahl", "Zoe Pritchard", "Joy Ansah", "Paul Winn", "Edith Calder"),
    ("Cedar Grove", "Priya Raman", "Luis Ferrer", "Mara Quist", "Bella Crane", "Rashid Noor"),
    ("Lakeside", "Walter Bloom", "Hannah Boyle", "Ivan Petrak", "Tara Voss", "Signe Holm"),
    ("Station Road", "Marisol Vega", "Amir Khoury", "Lotte Brandt", "Lena Frost", "Miles Abbot"),
    ("Orchard Park", "Tomas Novak", "Clara Wynn", "Rey Santos", "Eli Munro", "Dora Keane"),
    ("Kingfisher", "Delia Marsh", "Devon Price", "Anya Sobol", "Cleo Banner", "Anton Weiss"),
    ("Bellwether", "Kofi Mensah", "Freya Lund", "Theo Galanis", "Greta Lowe", "Farah Aziz"),
    ("Quarry Lane", "Ingrid Solberg", "Marco Bianchi", "Ines Caldera", "Nora Vance", "Hugo Pell"),
    ("Juniper Square", "Ben Castellan", "Tessa Quill", "Milo Harkness", "Simon Rusk", "Opal Dreyer"),
    ("Foxglove", "Yuki Amano", "Ola Adeyemi", "Renata Sills", "Wanda Ives", "Jonas Thorne"),
)
SECOND_MANAGER = ("Ruth Bellamy", 121, 521)  # stands in for Omar Haddad at Maple Street
LEADERS = ("Lee Hartwell", "Sam Okafor")  # UserNum 401…, inbox 701…
PRIVACY_OFFICER = "Pia Sorensen"  # without an Open Dental user: what she must hear goes by hand
ADMINISTRATOR = "Alex Marsh"
SLACK_IDS = {
    "Lee Hartwell": "U0LEE",
    "Sam Okafor": "U0SAM",
    "Rita Lindqvist": "U0RITA",
    "Omar Haddad": "U0OMAR",
    "Ruth Bellamy": "U0RUTH",
    "Ana Ruiz": "U0ANA",
    "Nick Tanaka": "U0NICK",
    "Pia Sorensen": "U0PIA",
}


@dataclass(frozen=True)
class Member:
    """One person and their one post: at an office (its ClinicNum), in a region (its name), or for the whole group."""

    name: str
    role: Role
    clinic: int = 0
    region: str = ""
    rank: int = 0
    UserNum: int = 0
    TaskListInBox: int = 0

    @property
    def email(self) -> str:
        return email_of(self.name)


def email_of(name: str) -> str:
    """first.last@…, as everybody of the group is called."""
    return f"{name.lower().replace(' ', '.')}@{MAIL_HOST}"


def members() -> list[Member]:
    """Everybody of the group."""
    found = [*_above_the_offices()]
    for clinic, (_, manager, desk, assistant, hygienist, dentist) in enumerate(OFFICES, start=1):
        found += [
            Member(manager, Role.OFFICE_MANAGER, clinic, UserNum=100 + clinic, TaskListInBox=500 + clinic),
            Member(desk, Role.TEAM, clinic, UserNum=200 + clinic),
            Member(assistant, Role.TEAM, clinic),
            Member(hygienist, Role.TEAM, clinic, UserNum=1000 + clinic * 10 + 2),
            Member(dentist, Role.TEAM, clinic, UserNum=1000 + clinic * 10 + 1),
        ]
    name, number, inbox = SECOND_MANAGER
    return [*found, Member(name, Role.OFFICE_MANAGER, 1, rank=1, UserNum=number, TaskListInBox=inbox)]


def _above_the_offices() -> list[Member]:
    regional = [
        Member(manager, Role.REGIONAL_MANAGER, region=region, UserNum=300 + place, TaskListInBox=600 + place)
        for place, (region, _, manager) in enumerate(REGIONS, start=1)
    ]
    leaders = [
        Member(name, Role.LEADER, rank=place - 1, UserNum=400 + place, TaskListInBox=700 + place)
        for place, name in enumerate(LEADERS, start=1)
    ]
    return [
        *regional,
        *leaders,
        Member(PRIVACY_OFFICER, Role.PRIVACY_OFFICER),
        Member(ADMINISTRATOR, Role.ADMINISTRATOR),
    ]
