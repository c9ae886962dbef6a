"""Nothing changes in the tables: when cases are due follows from rules that changed, so it is reckoned again.

That is done by the code of the day, once every table is as it should be: `apps.dues_again`.
"""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0005_reported")]
    operations: ClassVar = []
