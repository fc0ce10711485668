"""The gate: what a run means to the machine that asked for it."""
