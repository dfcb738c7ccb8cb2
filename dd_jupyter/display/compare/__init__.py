"""Two previews, record by record: what changed, and how."""
