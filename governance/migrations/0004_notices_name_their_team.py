"""A message says about which team's things it is, so that a token of one team reads no others."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("governance", "0003_notices_and_tier_basis")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="governance.team",
            ),
        ),
    ]
