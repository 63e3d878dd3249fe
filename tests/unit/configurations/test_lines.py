"""A pattern that is looked for where its words stand finds what it finds everywhere."""

import ast
import inspect
import pkgutil
import re
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

import unpin.configurations
import unpin.references
from unpin.configurations.lines import has_any, lowered, matches_from

ASKED_FOR = {
    "references.commands": {
        "_COPIES": ("_COPY", "_CHAINED", "_OF_KEY"),
        "_DOWNLOADERS": ("_DOWNLOAD",),
    },
    "references.fragments": {"_PIECE_WORDS": ("_PIECE",), "_ROOTS": ("_NAMED",)},
    "configurations.programs.builder_calls": {
        "_GIVES_PROPERTY": ("_PROPERTY",),
        "_PROPERTIES": ("_PROPERTY",),
    },
    "configurations.scripts.client_commands": {"_PROGRAMS": ("_COMMAND",)},
    "configurations.variables": {"_SETS": ("_SET",), "_IN_LISTS": ("_LISTS",)},
    "configurations.frameworks.kafka_clients": {
        "_IN_STRINGS": ("_KAFKA_STRING",),
        "_TOOLS": ("_COMMAND",),
    },
    "configurations.frameworks.keycloak": {"_OF_KC_SH": ("_KC_SH",)},
}
"""By module: the words that `has_any` is asked for, and the patterns that need one of them."""

LOWERED = {"_PIECE_WORDS", "_ROOTS"}
"""Those that are looked for in lower case."""

PATTERN_AND_WORDS = {"calls_in": (1, 3), "matches_in": (1, 3), "matches_from": (0, 2)}
"""Which arguments are the pattern and its words."""

MANY = 300
"""So many texts that nearly every alternative of a pattern is in one of them."""

PIECES = [
    "docker", "docker-compose", " run ", " exec ", "oc", "doc", "kubectl", "Invoke-Sqlcmd", " -Encrypt x\n",
    "new ", "Pool(", "mysql.createPool(", "postgres (", "dbConfig", " = {", "CONNECTION = {", "connection: {",
    "module.exports = {", "exports = {", "export default {", "template ", "file ", "'/etc/a' do\n", "cookbook_file",
    "> /etc/a.pem", ">> $X/a.pem", "2>/dev/null", "tee -a /etc/b", " -out /etc/c.pem", "ln -s /a /etc/b ",
    '<certificates src="@raw/ca"', "\n", " ", "İ", "}", ";",
]  # fmt: skip


def all_calls():
    """The calls of functions in the modules of configurations and references."""
    for room in (unpin.configurations, unpin.references):
        for each in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            module = import_module(each.name)
            for node in ast.walk(ast.parse(inspect.getsource(module))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield module, node.func.id, node.args


CALLS = list(all_calls())


def in_calls(*functions):
    """The patterns that these functions look for by words, and the words."""
    found = []
    for module, name, arguments in CALLS:
        of_pattern, of_words = PATTERN_AND_WORDS.get(name, (0, 0))
        if name in functions and of_words < len(arguments):
            pattern, words = arguments[of_pattern], arguments[of_words]
            if hasattr(module, pattern.id):
                named = isinstance(words, ast.Name)
                words = getattr(module, words.id) if named else ast.literal_eval(words)
                title = f"{module.__name__}:{pattern.id}"
                found.append(pytest.param(getattr(module, pattern.id), words, id=title))
    return found


def behind_questions():
    """The patterns of ASKED_FOR, with their words, and whether these are in lower case."""
    found = []
    for name, by_words in ASKED_FOR.items():
        module = import_module(f"unpin.{name}")
        for words, patterns in by_words.items():
            for pattern in patterns:
                values = getattr(module, pattern), getattr(module, words), words in LOWERED
                found.append(pytest.param(*values, id=f"{name}:{pattern}"))
    return found


NEEDED = in_calls("calls_in")
BEGINNINGS = in_calls("matches_in", "matches_from")


def texts_with(pattern):
    return st.from_regex(pattern, alphabet=st.characters(codec="ascii"))


def spans(matches):
    return [(match.span(), match.groupdict()) for match in matches]


@pytest.mark.parametrize(("pattern", "words", "is_lowered"), behind_questions())
@examples(MANY)
@given(data=st.data())
def test_a_text_in_which_a_pattern_matches_has_its_words(pattern, words, is_lowered, data):
    text = data.draw(texts_with(pattern))
    assert has_any(lowered(text) if is_lowered else text, words)


@pytest.mark.parametrize(("pattern", "needs"), NEEDED)
@examples(MANY)
@given(data=st.data())
def test_a_text_with_a_call_has_what_the_call_needs(pattern, needs, data):
    assert has_any(data.draw(texts_with(pattern)), needs)


@pytest.mark.parametrize(("pattern", "begins"), BEGINNINGS)
@examples(MANY)
@given(data=st.data())
def test_it_finds_what_finditer_finds(pattern, begins, data):
    pieces = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
    text = data.draw(pieces | texts_with(pattern))
    assert spans(matches_from(pattern, text, begins)) == spans(pattern.finditer(text))


def test_the_patterns_of_calls_are_found():
    assert len(NEEDED) >= 5
    assert len(BEGINNINGS) >= 6


def test_the_words_of_each_question_are_compared_with_a_pattern():
    asked = {
        (module.__name__.removeprefix("unpin."), ast.unparse(arguments[1]))
        for module, name, arguments in CALLS
        if name == "has_any"
    } - {("configurations.programs.call_arguments", "needs")}
    assert asked == {(name, words) for name, found in ASKED_FOR.items() for words in found}


def test_matches_do_not_overlap():
    pattern = re.compile("aa+b?")
    assert spans(matches_from(pattern, "aaab aab", ["aa"])) == spans(pattern.finditer("aaab aab"))


def test_words_of_a_text():
    assert has_any("kubectl run", ("docker", "kubectl"))
    assert not has_any("kubectl run", ("docker",))
    assert lowered("ABC") == "abc"
