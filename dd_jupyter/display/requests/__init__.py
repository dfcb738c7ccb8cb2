"""What a view in the browser may ask of the kernel, what it is answered, and what it is told unasked.

The set is closed: a message that is none of these, or whose arguments are not as described, is refused. A
message of the browser is ``{"request": ID, "ask": {"op": ..., ...}}``; the answer bears the same `request`, and
``reply`` or ``error``, a sentence. `Forget` is the one message without an answer. What is told unasked is
``{"tell": ..., ...}``. None of it is a trait, hence nothing of it is kept in a notebook.
"""
