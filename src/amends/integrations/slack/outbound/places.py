"""Where Slack messages may go: the leaders' channel, those of regions and offices, and people directly."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk import WebClient

from amends.deliveries.channel import Configuration
from amends.deliveries.telling import LEADERS
from amends.integrations.slack.answers import TROUBLE, code_of
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.people import slack_user
from amends.practice.directory import OfficeEntry, directory

from .models import SlackChannel, SlackTaste
from .quiet import after_quiet_hours

CHANNEL_OF = "channel:"
PERSON = "person:"
ANY_PUBLIC = "chat:write.public"  # the scope to post in public channels without being a member
TAKEN = "That channel is in use already: it would get two messages for one case."
_NOT_THERE = "There is no such channel, or it is private and the app is not in it. Look at the id, or invite the app."
_NO_MEMBER = "The app is not a member of that channel: type /invite in the channel first."


@dataclass(frozen=True)
class Place:
    """One conversation of one workspace; `channel` is its id, or that of a person, who is the `user` then."""

    workspace: SlackWorkspace
    channel: str
    user: str = ""


class NoPlace(Configuration):
    """The target stands for no place any more, and nobody need mend anything."""


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

    def quiet(self, leaders: Sequence[str], *, now: datetime) -> Mapping[str, datetime]:
        """Those of the leaders who have quiet hours now, and when those end."""
        tastes = SlackTaste.objects.filter(person_id__in=map(int, leaders), quiet_from__isnull=False)
        ends = {
            str(taste.person_id): after_quiet_hours(taste, now, directory().zone_of(str(taste.person_id)))
            for taste in tastes
        }
        return {leader: end for leader, end in ends.items() if end > now}


def wrong_with_channel(client: WebClient, channel: str) -> str:
    """Why no message would arrive in that channel, as Slack says now; "" where it takes them, or does not tell.

    Not being a member is no trouble where the app may post in public channels without.
    """
    try:
        answer = client.conversations_info(channel=channel)
    except TROUBLE as trouble:
        return _NOT_THERE if code_of(trouble) == "channel_not_found" else ""
    told = answer.get("channel")
    if not isinstance(told, dict):
        return ""
    if told.get("is_archived") is True:
        return "That channel is archived. Bring it back in Slack, or choose another."
    scopes = {
        scope.strip()
        for name, value in answer.headers.items()
        if name.casefold() == "x-oauth-scopes"
        for scope in str(value).split(",")
    }
    public = ANY_PUBLIC in scopes and told.get("is_private") is not True
    return _NO_MEMBER if told.get("is_member") is False and not public else ""


def place_of(target: str) -> Place:
    """Where a delivery to this target goes. Raises `Configuration`: `NoPlace` where there is no such place any more."""
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
            raise NoPlace("This person is not matched with anybody in Slack.")
        return Place(workspace, user, user)
    own = SlackChannel.objects.select_related("workspace").filter(pk=int(target.removeprefix(CHANNEL_OF))).first()
    if own is None:
        raise NoPlace("This Slack channel is not in use any more.")
    return Place(own.workspace, own.channel)
