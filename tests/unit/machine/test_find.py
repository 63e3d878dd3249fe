"""The search for this machine's stores, on machines made up in a folder."""

from pathlib import Path

import pytest

from unpin.machine.find import FoundStore, distinct, find


@pytest.fixture
def machine(tmp_path):
    """Make files in a root folder of their own; answer what is found there."""

    class Machine:
        root = tmp_path / "root"
        home = root / "home" / "me"

        def file(self, path):
            made = self.root / path
            made.parent.mkdir(parents=True, exist_ok=True)
            made.write_bytes(b"store")
            return str(made)

        def found(self, **environment):
            self.home.mkdir(parents=True, exist_ok=True)
            return list(find({"PATH": "", **environment}, home=self.home, root=self.root))

    return Machine()


def test_an_empty_machine(machine):
    assert machine.found() == []


@pytest.mark.parametrize(
    "path",
    [
        "usr/lib/jvm/jdk-17/lib/security/cacerts",
        "usr/lib/jvm/jdk-8/jre/lib/security/cacerts",
        "opt/app/lib/security/cacerts",
        "usr/java/jdk/lib/security/cacerts",
        "home/me/.sdkman/candidates/java/21-tem/lib/security/cacerts",
        "home/me/.postgresql/root.crt",
        "etc/ssl/certs/ca-certificates.crt",
        "etc/pki/tls/certs/ca-bundle.crt",
    ],
)
def test_the_usual_places(machine, path):
    made = machine.file(path)
    assert machine.found() == [made]


def test_what_the_environment_names(machine):
    java = machine.file("custom/jdk/lib/security/cacerts")
    root_crt, bundle = machine.file("pg.crt"), machine.file("bundle.pem")
    assert machine.found(
        JAVA_HOME=str(machine.root / "custom" / "jdk"), PGSSLROOTCERT=root_crt, SSL_CERT_FILE=bundle
    ) == [java, root_crt, bundle]


def test_system_is_no_file(machine, monkeypatch):
    monkeypatch.chdir(machine.root.parent)
    Path("system").write_bytes(b"store")
    assert machine.found(PGSSLROOTCERT="system") == []


def test_java_on_the_path_through_a_link(machine):
    cacerts = machine.file("elsewhere/jdk/lib/security/cacerts")
    java = machine.root / "elsewhere" / "jdk" / "bin" / "java"
    java.parent.mkdir()
    java.touch(mode=0o755)
    folder = machine.root / "bin"
    folder.mkdir()
    (folder / "java").symlink_to(java)
    assert machine.found(PATH=str(folder)) == [cacerts]


def test_links_to_one_file_are_one_store(machine):
    real = machine.file("etc/ssl/certs/java/cacerts")
    links = []
    for jdk in ("jdk-17", "jdk-25"):
        link = machine.root / "usr/lib/jvm" / jdk / "lib/security/cacerts"
        link.parent.mkdir(parents=True)
        link.symlink_to(real)
        links.append(str(link))
    assert distinct(machine.found()) == (FoundStore(real, (*links, real)),)


def test_jssecacerts_is_read_in_place_of_cacerts(machine):
    jsse = machine.file("usr/lib/jvm/jdk/lib/security/jssecacerts")
    cacerts = machine.file("usr/lib/jvm/jdk/lib/security/cacerts")
    other = machine.file("usr/lib/jvm/other/lib/security/cacerts")
    assert distinct(machine.found()) == (
        FoundStore(jsse, (jsse,)),
        FoundStore(cacerts, (cacerts,), jsse),
        FoundStore(other, (other,)),
    )
