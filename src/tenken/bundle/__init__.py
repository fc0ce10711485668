"""What may leave the house: all inputs of a run, its report and its versions, under pseudonyms."""

from tenken.bundle.archive import Bundle, make
from tenken.bundle.decisions import InForce

__all__ = ["Bundle", "InForce", "make"]
