"""The cache that all web processes share: how often somebody tried to sign in. As `createcachetable` makes it."""

from django.db import migrations

CREATE = """
CREATE TABLE governance_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX governance_cache_expires ON governance_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_registry")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE governance_cache")]
