"""From the documents of all sources to one inventory: the same objects found, their facts merged, validated."""
