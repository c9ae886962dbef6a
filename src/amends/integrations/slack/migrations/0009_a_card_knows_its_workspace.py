"""Cards that are there stand in the workspace of now: until this version another one left them behind unnoticed."""

from typing import Any

from django.db import migrations, models


def stand_here(apps: Any, schema_editor: Any) -> None:
    workspace = apps.get_model("slack", "SlackWorkspace").objects.order_by("key").first()
    if workspace is not None:
        apps.get_model("slack", "SlackCard").objects.update(team=workspace.team_id)


class Migration(migrations.Migration):
    dependencies = [
        ("slack", "0008_agreements_are_kept"),
    ]

    operations = [
        migrations.AddField(
            model_name="slackcard",
            name="team",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.AddField(
            model_name="slackworkspace",
            name="token_is_new",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(stand_here, migrations.RunPython.noop),
    ]
