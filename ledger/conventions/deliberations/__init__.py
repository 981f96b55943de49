"""The délibération that grants the EPCI's own money, and what waits for it to be enforceable."""
