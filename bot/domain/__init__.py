"""What things are: frozen values and pure rules. No input, no output, no clock of their own."""
