"""A counter of decisions about links, by which a running intake learns that it must ask again who persons are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("persons", "0004_subject_index")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE persons_decisions", "DROP SEQUENCE persons_decisions"),
    ]
