"""Payments, receipts, bilans, reversements, recoveries, drafts."""
