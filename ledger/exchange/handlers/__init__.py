"""From rows to acts: one module a sheet (or two that go together); each calls the operations that commands call."""
