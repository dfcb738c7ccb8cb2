"""Running a configuration: what happens, how far it is, and what came of it.

Nothing is imported here. The warm-up imports these modules in a thread, and Python gives a half-made module to one of
two threads where a package imports a module of its own that the other thread imports by its full name.
"""
