"""Workbooks and files: declared sheets, reading, importing, exporting, the take-over of a year under way."""
