"""Loads packs: reads every file, checks every expression, compiles every rule; all mistakes at once."""

from tenken.engine.pack.folder import Catalog, LoadedChange, LoadedRule, Pack, code_of, load, scope_of

__all__ = ["Catalog", "LoadedChange", "LoadedRule", "Pack", "code_of", "load", "scope_of"]
