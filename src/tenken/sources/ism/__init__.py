"""What iStorage Manager and its commands print, as XML and as text."""
