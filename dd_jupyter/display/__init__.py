"""How a run looks: one view model, drawn as static HTML, as plain text and as a widget."""
