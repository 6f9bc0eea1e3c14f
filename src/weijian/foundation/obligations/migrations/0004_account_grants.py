from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('obligations', '0003_plan_and_adhoc'),
    ]

    operations = [
        migrations.AlterField(
            model_name='obligation',
            name='kind',
            field=models.CharField(choices=[('submissions.mend', '修改隔离行'), ('submissions.send', '报送数据'), ('figures.lock_month', '锁定月份'), ('governance.supervision', '督办'), ('governance.progress', '填报进展'), ('governance.completion', '办结审批'), ('adhoc.fill', '填报临时报表'), ('adhoc.sign', '签发临时报表'), ('persons.desk', '身份判定'), ('accounts.grant', '账号授权')], max_length=40),
        ),
    ]
