"""Who keeps a promise, and when the first is due; of the cases that there are it is filled in by `apps.dues_again`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0014_left_by_office"),
    ]

    operations = [
        migrations.AddField(
            model_name="caserow",
            name="keepers",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="caserow",
            name="promise_due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("promise_due_at__isnull", False)), fields=["promise_due_at"], name="case_keepers"
            ),
        ),
    ]
