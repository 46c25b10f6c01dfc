"""Networks with scikit-learn's manners."""

from ._files import load
from .classifiers import CNNClassifier, EFNClassifier, FCNClassifier, HybridClassifier, PFNClassifier

__all__ = ["CNNClassifier", "EFNClassifier", "FCNClassifier", "HybridClassifier", "PFNClassifier", "load"]
