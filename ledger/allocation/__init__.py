"""What is granted: the engine, scenarios, explanations, validation by the comité de pilotage, direct grants."""
