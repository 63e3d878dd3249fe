"""Scalars of YAML as its parsers give them, with their keys and lines."""

import pytest

from unpin.stores.embedded.yaml_document import yaml_values

PEM = "-----BEGIN X-----\nAAAA\n-----END X-----"


def indented(text, width):
    return "".join(f"{' ' * width}{line}\n" if line else "\n" for line in text.split("\n"))


def only(text):
    (found,) = yaml_values(text)
    return found.key, found.text, found.lines


@pytest.mark.parametrize(
    ("header", "end"), [("|", "\n"), ("|-", ""), ("|+", "\n"), ("| # comment", "\n"), ("|2", "\n")]
)
def test_literal_block(header, end):
    assert only(f"a:\n  ca.crt: {header}\n{indented(PEM, 4)}b: 1\n") == (
        "a.ca.crt",
        PEM + end,
        (3, 4, 5),
    )


def test_literal_block_keeps_the_empty_lines_that_it_says():
    assert only(f"ca: |+\n{indented(PEM, 2)}\n\nb: 1\n")[1] == PEM + "\n\n\n"


def test_more_indented_lines_keep_their_indentation():
    text = PEM.replace("AAAA", "  AAAA")
    assert only(f"ca: |\n{indented(text, 2)}")[1] == text + "\n"


def test_folded_block_joins_its_lines():
    """So does every parser: a PEM under > reaches the client on one line."""
    assert only(f"ca: >\n{indented(PEM, 2)}")[1] == PEM.replace("\n", " ") + "\n"


def test_carriage_returns_are_line_ends():
    assert only(f"ca: |\n{indented(PEM, 2)}".replace("\n", "\r\n"))[1] == PEM + "\n"


@pytest.mark.parametrize(
    "scalar",
    [
        '"' + PEM.replace("\n", "\\n") + '"',
        '"' + PEM.replace("\n", "\\n\\\n    ") + '"',
        "'" + PEM.replace("\n", "\n\n   ") + "'",
        '!!str "' + PEM.replace("\n", "\\x0a") + '"  # comment',
    ],
    ids=["double", "continued", "single", "tagged"],
)
def test_quoted(scalar):
    assert only(f"- x: 1\n  ca: {scalar}\n  y: |\n   none\n") == ("[0].ca", PEM, (2,))


def test_quoted_scalar_is_folded():
    assert only("ca: '" + PEM.replace("\n", "\n   ") + "'\n")[1] == PEM.replace("\n", " ")


def test_what_follows_a_quoted_scalar_of_several_lines():
    text = 'a: "' + PEM.replace("\n", "\\n\\\n ") + '"\nb: |\n' + indented(PEM, 1)
    assert [(value.key, value.lines[0]) for value in yaml_values(text)] == [("a", 1), ("b", 5)]


def test_keys_of_lists_and_mappings():
    block = "|\n" + indented(PEM, 6)
    text = (
        f'top:\n- name: a\n  ca: {block}- name: b\n  ca: {block}"quoted key":\n'
        f"  - - {block}  - {block}'it''s': {block}"
    )
    assert [value.key for value in yaml_values(text)] == [
        "top[0].ca",
        "top[1].ca",
        "quoted key[0][0]",
        "quoted key[1]",
        "it's",
    ]


def test_documents_begin_anew():
    text = f"a:\n  b: |\n{indented(PEM, 4)}---\nc: |\n{indented(PEM, 4)}"
    assert [value.key for value in yaml_values(text)] == ["a.b", "c"]


@pytest.mark.parametrize(
    "text",
    [
        PEM,
        f"# ca: |\n{PEM}\n",
        f"subject=CN = a\nissuer=CN = b\n{PEM}\n",
        f"Bag Attributes\n    friendlyName: x\n{PEM}\n",
        f"ca: |\n{PEM}\n",
        "ca: |\n",
        'ca: "' + PEM + "\n",
        "",
        "- ",
        ":",
        "a: |\n  \n",
        f"ca: {PEM}\n",
        "x:\n  " + PEM.replace("\n", "\n  ") + "\n",
    ],
)
def test_nothing_of_interest(text):
    assert [value for value in yaml_values(text) if value.markers] == []


def test_unclosed_quotes_cost_little():
    """Each would be looked for to the end of the file."""
    assert yaml_values('a: "x\n' * 100_000) == []


def test_items_within_items_cost_little():
    """Each would copy the rest of the line."""
    assert yaml_values("- " * 2_000_000 + PEM) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a:\n  b\nc: d\n", [("a", "b"), ("c", "d")]),
        ("a:\n  'b'' c'\n", [("a", "b' c")]),
        ("a:\n- x\n-\n  y\n", [("a[0]", "x"), ("a[1]", "y")]),
        ("a:\nb: c\n", [("b", "c")]),
        ("a:\n  # c\n  b\n", []),
        ("a:\n  b: c\n", [("a.b", "c")]),
        ("a:\n  - b\n", [("a[0]", "b")]),
        ("a:\n  b\n  c\nd: e\n", [("d", "e")]),
    ],
)
def test_a_scalar_on_a_line_of_its_own(text, values):
    """As programs write a long scalar; a plain scalar of several lines is not read."""
    found = [(value.key, value.text) for value in yaml_values(text, lambda text: text != "")]
    assert found == values
