"""What an array of real numbers is called in the course's signatures."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
