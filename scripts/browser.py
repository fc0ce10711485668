"""Sees to it that the browser tests have a browser and axe-core, or says loudly that they will be skipped.

With TENKEN_REQUIRE_BROWSER=1 (CI) a missing one is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = ["chromium", "fontconfig", "fonts-noto-cjk", "poppler-utils"]


AXE = "axe-core@4.14.1"
"""Finds what people who don't see, or use no mouse, would stumble over."""


def main() -> int:
    return max(chromium(), axe())


def axe() -> int:
    folder = Path(sys.prefix) / "axe"
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists() and shutil.which("npm"):
        command = ["npm", "install", "--silent", "--no-save", "--no-audit", "--no-fund", "--prefix", str(folder), AXE]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    return 0 if script.exists() else missing("AXE-CORE (npm)")


def missing(what: str) -> int:
    print("=" * 79 + f"\nNO {what}: BROWSER TESTS WILL BE SKIPPED\n" + "=" * 79, file=sys.stderr, flush=True)
    return 1 if os.environ.get("TENKEN_REQUIRE_BROWSER") == "1" else 0


def chromium() -> int:
    if shutil.which("chromium"):
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("installing Chromium for the browser tests …", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], check=False, **quiet)  # type: ignore[call-overload]
    return 0 if shutil.which("chromium") else missing("CHROMIUM")


if __name__ == "__main__":
    sys.exit(main())
