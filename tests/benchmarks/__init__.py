"""How fast it is, against the budgets of the design and against the library alone."""
