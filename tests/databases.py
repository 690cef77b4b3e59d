"""Tests run over both databases; here is how those say so that need no more than one.

The rows and their locks differ from one to the other. Pages, words and files do not.
"""

import pytest

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
