"""scikit-learn's base classes where it is installed; else what little of them a classifier needs."""

from __future__ import annotations

import inspect
from typing import Any

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.exceptions import DataConversionWarning, NotFittedError
except ImportError:

    class NotFittedError(ValueError, AttributeError):  # type: ignore[no-redef]
        """The classifier has not been fitted yet."""

    class DataConversionWarning(UserWarning):  # type: ignore[no-redef]
        """A column of labels was given where a list of labels is wanted."""

    class BaseEstimator:  # type: ignore[no-redef]
        """Parameters are what the constructor takes, stored as they were given."""

        @classmethod
        def _names(cls):
            return [name for name in inspect.signature(cls).parameters]

        def get_params(self, deep: bool = True) -> dict[str, Any]:
            """The constructor's arguments, by name."""
            return {name: getattr(self, name) for name in self._names()}

        def set_params(self, **params: Any) -> Any:
            """Sets some of the constructor's arguments."""
            for name, value in params.items():
                if name not in self._names():
                    raise ValueError(f"{type(self).__name__} has no parameter {name!r}; it has {self._names()}")
                setattr(self, name, value)
            return self

        def __repr__(self) -> str:
            defaults = {name: p.default for name, p in inspect.signature(type(self)).parameters.items()}
            changed = [f"{k}={v!r}" for k, v in self.get_params().items() if repr(v) != repr(defaults[k])]
            return f"{type(self).__name__}({', '.join(changed)})"

    class ClassifierMixin:  # type: ignore[no-redef]
        """Marks an estimator as a classifier."""

        _estimator_type = "classifier"


__all__ = ["BaseEstimator", "ClassifierMixin", "DataConversionWarning", "NotFittedError"]
