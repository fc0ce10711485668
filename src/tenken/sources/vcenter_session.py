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

_HASHES = {40: "sha1", 64: "sha256", 128: "sha512"}
"""Length of a thumbprint in hexadecimal digits → what it is made with. vSphere prints SHA-1 or SHA-256."""


class CannotCollect(Exception):
    """The vCenter can't be read, and what the user can do about it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


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
                f"{endpoint} shows another certificate than the one of --thumbprint: {_colons(shown)}",
                "if its certificate was renewed, compare this thumbprint with the one that its console shows; "
                "otherwise somebody stands in between",
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
            f"there is no file {endpoint.ca_file}", "--ca-file names a file of CA certificates in PEM"
        ) from None
    except (OSError, ssl.SSLError):
        hint = "a vCenter offers its own CA at https://…/certs/download.zip; take the .0 or .crt file of it"
        raise CannotCollect(f"{endpoint.ca_file} holds no certificates in PEM", hint) from None


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
    hint = "--ca-file with the CA of this vCenter"
    if shown:
        hint += f", or, once you have compared it with its console: --thumbprint {shown}"
    return CannotCollect(f"the certificate of {endpoint} is not trusted: {error.verify_message}", hint)


def _pin(thumbprint: str | None) -> str | None:
    if thumbprint is None:
        return None
    digits = thumbprint.replace(":", "").replace(" ", "").lower()
    if len(digits) not in _HASHES or set(digits) - set("0123456789abcdef"):
        raise CannotCollect("--thumbprint is no thumbprint", "expected the SHA-256 (or SHA-1) of the certificate: AB:CD:…")
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
        raise CannotCollect(f"no address is known for {endpoint.host}", "check --host, and the DNS of this machine") from None
    except ConnectionRefusedError:
        raise CannotCollect(f"{endpoint} refuses connections", "is this the vCenter, and is --port right?") from None
    except TimeoutError:
        hint = "is it reachable from here? A slow one may need a larger --timeout"
        raise CannotCollect(f"{endpoint} did not answer within {endpoint.timeout:g} seconds", hint) from None
    except ssl.SSLError as error:
        reason = (getattr(error, "reason", None) or str(error)).lower().replace("_", " ")
        raise CannotCollect(f"no TLS connection to {endpoint}: {reason}", "is this an HTTPS port?") from None
    except (http.client.HTTPException, OSError) as error:
        # Texts of the network only: the body of a request, and so the password, is in none of them.
        detail = str(error) or type(error).__name__
        hint = "is it a vCenter, and has it finished starting?"
        raise CannotCollect(f"the connection to {endpoint} failed: {detail}", hint) from None
    except Exception as error:
        raise _of_vsphere(endpoint, error) from None


def _of_vsphere(endpoint: Endpoint, error: Exception) -> Exception:
    """A fault of vSphere in words. Anything that is none is a mistake of ours, and returned as it is."""
    from pyVmomi import vim, vmodl

    if isinstance(error, vim.fault.InvalidLogin):
        hint = "the user is written as in the vSphere Client: name@vsphere.local or DOMAIN\\name"
        return CannotCollect(f"{endpoint} does not accept this user and password", hint)
    if isinstance(error, vim.fault.NotAuthenticated):
        return CannotCollect(f"{endpoint} ended the session", "run it again")
    if isinstance(error, vim.fault.NoPermission):
        hint = "the role Read-only on the vCenter, propagated to its children, is enough"
        return CannotCollect(f"the account lacks the privilege {error.privilegeId} on {endpoint}", hint)
    if isinstance(error, vmodl.MethodFault):
        return CannotCollect(f"{endpoint} answered {type(error).__name__.rpartition('.')[2]}: {error.msg or 'no details'}")
    if "is not a VIM server" in str(error):
        return CannotCollect(f"{endpoint} is no vCenter", "check --host and --port")
    return error
