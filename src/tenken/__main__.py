"""``python -m tenken``."""

from tenken.cli import main

main()
