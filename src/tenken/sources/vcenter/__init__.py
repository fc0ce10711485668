"""A live vCenter, collected into a native document."""
