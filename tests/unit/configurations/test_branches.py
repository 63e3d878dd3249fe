"""A program is read once for each branch of its conditions that sets something for TLS."""

import time

import pytest

from unpin.configurations.document import document_of, read_document
from unpin.configurations.find import connections_in
from unpin.configurations.programs.branches import MAX_BRANCHES


def modes(text, name="db.py"):
    """The title and the modes of each connection in a text."""
    found = connections_in(document_of(name, text), [])
    return {
        each.title.partition(", ")[2]: [
            s.value for s in (*each.environment, *each.parameters) if s.key.lower().endswith("mode")
        ]
        for each in found
    }


CALL = 'psycopg2.connect(host="db", sslmode=mode)\n'
BRANCHES = {
    "elif": (
        "if A:\n    mode = 'verify-full'\nelif B:\n    mode = 'require'\nelse:\n    mode = 'disable'\n",
        {"with the branch in line 1": ["verify-full"], "with the branch in line 3": ["require"],
         "with the branch in line 5": ["disable"]},
    ),
    "no else": (
        "mode = 'require'\nif A:\n    mode = 'verify-full'\n",
        {"with the branch in line 2": ["verify-full"], "without the branch in line 2": ["require"]},
    ),
    "a condition of several lines": (
        "mode = 'require'\nif (\n    A\n    and B\n):\n    mode = 'verify-full'\n",
        {"with the branch in line 2": ["verify-full"], "without the branch in line 2": ["require"]},
    ),
    "a condition on a line": (
        "mode = 'require'\nif A: mode = 'verify-full'\n",
        {"with the branch in line 2": ["verify-full"], "without the branch in line 2": ["require"]},
    ),
    "a condition in a condition": (
        "mode = 'require'\nif A:\n    if B:\n        mode = 'verify-full'\n",
        {"with the branches in lines 2 and 3": ["verify-full"],
         "without the branch in line 2": ["require"]},
    ),
    "match": (
        "import os\nmatch A:\n    case 1:\n        mode = 'verify-full'\n    case _:\n        mode = 'disable'\n",
        {"with the branch in line 3": ["verify-full"], "with the branch in line 5": ["disable"]},
    ),
    "a choice": (
        "mode = 'verify-full' if A else 'disable'\n",
        {"with the branch in line 1": ["verify-full"], "without the branch in line 1": ["disable"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BRANCHES)
def test_each_branch_of_python(name):
    text, found = BRANCHES[name]
    assert modes(text + CALL) == found


SCRIPTS = {
    "[ ] &&": '#!/bin/sh\n[ "$ENV" = prod ] && export PGSSLMODE=verify-full\npsql -h db\n',
    "then on the line below": (
        "#!/bin/sh\nif true\nthen\n  export PGSSLMODE=verify-full\nfi\npsql -h db\n"
    ),
    "one line": "#!/bin/sh\nif true; then export PGSSLMODE=verify-full; fi\npsql -h db\n",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_branch_of_a_script(name):
    assert modes(SCRIPTS[name], "a.sh") == {
        "with the branch in line 2": ["verify-full"],
        "without the branch in line 2": [],
    }


def test_a_connection_in_a_condition_is_kept():
    text = "#!/bin/sh\nif ! psql 'host=db sslmode=require'; then\n  export SSL_FAILED=1\nfi\n"
    assert modes(text, "a.sh") == {"": ["require"]}


def test_a_branch_of_a_step_has_the_line_of_the_workflow():
    text = "jobs:\n  a:\n    steps:\n      - run: |\n          "
    script = SCRIPTS["one line"].replace("\n", "\n          ")
    found = modes(text + script, "a.yml")
    assert found.keys() == {"with the branch in line 2", "without the branch in line 2"}


JAVASCRIPT = {
    "else": "if (a) {{\n  {0};\n}} else {{\n  {1};\n}}\n",
    "else on its own line": "if (a) {{\n  {0};\n}}\nelse {{\n  {1};\n}}\n",
    "braces on their own lines": "if (a)\n{{\n  {0};\n}}\nelse\n{{\n  {1};\n}}\n",
    "no braces": "if (a)\n  {0};\nelse\n  {1};\n",
    "one line each": "if (a) {0};\nelse {1};\n",
    "switch": ("switch (a) {{\n  case 'prod':\n    {0};\n    break;\n  default:\n    {1};\n}}\n"),
}


@pytest.mark.parametrize("name", JAVASCRIPT)
def test_each_branch_of_javascript(name):
    chain = JAVASCRIPT[name].format("ssl = { ca: 1 }", "ssl = { rejectUnauthorized: false }")
    text = f"let ssl;\n{chain}const pool = new Pool({{ host: 'db', ssl }});\n"
    found = connections_in(document_of("a.js", text), [])
    keys = [{s.key for s in each.parameters} - {"host", "ssl.object"} for each in found]
    assert keys == [{"ssl.ca"}, {"ssl.rejectUnauthorized"}]


def test_the_program_itself_is_no_branch():
    text = f"if __name__ == '__main__':\n    mode = 'require'\n    {CALL}"
    assert modes(text) == {"": ["require"]}


def test_the_sign_in_a_url_is_no_choice():
    text = (
        "URL=jdbc:mysql://localhost:3306/?sslMode=VERIFY_CA&trustCertificateKeyStoreUrl=file:/a\n"
    )
    assert modes(text) == {"": ["VERIFY_CA"]}


def test_what_no_branch_changes_is_there_once():
    text = f"if A:\n    verify = True\nmode = 'require'\n{CALL}"
    assert modes(text) == {"": ["require"]}


def test_words_of_a_page_are_no_condition():
    text = (
        "if you use TLS\nthen set it, as the ssl page says\n\n    psql 'host=db sslmode=require'\n"
    )
    assert modes(text, "page.md") == {"": ["require"]}


def test_more_branches_than_are_read_is_an_error():
    arms = "".join(f"elif a == {n}:\n    mode = 'require'\n" for n in range(MAX_BRANCHES))
    errors = []
    text = f"if a:\n    mode = 'disable'\n{arms}{CALL}"
    connections_in(document_of("db.py", text), errors)
    assert [f"more than {MAX_BRANCHES} branches" in str(error) for error in errors] == [True]


HOSTILE = {
    "deep": "".join(f"{' ' * depth}if ssl:\n" for depth in range(900)),
    "many": "if ssl:\n    ssl = 1\n",
    "else": "if ssl:\n    ssl = 1\nelse:\n    ssl = 2\n",
    "open": "if (ssl\n",
    "trailing": "a = ssl if b\n",
    "choices": "ssl: a ? b : c,\n",
    "open choices": "ssl: a ? {\n",
    "spread": "...(a && ",
    "python choices": "ssl = a if b else c\n",
    "words": "ssl = " + "if " * 1000 + "\n",
    "dicts": "ssl = {\n",
    "keys": "ssl['a'] = 1\n",
    "updates": "ssl.update(\n",
    "same name": "ssl = 1\nssl = 2\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_costs_little(name):
    text = HOSTILE[name]
    document = read_document("x.py", (text * (400_000 // len(text))).encode())
    begun = time.process_time()
    connections_in(document, [])
    assert time.process_time() - begun < 10
