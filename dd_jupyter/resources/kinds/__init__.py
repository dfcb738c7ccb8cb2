"""One module for each kind of resource; `resources.references` has them in order."""
