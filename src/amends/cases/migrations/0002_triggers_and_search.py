from django.db import migrations

from amends.cases import schema


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunPython(schema.create, schema.drop)]
