from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("learning", "0007_happened"),
    ]

    operations = [
        migrations.AddField(
            model_name="casefigures",
            name="addressed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="casefigures",
            name="spoken_with",
            field=models.BooleanField(db_default=False),
        ),
    ]
