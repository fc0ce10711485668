"""Where facts come from: a folder a source, with a module of one shape (see ``base``); ``joining`` makes one inventory of them."""
