"""Load from outside: wrk against an address, with a request that Lua builds; any answer but 2xx spoils the run."""

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Load:
    per_second: float
    p50_ms: float
    p99_ms: float


def post(url: str, bodies: list[str], headers: dict[str, str], *, seconds: int = 4, connections: int = 16) -> Load:
    """POST the bodies in turn for ``seconds``. Raises ``RuntimeError`` when an answer is not 2xx or a socket fails."""
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "bodies"
        lines.write_text("\n".join(bodies))
        script = (
            "local bodies, next = {}, 0\n"
            f"for line in io.lines({json.dumps(str(lines))}) do bodies[#bodies + 1] = line end\n"
            'wrk.method = "POST"\n'
            "request = function()\n  next = next + 1\n"
            "  return wrk.format(nil, nil, nil, bodies[(next - 1) % #bodies + 1])\nend\n"
        )
        return _loaded(url, script, headers, Path(folder), seconds, connections)


def get(url: str, headers: dict[str, str], *, seconds: int = 4, connections: int = 16) -> Load:
    """GET the same address for ``seconds``. Raises as ``post``."""
    with tempfile.TemporaryDirectory() as folder:
        return _loaded(url, "", headers, Path(folder), seconds, connections)


def _loaded(url: str, script: str, headers: dict[str, str], folder: Path, seconds: int, connections: int) -> Load:
    wrk = shutil.which("wrk")
    if wrk is None:
        raise RuntimeError("wrk is missing: apt-get install wrk")
    told = "".join(f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}\n" for name, value in headers.items())
    (folder / "request.lua").write_text(told + script)
    command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(folder / "request.lua"), url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in printed or "Socket errors" in printed:
        raise RuntimeError(f"{url} answered with errors:\n{printed}")
    return Load(float(_find(r"Requests/sec:\s+([\d.]+)", printed)), _ms("50%", printed), _ms("99%", printed))


def _find(pattern: str, printed: str) -> str:
    found = re.search(pattern, printed)
    if found is None:
        raise RuntimeError(f"wrk printed no `{pattern}`:\n{printed}")
    return found[1]


def _ms(percentile: str, printed: str) -> float:
    number, unit = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)", printed).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
