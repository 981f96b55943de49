"""What is signed: conventions, their lines and terms, the schedule of their payments; rights acquired upstream."""
