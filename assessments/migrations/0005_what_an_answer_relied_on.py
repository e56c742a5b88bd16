"""Answers keep what the registry said when they were given, so that a later change of it can be told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_guard_routes_and_library")]

    operations = [
        migrations.AddField(model_name="answer", name="relied_on", field=models.JSONField(blank=True, default=dict)),
    ]
