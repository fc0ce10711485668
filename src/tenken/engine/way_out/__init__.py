"""The way out: the fewest changes of a site by which what is not eligible becomes so, each tried."""
