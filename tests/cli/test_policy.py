"""unpin.toml: found upwards, applied by path, exceptions that end, a baseline; wrong ones refused."""

import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.pki import Authority, pem
from unpin.catalogue.load import load_builtin

ROOT = Path(__file__).parents[2]
PINNED = (ROOT / "fixtures" / "pinned.pem").read_bytes()
PIN = "digicert-tls-rsa-sha256-2020-ca1"
AT = ("--at", "2026-11-24")
CATALOGUE = load_builtin()


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with services/a/root.pem, which pins, and services/b/good.pem."""
    for name, data in (("services/a/root.pem", PINNED), ("services/b/good.pem", good())):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def good():
    slugs = [root.slug for root in CATALOGUE.profile("azure-postgresql").roots]
    return pem(*(CATALOGUE.by_slug[slug].certificate for slug in slugs))


def policy(text, path="unpin.toml"):
    Path(path).write_text(text, encoding="utf-8")


def audit(*args, at=AT):
    return unpin("audit", *args, *at, "--client", "java")


def findings(*args, at=AT):
    ran = unpin("audit", *args, *at, "--client", "java", "--format", "json")
    (store,) = json.loads(ran.stdout)["stores"]
    return {each["rule"]: each for each in store["findings"]}, ran


EXCEPTIONS = """
[[exception]]
rule = "pinned-intermediate"
path = "services/a/*"
owner = "team a"
reason = "release 4"
until = 2027-01-31
[[exception]]
rule = "missing-root"
owner = "team a"
reason = "release 4"
until = 2027-01-31
"""


def test_an_exception_holds_to_its_last_day_and_fails_after_it(project):
    policy(EXCEPTIONS)
    found, ran = findings("services/a")
    assert ran.returncode == 0
    assert f"unpin: note: policy: {project}/unpin.toml" in ran.stderr.decode()
    assert (
        found["pinned-intermediate"]["accepted"] == "accepted until 2027-01-31 by team a: release 4"
    )
    last, ran = findings("services/a", at=("--at", "2027-01-31T23:59"))
    assert (ran.returncode, bool(last["pinned-intermediate"]["accepted"])) == (0, True)
    after, ran = findings("services/a", at=("--at", "2027-02-01"))
    assert ran.returncode == 1
    assert after["pinned-intermediate"]["accepted"] is None
    assert (
        "(accepted by team a until 2027-01-31, which has passed)"
        in after["pinned-intermediate"]["message"]
    )


def test_a_pin_stays_a_pin_on_the_page(project):
    policy(EXCEPTIONS)
    page = audit("services/a").stdout.decode()
    assert "PINNED: " in page
    assert "accepted by the policy or the baseline, and not counted by the exit code" in page
    assert "Not counted: accepted until 2027-01-31 by team a: release 4." in " ".join(page.split())


def test_an_exception_for_another_path_or_certificate_accepts_nothing(project):
    for line in ('path = "services/b/*"', f'certificate = "{"0" * 64}"'):
        policy(EXCEPTIONS.replace('path = "services/a/*"', line))
        assert audit("services/a").returncode == 1
    policy(EXCEPTIONS.replace('path = "services/a/*"', f'certificate = "{PIN}"'))
    assert audit("services/a").returncode == 0


def test_it_is_found_above_and_left_out_on_demand(project, monkeypatch):
    policy(EXCEPTIONS)
    monkeypatch.chdir(project / "services" / "a")
    assert audit("root.pem").returncode == 0
    assert audit("--policy", "none", "root.pem").returncode == 1
    (project / "other.toml").write_text("")
    assert audit("--policy", "../../other.toml", "root.pem").returncode == 1


def test_the_table_of_a_pyproject(project):
    policy("[tool.other]\nx = 1\n[tool.unpin]\nfail-on = 'note'\n", "pyproject.toml")
    assert unpin("audit", "services/b/good.pem", *AT).returncode == 0
    policy("[project]\nname = 'x'\n", "pyproject.toml")
    assert b"policy" not in unpin("audit", "services/b/good.pem", *AT).stderr


def test_paths_override_and_the_call_overrides_all(project):
    policy(
        'profile = "azure-china"\n[[path]]\nmatch = "services/a/*"\nprofile = "none"\nclients = ["go"]\n'
    )
    ran = unpin("audit", "services", *AT, "--format", "json")
    stores = {Path(s["source"]).name: s for s in json.loads(ran.stdout)["stores"]}
    assert (stores["root.pem"]["profile"], stores["root.pem"]["clients"]) == (None, ["go"])
    assert stores["good.pem"]["profile"] == "azure-china"
    ran = unpin(
        "audit", "services/a", *AT, "--profile", "azure", "--client", "java", "--format", "json"
    )
    (store,) = json.loads(ran.stdout)["stores"]
    assert (store["profile"], store["clients"]) == ("azure", ["java"])


def test_severities_and_certificates(project):
    company = Authority("Company CA").certificate
    g2 = CATALOGUE.by_slug["digicert-global-root-g2"].certificate
    policy(
        f'[severity]\nmissing-root = "note"\n[[required]]\ncertificate = "{company.sha256}"\n'
        f'comment = "our CA"\n[[forbidden]]\ncertificate = "{PIN}"\n'
    )
    found, ran = findings("services/a")
    assert ran.returncode == 1
    assert found["missing-root"]["severity"] == "note"
    assert "our CA is not in the store" in found["required-certificate"]["message"]
    assert found["forbidden-certificate"]["sha256"] == CATALOGUE.by_slug[PIN].sha256
    policy(f'only-listed = true\n[[allowed]]\ncertificate = "{g2.sha256.upper()}"\n')
    found, _ = findings("services/b")
    assert "does not list it" in found["forbidden-certificate"]["message"]


def test_the_commands_of_the_findings_do_what_they_say(project):
    """A required root that is missing comes in, a forbidden certificate goes out."""
    path = "services/b/good.pem"
    baltimore = CATALOGUE.by_slug["baltimore-cybertrust-root"].certificate
    Path(path).write_bytes(good() + pem(baltimore))
    policy(
        '[[required]]\ncertificate = "digicert-global-root-g3"\n'
        '[[forbidden]]\ncertificate = "baltimore-cybertrust-root"\n'
    )
    found, _ = findings(path)
    # The policy still forbids a certificate after the first of the two.
    for rule, code in (("required-certificate", 1), ("forbidden-certificate", 0)):
        command = found[rule]["remedy_command"]
        assert command[:3] == ["unpin", "fix", "--write"]
        ran = unpin(*command[1:], path, *AT, "--client", "java")
        assert ran.returncode == code, ran.stderr
    after, _ = findings(path)
    assert not {"required-certificate", "forbidden-certificate"} & set(after)


def test_an_allowed_pin_is_accepted(project):
    policy(
        f'[severity]\nmissing-root = "note"\n[[allowed]]\ncertificate = "{PIN}"\ncomment = "vendor"\n'
    )
    found, ran = findings("services/a")
    assert found["pinned-intermediate"]["accepted"].endswith("is allowed: vendor")
    assert ran.returncode == 0


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("profil = 'x'", "profil: is no key of a policy", "did you mean profile?"),
        ("[[exception]]\nrules = 'x'", "exception[1].rules: is no key", "did you mean rule?"),
        ("profile = 'x'", "no profile is named 'x'", ""),
        ("profile = 5", "profile: is missing, or no text", ""),
        ("clients = 'jav'", "clients: ", ""),
        ("expires-within = 'soon'", "expires-within: is not a number of days", ""),
        ("fail-on = 'never'", "fail-on: is not one of error, warning, note", ""),
        ("only-listed = 1", "only-listed: is not true or false", ""),
        ("[severity]\npinned-intermediat = 'note'", "is no rule", "did you mean pinned-intermediate?"),
        ("[severity]\npinned-intermediate = 'off'", "is not one of error", ""),
        ("severity = 1", "severity: is not a table", ""),
        ("path = 1", "path: is not a list of tables", ""),
        ("[[path]]\nprofile = 'none'", "path[1].match: is missing", ""),
        ("[[required]]\ncertificate = 'nobody'", "required[1].certificate: is no SHA-256, and", ""),
        ("[[required]]\ncertificates = 'x'", "required[1].certificates", "did you mean certificate?"),
        ("[[exception]]\nrule='pinned-intermediate'\nowner='a'\nreason='b'", "exception[1].until: is not a date", ""),
        ("[[exception]]\nrule='pinned-intermediate'\nowner='a'\nreason='b'\nuntil='x'", "until: is not a date", ""),
        ("[[exception]]\nrule='pinned-intermediate'\nreason='b'\nuntil=2027-01-01", "exception[1].owner: is missing", ""),
        ("a = [", "unpin.toml: ", ""),
        ("a = " + "[" * 5000, "unpin.toml: ", ""),
        ("\xff", "unpin.toml: ", ""),
    ],
)  # fmt: skip
def test_a_wrong_policy_is_refused_with_its_key(project, text, said, hint):
    Path("unpin.toml").write_bytes(text.encode("latin-1"))
    ran = audit("services/a")
    assert (ran.returncode, ran.stdout) == (2, b"")
    lines = ran.stderr.decode().splitlines()
    error = next(line for line in lines if line.startswith("unpin: error: "))
    assert "unpin.toml: " in error
    assert said in error
    assert hint in ran.stderr.decode()
    checked = unpin("policy", "check")
    assert (checked.returncode, checked.stdout) == (2, b"")


# policy init and check.


def test_init_writes_a_policy_that_passes_today_and_fails_later(project):
    ran = unpin("policy", "init", "services", *AT)
    assert ran.returncode == 0
    assert b"exceptions: name the owner and reason of each" in ran.stderr
    assert unpin("audit", "services", *AT).returncode == 0
    assert unpin("audit", "services", "--at", "2027-02-22").returncode == 0
    assert unpin("audit", "services", "--at", "2027-02-23").returncode == 1
    again = unpin("policy", "init", "services", *AT)
    assert again.returncode == 3
    assert b"already exists" in again.stderr


def test_init_writes_nothing_for_a_store_that_it_cannot_read(project):
    (project / "services" / "c.jks").write_bytes(b"\xfe\xed\xfe\xed")
    assert unpin("policy", "init", "services", *AT).returncode == 3
    assert not Path("unpin.toml").exists()


def test_check_names_the_exceptions_that_have_ended(project):
    policy(EXCEPTIONS)
    now = unpin("policy", "check", *AT)
    assert now.returncode == 0
    assert (
        b"exception: pinned-intermediate at services/a/*, until 2027-01-31, team a: release 4"
        in now.stdout
    )
    later = unpin("policy", "check", "--at", "2027-02-01")
    assert later.returncode == 1
    assert b"ENDED on 2027-01-31" in later.stdout


def test_check_without_a_policy(project):
    ran = unpin("policy", "check")
    assert ran.returncode == 2
    assert b"no unpin.toml here or above" in ran.stderr


# The baseline.


def test_only_what_is_new_fails(project):
    wrote = audit("services/a", "--write-baseline", "known.json")
    assert wrote.returncode == 0
    assert audit("services/a", "--baseline", "known.json").returncode == 0
    assert audit("services/a").returncode == 1
    path = project / "services" / "a" / "root.pem"
    other = Authority("Expired CA", ends=datetime(2021, 1, 1, tzinfo=UTC))
    path.write_bytes(PINNED + pem(other.certificate))
    found, _ = findings("services/a", "--baseline", "known.json")
    assert found["pinned-intermediate"]["accepted"] == "in the baseline"
    assert {each["sha256"] for each in found.values() if each["accepted"] is None} >= {
        other.certificate.sha256
    }


def test_a_baseline_survives_other_entries_and_a_second_write(project):
    audit("services/a", "--write-baseline", "known.json")
    first = Path("known.json").read_bytes()
    audit("services/a", "--write-baseline", "known.json")
    assert Path("known.json").read_bytes() == first
    path = project / "services" / "a" / "root.pem"
    path.write_bytes(b"# a comment\n\n" + PINNED)
    assert audit("services/a", "--baseline", "known.json").returncode == 0


def test_another_missing_root_is_new(project):
    """Each root that is missing is a finding of its own."""
    keep = [
        CATALOGUE.by_slug[slug].certificate
        for slug in ("microsoft-rsa-root-ca-2017", "digicert-global-root-ca")
    ]
    path = project / "services" / "b" / "good.pem"
    path.write_bytes(pem(*keep))
    unpin("audit", path, "--profile", "azure-postgresql", *AT, "--write-baseline", "known.json")
    assert (
        unpin(
            "audit", path, "--profile", "azure-postgresql", *AT, "--baseline", "known.json"
        ).returncode
        == 0
    )
    path.write_bytes(pem(keep[1]))
    ran = unpin(
        "audit",
        path,
        "--profile",
        "azure-postgresql",
        *AT,
        "--baseline",
        "known.json",
        "--fail-on",
        "warning",
    )
    assert ran.returncode == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": 2, "findings": []}', '{"schema": 1, "findings": [1]}', "[" * 100_000])  # fmt: skip
def test_what_is_no_baseline(project, text):
    Path("known.json").write_text(text)
    ran = audit("services/a", "--baseline", "known.json")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert b"unpin: error: known.json: " in ran.stderr


def exception(path):
    return f"""
[[exception]]
rule = "pinned-intermediate"
path = "{path}"
owner = "team a"
reason = "release 4"
until = 2027-01-31
"""


def is_accepted(store, *args):
    found, _ = findings(store, *args)
    return found["pinned-intermediate"].get("accepted") is not None


def test_a_store_elsewhere_fits_no_pattern_of_the_folder(project, tmp_path_factory, monkeypatch):
    policy(exception("services/*"))
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "services").mkdir()
    (elsewhere / "services/root.pem").write_bytes(PINNED)
    assert is_accepted("services/a/root.pem")
    assert not is_accepted(f"services/../../{elsewhere.name}/services/root.pem")
    monkeypatch.chdir(elsewhere)
    assert not is_accepted("services/root.pem", "--policy", f"{project}/unpin.toml")
    assert is_accepted(f"{project}/services/a/root.pem", "--policy", f"{project}/unpin.toml")
    away = f"../{project.name}/unpin.toml"
    assert is_accepted(f"{project}/services/a/../a/root.pem", "--policy", away)


@pytest.mark.parametrize("pattern", ["*", "*.pem", "*/services/*", "services/*"])
def test_a_pattern_of_the_folder_fits_no_store_elsewhere(project, tmp_path_factory, pattern):
    policy(exception(pattern))
    other = tmp_path_factory.mktemp("other") / "services"
    other.mkdir()
    (other / "root.pem").write_bytes(PINNED)
    assert not is_accepted(str(other / "root.pem"))
    policy(exception(f"{other.parent}/*.pem"))
    assert is_accepted(str(other / "root.pem"))
    assert not is_accepted("services/a/root.pem")


@pytest.mark.parametrize("kind", ["link", "folder", "hard link"])
@pytest.mark.parametrize("accepts", ["exception", "baseline"])
def test_what_is_accepted_under_one_name_fails_under_the_other(project, kind, accepts):
    """The walk gave the first name alone: legacy/root.pem, and green."""
    legacy, store = project / "legacy", project / "services" / "a" / "root.pem"
    if kind == "folder":
        legacy.symlink_to("services/a")
    else:
        legacy.mkdir()
        if kind == "link":
            (legacy / "root.pem").symlink_to("../services/a/root.pem")
        else:
            (legacy / "root.pem").hardlink_to(store)
    rules = ("pinned-intermediate", "missing-root")
    policy("".join(exception("legacy/*").replace("pinned-intermediate", rule) for rule in rules))
    options = ()
    if accepts == "baseline":
        policy("")
        assert audit("legacy", "--write-baseline", "known.json").returncode == 0
        options = ("--baseline", "known.json")
    assert audit("legacy", *options).returncode == 0
    ran = audit(".", *options, "--format", "json")
    assert ran.returncode == 1
    counted = {
        store["source"]
        for store in json.loads(ran.stdout)["stores"]
        for each in store["findings"]
        if each["severity"] == "error" and each["accepted"] is None
    }
    assert counted == {"./services/a/root.pem"}


def test_a_policy_of_init_holds_for_every_name(project):
    (project / "legacy").symlink_to("services/a")
    assert unpin("policy", "init", ".", *AT).returncode == 0
    assert unpin("audit", ".", *AT).returncode == 0


@pytest.mark.parametrize("pattern", ["legacy/root.pem", "legacy/*", "*/legacy/*", "*.pem"])
def test_the_key_of_a_value_is_no_path(project, pattern):
    """A key may be called /../../legacy/root.pem."""
    policy(exception(pattern))
    (project / "legacy").mkdir()
    (project / "legacy" / "root.pem").write_bytes(PINNED)
    lines = "".join(f"  {line}\n" for line in PINNED.decode().splitlines())
    for key in ("x/../../legacy/root.pem", "/legacy/root.pem"):
        (project / "services" / "values.yaml").write_text(f"'{key}': |\n{lines}")
        assert not is_accepted("services/values.yaml")
    policy(exception("services/values.yaml#*"))
    assert is_accepted("services/values.yaml")
    policy(exception("services/*"))
    assert is_accepted("services/values.yaml")


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("legacy/root.pem", False),
        ("legacy/*", False),
        ("services/app.jar!/../../legacy/root.pem", True),
        ("services/app.jar!*", True),
        ("services/*", True),
        ("SERVICES/*", False),
    ],
)
def test_the_name_of_a_member_leads_nowhere(project, pattern, fits):
    policy(exception(pattern))
    with zipfile.ZipFile(project / "services" / "app.jar", "w") as archive:
        archive.writestr("../../legacy/root.pem", PINNED)
    assert is_accepted("services/app.jar") is fits
    assert is_accepted("services/../services/app.jar") is fits


@pytest.mark.parametrize(
    "pattern", ["./services/*", "../x/*", "services//a", "a/./b", "services\\\\a"]
)
@pytest.mark.parametrize("table", ["exception", "path"])
def test_a_pattern_that_fits_nothing_is_refused(project, pattern, table):
    """A [[path]] that never fits would leave a store to laxer rules."""
    text = exception(pattern) if table == "exception" else f'[[path]]\nmatch = "{pattern}"\n'
    policy(text)
    ran = audit(".")
    assert ran.returncode == 2
    key = "path" if table == "exception" else "match"
    assert f"{table}[1].{key}: ".encode() in ran.stderr


def test_a_baseline_knows_a_store_by_its_path_from_the_baseline(project, monkeypatch):
    """Another store has the same relative name in another folder."""
    (project / "services" / "b" / "root.pem").write_bytes(PINNED)
    monkeypatch.chdir(project / "services" / "a")
    assert audit("root.pem", "--write-baseline", "../../known.json").returncode == 0
    assert audit("./root.pem", "--baseline", "../../known.json").returncode == 0
    monkeypatch.chdir(project / "services" / "b")
    assert audit("root.pem", "--baseline", "../../known.json").returncode == 1
    monkeypatch.chdir(project)
    assert audit("services/a", "--baseline", "known.json").returncode == 0
    assert b'"finding": "services/a/root.pem: ' in Path("known.json").read_bytes()


def test_a_folder_is_the_same_through_a_link(project, tmp_path_factory):
    policy(exception("services/*"))
    link = tmp_path_factory.mktemp("links") / "project"
    link.symlink_to(project)
    assert is_accepted(f"{link}/services/a/root.pem")


@pytest.mark.parametrize("args", [("services/[a]/x?.pem",), ("services/[a]/x?.pem", "-o", "services/unpin.toml")])  # fmt: skip
@pytest.mark.parametrize("absolute", [False, True])
def test_a_policy_of_init_is_kept_by_its_stores_and_no_other(project, args, absolute):
    store = Path(args[0])
    store.parent.mkdir()
    store.write_bytes(PINNED)
    Path("services/a/xy.pem").write_bytes(PINNED)
    given = str(project / store) if absolute else str(store)
    assert unpin("policy", "init", given, *args[1:], *AT).returncode == 0
    written = args[-1] if "-o" in args else "unpin.toml"
    assert audit("--policy", written, str(store)).returncode == 0
    assert audit("--policy", written, "services/a/xy.pem").returncode == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tool = 3", 0),
        ("[tool.unpinned]\nx = 1", 0),
        ("# [tool.unpin]", 0),
        ("[tool]\nunpin = 3", 2),
        ("[tool.unpin", 2),
        ('tool.unpin.fail-on = "never"', 2),
        ('[tool]\nunpin = {fail-on = "never"}', 2),
        ('[ tool . "unpin" ]\nfail-on = "never"', 2),
    ],
)
def test_the_table_of_pyproject_is_found_as_toml_says(project, text, code):
    Path("services/b/pyproject.toml").write_text(text, encoding="utf-8")
    (project / "services/b").joinpath("x.pem").write_bytes(good())
    policy('fail-on = "error"')
    ran = within("services/b", "x.pem")
    assert ran.returncode == code, ran.stderr
    assert (b"pyproject.toml" in ran.stderr) == (code > 0)


def within(folder, *args):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return audit(*args)


@pytest.mark.parametrize("text", ["tool = 3", "[tool]\nunpin = 3", "[tool.unpinned]"])
def test_a_pyproject_without_the_table_is_no_policy(project, text):
    policy(text, "pyproject.toml")
    ran = unpin("policy", "check", "pyproject.toml")
    assert ran.returncode == 2
    assert b"has no table [tool.unpin]" in ran.stderr


@pytest.mark.parametrize(
    "make", [os.mkfifo, os.mkdir, lambda path: Path(path).symlink_to("nowhere")]
)
def test_what_is_called_unpin_toml_is_not_passed_over(project, make):
    make("unpin.toml")
    assert audit("services/b/good.pem").returncode == 3


def test_the_policy_of_another_user_is_not_taken_unasked(project, monkeypatch):
    policy(exception("services/*"))
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert is_accepted("services/a/root.pem")  # the folder of the call has the same owner
    if user:
        return
    os.chown("unpin.toml", 4711, -1)
    ran = audit("services/a/root.pem")
    assert ran.returncode == 2
    assert b"another user" in ran.stderr
    assert is_accepted("services/a/root.pem", "--policy", "unpin.toml")
