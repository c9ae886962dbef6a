"""Direct messages that are there stand in the conversation with whoever that person is in Slack now."""

from typing import Any

from django.db import migrations, models


def stand_with_them(apps: Any, schema_editor: Any) -> None:
    cards = apps.get_model("slack", "SlackCard").objects.filter(user="")
    matched = apps.get_model("slack", "SlackPerson").objects.filter(confirmed_at__isnull=False)
    for person, user in matched.order_by("workspace__key", "pk").values_list("person_id", "user_id"):
        cards.filter(target=f"person:{person}").update(user=user)


class Migration(migrations.Migration):
    dependencies = [
        ("slack", "0009_a_card_knows_its_workspace"),
    ]

    operations = [
        migrations.AddField(
            model_name="slackcard",
            name="user",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.RunPython(stand_with_them, migrations.RunPython.noop),
    ]
