from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_the_next_in_the_chain"),
    ]

    operations = [
        migrations.AddField(
            model_name="caserow",
            name="asked",
            field=models.TextField(blank=True),
        ),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(condition=Q(("still_here", True)), fields=["id"], name="case_still_here"),
        ),
    ]
