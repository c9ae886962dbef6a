"""The Slack workspace in which the leaders are told: its token, its channel, and whether Amends may look there."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from django.conf import settings
from django.utils import timezone
from slack_sdk import WebClient

from amends.connections.checks import REACHED, Check, Neighbor, down, partly, works
from amends.connections.neighbors.people import listed
from amends.deliveries.channel import Configuration, OfficeOffline, Permanent, RetryAfter
from amends.deliveries.models import Delivery, State
from amends.integrations.slack.answers import TROUBLE, code_of, error_of
from amends.integrations.slack.client import client_of
from amends.integrations.slack.models import SlackInbound, SlackPerson, SlackWorkspace
from amends.integrations.slack.moving import NOT_TOLD, keep_team
from amends.integrations.slack.outbound.models import SlackChannel, SlackTaste, SlackTrouble
from amends.integrations.slack.outbound.places import ANY_PUBLIC, CHANNEL_OF, PERSON
from amends.practice.directory import directory
from amends.protocol.wording import in_hours
from amends.protocol.words import Purpose, Role

PREFIX = "slack."
_EVERY = timedelta(seconds=55)  # reading a channel may be limited to once a minute
_FEW = 20
_NEWS = timedelta(days=8)
_REFUSED = timedelta(days=1)
_CALLS = 3  # auth.test, conversations.info, conversations.history
_INBOUND = "Buttons and commands"
_CHANNEL, _NAME = "channel", "Leaders' channel"
_NO_MEMBER = frozenset({"channel_not_found", "not_in_channel"})
_CHANNELS = {  # Slack's word for what is wrong, what that means, and the repair
    "channel_not_found": (
        "It does not exist, or the app is not invited to it.",
        "Invite the app to the channel, or choose another by its id (C0123ABC).",
    ),
    "not_in_channel": ("The app is not a member of it.", "Invite the app: type /invite in the channel."),
    "is_archived": ("It is archived.", "Bring the channel back in Slack, or choose another."),
}
_MATCH = "Match them under Slack, “Who is who”."
_PERSON = "Match this person with their Slack account again. Where the app lacks a permission, install it again."
_NEW_TOKEN = "Install the app in Slack again, and enter its new bot token."  # noqa: S105  not a token


_NOT_TOLD = down(
    "workspace",
    "Workspace",
    f"{NOT_TOLD} Nothing is posted, and nothing in the former one is changed.",
    "Nothing, if Slack is down: Amends asks again by itself. Otherwise enter the new bot token once more.",
)


def neighbors() -> list[Neighbor]:
    """Every workspace that is set up."""
    elsewhere = tuple(_places())
    return [
        Neighbor(
            f"{PREFIX}{row.key}",
            f"Slack: {row.name}",
            partial(look, row, elsewhere=[*elsewhere, *_unmatched(row), *_inbound(row)]),
            far=True,
            every=_EVERY,
        )
        for row in SlackWorkspace.objects.all()
    ]


def look(row: SlackWorkspace, seconds: float, *, elsewhere: Sequence[Check] = ()) -> list[Check]:
    """Asks who the token is, then for the channel. Writes nothing there, and here only whose a new token is.

    `elsewhere` is known of other places.
    """
    if not row.bot_token:
        return [down("token", "Bot token", "No bot token is set.", _NEW_TOKEN)]
    client = client_of(row, seconds=max(1, int(seconds / _CALLS)))
    try:
        answer = client.auth_test()
    except TROUBLE as trouble:
        return [*_not_known(trouble), *([_NOT_TOLD] if row.token_is_new else [])]
    if row.token_is_new:
        keep_team(row, str(answer.get("team_id") or ""))
    told = ",".join(str(value) for name, value in answer.headers.items() if name.casefold() == "x-oauth-scopes")
    scopes = frozenset(scope.strip() for scope in told.split(",") if scope.strip())
    found = [works(REACHED, "Reached", "Slack answers."), _token(answer.get("team"), scopes)]
    if not row.leaders_channel:
        says = "No channel is chosen for the leaders."
        return [*found, down(_CHANNEL, _NAME, says, "Enter the channel's id (C0123ABC).")]
    return [*found, *_channel(client, row.leaders_channel, scopes), *elsewhere]


def _inbound(row: SlackWorkspace) -> Iterator[Check]:
    """What comes in: over which way, since when, and what was refused. Nothing where it is not set up."""
    told = SlackInbound.objects.filter(workspace=row).first() or SlackInbound(workspace=row)
    heard = f" Last heard {_ago(told.heard_at)}." if told.heard_at else " Nothing was heard yet."
    if row.app_token and told.connected_at:
        yield works("inbound", _INBOUND, f"Socket Mode: connected {_ago(told.connected_at)}.{heard}")
    elif row.app_token:
        says = f"Socket Mode: not connected. {told.trouble}".strip()
        repair = "Look at the app token and at the network; Amends calls again by itself every few seconds."
        yield down("inbound", _INBOUND, says, repair)
    elif row.signing_secret:
        yield works("inbound", _INBOUND, f"Requests that Slack signs are taken.{heard}")
    if told.refused_at and _may_be_ours(told.refused_at, told.heard_at):
        says = f"Refused because Slack did not sign them: {told.refused}, the last {_ago(told.refused_at)}."
        repair = (
            "Where buttons do not work: enter the signing secret again, and set this machine's clock. Where they do, "
            "somebody else tried, and nothing came of it."
        )
        yield partly("signatures", "Signatures", f"{says} Somebody else may have tried.", repair)


def _may_be_ours(refused: datetime, heard: datetime | None) -> bool:
    """Whether a wrong secret of ours may be why: anybody can post there, and one that is well signed since shows that
    the secret is right.
    """
    return timezone.now() - refused < _REFUSED and not (heard and heard >= refused)


def _ago(moment: datetime) -> str:
    """In words; to the hour, so that a check stays the same from one look to the next."""
    minutes = int((timezone.now() - moment).total_seconds() // 60)
    return f"{in_hours(minutes if minutes < 60 else minutes // 60 * 60)} ago" if minutes >= 5 else "just now"


def _places() -> Iterator[Check]:
    """Channels of regions and offices, and people, that the newest message could not reach; and what was given up."""
    matched = SlackPerson.objects.filter(confirmed_at__isnull=False, person__is_active=True)
    names = {f"{PERSON}{key}": name for key, name in matched.values_list("person_id", "person__name")}
    for channel in SlackChannel.objects.select_related("region", "office"):
        names[f"{CHANNEL_OF}{channel.pk}"] = f"Channel of {channel}"
    # Of what is not in use any more nobody need hear.
    troubles = (trouble for trouble in SlackTrouble.objects.order_by("since") if trouble.target in names)
    for trouble in islice(troubles, _FEW):
        repair = _PERSON if trouble.target.startswith(PERSON) else "Invite the app to the channel, or choose another."
        yield partly(trouble.target, names[trouble.target], trouble.says, repair)
    # "No case" is what the index knows; the purpose has none.
    summaries = Delivery.objects.filter(case=None, purpose=Purpose.SUMMARY.value, created_at__gt=timezone.now() - _NEWS)
    for given_up in summaries.filter(state=State.WITHDRAWN).order_by("-created_at")[:1]:
        says = f"That of {given_up.created_at:%b} {given_up.created_at.day} was not sent. {given_up.last_error}"
        yield partly("notices", "Summaries", says, "Nothing: the next one comes by itself.")


def _unmatched(row: SlackWorkspace) -> Iterator[Check]:
    """Managers who are nobody in Slack: they get no direct messages, and their buttons there do nothing. And leaders
    who chose to hear directly, and cannot.
    """
    known = directory()
    offices = [office for office in known.offices.values() if office.is_active]
    roles = (Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER)
    people = {one.id: one.name for role in roles for office in offices for one in known.holders(role, office)}
    matched = SlackPerson.objects.filter(workspace=row, confirmed_at__isnull=False).values_list("person_id", flat=True)
    known_there = set(matched)
    without = sorted(name for key, name in people.items() if int(key) not in known_there)
    if without:
        instead = "They get an e-mail instead" if settings.EMAIL_HOST else "Beside their Tasks nothing reaches them"
        says = f"Nobody in Slack yet: {listed(without)}. {instead}."
        yield partly("managers", "Managers", says, _MATCH)
    leaders = {one.id: one.name for office in offices for one in known.holders(Role.LEADER, office)}
    wants = SlackTaste.objects.filter(person_id__in=map(int, leaders)).exclude(how=SlackTaste.How.CHANNEL)
    if settings.EMAIL_HOST:
        wants = wants.exclude(how=SlackTaste.How.DAILY)  # that comes by e-mail
    ask = set(wants.values_list("person_id", flat=True)) - known_there
    if ask:
        names = listed(sorted(leaders[str(key)] for key in ask))
        yield partly("leaders_own", "Leaders", f"Want to hear directly, and are nobody in Slack yet: {names}.", _MATCH)


def _token(team: object, scopes: frozenset[str]) -> Check:
    if scopes and "chat:write" not in scopes:
        says = "The token is accepted, but may not post messages."
        return down("token", "Bot token", says, "Add the scope chat:write to the app, and install it again.")
    return works("token", "Bot token", f"Accepted by {team}." if team else "Accepted.")


def _not_known(trouble: Exception) -> Iterator[Check]:
    """What a failed auth.test means."""
    match error_of(trouble):
        case Configuration() as refused:
            yield works(REACHED, "Reached", "Slack answers.")
            yield down("token", "Bot token", str(refused), _NEW_TOKEN)
        case RetryAfter():
            yield partly(REACHED, "Reached", "Slack asked for a pause.", "Nothing: Amends waits as it was told.")
        case OfficeOffline() as away:
            repair = "Look at the network of this machine, and at the address of Slack's API."
            yield down(REACHED, "Reached", str(away), repair)
        case Permanent():
            yield down(REACHED, "Reached", f"Slack refuses ({code_of(trouble)}).", _NEW_TOKEN)
        case _:
            repair = "It may pass by itself; slack-status.com tells whether Slack has trouble."
            yield down(REACHED, "Reached", "Slack did not answer.", repair)


def _channel(client: WebClient, channel: str, scopes: frozenset[str]) -> list[Check]:
    """Whether a message can be posted, and whether it could be found again."""
    told: Mapping[str, object] = {}
    try:
        told = client.conversations_info(channel=channel).get("channel") or {}
    except TROUBLE as trouble:
        if code_of(trouble) != "missing_scope":  # then reading the channel tells, below
            return [_not_usable(code_of(trouble))]
    wrong = _wrong_with(told, scopes)
    if wrong:
        return [_not_usable(wrong)]
    try:
        client.conversations_history(channel=channel, limit=1)
    except TROUBLE as trouble:
        code = code_of(trouble)
        if code in _NO_MEMBER and not told and ANY_PUBLIC not in scopes:
            return [_not_usable(code)]
        says = "Amends may not look into the channel: after a broken connection a person must look."
        repair = "Add the scope channels:history (groups:history for a private channel), and invite the app."
        return [works(_CHANNEL, _NAME, "It takes messages."), partly("looking", "Looking", says, repair)]
    says = "After a broken connection Amends looks whether a message arrived."
    return [works(_CHANNEL, _NAME, "It takes messages."), works("looking", "Looking", says)]


def _wrong_with(channel: Mapping[str, object], scopes: frozenset[str]) -> str:
    """Slack's word for why nothing can be posted there; "" for nothing wrong."""
    if channel.get("is_archived") is True:
        return "is_archived"
    public = ANY_PUBLIC in scopes and channel.get("is_private") is not True
    return "not_in_channel" if channel.get("is_member") is False and not public else ""


def _not_usable(code: str) -> Check:
    """What Slack's word for it means; "" where it gave none."""
    if not code:
        return partly(_CHANNEL, _NAME, "Slack did not answer in time.", "It may pass by itself; test again.")
    says, repair = _CHANNELS.get(code, (f"Slack refuses it ({code}).", "Choose another channel by its id (C0123ABC)."))
    return down(_CHANNEL, _NAME, says, repair)
