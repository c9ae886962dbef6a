"""A delivery may belong to no case: Monday's summary, a leader's day, the answer to a review that says only good."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("deliveries", "0003_outages"),
        ("practice", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="case",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="cases.caserow",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="office",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="practice.office"
            ),
        ),
        migrations.AlterField(model_name="delivery", name="no", field=models.PositiveIntegerField(default=0)),
    ]
