from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_part_of"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), ("is_open", False)),
                fields=["office", "due_at"],
                name="case_left_by_office",
            ),
        ),
    ]
