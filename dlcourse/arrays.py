"""What an array of real numbers is called in the course's signatures, and which dtypes it may have."""

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[np.floating]


def check_float_dtype(dtype: DTypeLike | None) -> np.dtype:
    """``dtype`` as NumPy's object, float64 for None. Raises TypeError unless it is one of floating-point numbers.

    A gradient or a random weight in whole numbers would be cut down to 0 without a word.
    """
    wanted = np.dtype(dtype)
    if wanted.kind != "f":
        raise TypeError(
            f"dtype: expected floating-point numbers, np.float32 or np.float64, received {wanted}. Whole numbers that "
            "are not learnt, such as labels, stay a NumPy array."
        )
    return wanted
