"""Decision cases as YAML: given, when, then, because. Read strictly, run in a scratch world that nothing else sees.

Boundary: who prints the results, and with which exit code, is the command line's matter.
"""

from authz.edge.yaml_cases.case_file import Case, CaseFile, Expectation, load_cases
from authz.edge.yaml_cases.running import CaseResult, run_cases

__all__ = ["Case", "CaseFile", "CaseResult", "Expectation", "load_cases", "run_cases"]
