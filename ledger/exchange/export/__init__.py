"""Workbooks made from the book: one module a subject, each giving the tables of its workbook."""
