from django.db import migrations

from amends.integrations.slack import schema


class Migration(migrations.Migration):
    dependencies = [("slack", "0007_presses_are_kept")]

    operations = [migrations.RunPython(schema.create, schema.drop)]
