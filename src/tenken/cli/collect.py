"""``tenken collect``: inventories from running systems."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

import tenken
from tenken.cli.configured import configured
from tenken.cli.errors import errors_for_people, printable, tell, usage
from tenken.cli.language import language
from tenken.cli.options import DebugOption, LangOption, OutputOption
from tenken.cli.root import app
from tenken.cli.terminal import ANOTHER_NAME, deliver, progress, unwritable
from tenken.document.said import Said, alike

if TYPE_CHECKING:
    from tenken.sources.vcenter.session import Login

collect_app = typer.Typer(help="Make inventories from running systems.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(collect_app, name="collect")

PASSWORD_VARIABLE = "TENKEN_PASSWORD"
_MOST_WARNINGS = 20


@collect_app.command(
    epilog="The password comes from TENKEN_PASSWORD, from the keyring (service tenken:HOST, needs tenken[keyring]), or a "
    "prompt; never from an option. Example: tenken collect vcenter --host vc01.example --user tenken@vsphere.local -o vc01.yaml"
)
def vcenter(
    host: Annotated[str, typer.Option("--host", help="Name or address of the vCenter Server.", metavar="HOST")],
    user: Annotated[str, typer.Option("--user", help="User; the role Read-only is enough.", metavar="USER")],
    output: OutputOption = None,
    name: Annotated[
        Optional[str],
        typer.Option("--name", help="Name of the vCenter in the inventory. Default: HOST.", metavar="NAME"),
    ] = None,
    port: Annotated[int, typer.Option("--port", help="Port.", min=1, max=65535)] = 443,
    ca_file: Annotated[
        Optional[Path],
        typer.Option("--ca-file", help="CA certificates in PEM that the vCenter's must lead to.", metavar="FILE"),
    ] = None,
    thumbprint: Annotated[
        Optional[str],
        typer.Option("--thumbprint", help="SHA-256 (or SHA-1) of the certificate to trust, and no other.", metavar="AB:CD:…"),
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Trust any certificate: whoever stands in between gets the password.")
    ] = False,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds that the vCenter may be silent.", min=1)] = 60,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that was not made by this command.")] = False,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> None:
    """Read a vCenter Server and write what it says as a commented inventory. Nothing is changed there."""
    with errors_for_people(debug):
        import datetime

        from tenken.sources.vcenter.document import MARK, render
        from tenken.sources.vcenter.session import CannotCollect, Endpoint, session

        chosen = configured(lang=lang).language.value
        _check_options(host, ca_file, thumbprint, insecure)
        if output is not None and not force:
            _protect(output, MARK)
        _need_pyvmomi()
        endpoint = Endpoint(host, port, ca_file, thumbprint, insecure, timeout)
        if insecure:
            _warn_of_insecurity(endpoint.host)
        try:
            from tenken.sources.vcenter.session import look_at
            from tenken.sources.vcenter.source import collect

            look_at(endpoint)  # before anybody types a password
            with session(endpoint, _login(host, user)) as opened, progress(after=0) as step:
                collected = collect(opened, name or host, _counted(step))
        except CannotCollect as error:
            usage(error.said, error.hint)
        text = render(collected, str(endpoint), datetime.datetime.now().astimezone(), tenken.__version__, chosen)
        deliver(text, output)
        _tell(collected.warnings, collected.counts, output, chosen)


# --- options -------------------------------------------------------------------------------------------------------


def _check_options(host: str, ca_file: Path | None, thumbprint: str | None, insecure: bool) -> None:
    if "/" in host or "@" in host or not host.strip():
        usage(
            Said(f"{host} is no name of a host", f"{host} はホスト名ではありません"),
            Said(
                "expected --host vc01.example; a port goes to --port",
                "--host vc01.example のように指定してください。ポートは --port で指定します",
            ),
        )
    if sum((ca_file is not None, thumbprint is not None, insecure)) > 1:
        usage(
            Said(
                "--ca-file, --thumbprint and --insecure exclude each other",
                "--ca-file、--thumbprint、--insecure は同時に指定できません",
            ),
            Said("one of them says which certificate is trusted", "信頼する証明書をどれか1つで指定してください"),
        )


def _protect(output: Path, mark: str) -> None:
    """What somebody wrote by hand is not written over."""
    try:
        with output.open(encoding="utf-8", errors="replace") as file:
            begin = file.read(len(mark))
    except FileNotFoundError:
        return
    except OSError as error:
        usage(unwritable(output, error))
    if begin and begin != mark:
        usage(
            Said(
                f"{output} exists and was not made by this command",
                f"{output} はすでに存在し、このコマンドで作成されたものではありません",
            ),
            ANOTHER_NAME,
        )


def _need_pyvmomi() -> None:
    from importlib.util import find_spec

    if find_spec("pyVmomi") is None:
        usage(
            Said(
                "pyVmomi is not installed, which reads vCenters", "vCenterの読み取りに必要なpyVmomiがインストールされていません"
            ),
            alike("pip install 'tenken[vcenter]'"),
        )


def _warn_of_insecurity(host: str) -> None:
    bar = "!" * 79
    warning = Said(
        f"--insecure: nobody verifies that this is {host}. Whoever stands in between\n"
        "reads the password, and can give a false inventory. Use --ca-file or --thumbprint.",
        f"--insecure: 接続先が {host} であることを検証しません。通信を中継する第三者に\n"
        "パスワードを読み取られ、偽のインベントリを渡されるおそれがあります。\n"
        "--ca-file または --thumbprint を使用してください。",
    )
    tell(f"{bar}\n{warning.text(language())}\n{bar}")


# --- password ------------------------------------------------------------------------------------------------------


def _login(host: str, user: str) -> Login:
    from tenken.sources.vcenter.session import Login

    password = os.environ.get(PASSWORD_VARIABLE) or _of_keyring(host, user) or _of_prompt(host, user)
    return Login(user, password)


def _of_keyring(host: str, user: str) -> str | None:
    """The password that ``keyring set tenken:HOST USER`` stored, if keyring is installed and can be asked."""
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    try:
        stored: str | None = keyring.get_password(f"tenken:{host}", user)
    except keyring.errors.KeyringError:
        return None
    return stored


def _of_prompt(host: str, user: str) -> str:
    import getpass

    if not sys.stdin.isatty():
        usage(
            Said("there is no password, and nobody to ask", "パスワードが指定されておらず、入力を求めることもできません"),
            Said(
                f"set {PASSWORD_VARIABLE}, or run this in a terminal",
                f"環境変数 {PASSWORD_VARIABLE} を設定するか、端末で実行してください",
            ),
        )
    question = Said(f"Password of {user} on {host}: ", f"{host} の {user} のパスワード: ")
    return getpass.getpass(printable(question.text(language())), stream=sys.stderr)


# --- what is told --------------------------------------------------------------------------------------------------


def _counted(step: Callable[[str], None]) -> Callable[[str, int], None]:
    """What is told of objects while they are read: not every one of a hundred thousand."""
    return lambda kind, count: step(f"{kind}: {count}") if count % 50 == 1 else None


def _tell(warnings: list[Said], counts: dict[str, int], output: Path | None, lang: str) -> None:
    for warning in warnings[:_MOST_WARNINGS]:
        tell(("警告: " if lang == "ja" else "warning: ") + warning.text(lang))
    rest = len(warnings) - _MOST_WARNINGS
    if rest > 0:
        tell(
            f"… ほか {rest} 件の警告は先頭のコメントにあります" if lang == "ja" else f"… {rest} more warnings stand in its head"
        )
    if output is not None:
        from tenken.sources.said import kind

        total = ", ".join(f"{kind(name, lang)} {count}" for name, count in counts.items())
        tell(
            f"{output} を作成しました（{total}）。 tenken check {output} で点検できます"
            if lang == "ja"
            else f"wrote {output} ({total}); next: tenken check {output}"
        )
