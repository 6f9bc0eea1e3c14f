from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_machinetoken_tokenuse'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='grant_pending',
            field=models.BooleanField(default=False),
        ),
    ]
