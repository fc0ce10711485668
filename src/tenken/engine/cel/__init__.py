"""The Common Expression Language, the part that rules need, with unknown as a value.

``syntax`` parses, ``check`` gives every expression a type by the inventory's own schema, ``compile`` makes Python code
objects of it for the fast path, ``trace`` evaluates it once more, slowly, and says which facts decided.
"""
