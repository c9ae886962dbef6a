"""Figures for a collector, in the text format of Prometheus (0.0.4): counts and seconds, and nobody's name."""

import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime
from ipaddress import ip_address
from math import inf

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from amends import clock
from amends.cases.models import CaseRow
from amends.connections.dead_man import DEAD_MAN
from amends.deliveries.housekeeping import AUDIT
from amends.deliveries.models import MOVING, UNFINISHED, Delivery, Pulse, in_states

_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_Labels = Mapping[str, str]
_Values = list[tuple[_Labels, float]]


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for who has the token; without one, for this machine alone while nothing stands in front."""
    if not _may_read(request):
        return HttpResponse("Not for you. The operator guide says how: AMENDS_METRICS_TOKEN.\n", "text/plain", 403)
    return HttpResponse("".join(f"{line}\n" for line in _lines(clock.now())), _CONTENT_TYPE)


def _may_read(request: HttpRequest) -> bool:
    token = settings.CONFIGURATION.metrics_token
    if token:
        said = request.headers.get("Authorization", "")
        return hmac.compare_digest(said.encode(), f"Bearer {token}".encode())
    # Behind a web server everybody may seem to come from this machine.
    return not settings.CONFIGURATION.behind_tls and _is_this_machine(request.META.get("REMOTE_ADDR", ""))


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _lines(now: datetime) -> Iterator[str]:
    for name, help_text, values in _figures(now):
        yield f"# HELP amends_{name} {help_text}"
        yield f"# TYPE amends_{name} gauge"
        for labels, value in values:
            told = ",".join(f'{label}="{what}"' for label, what in labels.items())
            yield f"amends_{name}{f'{{{told}}}' if told else ''} {_written(value)}"


def _written(value: float) -> str:
    return "+Inf" if value == inf else f"{value:.15g}"


def _figures(now: datetime) -> Iterator[tuple[str, str, _Values]]:
    moving = Delivery.objects.filter(in_states(*MOVING))
    yield "deliveries", "Deliveries that have not ended, by channel and state.", _by_channel_and_state()
    oldest = moving.aggregate(oldest=Min("created_at"))["oldest"]
    yield "delivery_oldest_seconds", "Age of the oldest delivery that no person was asked for.", _age(oldest, now)
    undone = CaseRow.system.filter(is_open=True)
    yield "cases_open", "Cases that are not closed.", [({}, undone.count())]
    late = undone.filter(due_at__lt=now)
    yield "cases_late", "Open cases whose next step is overdue.", [({}, late.count())]
    alarm = CaseRow.system.filter(alarm_at__lte=now).aggregate(earliest=Min("alarm_at"))["earliest"]
    yield "ticker_lag_seconds", "How long the most overdue deadline waits to be told.", _age(alarm, now)
    pulses = list(Pulse.objects.filter(done_at__isnull=False).order_by("name"))
    problems: _Values = [({}, pulse.found) for pulse in pulses if pulse.name == AUDIT]
    yield "audit_problems", "What the last audit found; missing before the first.", problems
    ages: _Values = [({"of": pulse.name}, _seconds(pulse.done_at, now)) for pulse in pulses]
    if settings.CONFIGURATION.dead_man_url and DEAD_MAN not in {pulse.name for pulse in pulses}:
        ages.append(({"of": DEAD_MAN}, inf))  # a line that is missing would alarm nobody
    yield "heartbeat_age_seconds", "Since each of these was last done, by any process.", ages


def _by_channel_and_state() -> _Values:
    rows = Delivery.objects.filter(in_states(*UNFINISHED)).order_by("channel", "state")
    counted = rows.values_list("channel", "state").annotate(count=Count("id"))
    return [({"channel": channel, "state": state}, count) for channel, state, count in counted]


def _age(moment: datetime | None, now: datetime) -> _Values:
    return [({}, _seconds(moment, now))]


def _seconds(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0
