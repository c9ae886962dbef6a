"""Where Slack messages may go: the leaders' channel, those of regions and offices, and people directly."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from amends.deliveries.channel import Configuration
from amends.deliveries.telling import LEADERS
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.people import slack_user
from amends.practice.directory import OfficeEntry, directory

from .models import SlackChannel, SlackTaste
from .quiet import after_quiet_hours

CHANNEL_OF = "channel:"
PERSON = "person:"


@dataclass(frozen=True)
class Place:
    """One conversation of one workspace; `channel` is its id, or that of a person."""

    workspace: SlackWorkspace
    channel: str


class SlackPlaces:
    """What `deliveries.telling` asks about Slack."""

    def channels(self, offices: Collection[OfficeEntry]) -> Mapping[str, Sequence[str]]:
        """office → `leaders`, then the region's and the office's own; empty where Slack is not set up."""
        if not SlackWorkspace.objects.exists():
            return {}
        own = list(SlackChannel.objects.order_by("pk").values_list("pk", "office_id", "region_id"))
        return {
            office.id: (
                LEADERS,
                *(
                    f"{CHANNEL_OF}{pk}"
                    for pk, office_id, region_id in own
                    if office_id == int(office.id) or region_id == int(office.region_id)
                ),
            )
            for office in offices
        }

    def user(self, person: str) -> str | None:
        """This person's Slack user; None for somebody who has none."""
        return slack_user(person)

    def leaders(self, leaders: Sequence[str], *, grave: bool, now: datetime) -> Mapping[str, datetime]:
        """The leaders who want a message of their own about this, and when they may have it: what is grave, at once."""
        if grave:
            return {leader: now for leader in leaders if self.user(leader)}
        wanted = SlackTaste.objects.filter(person_id__in=map(int, leaders), how=SlackTaste.How.INSTANT)
        return {
            str(taste.person_id): after_quiet_hours(taste, now, directory().zone_of(str(taste.person_id)))
            for taste in wanted
            if self.user(str(taste.person_id))
        }


def place_of(target: str) -> Place:
    """Where a delivery to this target goes. Raises `Configuration` where there is no such place now."""
    workspace = SlackWorkspace.objects.first()
    if workspace is None or not workspace.bot_token:
        raise Configuration("Slack is not set up.")
    if target == LEADERS:
        if not workspace.leaders_channel:
            raise Configuration("No Slack channel is chosen for the leaders.")
        return Place(workspace, workspace.leaders_channel)
    if target.startswith(PERSON):
        user = slack_user(target.removeprefix(PERSON))
        if user is None:
            raise Configuration("This person is not matched with anybody in Slack.")
        return Place(workspace, user)
    own = SlackChannel.objects.select_related("workspace").filter(pk=int(target.removeprefix(CHANNEL_OF))).first()
    if own is None:
        raise Configuration("This Slack channel is not in use any more.")
    return Place(own.workspace, own.channel)
