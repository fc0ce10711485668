"""The verbs: resolve the graph, load packs, compile and evaluate rules, judge."""
