"""`osce-search eval` does what its help says, with the exit codes that it documents."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from osce_search.cli import run
from osce_search.index.writer import IndexWriter
from osce_search.release import Release

Write = Callable[[str, str], Path]

TOPICS = "p\tborder guards\nq\tmedia freedom\nr\telection observers\n"
QRELS = "p 0 1 3\np 0 4 3\np 0 2 0\nq 0 2 3\nr 0 3 3\n"
Asked = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Asked:
    """Runs `osce-search eval` and gives its exit code, stdout and stderr."""

    def ask_program(*arguments: object) -> tuple[int, str, str]:
        code = run(["eval", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return ask_program


@pytest.fixture
def files(write: Write, index_path: Path) -> Sequence[object]:
    return (
        "--topics", write("topics.tsv", TOPICS), "--qrels", write("qrels.txt", QRELS), "--index", index_path,
    )  # fmt: skip


def test_run_prints_means_with_topics_judged_and_stale_judgements(
    ask: Asked, files: Sequence[object]
) -> None:
    code, out, _ = ask("run", *files, "--measures", "nDCG@10,AP")
    assert code == 0
    assert out.splitlines()[0].split() == ["measure", "mean", "95", "%", "topics", "judged@10", "stale"]
    assert out.splitlines()[1].split()[:2] == ["nDCG@10", "1.0000"]
    assert "3 topics attempted: 3 answered." in out
    assert out.splitlines()[1].split()[-1] == "0"
    assert "3 topics: with fewer than 50, a difference of one point is noise." in out


def test_run_writes_a_run_that_measures_the_same(ask: Asked, files: Sequence[object], tmp_path: Path) -> None:
    first = json.loads(ask("run", *files, "--run-out", tmp_path / "run.txt", "--json")[1])
    again = json.loads(
        ask("run", "--run", tmp_path / "run.txt", "--qrels", tmp_path / "qrels.txt", "--json")[1]
    )
    assert first["means"]["AP"]["value"] == again["means"]["AP"]["value"]
    assert (first["stale"], again["stale"]) == ([], None)
    assert len((tmp_path / "run.txt").read_text().split("\n")[0].split()) == 6


def test_the_number_of_stale_judgements_is_beside_every_mean(
    ask: Asked, write: Write, files: Sequence[object]
) -> None:
    write("qrels.txt", f"{QRELS}p 0 99 1\nq 0 99 2\n")
    _, out, _ = ask("run", *files, "--measures", "nDCG@10,AP")
    assert [line.split()[-1] for line in out.splitlines()[1:3]] == ["2", "2"]
    assert "Judged and no longer in the index: 99." in out
    assert "stale judgements: 2;" in ask("compare", "default", "plain", *files)[1]
    assert " judged@10, 2 stale;" in ask("gate", *files, "--floor", "AP=0.1")[1]


def test_a_topic_that_fails_is_named_and_the_exit_code_is_4(
    ask: Asked, write: Write, files: Sequence[object]
) -> None:
    write("topics.tsv", f"{TOPICS}s\t{'word ' * 3000}\n")
    write("qrels.txt", f"{QRELS}s 0 1 1\n")
    code, out, err = ask("run", *files, "--json")
    assert code == 4
    assert json.loads(out)["means"]["AP"]["topics"] == 3
    assert [entry["status"] for entry in json.loads(out)["topics"]] == ["answered"] * 3 + ["failed"]
    assert "1 of 4 topics failed" in err
    _, out, _ = ask("run", *files)
    assert "Failed, and not counted as zero: s (LimitExceeded" in out


def test_topics_that_all_fail_are_named_and_the_exit_code_is_4(
    ask: Asked, write: Write, files: Sequence[object]
) -> None:
    write("topics.tsv", f"p\t{'word ' * 3000}\n")
    write("qrels.txt", "p 0 1 1\n")
    code, out, err = ask("run", *files)
    assert (code, out) == (4, "")
    assert "p failed: LimitExceeded" in err


def test_an_empty_list_of_measures_means_the_default_ones(ask: Asked, files: Sequence[object]) -> None:
    for command in (("run",), ("compare", "default", "default")):
        code, out, _ = ask(*command, *files, "--measures", ",")
        assert (code, out.splitlines()[1].split()[0]) == (0, "nDCG@10")


def test_topics_without_judgements_and_judgements_without_topics_are_named(
    ask: Asked, write: Write, files: Sequence[object]
) -> None:
    write("topics.tsv", f"{TOPICS}s\tpolice\n")
    write("qrels.txt", f"{QRELS}other 0 1 1\n")
    code, out, err = ask("run", *files)
    assert code == 0
    assert "topics.tsv:4: warning: the topic s has no judgements" in err
    assert "qrels.txt:6: warning: 1 judgement for other, which is no topic" in err
    assert "Without judgements, and in no mean: s." in out
    assert "Judged but not in the run, and in no mean: other." in out


def test_bad_files_end_with_2_and_list_every_error(ask: Asked, write: Write, files: Sequence[object]) -> None:
    write("qrels.txt", "p 0 1\np 0 1 high\n")
    code, out, err = ask("run", *files)
    assert (code, out) == (2, "")
    assert "qrels.txt:1: 3 columns" in err
    assert "qrels.txt:2: the grade 'high'" in err


def test_a_missing_index_ends_with_3(ask: Asked, files: Sequence[object], tmp_path: Path) -> None:
    code, _, err = ask("run", *files, "--index", tmp_path / "none")
    assert code == 3
    assert "no such directory" in err


def test_an_unknown_profile_ends_with_2(ask: Asked, files: Sequence[object]) -> None:
    code, _, err = ask("run", *files, "--profile", "defualt")
    assert code == 2
    assert "did you mean default?" in err


def test_kinds_are_skipped_with_the_reason(ask: Asked, write: Write, files: Sequence[object]) -> None:
    topics = write("topics.yaml", "- {id: p, query: border, kind: a}\n- {id: q, query: media, kind: b}\n")
    _, out, _ = ask("run", *files, "--topics", topics, "--kind", "a")
    assert "1 topic attempted: 1 answered, 1 skipped." in out
    assert "Skipped: q (its kind is b)." in out


def test_compare_prints_which_topics_fell_and_rose(ask: Asked, write: Write, files: Sequence[object]) -> None:
    old = write("old.txt", "p Q0 1 1 9 old\np Q0 4 2 8 old\nq Q0 3 1 9 old\nq Q0 2 2 8 old\nr Q0 3 1 9 old\n")
    new = write("new.txt", "p Q0 2 1 9 new\np Q0 1 2 8 new\nq Q0 2 1 9 new\nr Q0 3 1 9 new\n")
    code, out, _ = ask("compare", old, new, *files[:4], "--measures", "RR,AP")
    assert code == 0
    assert (
        "Fell most\n  p  border guards  1.0000 → 0.5000 (-0.5000)\n      in  2 (grade 0), from nowhere to 1\n"
        in out
    )
    assert (
        "Rose most\n  q  media freedom  0.5000 → 1.0000 (+0.5000)\n      out 3 (not judged), from 1 to nowhere\n"
        in out
    )
    record = json.loads(ask("compare", old, new, *files[:4], "--measures", "RR", "--json")[1])
    assert record["measures"][0]["topics"] == 3
    assert record["measures"][0]["p"] == 1.0
    _, markdown, _ = ask("compare", old, new, *files[:4], "--format", "md")
    assert markdown.startswith("| measure | old | new |")


def test_compare_takes_the_names_of_profiles(ask: Asked, files: Sequence[object]) -> None:
    code, out, _ = ask("compare", "default", "default", *files)
    assert code == 0
    assert "+0.0000" in out


def test_the_gate_opens_pins_and_closes(
    ask: Asked, write: Write, files: Sequence[object], tmp_path: Path
) -> None:
    write("rules.yaml", "- {topic: q, must_top: {id: 2, k: 1}}\n")
    index = files[-2:]
    code, out, err = ask("gate", tmp_path, *index)
    assert code == 0
    assert "1 of 1 rules kept" in out
    assert "no baseline is pinned" in err
    code, _, err = ask("gate", tmp_path, *index, "--pin")
    assert code == 0
    assert "Pinned nDCG@10 1.0000 over 3 topics" in err
    assert ask("gate", tmp_path, *index, "--relations")[0] == 0
    code, _, err = ask("gate", tmp_path, *index, "--operator", "all")
    assert code == 0
    write("rules.yaml", "- {topic: q, must_top: {id: 3, k: 1}}\n")
    code, _, err = ask("gate", tmp_path, *index)
    assert code == 5
    assert "rules.yaml:1: q: 3 must be in the first 1; it is" in err


def test_the_gate_names_the_topics_that_fell(
    ask: Asked, write: Write, files: Sequence[object], tmp_path: Path
) -> None:
    index = files[-2:]
    ask("gate", tmp_path, *index, "--pin", "--measures", "RR@10")
    pinned = json.loads((tmp_path / "baseline.json").read_text())
    write("topics.tsv", TOPICS.replace("media freedom", "trafficking"))
    code, _, err = ask("gate", tmp_path, *index)
    assert code == 5
    assert "the topics changed since the baseline was pinned" in err
    assert "q fell from 1.0000 to 0.0000, by more than 0.1" in err
    code, _, err = ask("gate", tmp_path, *index, "--pin")
    assert code == 2
    assert "RR@10 would be lowered from 1.0000 to 0.6667" in err
    assert json.loads((tmp_path / "baseline.json").read_text()) == pinned
    assert ask("gate", tmp_path, *index, "--pin", "--lower")[0] == 0
    assert ask("gate", tmp_path, *index)[0] == 0


def test_the_gate_checks_floors_without_a_baseline(ask: Asked, files: Sequence[object]) -> None:
    assert ask("gate", *files, "--floor", "nDCG@10=0.9")[0] == 0
    code, _, err = ask("gate", *files, "--floor", "P@10=0.9")
    assert code == 5
    assert "P@10 is 0.1333, below its floor of 0.9" in err
    assert ask("gate", *files, "--floor", "nDCG@10")[0] == 2
    assert ask("gate", *files, "--floor", "nDCG@10=nan")[0] == 2
    code, _, err = ask("gate", *files)
    assert code == 2
    assert "nothing to hold the search to" in err


def test_lint_lists_everything_and_ends_with_2(
    ask: Asked, write: Write, files: Sequence[object], tmp_path: Path
) -> None:
    assert ask("lint", tmp_path, "--index", files[-1])[0] == 0
    write("topics.tsv", f"{TOPICS}s\tpolice\nno tab\n")
    write("qrels.txt", f"{QRELS}bad\np 0 99 1\n")
    run_path = write("run.txt", "")
    code, out, err = ask("lint", tmp_path, "--index", files[-1], "--run", run_path)
    assert code == 2
    assert [line.removeprefix(f"{tmp_path}/") for line in out.splitlines()] == [
        "topics.tsv:5: no tab; a line is an id, a tab and a question",
        "qrels.txt:6: 1 columns instead of 4: topic, 0, release, grade",
        "topics.tsv:4: the topic s has no judgements",
        "run.txt: an empty run: no line, and no manifest beside it that says what was asked",
        "qrels.txt:7: warning: 99, judged for p, is not in the index",
    ]
    assert "4 errors, 1 warning" in err


def test_lint_can_be_strict(ask: Asked, write: Write, files: Sequence[object], tmp_path: Path) -> None:
    write("qrels.txt", f"{QRELS}p 0 99 1\n")
    assert ask("lint", tmp_path, "--index", files[-1])[0] == 0
    code, _, err = ask("lint", tmp_path, "--index", files[-1], "--strict")
    assert code == 2
    assert "no errors, 1 warning" in err


def test_lint_and_gate_refuse_a_rule_without_a_topic(
    ask: Asked, write: Write, tmp_path: Path, index_path: Path
) -> None:
    write("topics.tsv", TOPICS)
    assert ask("lint", tmp_path)[0] == 0
    write("rules.yaml", "".join(f"- {{topic: {topic}, must_not: 9}}\n" for topic in "pqrs"))
    for command in ("lint", "gate"):
        code, out, err = ask(command, tmp_path, "--index", index_path)
        assert code == 2
        assert "rules.yaml:4: a rule for s, which is no topic" in out + err


def test_label_shows_what_is_not_judged_and_stores_the_grades(
    ask: Asked, write: Write, files: Sequence[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    write("qrels.txt", "p 0 1 3\n")
    _, out, _ = ask("label", *files, "--list")
    listed = [line.split("\t")[:2] for line in out.splitlines()]
    assert ["p", "1"] not in listed
    assert ["p", "4"] in listed
    monkeypatch.setattr("sys.stdin", io.StringIO("2\ns\n0\nq\n"))
    code, out, err = ask("label", *files, "--stdin", "--author", "ed")
    assert code == 0
    assert "default" not in err
    lines = (tmp_path / "qrels.txt").read_text().splitlines()
    assert [line.split()[3] for line in lines] == ["3", "2", "0"]
    assert f"2 of {len(listed)} judged." in err
    _, out, _ = ask("label", *files, "--list")
    assert len(out.splitlines()) == len(listed) - 2


def test_label_leaves_out_what_a_judgement_cannot_name(
    ask: Asked, write: Write, files: Sequence[object], tmp_path: Path
) -> None:
    with IndexWriter(tmp_path / "index") as writer:
        writer.add(Release("1 b", "Border guards trained", "Forty border guards completed a course."))
        writer.commit()
    write("topics.tsv", "p\tborder guards\n")
    other = write("other.txt", "z Q0 1 1 1.0 other\n")
    arguments = (*files[:-1], tmp_path / "index", "--profile", "default", "--run", other, "--list")
    code, out, err = ask("label", *arguments)
    assert (code, out) == (0, "")
    assert "z, of a run, is no topic of" in err
    assert "'1 b' has a space in it" in err


def test_label_refuses_to_ask_without_a_terminal(ask: Asked, files: Sequence[object]) -> None:
    code, _, err = ask("label", *files)
    assert code == 2
    assert "stdin is no terminal" in err


@pytest.mark.parametrize("command", ["run", "compare", "gate", "label", "lint"])
def test_help_loads_nothing_heavy(command: str) -> None:
    program = (
        "import sys; from osce_search.cli import run; code = run(['eval', sys.argv[1], '--help']); "
        "print(sorted({'numpy', 'whoosh', 'lxml', 'bs4', 'yaml', 'ir_measures', 'scipy'} & set(sys.modules)), code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, command], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[] 0"


def test_without_the_extra_every_command_says_what_to_install(
    ask: Asked, files: Sequence[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    code, _, err = ask("run", *files)
    assert code == 2
    assert "pip install 'osce-search[eval]'" in err


def test_a_line_separator_in_a_question_makes_no_line_of_its_own(ask: Asked, write: Write) -> None:
    qrels = write("qrels.txt", "p 0 1 3\n")
    old, new = write("old.txt", "p Q0 1 1 9 old\n"), write("new.txt", "p Q0 2 1 9 new\n")
    topics = write("topics.yaml", '- {id: p, query: "border\\u2028Pinned"}\n')
    _, out, _ = ask("compare", old, new, "--qrels", qrels, "--topics", topics, "--measures", "RR")
    assert "  p  border Pinned  1.0000 → 0.0000 (-1.0000)" in out.split("\n")
