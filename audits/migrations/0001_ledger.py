"""The ledger: entries, revisions, the tree and its checkpoints."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(unique=True)),
                ('event', models.CharField(db_index=True, max_length=100)),
                ('actor_kind', models.CharField(max_length=10)),
                ('actor_uid', models.UUIDField(null=True)),
                ('interface', models.CharField(max_length=20)),
                ('token_uid', models.UUIDField(null=True)),
                ('team_uid', models.UUIDField(null=True)),
                ('subject_kind', models.CharField(max_length=40)),
                ('subject_uid', models.UUIDField()),
                ('subject_number', models.PositiveBigIntegerField()),
                ('previous_hash', models.BinaryField(null=True)),
                ('before_digest', models.BinaryField(null=True)),
                ('after_digest', models.BinaryField(null=True)),
                ('context_digest', models.BinaryField(null=True)),
                ('correlation_uid', models.UUIDField(null=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('occurred_on', models.DateField(null=True)),
                ('entered_afterwards', models.BooleanField(db_default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['team_uid', '-id'], name='entry_by_team'), models.Index(fields=['subject_kind', 'team_uid'], name='entry_by_kind')],
                'constraints': [models.UniqueConstraint(fields=('subject_uid', 'subject_number'), name='entry_number_once')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='revision', serialize=False, to='audits.entry')),
                ('before', models.TextField(null=True)),
                ('after', models.TextField(null=True)),
                ('context', models.TextField(null=True)),
                ('salt', models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Unsealed',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='unsealed', serialize=False, to='audits.entry')),
            ],
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='leaf', to='audits.entry')),
                ('hash', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Subtree',
            fields=[
                ('pk', models.CompositePrimaryKey('level', 'place', blank=True, editable=False, primary_key=True, serialize=False)),
                ('level', models.PositiveSmallIntegerField()),
                ('place', models.BigIntegerField()),
                ('hash', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField(db_index=True)),
                ('root', models.BinaryField()),
                ('heads_size', models.BigIntegerField()),
                ('heads_root', models.BinaryField()),
                ('note', models.TextField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='SubjectHead',
            fields=[
                ('subject_uid', models.UUIDField(primary_key=True, serialize=False)),
                ('number', models.PositiveBigIntegerField()),
                ('hash', models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SealedHead',
            fields=[
                ('subject_uid', models.UUIDField(primary_key=True, serialize=False)),
                ('number', models.PositiveBigIntegerField()),
                ('hash', models.BinaryField()),
            ],
        ),
    ]

