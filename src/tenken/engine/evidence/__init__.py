"""Why a rule found what it found: the facts that decided, what is missing, and reasons of what is unknown."""
