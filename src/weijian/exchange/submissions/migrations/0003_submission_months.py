"""Months that a file touched, and quarantined lines that are no records."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A receipt says which months its rows belong to; a line that is no record can be dismissed."""

    dependencies = [("submissions", "0002_dataset_periods")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="months",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="quarantinedrow",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "待修改"),
                    ("mended", "已修正"),
                    ("replaced", "已重新报送"),
                    ("dismissed", "不再报送"),
                ],
                default="open",
                max_length=10,
            ),
        ),
    ]
