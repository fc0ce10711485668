"""Terraform and OpenTofu: plans and states as JSON, with the places of their code."""
