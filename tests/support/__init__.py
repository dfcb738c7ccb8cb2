"""What the tests stand on: a model provider on loopback, a real kernel, a configuration to run."""
