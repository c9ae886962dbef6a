import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practice", "0003_cover"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="coveragegap",
            name="claimed_at",
        ),
        migrations.RemoveField(
            model_name="coveragegap",
            name="told",
        ),
        migrations.RemoveField(
            model_name="coveragegap",
            name="told_at",
        ),
        migrations.CreateModel(
            name="GapTold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("claimed_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "gap",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="told", to="practice.coveragegap"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("gap", "person"), name="gap_told_once")],
            },
        ),
    ]
