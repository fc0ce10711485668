"""Connections that fail: each in words that say what to do, none with the password."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyVmomi import vim, vmodl
from tests.cli.command_line import process, tenken

from tenken.sources.vcenter import session as vcenter_session
from tenken.sources.vcenter.properties import Collector, Lacks
from tenken.sources.vcenter.session import CannotCollect, Endpoint, Login, look_at, session

LOGIN = Login("user", "s3cret")


def test_a_login_does_not_show_its_password() -> None:
    assert "s3cret" not in f"{LOGIN!r} {LOGIN}"


@contextmanager
def listener(answer: bytes | None) -> Iterator[int]:
    """A port that answers everybody with the same bytes, or never."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                if answer is None:
                    held.append(client)
                else:
                    with client:
                        client.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=10)
        for client in held:
            client.close()


def failure(endpoint: Endpoint) -> CannotCollect:
    with pytest.raises(CannotCollect) as caught:
        look_at(endpoint)
    assert caught.value.hint
    return caught.value


def test_a_port_that_nobody_listens_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert failure(Endpoint("127.0.0.1", port)).said.en == f"127.0.0.1:{port} refuses connections"


def test_a_server_that_keeps_silent() -> None:
    with listener(None) as port:
        found = failure(Endpoint("127.0.0.1", port, timeout=0.05))
    assert found.said.en == f"127.0.0.1:{port} did not answer within 0.05 seconds"


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0" * 64, b"SSH-2.0-OpenSSH\r\n"])
def test_a_port_without_tls(answer: bytes) -> None:
    with listener(answer) as port:
        found = failure(Endpoint("127.0.0.1", port, timeout=5))
    assert found.said.en.startswith((f"no TLS connection to 127.0.0.1:{port}", f"the connection to 127.0.0.1:{port} failed"))


def test_a_name_that_has_no_address() -> None:
    assert failure(Endpoint("vc01.invalid")).said.en == "no address is known for vc01.invalid"


@pytest.mark.parametrize("text", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_ca_file_without_certificates(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(text)
    assert failure(Endpoint("127.0.0.1", ca_file=path)).said.en == f"{path} holds no certificates in PEM"


def test_a_ca_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    assert failure(Endpoint("127.0.0.1", ca_file=path)).said.en == f"there is no file {path}"


@pytest.mark.parametrize("text", ["", "AB:CD", "zz" * 32, "ab" * 33])
def test_a_thumbprint_that_is_none(text: str) -> None:
    assert failure(Endpoint("127.0.0.1", thumbprint=text)).said.en == "--thumbprint is no thumbprint"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (vim.fault.InvalidLogin(), "vc01 does not accept this user and password"),
        (vim.fault.NotAuthenticated(), "vc01 ended the session"),
        (vim.fault.NoPermission(privilegeId="System.View"), "the account lacks the privilege System.View on vc01"),
        (vmodl.fault.SystemError(msg="out of memory"), "vc01 answered SystemError: out of memory"),
        (http.client.HTTPException("503 Service Unavailable"), "the connection to vc01 failed: 503 Service Unavailable"),
        (http.client.RemoteDisconnected(), "the connection to vc01 failed: RemoteDisconnected"),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
        (ssl.SSLError(1, "[SSL] bad"), "no TLS connection to vc01"),
        (Exception("vc01:443 is not a VIM server"), "vc01 is no vCenter"),
    ],
)
def test_what_goes_wrong_in_a_session(error: Exception, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(endpoint: Endpoint, login: Login) -> Any:
        raise error

    monkeypatch.setattr(vcenter_session, "look_at", lambda endpoint: ("192.0.2.1", "AB"))
    monkeypatch.setattr(vcenter_session, "_connect", fail)
    with pytest.raises(CannotCollect) as caught, session(Endpoint("vc01"), LOGIN):
        pass
    assert said in caught.value.said.en
    assert "s3cret" not in f"{caught.value.said} {caught.value.hint}"


def test_a_mistake_of_ours_is_not_blamed_on_the_vcenter(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []
    manager = SimpleNamespace(Logout=lambda: closed.append(True))
    monkeypatch.setattr(vcenter_session, "look_at", lambda endpoint: ("192.0.2.1", "AB"))
    monkeypatch.setattr(vcenter_session, "_connect", lambda endpoint, login: SimpleNamespace(sessionManager=manager))
    before = socket.getdefaulttimeout()
    with pytest.raises(ZeroDivisionError), session(Endpoint("vc01"), LOGIN):
        raise ZeroDivisionError
    assert closed == [True]
    assert socket.getdefaulttimeout() == before


def test_words_that_pyvmomi_does_not_know() -> None:
    def retrieve(*arguments: Any) -> Any:
        raise AttributeError("type object 'vim.host.FibreChannelHba.PortType' has no attribute 'new'")

    class Views:
        def CreateContainerView(self, *arguments: Any) -> Any:  # noqa: N802
            return vim.view.ContainerView("view")

    content = SimpleNamespace(
        propertyCollector=SimpleNamespace(RetrievePropertiesEx=retrieve), viewManager=Views(), rootFolder=None
    )
    with pytest.raises(CannotCollect, match="does not understand") as caught:
        list(Collector(content, Lacks()).all(vim.HostSystem, "hosts", ["name"]))
    assert caught.value.hint.en == "a newer one may: pip install --upgrade pyvmomi"


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "https://vc01/ui"], "https://vc01/ui is no name of a host"),
        (["--host", "root@vc01"], "root@vc01 is no name of a host"),
        (["--host", "vc01", "--insecure", "--thumbprint", "ab"], "exclude each other"),
        (["--host", "vc01", "--port", "0"], "--port"),
        (["--host", "vc01", "--password", "x"], "--password"),
        (["--host", "127.0.0.1", "--port", "1"], "refuses connections"),
    ],
)
def test_wrong_use(arguments: list[str], said: str) -> None:
    run = tenken("collect", "vcenter", "--user", "user", *arguments, TENKEN_PASSWORD="s3cret")
    assert run.returncode == 2
    assert said in run.stderr
    assert "s3cret" not in run.stdout + run.stderr
    assert "Traceback" not in run.stderr


def test_without_pyvmomi_it_says_what_to_install(tmp_path: Path) -> None:
    tmp_path.joinpath("sitecustomize.py").write_text("import sys; sys.modules['pyVmomi'] = None\n", encoding="utf-8")
    run = process("collect", "vcenter", "--host", "vc01", "--user", "user", PYTHONPATH=str(tmp_path))
    assert run.returncode == 2
    assert "pip install 'tenken[vcenter]'" in run.stderr
