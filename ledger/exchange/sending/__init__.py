"""Workbooks that go to a partner and come back: numbered, kept as sent, compared three ways."""
