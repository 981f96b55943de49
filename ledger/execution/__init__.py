"""What is paid, justified, passed on and taken back: orders, payments, receipts, bilans, titres, set-offs, returns."""
