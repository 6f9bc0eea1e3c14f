"""Keep the linear algebra library to one thread while many small products run.

NumPy's OpenBLAS starts a thread per core for every product above a small size. Here one product takes microseconds
and the work is already split over threads by chunks of series; on a busy machine the library's waiting threads then
cost twenty times what they give (measured). No dependency of the project does this, hence the direct call.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

_NAMES = (
    ("scipy_openblas_get_num_threads64_", "scipy_openblas_set_num_threads64_"),
    ("openblas_get_num_threads64_", "openblas_set_num_threads64_"),
    ("openblas_get_num_threads", "openblas_set_num_threads"),
)


@cache
def _library() -> tuple[ctypes.CDLL, str, str] | None:
    """NumPy's own copy of OpenBLAS (its wheels carry one) and the names of its two functions; None if there is none."""
    package = Path(np.__file__).parent
    for folder in (package.parent / "numpy.libs", package / ".libs", package / ".dylibs"):
        for path in sorted(folder.glob("*openblas*")):
            try:
                library = ctypes.CDLL(str(path))
            except OSError:
                continue
            for get, put in _NAMES:
                if hasattr(library, get) and hasattr(library, put):
                    return library, get, put
    return None


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Run the body with one BLAS thread and restore the number after; does nothing with another BLAS."""
    found = _library()
    if found is None:
        yield
        return
    library, get, put = found
    before = int(getattr(library, get)())
    getattr(library, put)(1)
    try:
        yield
    finally:
        getattr(library, put)(before)
