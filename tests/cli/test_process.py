"""The program behaves well among other programs."""

from __future__ import annotations

import os
import pkgutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from osce_search.cli import COMMANDS, commands, program

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 600
"""Seconds after which a program hangs: a guard, and no measure of speed."""

HEAVY = {
    "whoosh",
    "lxml",
    "bs4",
    "rich",
    "multiprocessing",
    "importlib.metadata",
    "email",
    "filelock",
    "socket",
}


def start(
    *arguments: str, cwd: Path = ROOT, stdin: int | None = None, is_leader: bool = False
) -> subprocess.Popen[bytes]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OSCE_SEARCH")}
    environ |= {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    pipe = subprocess.PIPE
    # Whoever runs the tests in the background may have had interrupts ignored, which is handed on.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return subprocess.Popen(
            [sys.executable, *arguments],
            env=environ,
            cwd=cwd,
            stdin=stdin,
            stdout=pipe,
            stderr=pipe,
            start_new_session=is_leader,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def load(*arguments: str, cwd: Path = ROOT) -> set[str]:
    """The modules that a command has loaded when it ends."""
    code = (
        "import sys\nfrom osce_search.cli import run\n"
        f"code = run({list(arguments)!r})\n"
        "print(code, *sys.modules, file=sys.stderr)"
    )
    _, told = start("-c", code, cwd=cwd).communicate(timeout=PATIENCE)
    last, *_ = reversed(told.decode().splitlines())
    code_told, *modules = last.split()
    assert code_told == "0", told.decode()
    return set(modules)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("startup")
    lines = (f'{{"id": "{n}", "title": "Visit {n}", "text": "It began."}}\n' for n in range(5000))
    (folder / "records.jsonl").write_text("".join(lines))
    program = start("-m", "osce_search", "index", "records.jsonl", "-q", cwd=folder)
    assert program.communicate(timeout=PATIENCE) == (b"", b"")
    return folder


def test_an_answer_for_programs_loads_only_what_it_needs(indexed: Path) -> None:
    loaded = load("query", "visit", "--json", cwd=indexed)
    assert "numpy" in loaded
    assert not loaded & HEAVY


def test_a_closed_pipe_is_no_traceback(indexed: Path) -> None:
    program = start("-m", "osce_search", "query", "--all", "--jsonl", cwd=indexed)
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.readline()
    program.stdout.close()
    assert program.wait(timeout=PATIENCE) == 141
    assert program.stderr.read() == b""
    program.stderr.close()


ALL_STREAMS = ("<&-", ">&-", "2>&-", "<&- >&- 2>&-")


def ask_shell(command: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """What `osce-search COMMAND` comes to where a shell leads its streams elsewhere."""
    return subprocess.run(
        ["sh", "-c", f'exec "$0" -m osce_search {command}', sys.executable],
        env={"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "PATH": os.defpath, **environ},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


@pytest.mark.skipif(os.name == "nt", reason="the shell is another there")
@pytest.mark.parametrize("closed", ALL_STREAMS)
@pytest.mark.parametrize("command", ["query visit", "query visit --json", "--help", "index - --index empty"])
def test_a_closed_input_stream_is_empty(indexed: Path, command: str, closed: str) -> None:
    done = ask_shell(f"{command} {closed}", indexed)
    assert (done.returncode, done.stderr) == (0, "")
    assert (done.stdout == "") == (">&-" in closed.split())


@pytest.mark.skipif(os.name == "nt", reason="the shell is another there")
def test_no_file_of_an_index_gets_the_number_of_a_stream_that_is_closed(indexed: Path) -> None:
    done = ask_shell("index records.jsonl --index closed <&- >&- 2>&-", indexed)
    assert done.returncode == 0
    done = ask_shell("verify --full --index closed", indexed)
    assert "sound" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_error_names_the_output_that_is_full(indexed: Path) -> None:
    for command, place in (
        ("query visit >/dev/full", "standard output"),
        ("query -o /dev/full", "/dev/full"),
    ):
        done = ask_shell(command, indexed)
        assert (done.returncode, done.stderr) == (3, f"Error: {place}: No space left on device\n")
    assert ask_shell("run nosuch 2>/dev/full", indexed, XDG_STATE_HOME=str(indexed)).returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="the shell is another there")
@pytest.mark.parametrize("encoding", ["latin-1", "cp437:strict", "iso8859-5"])
def test_help_is_printed_in_any_encoding(indexed: Path, encoding: str) -> None:
    done = ask_shell("query --help", indexed, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "id,title,date,?" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="the shell is another there")
@pytest.mark.parametrize("columns", ["1", "-5", "many", "99999999999"])
def test_lines_are_between_40_and_500_columns_wide(indexed: Path, columns: str) -> None:
    done = ask_shell("query visit --no-facets -n 1", indexed, COLUMNS=columns)
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 500


@pytest.mark.xdist_group("processes")
@pytest.mark.skipif(os.name == "nt", reason="signals are others there")
def test_an_interrupt_is_exit_code_130_and_no_traceback(indexed: Path) -> None:
    program = start("-m", "osce_search", "index", "-", "--index", "other", cwd=indexed, stdin=subprocess.PIPE)
    assert program.stdin is not None
    program.stdin.write(b'{"id": "1", "title": "t", "text": "x"}\n')
    program.stdin.flush()
    for _ in range(12_000):
        if (indexed / "other").is_dir():
            break
        time.sleep(0.05)
    time.sleep(0.2)
    program.send_signal(signal.SIGINT)
    _, told = program.communicate(timeout=PATIENCE)
    assert program.returncode == 130
    assert b"Traceback" not in told


@pytest.mark.skipif(os.name == "nt", reason="the codes of processes are others there")
def test_an_interrupt_while_the_program_is_loaded_is_exit_code_130_and_no_traceback() -> None:
    code = (
        "import runpy, sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "runpy.run_module('osce_search', run_name='__main__')"
    )
    program = start("-c", code)
    assert program.communicate(timeout=PATIENCE) == (b"", b"")
    assert program.returncode == 130


@pytest.mark.xdist_group("processes")
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the system does not list processes so")
@pytest.mark.parametrize(("after", "times"), [(0, 1), (0.2, 1), (0.5, 1), (1, 1), (0.1, 2), (0.8, 2)])
def test_an_interrupt_ends_all_processes_without_a_message(
    indexed: Path, tmp_path: Path, after: float, times: int
) -> None:
    # Its last source has no end, so that it is not done before the interrupt comes.
    arguments = ("index", str(indexed / "records.jsonl"), "-", "--index", str(tmp_path / "index"))
    program = start(
        "-m", "osce_search", *arguments, "--workers", "2", "-q", stdin=subprocess.PIPE, is_leader=True
    )
    children = Path(f"/proc/{program.pid}/task/{program.pid}/children")
    for _ in range(120_000):
        # The first one that is started keeps account of the others.
        if len(children.read_text().split()) > 1:
            break
        time.sleep(0.005)
    time.sleep(after)
    os.killpg(program.pid, signal.SIGINT)
    if times > 1:
        time.sleep(0.05)
        os.killpg(program.pid, signal.SIGINT)
    # Its output ends when all of its processes have.
    _, told = program.communicate(timeout=PATIENCE)
    if times > 1:
        assert program.returncode in (130, -signal.SIGINT)
    else:
        assert (program.returncode, told.strip()) == (130, b"")
    assert not (tmp_path / "index" / "osce-search.json").exists()


def test_output_is_utf_8_where_the_locale_is_not(indexed: Path) -> None:
    environ = {
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PATH": "",
    }
    line = b'{"id": "1", "title": "\xc4\x90ukanovi\xc4\x87", "text": "x"}\n'
    command = [sys.executable, "-m", "osce_search"]
    index = ("--index", "latin")
    subprocess.run([*command, "index", "-", "-q", *index], input=line, env=environ, cwd=indexed, check=True)
    for arguments, expected in (
        (("query", "--csv", "--fields", "title"), "title\nĐukanović\n".encode()),
        (("query", "--no-facets"), b"1 release of 1\n\n1  ?ukanovi?"),
    ):
        done = subprocess.run(
            [*command, *arguments, *index], env=environ, cwd=indexed, capture_output=True, check=True
        )
        assert done.stdout.startswith(expected)


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(
    ("pager", "begin"),
    [("sed s/^/PAGED:/", b"PAGED:"), ("less '", b""), ("no-such-program", b"")],
)
def test_on_a_terminal_there_is_colour_and_the_pager_that_can_be_run(
    indexed: Path, pager: str, begin: bytes
) -> None:
    import pty

    leader, follower = pty.openpty()
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PAGER": pager,
        "TERM": "xterm",
        "COLUMNS": "60",
    }
    for name in ("NO_COLOR", "FORCE_COLOR"):
        environ.pop(name, None)
    command = [sys.executable, "-m", "osce_search", "query", "visit", "-n", "1", "--no-facets"]
    program = subprocess.Popen(
        command, env=environ, cwd=indexed, stdin=follower, stdout=follower, stderr=follower
    )
    os.close(follower)
    told = b""
    while chunk := _read(leader):
        told += chunk
    os.close(leader)
    assert program.wait(timeout=PATIENCE) == 0
    assert told.startswith(begin + b"\x1b[1m5,000 releases\x1b[0m of 5,000")


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 4096)
    except OSError:  # The other end was closed.
        return b""


@pytest.mark.skipif(os.name != "posix", reason="a shell closes the streams")
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("query visit <&- >&- 2>&-", 0),
        ("query nowhere --json >&-", 1),
        ("query --queries - <&-", 0),
        ("index - --index other <&-", 0),
    ],
)
def test_streams_that_were_closed_before_it_began_change_no_exit_code(
    indexed: Path, command: str, code: int
) -> None:
    program = subprocess.run(
        ["sh", "-c", f'"$0" -m osce_search {command}', sys.executable],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
        cwd=indexed,
        capture_output=True,
        text=True,
    )
    assert (program.returncode, program.stderr) == (code, "")


def test_every_module_of_commands_is_a_command_of_its_name() -> None:
    names = {info.name for info in pkgutil.iter_modules(commands.__path__)}
    assert names == set(COMMANDS)
    for name in COMMANDS:
        found = program.get_command(click.Context(program), name)
        assert found is not None
        assert found.name == name
