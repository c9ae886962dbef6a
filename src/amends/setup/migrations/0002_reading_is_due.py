from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("setup", "0001_guided_run")]

    operations = [
        migrations.AddField(model_name="reading", name="is_due", field=models.BooleanField(default=False)),
    ]
