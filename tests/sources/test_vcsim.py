"""``tenken collect vcenter`` against a simulated vCenter: login, TLS, the wire, and violations from end to end."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyVim.task import WaitForTask
from pyVmomi import vim
from tests.cli.command_line import Ran, process, tenken
from tests.sources.vcsim_server import HOST, PASSWORD, USER, Vcsim, added, edited, find, need_vcsim, running

from tenken.pipeline import check
from tenken.sources.native.source import read

need_vcsim()
pytestmark = pytest.mark.vcsim

device = vim.vm.device
NAA = "naa.6000000000000000000000000000001"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vcsim]:
    with running(tmp_path_factory.mktemp("vcsim"), machines=12) as vcsim:
        yield vcsim


def collect(
    server: Vcsim,
    *arguments: str | Path,
    password: str | None = PASSWORD,
    host: str = HOST,
    by: Callable[..., Ran] = tenken,
    **environment: str,
) -> Ran:
    """The command; whatever it says, it never says the password."""
    if password is not None:
        environment["TENKEN_PASSWORD"] = password
    run = by("collect", "vcenter", "--host", host, "--port", str(server.port), "--user", USER, *arguments, **environment)
    assert PASSWORD not in run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    return run


def collected(server: Vcsim, folder: Path) -> Path:
    path = folder / "site.yaml"
    run = collect(server, "--ca-file", server.ca_file, "--name", "vc01", "-o", path)
    assert run.returncode == 0, run.stderr
    return path


def facts(path: Path, kind: str, name: str) -> dict[str, Any]:
    (document,) = read(path, str(path))
    (found,) = [entry for entry in document.tree[kind] if entry["name"] == name]
    return dict(found)


def outcomes(*paths: Path) -> dict[tuple[str, str], str]:
    """Rule and subject → outcome."""
    report = check(list(paths), everything=True)
    return {(result.rule, result.subject.name): result.outcome for result in report.results}


# --- from end to end -----------------------------------------------------------------------------------------------


def test_what_is_collected_passes_through_check(server: Vcsim, tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    assert collect(server, "--ca-file", server.ca_file, "--name", "vc01", "-o", path, by=process).returncode == 0
    assert "12" not in path.name and PASSWORD not in path.read_text(encoding="utf-8")
    run = tenken("check", path, "-f", "json")
    assert run.returncode == 1, run.stderr
    assert '"rule": "vm-no-fault-tolerance"' in run.stdout


def test_the_site_as_it_is(server: Vcsim, tmp_path: Path) -> None:
    path = collected(server, tmp_path)
    host = facts(path, "hosts", "DC0_C0_H0")
    assert (host["version"], host["vcenter"], host["datacenter"]) == ("8.0.2", "vc01", "DC0")
    assert host["boot"]["kind"] == "local" and host["boot"]["device"] == host["devices"][0]["device"]
    assert host["devices"][4] == {
        "device": f"{NAA}3", "state": "detached", "vendor": "NEC", "model": "iStorage 1000", "lun": "3",
    }  # fmt: skip
    assert len(host["ports"]) == 1 and host["ports"][0].startswith("10:00:00:00:c9:00:00:")
    assert facts(path, "clusters", "DC0_C0")["ha"] == {
        "enabled": "true", "heartbeat_policy": "allFeasibleDs", "heartbeat_datastores": ["LocalDS_2"],
    }  # fmt: skip
    assert facts(path, "datastores", "LocalDS_1")["extents"] == [f"{NAA}1", f"{NAA}2"]
    assert facts(path, "vcenters", "vc01")["version"] == "8.0.2"
    assert facts(path, "vms", "DC0_C0_RP0_VM0")["fault_tolerance"] == "true"
    assert facts(path, "vms", "DC0_C0_RP0_VM1")["encrypted"] == "true"
    assert facts(path, "vms", "DC0_C0_RP0_VM2")["guest"] == {
        "os": {"arch": "x64", "family": "rhel", "version": "8", "name": "Red Hat Enterprise Linux 8 (64-bit)"},
        "tools": "running",
        "state": "sleeping",
    }
    rdm = facts(path, "vms", "DC0_C0_RP0_VM2")["disks"][1]
    assert (rdm["label"], rdm["backing"], rdm["mode"]) == ("Hard disk 2", "rdm", "independent_persistent")
    assert rdm["rdm"] == {"compatibility": "physical", "device": f"{NAA}0"}


def test_standard_output_is_the_inventory_and_nothing_else(server: Vcsim, tmp_path: Path) -> None:
    run = collect(server, "--ca-file", server.ca_file)
    path = tmp_path / "piped.yaml"
    path.write_text(run.stdout, encoding="utf-8")
    assert facts(path, "vms", "DC0_H0_VM11")["vcenter"] == HOST


@pytest.mark.parametrize(
    ("rule", "subject"),
    [
        ("vm-no-fault-tolerance", "DC0_C0_RP0_VM0"),
        ("vm-not-encrypted", "DC0_C0_RP0_VM1"),
        ("vm-guest-not-sleeping", "DC0_C0_RP0_VM2"),
        ("datastore-single-lun", "LocalDS_1"),
        ("datastore-not-ha-heartbeat", "LocalDS_2"),
    ],
)
def test_violations_that_the_simulated_site_has(rule: str, subject: str, server: Vcsim, tmp_path: Path) -> None:
    plan = tmp_path / "jobs.yaml"
    plan.write_text("tenken: 1\njobs: [{name: nightly, targets: {datastores: [LocalDS_1, LocalDS_2]}}]\n", encoding="utf-8")
    found = outcomes(collected(server, tmp_path), plan)
    assert found[rule, subject] == "fail"
    assert found.get((rule, "DC0_H0_VM11"), "pass") == "pass"
    assert found.get((rule, "LocalDS_0"), "pass") == "pass"


def first_disk(machine: Any) -> Any:
    return next(entry for entry in machine.config.hardware.device if isinstance(entry, device.VirtualDisk))


def change_disk(**backing: str) -> Callable[[Vcsim, str], None]:
    def change(server: Vcsim, name: str) -> None:
        with server.administrator() as content:
            machine = find(content, vim.VirtualMachine, name)
            disk = first_disk(machine)
            for key, value in backing.items():
                setattr(disk.backing, key, value)
            WaitForTask(machine.Reconfigure(vim.vm.ConfigSpec(deviceChange=[edited(disk)])))

    return change


def add(made: Any) -> Callable[[Vcsim, str], None]:
    return lambda server, name: server.reconfigure(name, added(made))


def task(method: str, *arguments: Any) -> Callable[[Vcsim, str], None]:
    def perform(server: Vcsim, name: str) -> None:
        with server.administrator() as content:
            WaitForTask(getattr(find(content, vim.VirtualMachine, name), method)(*arguments))

    return perform


def become_template(server: Vcsim, name: str) -> None:
    task("PowerOff")(server, name)
    with server.administrator() as content:
        find(content, vim.VirtualMachine, name).MarkAsTemplate()


def become_agent(server: Vcsim, name: str) -> None:
    server.reconfigure(name, extraConfig=[vim.option.OptionValue(key="HDCS.agent", value="true")])


Passthrough = device.VirtualPCIPassthrough
DIRECT = Passthrough.DeviceBackingInfo(id="0000:5e:00.0", deviceId="1", systemId="s", vendorId=0, deviceName="gpu")
DYNAMIC = Passthrough.DynamicBackingInfo(deviceName="gpu", assignedId="0000:5e:00.1")

VIOLATIONS: list[tuple[Callable[[Vcsim, str], None], str, str, str]] = [
    (change_disk(diskMode="independent_persistent"), "vm-disk-not-independent", "/{disk}", "fail"),
    (change_disk(sharing="sharingMultiWriter"), "vm-no-shared-disk-cluster", "", "fail"),
    (add(device.VirtualNVMEController(key=-1, busNumber=0)), "vm-no-nvme-with-scsi", "", "fail"),
    (
        add(device.ParaVirtualSCSIController(key=-1, busNumber=1, sharedBus="physicalSharing")),
        "vm-no-scsi-bus-sharing",
        "",
        "fail",
    ),
    (add(Passthrough(key=-1, backing=DIRECT)), "vm-no-directpath-io", "", "fail"),
    (add(Passthrough(key=-1, backing=DYNAMIC)), "vm-no-directpath-io", "", "fail"),
    (add(device.VirtualTPM(key=-1)), "vm-vtpm-to-be-confirmed", "", "inquire"),
    (task("CreateSnapshot", "before-patch", "", False, False), "vm-no-leftover-snapshot", "", "fail"),
    (task("Suspend"), "vm-not-suspended", "", "fail"),
    (become_agent, "vm-not-vcls", "", "fail"),
    (become_template, "datastore-without-template", "LocalDS_0", "fail"),
]


@pytest.mark.parametrize("number", range(len(VIOLATIONS)), ids=[f"{rule}-{i}" for i, (_, rule, _, _) in enumerate(VIOLATIONS)])
def test_violations_that_are_made(number: int, server: Vcsim, tmp_path: Path) -> None:
    violate, rule, suffix, outcome = VIOLATIONS[number]
    name = f"DC0_H0_VM{number}"
    before = collected(server, tmp_path)
    label = facts(before, "vms", name)["disks"][0]["label"]
    subject = suffix if suffix.startswith("Local") else name + suffix.format(disk=label)
    assert outcomes(before).get((rule, subject), "pass") in ("pass", "unknown")
    violate(server, name)
    assert outcomes(collected(server, tmp_path))[rule, subject] == outcome


# --- who is at the other end ---------------------------------------------------------------------------------------


def test_an_unknown_certificate_is_refused_and_its_thumbprint_shown(server: Vcsim, tmp_path: Path) -> None:
    run = collect(server)
    thumbprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(server.ca_file.read_text())).hexdigest()
    pairs = ":".join(thumbprint[at : at + 2] for at in range(0, 64, 2)).upper()
    assert run.returncode == 2
    assert "is not trusted: self" in run.stderr
    assert f"--thumbprint {pairs}" in run.stderr
    assert collect(server, "--thumbprint", pairs, "-o", tmp_path / "a.yaml").returncode == 0


@pytest.mark.parametrize("hash", ["sha1", "sha256", "sha512"])
def test_thumbprints(hash: str, server: Vcsim, tmp_path: Path) -> None:
    shown = hashlib.new(hash, ssl.PEM_cert_to_DER_cert(server.ca_file.read_text())).hexdigest()
    assert collect(server, "--thumbprint", shown, "-o", tmp_path / "a.yaml").returncode == 0
    other = ("0" if shown[0] != "0" else "1") + shown[1:]
    run = collect(server, "--thumbprint", other, "-o", tmp_path / "b.yaml")
    assert run.returncode == 2 and "shows another certificate than the one of --thumbprint" in run.stderr
    assert not (tmp_path / "b.yaml").exists()


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    with running(tmp_path, names="vc02.example") as server:
        run = collect(server, "--ca-file", server.ca_file)
    assert run.returncode == 2
    assert "is not trusted: IP address mismatch" in run.stderr


def test_insecure_works_and_says_loudly_what_it_means(server: Vcsim, tmp_path: Path) -> None:
    run = collect(server, "--insecure", "-o", tmp_path / "a.yaml")
    assert run.returncode == 0
    assert "nobody verifies that this is 127.0.0.2" in run.stderr


def test_no_password_is_sent_to_a_server_that_is_not_trusted(server: Vcsim) -> None:
    run = collect(server, password=None)
    assert "is not trusted" in run.stderr and "no password" not in run.stderr


# --- passwords -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["wrong", PASSWORD + " "])
def test_a_wrong_password(password: str, server: Vcsim) -> None:
    run = collect(server, "--ca-file", server.ca_file, password=password)
    assert run.returncode == 2
    assert "does not accept this user and password" in run.stderr and "name@vsphere.local" in run.stderr
    assert password not in run.stderr


def test_no_password_and_nobody_to_ask(server: Vcsim) -> None:
    run = collect(server, "--ca-file", server.ca_file, password=None)
    assert run.returncode == 2
    assert "there is no password, and nobody to ask" in run.stderr and "TENKEN_PASSWORD" in run.stderr


KEYRING = """
import errors
def get_password(service, user):
    if service == "tenken:127.0.0.2" and user == {user!r}:
        return {password!r}
"""


def test_the_password_of_the_keyring(server: Vcsim, tmp_path: Path) -> None:
    package = tmp_path / "path" / "keyring"
    package.mkdir(parents=True)
    package.joinpath("errors.py").write_text("class KeyringError(Exception): pass\n", encoding="utf-8")
    text = KEYRING.format(user=USER, password=PASSWORD).replace("import errors", "from keyring import errors")
    package.joinpath("__init__.py").write_text(text, encoding="utf-8")
    arguments = ("--ca-file", server.ca_file, "-o", tmp_path / "a.yaml")
    run = collect(server, *arguments, password=None, by=process, PYTHONPATH=str(package.parent))
    assert run.returncode == 0, run.stderr


# --- files ---------------------------------------------------------------------------------------------------------


def test_a_file_written_by_hand_is_not_written_over(server: Vcsim, tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text("tenken: 1\n", encoding="utf-8")
    run = collect(server, "--ca-file", server.ca_file, "-o", path)
    assert run.returncode == 2 and "was not made by this command" in run.stderr
    assert path.read_text(encoding="utf-8") == "tenken: 1\n"
    assert collect(server, "--ca-file", server.ca_file, "-o", path, "--force").returncode == 0
    assert collect(server, "--ca-file", server.ca_file, "-o", path, "--lang", "ja").returncode == 0
    assert "収集" in path.read_text(encoding="utf-8")
