"""What each environment variable means and what holds without it; the reference refuses one that has no line here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One variable: meaning in both languages, and the value that holds where it is not set."""

    zh: str
    en: str
    default: str


SETTINGS: dict[str, Setting] = {
    "DATABASE_URL": Setting(
        "使用自备的 PostgreSQL(15 以上),不启动内置数据库",
        "A PostgreSQL server of your own (15 or newer); then no server is started",
        "the embedded server in the home",
    ),
    "WEIJIAN_ALLOWED_HOSTS": Setting(
        "允许的访问地址,逗号分隔", "Host names under which the pages may be asked for, by commas", "`*`"
    ),
    "WEIJIAN_DB_ACCOUNT": Setting(
        "以 root 启动时内置数据库使用的账户",
        "Account of the embedded server where the program is started by root",
        "first of `weijian`, `postgres`, `nobody`",
    ),
    "WEIJIAN_DEBUG": Setting(
        "开发用:错误页显示程序细节,不得用于正式安装",
        "For development: error pages show the program; never in a real installation",
        "0",
    ),
    "WEIJIAN_DEMO": Setting("按演示方式运行", "Run as a demonstration", "1 where the home is marked as one"),
    "WEIJIAN_FONTS_DIR": Setting(
        "报告所用中文字体的目录", "Folder of the Chinese fonts of reports", "built assets, else the system's"
    ),
    "WEIJIAN_HOME": Setting(
        "安装目录;命令行 --data-dir 优先", "Home of the installation; `--data-dir` goes before it", "`.weijian` here"
    ),
    "WEIJIAN_HTTPS": Setting(
        "前面有 TLS:会话只经 https 传送", "TLS stands before the program: cookies travel by https only", "0"
    ),
    "WEIJIAN_KILL_AT": Setting(
        "故障测试用:在指定步骤终止进程", "For fault tests: the process ends at the step of this name", "nowhere"
    ),
    "WEIJIAN_OUTBOX_FILES": Setting(
        "演示中也把事件写成文件", "Write events as files in a demonstration too", "0; always in a real installation"
    ),
    "WEIJIAN_OUTBOX_URL": Setting("接收事件的内网地址", "Address on the intranet that gets every event", "none"),
    "WEIJIAN_SECRET_KEY": Setting(
        "签署会话和一次性链接的密钥", "Key that signs sessions and one-time links", "`secret_key` in the home"
    ),
    "WEIJIAN_TRUSTED_ORIGINS": Setting(
        "反向代理对外的地址(含协议),逗号分隔",
        "Addresses (with scheme) under which a proxy offers the pages, by commas",
        "none",
    ),
}
