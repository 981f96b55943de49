"""Workbooks and files, in and out: declared sheets, reading, importing, exporting, the take-over of a year under way."""
