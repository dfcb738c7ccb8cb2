"""The views as widgets: drawn in the browser, answered by the kernel."""
