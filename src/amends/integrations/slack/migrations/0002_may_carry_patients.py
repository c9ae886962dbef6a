from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("slack", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="slackworkspace",
            name="may_carry_patients",
            field=models.BooleanField(
                default=False,
                help_text="The group has a signed agreement that covers patient information in this workspace.",
            ),
        ),
    ]
