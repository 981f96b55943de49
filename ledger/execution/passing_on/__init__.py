"""Another financeur's money that the EPCI passes on."""
