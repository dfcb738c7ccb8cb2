"""What answers a view: the same in a kernel, which is asked over a widget, and in a server, over HTTP."""
