"""dlcourse: the code of an interactive deep-learning course.

``dlcourse.scratch`` is the textbook in NumPy, ``dlcourse.pytorch`` the same models in PyTorch; ``plots``,
``experiments`` and ``exercises`` are what the notebooks show, and ``workshop`` is the maintainers' bench.
Importing this package loads none of them.
"""

__version__ = "0.2.0"
