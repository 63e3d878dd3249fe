"""The words of commands, flow collections of YAML, and the scripts that are values."""

import pytest

from unpin.configurations.document import document_of
from unpin.configurations.find import connections_in
from unpin.configurations.scripts.shell_words import variables_before, words_from
from unpin.configurations.scripts.within import MAX_SCRIPTS
from unpin.configurations.yaml_flow import flow_settings, joined_flow


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("psql -h a; psql -h b", ["psql", "-h", "a"]),
        ("psql 'a b'\"c d\"e | cat", ["psql", "a bc de"]),
        ("psql -h \\\n  a\npsql -h b", ["psql", "-h", "a"]),
        ("psql -h $(HOST) -d ${X:-y} && b", ["psql", "-h", "$(HOST)", "-d", "${X:-y}"]),
        ('psql "a \\"b\\" $c" it\'s', ["psql", 'a "b" $c', "it's"]),
        ("psql) a", ["psql"]),
        ("", []),
    ],
)
def test_the_words_of_a_command(text, words):
    assert [each.text for each in words_from(text, 0)] == words


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("A=b ", [("A", "b")]),
        ("x; A='b c' D=\"e\" ", [("A", "b c"), ("D", "e")]),
        ("A=b \\\n  C=d ", [("A", "b"), ("C", "d")]),
        ("A=b; ", []),
        ("export A=b\n", []),
    ],
)
def test_the_variables_before_a_command(before, found):
    given = variables_before(f"{before}psql", len(before))
    assert [(name.text, value) for name, value in given] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('["sh", "-c", "a, b"]', [("[0]", "sh"), ("[1]", "-c"), ("[2]", "a, b")]),
        ("{name: A, value: 'it''s'}", [(".name", "A"), (".value", "it's")]),
        ("[{a: b}, {c: [d, e]}]", [("[0].a", "b"), ("[1].c[0]", "d"), ("[1].c[1]", "e")]),
        ('{url: http://h:1/d, "q": "x:y", e: }', [(".url", "http://h:1/d"), (".q", "x:y")]),
        ("[", []),
        ("[" * 100, []),
    ],
)
def test_the_scalars_of_a_flow_collection(text, found):
    assert list(flow_settings(text)) == found


def test_a_flow_collection_of_several_lines_is_on_the_first():
    text = "a:\n  b: [\n    x, # y\n    'z'\n  ]\n  c:\n    [\n      d\n    ]\ne: f\n"
    lines = joined_flow(text).split("\n")
    assert len(lines) == len(text.split("\n"))
    assert [line for line in lines if line] == ["a:", "  b: [ x, 'z' ]", "  c: [ d ]", "e: f"]


def test_a_block_of_text_has_no_flow_collections():
    text = "run: |\n  [ -f a ] && {\n    psql\n  }\n"
    assert joined_flow(text) == text


def test_scripts_behind_the_bound_are_not_passed_over_in_silence():
    for count, said in ((MAX_SCRIPTS, 0), (MAX_SCRIPTS + 1, 1)):
        errors = []
        steps = "".join(f"- run: psql -h db{number}\n" for number in range(count))
        assert len(connections_in(document_of("a.yml", steps), errors)) == MAX_SCRIPTS
        assert len(errors) == said


def test_what_a_command_is_told_stands_on_its_line():
    text = (
        "jobs:\n  a:\n    env: {PGSSLMODE: verify-ca}\n    steps:\n      - run: |\n"
        "          export PGSSLROOTCERT=/a.pem\n          psql -h db1\n"
    )
    (found,) = connections_in(document_of("a.yml", text), [])
    variables = {each.key: each.line for each in found.environment}
    assert (found.line, variables) == (7, {"PGSSLMODE": 3, "PGSSLROOTCERT": 6})
