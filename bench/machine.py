"""What the scripts of bench share: the machine, versions, files of results."""
import datetime
import fnmatch
import hashlib
import json
import os
import pathlib
import platform
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
PEERS_PYTHON = ROOT / "build" / "peers" / "bin" / "python"

PACKAGES = ("torch", "jax", "onnxruntime")


def keep_to_processors(threads):
    """For this process and its children, where the system knows it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def environment(threads):
    return dict(os.environ, OMP_NUM_THREADS=str(threads), JAX_PLATFORMS="cpu")


def output_of(command, **options):
    """What a command prints, or "" if there is no such command or it fails."""
    try:
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             text=True, check=True, **options)
        return run.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def processor():
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def vectors():
    """The widest that the processor has, of those that kernels distinguish."""
    try:
        flags = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return ""
    return next((name for flag, name in ((" avx512f ", "AVX-512"), (" avx2 ", "AVX2"),
                                         (" asimd ", "NEON")) if flag in flags), "")


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError, AttributeError):
        return platform.system()


def package_versions(python):
    """Of the peers that this Python has: {"torch": "2.13.0"}."""
    code = ("import importlib.metadata as m\n"
            "for name in {!r}:\n"
            "    try: print(name, m.version(name))\n"
            "    except m.PackageNotFoundError: pass").format(PACKAGES)
    lines = output_of([python, "-c", code]).splitlines() if python else []
    return dict(line.split() for line in lines)


def library_version():
    return output_of(["dpkg-query", "--show", "--showformat", "${Version}", "libdnnl2"]) or \
        output_of(["pkg-config", "--modversion", "dnnl"])


def describe(threads, python=None):
    """Machine and versions, for the page."""
    return {"date": datetime.date.today().isoformat(), "processor": processor(),
            "vectors": vectors(), "processors": os.cpu_count(), "threads": threads,
            "system": system(), "compiler": output_of(["cc", "--version"]).split("\n")[0],
            "load": round(os.getloadavg()[0], 2), "oneDNN": library_version(),
            "commit": output_of(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]),
            "peers": package_versions(python)}


def find_python(given):
    """The Python of the peers: as told, that of make bench-peers, or None."""
    if given:
        return given
    return PEERS_PYTHON if PEERS_PYTHON.exists() else None


def read_rows(file, pattern=""):
    """pattern: a part of their names; one that is a whole name means that row."""
    rows = json.loads((HERE / file).read_text())
    return [row for row in rows if row["name"] == pattern] or \
        [row for row in rows if fnmatch.fnmatch(row["name"], f"*{pattern}*")]


def program_id(build):
    """Of the program that is measured: results of another are out of date."""
    program = pathlib.Path(build) / "matgrad"
    return hashlib.sha256(program.read_bytes()).hexdigest()[:16]


def read_results(path):
    file = pathlib.Path(path)
    return json.loads(file.read_text()) if file.exists() else {}


def keep_results(path, section, name, results):
    """Puts what was measured into a file of results, which need not be there yet;
    what else is in it stays."""
    if not path:
        return
    whole = read_results(path)
    whole.setdefault(section, {})[name] = results
    new = pathlib.Path(str(path) + ".new")
    new.write_text(json.dumps(whole, indent=1) + "\n")
    new.replace(path)


def say(words):
    print(f"bench: {words}", file=sys.stderr, flush=True)
