"""Sees to it that the tests have a vCenter to collect from, or says loudly that those tests will be skipped.

The simulator is the library of govmomi, which Debian and its kin carry with Go; what is compiled, into ``.venv/vcsim``,
is in ``scripts/vcsim``. With TENKEN_REQUIRE_VCSIM=1 (CI) a missing simulator is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "scripts" / "vcsim").glob("*.go"))
PROGRAM = ROOT / ".venv" / "vcsim"
GOPATH = Path("/usr/share/gocode")
LIBRARY = GOPATH / "src" / "github.com" / "vmware" / "govmomi" / "simulator"
PACKAGES = ["golang-go", "golang-github-vmware-govmomi-dev"]


def main() -> int:
    if not is_built():
        if not (shutil.which("go") and LIBRARY.is_dir()) and shutil.which("apt-get") and os.geteuid() == 0:
            install()
        if shutil.which("go") and LIBRARY.is_dir():
            build()
    if is_built():
        return 0
    print("=" * 79 + "\nNO VCSIM: THE TESTS AGAINST A VCENTER WILL BE SKIPPED\n" + "=" * 79, file=sys.stderr, flush=True)
    return 1 if os.environ.get("TENKEN_REQUIRE_VCSIM") == "1" else 0


def is_built() -> bool:
    return PROGRAM.exists() and PROGRAM.stat().st_mtime >= max(source.stat().st_mtime for source in SOURCES)


def install() -> None:
    print("installing Go and the vCenter simulator for the tests …", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], check=False, **quiet)  # type: ignore[call-overload]


def build() -> None:
    print("building the vCenter simulator for the tests …", flush=True)
    fresh = PROGRAM.with_suffix(".new")  # the program is there whole or not at all
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GOPATH), "GOFLAGS": "", "GOCACHE": cache}
        built = subprocess.run(["go", "build", "-o", fresh, *SOURCES], check=False, env=environment, cwd=ROOT)
    if built.returncode == 0:
        fresh.replace(PROGRAM)


if __name__ == "__main__":
    sys.exit(main())
