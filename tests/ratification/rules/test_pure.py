import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
PROGRAM = """
import pkgutil, sys
import treaty.clauses, ratification.rules
for package in (treaty.clauses, ratification.rules):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        __import__(module.name)
outside = {"__main__", *sys.stdlib_module_names, *sys.builtin_module_names}
found = {name.partition(".")[0] for name in sys.modules} - outside
print(sorted(name for name in found if not name.startswith("_sysconfigdata")))  # of zoneinfo, named by the machine
"""


def test_the_rules_run_in_a_bare_interpreter_without_anything_installed() -> None:
    # -I -S: no site packages, so that a module of Django could not even be found.
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}){PROGRAM}"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stderr == ""
    assert done.stdout.strip() == "['common', 'ratification', 'treaty']"
