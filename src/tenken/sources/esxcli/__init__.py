"""Listings that esxcli prints on a host, and what they say of hosts and datastores."""
