"""Summaries and daily messages move to where everything else waits that goes out, and nothing of them is lost."""

from typing import Any

from django.db import migrations, models

_STATES = {"waiting": "waiting", "sending": "unknown", "unknown": "unknown", "sent": "proved", "given_up": "withdrawn"}


def move(apps: Any, schema_editor: Any) -> None:
    deliveries, tastes = apps.get_model("deliveries", "Delivery").objects, apps.get_model("slack", "SlackTaste").objects
    for notice in apps.get_model("slack", "SlackNotice").objects.order_by("pk").iterator():
        arrived = notice.state == "sent" and bool(notice.ts)
        deliveries.create(
            marker=notice.key,
            channel="slack.summary",
            target=notice.target,
            purpose="summary",
            about=0,
            payload={**notice.payload, "due": notice.due_at.isoformat(), "text": "", "subject": "", "to": []},
            state="withdrawn" if notice.state == "sent" and not arrived else _STATES[notice.state],
            created_at=notice.created_at,
            due_at=notice.due_at,
            sent_at=notice.sent_at,
            last_error=notice.last_error,
            why="" if notice.state != "sent" or arrived else "There was nothing to tell.",
            proof_place="Slack" if arrived else "",
            proof_id=notice.ts,
            proved_at=(notice.sent_at or notice.created_at) if arrived else None,
        )
        if notice.key.startswith("digest:"):
            tastes.filter(person_id=int(notice.key.split(":")[1])).update(told_at=notice.created_at)


def move_back(apps: Any, schema_editor: Any) -> None:
    """The version before makes the newest ones anew; those of a day stay where they are."""


class Migration(migrations.Migration):
    dependencies = [
        ("slack", "0004_what_comes_in"),
        ("deliveries", "0004_without_a_case"),
    ]

    operations = [
        migrations.AddField(
            model_name="slacktaste", name="told_at", field=models.DateTimeField(editable=False, null=True)
        ),
        migrations.RunPython(move, move_back),
        migrations.DeleteModel(name="SlackNotice"),
    ]
