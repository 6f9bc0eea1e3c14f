"""``weijian user``: the life of accounts from the command line, with one-time links printed to whoever runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from weijian.content.told import say

Name = Annotated[str, typer.Argument(help="User name / 账号.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Site = Annotated[str, typer.Option("--site", help="Address at which people reach this installation.")]
DEFAULT_SITE = "http://127.0.0.1:8000"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    user = typer.Typer(help="Accounts: join, move, leave, lock, reset / 账号", no_args_is_help=True)
    user.command("add", help="Make an account; prints its one-time link.")(_add)
    user.command("import", help="Make accounts from an Excel or CSV list; prints a one-time link for each.")(_import)
    user.command("move", help="Give an account another role or institution.")(_move)
    user.command("lock", help="Lock an account.")(_lock)
    user.command("unlock", help="Unlock an account.")(_unlock)
    user.command("leave", help="End an account for good.")(_leave)
    user.command("reset-link", help="Take the password away; prints a one-time link.")(_reset)
    user.command("reset-factor", help="Take a lost second factor away.")(_reset_factor)
    user.command("list", help="All accounts.")(_list)
    app.add_typer(user, name="user")


def _ready() -> None:
    from weijian.foundation.process import start

    start()


def _add(
    username: Name,
    role: Annotated[str, typer.Option(help="Role, for example clerk, statistician, system_admin.")],
    name: Annotated[str, typer.Option(help="Name shown / 姓名.")] = "",
    organisation: Annotated[str, typer.Option(help="Code of its institution.")] = "",
    department: Annotated[str, typer.Option(help="Department of the bureau.")] = "",
    sensitivity: Annotated[int, typer.Option(min=1, max=5, help="Highest level of rows it may see.")] = 3,
    site: Site = DEFAULT_SITE,
) -> None:
    _ready()
    from weijian.foundation.accounts.importing import WantedAccount
    from weijian.foundation.accounts.services import join

    wanted = WantedAccount(username, name, _role(role), _organisation(organisation), department, sensitivity)
    _print_links(join([wanted], reason=f"新建账号 {username}", source="command"), site, as_json=False)


def _import(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="Excel or CSV: 账号,姓名,角色,机构代码,科室,敏感级别."),
    ],
    site: Site = DEFAULT_SITE,
    as_json: Json = False,
) -> None:
    _ready()
    from weijian.foundation.accounts.importing import read_accounts
    from weijian.foundation.accounts.services import join

    wanted = read_accounts(file.read_bytes(), file.name)
    _print_links(join(wanted, reason=f"导入账号 {file.name}", source="command"), site, as_json=as_json)


def _print_links(made: list[Any], site: str, *, as_json: bool) -> None:
    rows = [
        {"username": account.username, "link": site.rstrip("/") + link, "grant_pending": account.grant_pending}
        for account, link in made
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['username']}\t{row['link']}" + ("\t" + say("等待安全管理员授权") if row["grant_pending"] else ""))


def _move(
    username: Name,
    role: Annotated[str, typer.Option(help="New role.")],
    organisation: Annotated[str, typer.Option(help="Code of its new institution.")] = "",
    department: Annotated[str, typer.Option(help="New department.")] = "",
) -> None:
    _ready()
    from weijian.foundation.accounts.services import find_account, move_account

    account = find_account(username)
    move_account(
        account,
        role=_role(role),
        organisation=_organisation(organisation),
        department=department,
        source="command",
    )
    print(f"{username}: {say('已调动')}")


def _lock(username: Name, reason: Annotated[str, typer.Option(help="Why / 原因.")]) -> None:
    _ready()
    from weijian.foundation.accounts.services import find_account, lock

    lock(find_account(username), reason=reason, source="command")
    print(f"{username}: {say('已锁定')}")


def _unlock(username: Name) -> None:
    _ready()
    from weijian.foundation.accounts.services import find_account, unlock

    unlock(find_account(username), source="command")
    print(f"{username}: {say('已解锁')}")


def _leave(username: Name) -> None:
    _ready()
    from weijian.foundation.accounts.services import find_account, leave

    leave(find_account(username), source="command")
    print(f"{username}: {say('已注销')}")


def _reset(username: Name, site: Site = DEFAULT_SITE) -> None:
    _ready()
    from weijian.foundation.accounts.services import find_account, reset_link

    print(f"{username}\t{site.rstrip('/')}{reset_link(find_account(username), source='command')}")


def _reset_factor(username: Name) -> None:
    _ready()
    from weijian.foundation.accounts.second_factor.services import reset_second_factor
    from weijian.foundation.accounts.services import find_account

    reset_second_factor(find_account(username), source="command")
    print(f"{username}: {say('已清除两步验证')}")


def _list(as_json: Json = False) -> None:
    _ready()
    from weijian.foundation.accounts.queries import account_rows

    rows = account_rows()
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print("\t".join(str(row[name] or "—") for name in ("username", "full_name", "role", "organisation", "state")))


def _role(text: str):  # type: ignore[no-untyped-def]
    from weijian.foundation.accounts.models import Role
    from weijian.kernel.errors import WeijianError

    found = next((role for role in Role if text in (role.value, str(role.label))), None)
    if found is None:
        raise WeijianError("account.role", f"没有角色 {text}。", "", "可用:" + "、".join(Role.values))
    return found


def _organisation(code: str):  # type: ignore[no-untyped-def]
    from weijian.foundation.organisations.models import Organisation
    from weijian.kernel.errors import WeijianError

    if not code:
        return None
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise WeijianError("account.organisation", f"没有机构 {code}。", code, "核对机构代码")
    return found
