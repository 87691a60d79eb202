"""Makes a virtual environment with the packages of a requirements file, and keeps it while they stay the same.

    python3 environment.py DIRECTORY REQUIREMENTS

Prints the path of the environment's Python. What is missing on the machine is said in one sentence, with exit code 1.
"""

import fcntl
import pathlib
import shutil
import subprocess
import sys


def main(directory, requirements):
    directory, wanted = pathlib.Path(directory), pathlib.Path(requirements).read_text()
    directory.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{directory}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        python, installed = directory / "bin" / "python", directory / "installed.txt"
        # The interpreter is part of it: an environment of one Python version is of no use to the next.
        state = f"{sys.version}\n{wanted}"
        if not (python.exists() and installed.exists() and installed.read_text() == state):
            make(directory, python, requirements)
            installed.write_text(state)
    print(python)


def make(directory, python, requirements):
    shutil.rmtree(directory, ignore_errors=True)
    run(
        [sys.executable, "-m", "venv", directory],
        "Python's venv module does not work: install it (on Debian and Ubuntu `apt-get install python3-venv`)",
    )
    run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", requirements],
        f"pip cannot install {requirements}: connect this machine to PyPI or a mirror of it, and install a C compiler "
        "and Python's headers (on Debian and Ubuntu `apt-get install gcc python3-dev`) if there is no wheel",
    )


def run(command, advice):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\n{advice}")


if __name__ == "__main__":
    main(*sys.argv[1:])
