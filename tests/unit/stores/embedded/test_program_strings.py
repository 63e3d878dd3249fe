"""PEM that a program puts together of strings: found under its name, with the lines of the file."""

import pytest
from tests.pki import Authority, pem

from unpin.stores.embedded.program_strings import program_values
from unpin.stores.embedded.recognition import embedded_values

PEM = pem(Authority("Root").certificate).decode()
LINES = PEM.strip().split("\n")
C = "const char ca[] =\n" + "".join(f'  "{line}\\n"\n' for line in LINES) + ";\n"
FORMS = {
    "C": C,
    "C, continued": "const char *ca = \\\n"
    + "".join(f'"{line}\\r\\n" \\\n' for line in LINES)
    + ";\n",
    "Arduino": C.replace("ca[] =", "ca[] PROGMEM ="),
    "Java": "String ca = " + "\n  + ".join(f'"{line}\\n"' for line in LINES) + ";\n",
    "JavaScript": "const ca =\n" + " +\n".join(f"'{line}\\n'" for line in LINES) + ";\n",
    "an array": "ca: [\n" + ",\n".join(f"  '{line}'" for line in LINES) + "\n].join('\\n')\n",
    "TypeScript": "const ca: string = " + "\n+ ".join(f'"{line}"' for line in LINES) + ";\n",
    "Python": "ca = (\n" + "".join(f'    "{line}\\n"\n' for line in LINES) + ")\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_text_and_its_name_are_found(form):
    (found,) = program_values(FORMS[form])
    assert (found.path, found.text.replace("\r\n", "\n")) == (("ca",), PEM)
    (value,) = embedded_values(FORMS[form].encode())
    assert value.embedding.kind == "a program"


def test_lines_are_those_of_the_file():
    (found,) = program_values("\n\n" + C)
    assert found.lines[:2] == (4, 5)


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n",
        'const char *begin = "-----BEGIN CERTIFICATE-----";\n',
        C.replace("-----END CERTIFICATE-----", ""),
        C.replace('"\n  "', '";\nint x = 1;\n  "', 1),
    ],
    ids=["PEM itself", "a marker", "no end", "other code between"],
)
def test_other_texts_have_none(text):
    assert program_values(text) == []


def test_two_texts_of_one_name_are_told_apart():
    found = embedded_values((C + "\n" + C).encode())
    assert [value.embedding.key for value in found] == [
        "ca:2",
        f"ca:{len(LINES) + 5}",
    ]


def test_many_markers_take_linear_time():
    program_values('"-----BEGIN CERTIFICATE-----\\n"\n' * 50_000)
