"""Programs of the machine that some tests need."""

from __future__ import annotations

import os
import shutil

import pytest


def needs(program: str, variable: str) -> pytest.MarkDecorator:
    """Skips where a program is missing; where the variable says that it must be there, the test fails without it."""
    missing = shutil.which(program) is None and not os.environ.get(variable)
    return pytest.mark.skipif(missing, reason=f"{program} is not installed")
