"""The doctor: from what probes and curves show to findings in plain words, each with what mends it."""

from dlstudio.training.doctor.case import Case, Curve, Facts
from dlstudio.training.doctor.examine import examine
from dlstudio.training.doctor.finding import Finding
from dlstudio.training.doctor.gradient_check import gradient_check

__all__ = ["Case", "Curve", "Facts", "Finding", "examine", "gradient_check"]
