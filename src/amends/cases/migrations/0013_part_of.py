import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_heard_change"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="heardback",
            name="part_of",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="cases.caserow",
            ),
        ),
        migrations.AddIndex(
            model_name="heardback",
            index=models.Index(
                condition=models.Q(("part_of__isnull", False)),
                fields=["person", "part_of"],
                name="heard_back_joined",
            ),
        ),
    ]
