"""Workbooks, partners' files, the take-over of a year."""
