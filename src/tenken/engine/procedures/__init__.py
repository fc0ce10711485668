"""Procedures of the guide: written steps held against them, and runbooks written from them."""
