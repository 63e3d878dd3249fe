"""A pattern that is looked for where its words stand finds what it finds everywhere."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpin.configurations.frameworks import administration
from unpin.configurations.lines import has_any, lowered, matches_from
from unpin.configurations.programs import node_calls
from unpin.configurations.scripts import container_runs
from unpin.references import commands, fragments

PATTERNS = [
    (container_runs._COMMAND, container_runs._PROGRAMS),
    (administration._POWERSHELL, administration._CMDLETS),
    (node_calls._NODE, node_calls._BEGINS),
    (commands._RESOURCE, commands._RESOURCES),
    (commands._WRITTEN, commands._WRITES),
    (fragments._ANDROID, ("<certificates",)),
]
PIECES = [
    "docker", "docker-compose", " run ", " exec ", "oc", "doc", "kubectl", "Invoke-Sqlcmd", " -Encrypt x\n",
    "new ", "Pool(", "mysql.createPool(", "postgres (", "dbConfig", " = {", "CONNECTION = {", "connection: {",
    "module.exports = {", "exports = {", "export default {", "template ", "file ", "'/etc/a' do\n", "cookbook_file",
    "> /etc/a.pem", ">> $X/a.pem", "2>/dev/null", "tee -a /etc/b", " -out /etc/c.pem", "ln -s /a /etc/b ",
    '<certificates src="@raw/ca"', "\n", " ", "İ", "}", ";",
]  # fmt: skip


def spans(matches):
    return [(match.span(), match.groupdict()) for match in matches]


@pytest.mark.parametrize(("pattern", "begins"), PATTERNS, ids=lambda each: str(each)[:40])
@given(text=st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_it_finds_what_finditer_finds(pattern, begins, text):
    assert spans(matches_from(pattern, text, begins)) == spans(pattern.finditer(text))


def test_matches_do_not_overlap():
    pattern = re.compile("aa+b?")
    assert spans(matches_from(pattern, "aaab aab", ["aa"])) == spans(pattern.finditer("aaab aab"))


def test_words_of_a_text():
    assert has_any("kubectl run", ("docker", "kubectl"))
    assert not has_any("kubectl run", ("docker",))
    assert lowered("ABC") == "abc"
