"""Starts the vCenter simulator that ``scripts/vcsim.py`` builds, and talks to it as an administrator would."""

from __future__ import annotations

import os
import ssl
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyVim.connect import Disconnect, SmartConnect
from pyVim.task import WaitForTask
from pyVmomi import vim

PROGRAM = Path(__file__).parents[2] / ".venv" / "vcsim"
REQUIRED = os.environ.get("TENKEN_REQUIRE_VCSIM") == "1"
HOST, USER, PASSWORD = "127.0.0.2", "administrator@vsphere.local", "pa55 wörd<&>"


def need_vcsim() -> None:
    """Skip the module, loudly, where the simulator was not built; with TENKEN_REQUIRE_VCSIM=1 that is an error."""
    if PROGRAM.exists():
        return
    if REQUIRED:
        raise RuntimeError("TENKEN_REQUIRE_VCSIM=1, and scripts/vcsim.py has built no vcsim")
    warnings.warn("NO VCSIM: THE TESTS AGAINST A VCENTER ARE SKIPPED", stacklevel=2)
    pytest.skip("there is no vcsim", allow_module_level=True)


@dataclass(frozen=True)
class Vcsim:
    """A running simulator."""

    port: int
    ca_file: Path

    @contextmanager
    def administrator(self) -> Iterator[Any]:
        """A session that may change things."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        instance = SmartConnect(host=HOST, port=self.port, user=USER, pwd=PASSWORD, sslContext=context)
        try:
            yield instance.RetrieveContent()
        finally:
            Disconnect(instance)

    def reconfigure(self, name: str, *changes: Any, **settings: Any) -> None:
        """Change a VM: devices that are added, and settings of its configuration."""
        with self.administrator() as content:
            machine = find(content, vim.VirtualMachine, name)
            WaitForTask(machine.Reconfigure(vim.vm.ConfigSpec(deviceChange=list(changes), **settings)))


@contextmanager
def running(folder: Path, names: str = HOST, machines: int = 3) -> Iterator[Vcsim]:
    """A simulator of its own; ``names`` are in its certificate."""
    process = subprocess.Popen(
        [PROGRAM, folder, f"{HOST}:0", names, USER, PASSWORD, str(machines)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdin and process.stdout
    try:
        address = process.stdout.readline().strip()
        assert address.startswith(f"{HOST}:"), "vcsim did not start"
        yield Vcsim(int(address.rpartition(":")[2]), folder / "cert.pem")
    finally:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()


def find(content: Any, cls: Any, name: str) -> Any:
    view = content.viewManager.CreateContainerView(content.rootFolder, [cls], True)
    try:
        (found,) = [entity for entity in view.view if entity.name == name]
        return found
    finally:
        view.Destroy()


def added(device: Any) -> Any:
    return vim.vm.device.VirtualDeviceSpec(operation="add", device=device)


def edited(device: Any) -> Any:
    return vim.vm.device.VirtualDeviceSpec(operation="edit", device=device)
