"""The settings of documents: syntax by content, keys, values and lines."""

import pytest

from unpin.configurations.document import document_of
from unpin.configurations.find import connections_in
from unpin.configurations.model import Syntax, masked
from unpin.configurations.placeholders import open_names, resolve
from unpin.configurations.platforms.secrets import secrets_in
from unpin.configurations.variables import variable_groups
from unpin.configurations.xml_settings import xml_settings


def found(text, name="x"):
    return [(each.key, each.value, each.line) for each in document_of(name, text).settings]


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ('{"a": 1}', Syntax.JSON),
        ("a:\n  b: c\n", Syntax.YAML),
        ("<a b='c'/>", Syntax.XML),
        ("[a]\nb = c\n", Syntax.ASSIGNMENTS),
        ("A=b\nC=d\n", Syntax.ASSIGNMENTS),
        ("const a = f({\n  ssl: true,\n})\n", Syntax.TEXT),
    ],
)
def test_the_content_tells_the_syntax(text, syntax):
    assert document_of("x", text).syntax is syntax


def test_assignments_have_sections_quotes_comments_and_continued_lines():
    text = '# a\n[s]\nkey = "a b" # c\nexport OTHER=x\\\n  y\n! no\nplain: z\nurl=a\\:b\n'
    assert found(text) == [
        ("s/key", "a b", 3), ("s/OTHER", "xy", 4), ("s/plain", "z", 7), ("s/url", "a:b", 8),
    ]  # fmt: skip


def test_a_folder_of_windows_is_no_escape():
    assert found("a=C:\\certs\\new.pem\n") == [("a", "C:\\certs\\new.pem", 1)]


def test_a_url_is_no_assignment():
    assert found("jdbc:postgresql://h/a?b=c\n") == []


def test_json_has_every_scalar_with_its_line():
    assert found('{"a": {"b": [1, "c"]},\n "d": false}') == [
        ("a.b[0]", "1", 1), ("a.b[1]", "c", 1), ("d", "false", 2),
    ]  # fmt: skip


def test_a_value_of_yaml_may_be_a_document():
    text = "data:\n  application.yml: |\n    url: x\n    a:\n      b: c\n"
    assert ("data.application.yml//a.b", "c", 5) in found(text)


def test_the_data_of_a_secret_is_decoded():
    text = "kind: Secret\nmetadata:\n  name: s\ndata:\n  A: eA==\n  B: '!'\n"
    assert ("data.A", "x", 5) in found(text)
    assert secrets_in(text) == {"Secret s/A": b"x"}
    text = "kind: Secret\nmetadata: {name: s, labels: {a: b}}\ndata: {A: eA==}\n"
    assert secrets_in(text) == {"Secret s/A": b"x"}


def test_an_attribute_and_a_text_of_xml_are_settings():
    text = "<a>\n <property><name>k</name>\n <value>v</value></property>\n <b c='d'/>\n</a>"
    settings = [(each.key, each.value, each.line) for each in xml_settings(text)]
    assert ("k", "v", 3) in settings
    assert ("a.b.@c", "d", 4) in settings


def test_variables_belong_to_their_service():
    text = "services:\n  a:\n    environment:\n      X: 1\n  b:\n    environment:\n      - X=2\n"
    groups = [
        (group.place, [(each.key, each.value) for each in group.variables])
        for group in variable_groups(document_of("x", text))
    ]
    assert groups == [("services.a", [("X", "1")]), ("services.b", [("X", "2")])]


def test_placeholders_take_a_known_value_or_their_default():
    assert resolve("${A}/${B:b}/${C:-c}/${D}", {"A": "a"}) == "a/b/c/${D}"
    assert resolve("${A}", {"A": "${B}", "B": "c"}) == "c"
    assert resolve("${A}", {"A": "${A}x"}) == "${A}"
    assert len(resolve("${A}", {"A": "${B}${B}" * 100, "B": "${C}${C}" * 100, "C": "x"})) < 10**6
    assert open_names("a/${B}/$C/%s/{{ d }}/<e>") == ["B", "C", "%s", "{{ d }}", "<e>"]
    assert open_names("/etc/a+b/roots.pem") == []


def test_the_decisive_option_of_a_jvm_comes_first():
    text = "JAVA_TOOL_OPTIONS=-Duser.home=/a\nCMD=java -Duser.home=/b -Duser.home=/c\n"
    text += "URL=jdbc:postgresql://h/a?ssl=true\n"
    (connection,) = connections_in(document_of("x", text), [])
    assert [each.value for each in connection.options] == ["/c", "/b", "/a"]
    assert connection.option("user.home").value == "/c"


def test_a_title_has_no_password():
    text = "A=postgres://u:p@h:1/d?x\nB=jdbc:mysql://(host=h,password=p)/d\n"
    text += "C=jdbc:sqlserver://h:1;password=p\n"
    titles = [each.title for each in connections_in(document_of("x", text), [])]
    assert titles == ["postgres://h:1/d", "jdbc:mysql://h", "jdbc:sqlserver://h:1"]


def test_a_mask_hides_passwords():
    assert masked("postgres://u:p@h/d?password=q&a=b") == "postgres://u:***@h/d?password=***&a=b"
    assert masked("Host=h;Pwd=p;A=b") == "Host=h;Pwd=***;A=b"
