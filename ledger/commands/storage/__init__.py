"""The base itself: made, checked, copied, moved."""
