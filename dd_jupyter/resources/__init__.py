"""What a configuration depends on, and where it is found."""
