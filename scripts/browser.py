"""Sees to it that the browser tests have a browser, or says loudly that they will be skipped.

With TENKEN_REQUIRE_BROWSER=1 (CI) a missing browser is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = ["chromium", "fontconfig", "fonts-noto-cjk", "poppler-utils"]


def main() -> int:
    if shutil.which("chromium"):
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("installing Chromium for the browser tests …", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], check=False, **quiet)  # type: ignore[call-overload]
    if shutil.which("chromium"):
        return 0
    print("=" * 79 + "\nNO CHROMIUM: THE BROWSER TESTS WILL BE SKIPPED\n" + "=" * 79, file=sys.stderr, flush=True)
    return 1 if os.environ.get("TENKEN_REQUIRE_BROWSER") == "1" else 0


if __name__ == "__main__":
    sys.exit(main())
