"""Where facts come from: one module a source, all of one shape (see ``base``)."""
