"""Any data as a table that is asked for its pages: found, sorted, filtered and shown in full when it is asked."""
