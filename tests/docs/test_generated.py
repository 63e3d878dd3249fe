"""The generated pages in docs/ are what the code says today."""

from pathlib import Path

from scripts import client_pages, make_docs

DOCS = Path(__file__).parents[2] / "docs"


def test_rules_page():
    assert (DOCS / "rules.md").read_text(encoding="utf-8") == make_docs.rules()


def test_encoding_faults_page():
    page = (DOCS / "encoding-faults.md").read_text(encoding="utf-8")
    assert page == make_docs.encoding_faults()


def test_other_files_page():
    assert (DOCS / "other-files.md").read_text(encoding="utf-8") == make_docs.other_files()


def test_error_texts_page():
    page = (DOCS / "error-texts.md").read_text(encoding="utf-8")
    assert page == make_docs.error_texts()


def test_clients_page():
    assert (DOCS / "clients.md").read_text(encoding="utf-8") == client_pages.clients()


def test_table_of_why_pinning_breaks():
    assert (DOCS / "why-pinning-breaks.md").read_text(encoding="utf-8") == make_docs.why()


def test_readme_picture_is_a_real_capture():
    assert (DOCS.parent / "README.md").read_text(encoding="utf-8") == make_docs.readme()
