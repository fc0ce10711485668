"""A session with a vCenter Server: TLS that is verified, a login, and errors that say what to do.

Nothing here keeps, prints or raises the password.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tenken.document.parser_words import system_ja
from tenken.document.said import Said, SaidError

_HASHES = {40: "sha1", 64: "sha256", 128: "sha512"}
"""Length of a thumbprint in hexadecimal digits → what it is made with. vSphere prints SHA-1 or SHA-256."""


class CannotCollect(SaidError):
    """The vCenter can't be read, and what the user can do about it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the vCenter is, and by what it is recognised: a CA, a thumbprint, or (``insecure``) nothing at all."""

    host: str
    port: int = 443
    ca_file: Path | None = None
    thumbprint: str | None = None
    insecure: bool = False
    timeout: float = 60.0
    """Seconds that the server may be silent."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 443 else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Login:
    """Who reads. The password shows in no representation of this object."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """A logged-in session."""

    content: Any
    """The service content: entry to all managers."""
    address: str
    """The IP address that answered."""
    thumbprint: str
    """SHA-256 of the certificate that was shown."""


@contextlib.contextmanager
def session(endpoint: Endpoint, login: Login) -> Iterator[Session]:
    """Log in, and out again. Raises CannotCollect, also for what goes wrong inside."""
    address, thumbprint = look_at(endpoint)
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(endpoint.timeout)
    content = None
    try:
        with _explained(endpoint):
            content = _connect(endpoint, login)
            yield Session(content, address, thumbprint)
    finally:
        if content is not None:
            with contextlib.suppress(Exception):
                content.sessionManager.Logout()
        socket.setdefaulttimeout(before)


def look_at(endpoint: Endpoint) -> tuple[str, str]:
    """The address that answers and the thumbprint of its certificate, which has been verified, before anything is sent to it."""
    pinned = _pin(endpoint.thumbprint)
    with _explained(endpoint):
        try:
            address, certificate = _shake_hands(endpoint, context(endpoint))
        except ssl.SSLCertVerificationError as error:
            raise _untrusted(endpoint, error) from None
    if pinned is not None:
        shown = hashlib.new(_HASHES[len(pinned)], certificate).hexdigest()
        if shown != pinned:
            raise CannotCollect(
                Said(
                    f"{endpoint} shows another certificate than the one of --thumbprint: {_colons(shown)}",
                    f"{endpoint} の証明書が --thumbprint のものと異なります: {_colons(shown)}",
                ),
                Said(
                    "if its certificate was renewed, compare this thumbprint with the one that its console shows; "
                    "otherwise somebody stands in between",
                    "証明書が更新された場合は、vCenterのコンソールに表示されるサムプリントと照合してください。"
                    "更新されていない場合は、通信が第三者に中継されている可能性があります",
                ),
            )
    return address, _colons(hashlib.sha256(certificate).hexdigest())


def context(endpoint: Endpoint) -> ssl.SSLContext:
    """TLS settings: the certificate must lead to a known CA and bear the host's name, unless it is pinned or nobody cares."""
    if endpoint.thumbprint is not None or endpoint.insecure:
        lenient = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        lenient.check_hostname = False
        lenient.verify_mode = ssl.CERT_NONE
        return lenient
    try:
        return ssl.create_default_context(cafile=str(endpoint.ca_file) if endpoint.ca_file else None)
    except FileNotFoundError:
        raise CannotCollect(
            Said(f"there is no file {endpoint.ca_file}", f"ファイル {endpoint.ca_file} が見つかりません"),
            Said(
                "--ca-file names a file of CA certificates in PEM", "--ca-file にはPEM形式のCA証明書ファイルを指定してください"
            ),
        ) from None
    except (OSError, ssl.SSLError):
        hint = Said(
            "a vCenter offers its own CA at https://…/certs/download.zip; take the .0 or .crt file of it",
            "vCenterのCA証明書は https://…/certs/download.zip から取得できます（.0 または .crt ファイル）",
        )
        said = Said(f"{endpoint.ca_file} holds no certificates in PEM", f"{endpoint.ca_file} にPEM形式の証明書がありません")
        raise CannotCollect(said, hint) from None


def _shake_hands(endpoint: Endpoint, settings: ssl.SSLContext) -> tuple[str, bytes]:
    with socket.create_connection((endpoint.host, endpoint.port), timeout=endpoint.timeout) as raw:
        address = str(raw.getpeername()[0])
        with settings.wrap_socket(raw, server_hostname=endpoint.host) as secured:
            return address, secured.getpeercert(binary_form=True) or b""


def _untrusted(endpoint: Endpoint, error: ssl.SSLCertVerificationError) -> CannotCollect:
    """What was shown instead, so that the user can compare it with the console of the vCenter and pin it."""
    unverified = Endpoint(endpoint.host, endpoint.port, insecure=True, timeout=endpoint.timeout)
    shown = ""
    with contextlib.suppress(OSError, CannotCollect):
        shown = _colons(hashlib.sha256(_shake_hands(unverified, context(unverified))[1]).hexdigest())
    hint = Said("--ca-file with the CA of this vCenter", "--ca-file でこのvCenterのCA証明書を指定してください")
    if shown:
        hint = Said(
            f"{hint.en}, or, once you have compared it with its console: --thumbprint {shown}",
            f"{hint.ja}。または、vCenterのコンソールの表示と照合した上で: --thumbprint {shown}",
        )
    said = Said(
        f"the certificate of {endpoint} is not trusted: {error.verify_message}",
        f"{endpoint} の証明書を信頼できません: {error.verify_message}",
    )
    return CannotCollect(said, hint)


def _pin(thumbprint: str | None) -> str | None:
    if thumbprint is None:
        return None
    digits = thumbprint.replace(":", "").replace(" ", "").lower()
    if len(digits) not in _HASHES or set(digits) - set("0123456789abcdef"):
        raise CannotCollect(
            Said("--thumbprint is no thumbprint", "--thumbprint の値がサムプリントではありません"),
            Said(
                "expected the SHA-256 (or SHA-1) of the certificate: AB:CD:…",
                "証明書のSHA-256（またはSHA-1）を指定してください: AB:CD:…",
            ),
        )
    return digits


def _colons(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2)).upper()


def _connect(endpoint: Endpoint, login: Login) -> Any:
    """The service content of a logged-in session."""
    from pyVim.connect import SmartStubAdapter
    from pyVmomi import vim

    stub = SmartStubAdapter(
        host=endpoint.host,
        port=endpoint.port,
        sslContext=context(endpoint),
        thumbprint=_pin(endpoint.thumbprint),
        httpConnectionTimeout=endpoint.timeout,
    )
    content: Any = vim.ServiceInstance("ServiceInstance", stub).RetrieveContent()
    content.sessionManager.Login(login.user, login.password, None)
    return content


@contextlib.contextmanager
def _explained(endpoint: Endpoint) -> Iterator[None]:
    """Turns the errors of the network and of vSphere into ones that say what to do."""
    try:
        yield
    except CannotCollect:
        raise
    except socket.gaierror:
        raise CannotCollect(
            Said(f"no address is known for {endpoint.host}", f"{endpoint.host} のアドレスを解決できません"),
            Said("check --host, and the DNS of this machine", "--host とこのマシンのDNS設定を確認してください"),
        ) from None
    except ConnectionRefusedError:
        raise CannotCollect(
            Said(f"{endpoint} refuses connections", f"{endpoint} への接続が拒否されました"),
            Said("is this the vCenter, and is --port right?", "vCenterのホスト名と --port を確認してください"),
        ) from None
    except TimeoutError:
        hint = Said(
            "is it reachable from here? A slow one may need a larger --timeout",
            "ネットワークの到達性を確認してください。応答が遅い場合は --timeout を大きくしてください",
        )
        said = Said(
            f"{endpoint} did not answer within {endpoint.timeout:g} seconds",
            f"{endpoint} が {endpoint.timeout:g} 秒以内に応答しませんでした",
        )
        raise CannotCollect(said, hint) from None
    except ssl.SSLError as error:
        reason = (getattr(error, "reason", None) or str(error)).lower().replace("_", " ")
        raise CannotCollect(
            Said(f"no TLS connection to {endpoint}: {reason}", f"{endpoint} とTLSで接続できません: {reason}"),
            Said("is this an HTTPS port?", "HTTPSのポートかどうか確認してください"),
        ) from None
    except (http.client.HTTPException, OSError) as error:
        # Texts of the network only: the body of a request, and so the password, is in none of them.
        detail = str(error) or type(error).__name__
        hint = Said(
            "is it a vCenter, and has it finished starting?", "接続先がvCenterであり、起動が完了しているか確認してください"
        )
        in_japanese = system_ja(error) if isinstance(error, OSError) else detail
        said = Said(f"the connection to {endpoint} failed: {detail}", f"{endpoint} との接続に失敗しました: {in_japanese}")
        raise CannotCollect(said, hint) from None
    except Exception as error:
        raise _of_vsphere(endpoint, error) from None


def _of_vsphere(endpoint: Endpoint, error: Exception) -> Exception:
    """A fault of vSphere in words. Anything that is none is a mistake of ours, and returned as it is."""
    from pyVmomi import vim, vmodl

    if isinstance(error, vim.fault.InvalidLogin):
        hint = Said(
            "the user is written as in the vSphere Client: name@vsphere.local or DOMAIN\\name",
            "ユーザー名はvSphere Clientと同じ形で指定してください: name@vsphere.local または DOMAIN\\name",
        )
        said = Said(
            f"{endpoint} does not accept this user and password",
            f"{endpoint} でユーザー名またはパスワードが認証されませんでした",
        )
        return CannotCollect(said, hint)
    if isinstance(error, vim.fault.NotAuthenticated):
        return CannotCollect(
            Said(f"{endpoint} ended the session", f"{endpoint} がセッションを終了しました"),
            Said("run it again", "再実行してください"),
        )
    if isinstance(error, vim.fault.NoPermission):
        hint = Said(
            "the role Read-only on the vCenter, propagated to its children, is enough",
            "vCenterに対する「読み取り専用」ロール（子へ伝達）があれば十分です",
        )
        said = Said(
            f"the account lacks the privilege {error.privilegeId} on {endpoint}",
            f"このアカウントには {endpoint} の権限 {error.privilegeId} がありません",
        )
        return CannotCollect(said, hint)
    if isinstance(error, vmodl.MethodFault):
        fault = type(error).__name__.rpartition(".")[2]
        return CannotCollect(
            Said(
                f"{endpoint} answered {fault}: {error.msg or 'no details'}",
                f"{endpoint} が {fault} を返しました: {error.msg or '詳細なし'}",
            )
        )
    if "is not a VIM server" in str(error):
        return CannotCollect(
            Said(f"{endpoint} is no vCenter", f"{endpoint} はvCenterではありません"),
            Said("check --host and --port", "--host と --port を確認してください"),
        )
    return error
