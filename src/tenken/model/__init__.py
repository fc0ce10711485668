"""The nouns: inventory, rule, report. Frozen data, no reading and no writing."""
