"""Writes the fictional group into an empty database."""

from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from amends.demo import staff
from amends.demo.calendars import calendar_of
from amends.integrations.open_dental.models import Mode, OpenDentalDatabase
from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.people import set_user
from amends.practice.models import Group, Office, OpenDentalUser, Person, Post, Region

# The simulators' own defaults: good on this machine only.
_DEVELOPER_KEY, _CUSTOMER_KEY = "demo-developer", "demo-customer"
_BOT_TOKEN, _APP_TOKEN, _LEADERS_CHANNEL = "xoxb-demo-token", "xapp-demo-token", "C0LEADERS"
_AUTHOR_OF_TASKS = 1


def make_group(*, open_dental_url: str, slack_url: str) -> None:
    """Writes the group once, and points its connections at these addresses every time (ports may differ).

    `open_dental_url` ends with /api/v1/ and `slack_url` with /api/.
    """
    with transaction.atomic():
        _connect(open_dental_url, slack_url)
        if Group.objects.exists():
            return
        Group.objects.create(name=staff.GROUP)
        regions = _make_regions()
        offices = _make_offices(regions, timezone.now().date())
        password = make_password(staff.PASSWORD)  # once: it is slow on purpose
        for member in staff.members():
            _add(member, password, offices, regions)


def _connect(open_dental_url: str, slack_url: str) -> None:
    OpenDentalDatabase.objects.update_or_create(
        key=staff.OPEN_DENTAL,
        defaults={
            "name": f"{staff.GROUP} (simulated)",
            "mode": Mode.SERVICE,
            "base_url": open_dental_url,
            "developer_key": _DEVELOPER_KEY,
            "customer_key": _CUSTOMER_KEY,
            "author_user_num": _AUTHOR_OF_TASKS,
        },
    )
    SlackWorkspace.objects.update_or_create(
        key=staff.SLACK,
        defaults={
            "name": f"{staff.GROUP} (simulated)",
            "api_url": slack_url,
            "bot_token": _BOT_TOKEN,
            "app_token": _APP_TOKEN,
            "leaders_channel": _LEADERS_CHANNEL,
        },
    )


def _make_regions() -> dict[str, Region]:
    return {name: Region.objects.create(name=name) for name, _, _ in staff.REGIONS}


def _make_offices(regions: dict[str, Region], today: date) -> dict[int, Office]:
    """The offices by their ClinicNum."""
    made = {}
    for clinic, (name, *_) in enumerate(staff.OFFICES, start=1):
        region, zone, _ = staff.REGIONS[(clinic - 1) // staff.OFFICES_IN_A_REGION]
        made[clinic] = Office.objects.create(
            name=name,
            region=regions[region],
            calendar=calendar_of(clinic, zone, today),
            phone=f"(201) 555-01{clinic:02d}",
            open_dental=staff.OPEN_DENTAL,
            ClinicNum=clinic,
        )
    return made


def _add(member: staff.Member, password: str, offices: dict[int, Office], regions: dict[str, Region]) -> None:
    person = Person.objects.create(name=member.name, email=member.email, password=password)
    if member.name in staff.SLACK_IDS:
        workspace = SlackWorkspace.objects.get(key=staff.SLACK)
        set_user(workspace, person, staff.SLACK_IDS[member.name], SlackPerson.How.TYPED)
    if member.UserNum:
        OpenDentalUser.objects.create(
            person=person,
            database=staff.OPEN_DENTAL,
            UserNum=member.UserNum,
            TaskListInBox=member.TaskListInBox,
        )
    Post.objects.create(
        person=person,
        role=member.role,
        office=offices.get(member.clinic),
        region=regions.get(member.region),
        rank=member.rank,
    )
