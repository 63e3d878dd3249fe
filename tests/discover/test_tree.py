"""`unpin discover` of planted trees: what is found, where references lead, and the exit code."""

import base64
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests import images
from tests.cli.inside import unpin
from tests.discover.listing import findings_of, inventory_of, references_of
from unpin.api import convert
from unpin.configurations.programs.joined_strings import joined_strings
from unpin.references.find import references_in
from unpin.stores.opening import open_bytes

FIXTURES = Path(__file__).parents[2] / "fixtures"
PEM = (FIXTURES / "pinned.pem").read_bytes()
JKS = convert(open_bytes(PEM, source="pinned"), to="jks").data


def plant(folder, files):
    """Write files below a folder; a text is encoded."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def discovered(*args):
    return unpin("discover", *args, "--format", "json", "--at", "2026-11-24")


def leads(ran):
    return {each["store"]: (each["leads"], each["places"]) for each in references_of(ran)}


SECRET = f"""apiVersion: v1
kind: Secret
metadata:
  name: kafka-ca
data:
  truststore.jks: {base64.b64encode(JKS).decode()}
"""
CONNECT = """kind: KafkaConnect
spec:
  tls:
    trustedCertificates:
      - secretName: kafka-ca
        certificate: truststore.jks
"""
HEADER = "const char ca[] =\n" + "".join(f'"{line}\\n"\n' for line in PEM.decode().split("\n"))
PLANTED = {
    "app/application.yml": "spring:\n  datasource:\n    url: jdbc:postgresql://h/a?sslmode=verify-full"
    "&sslrootcert=../certs/root.pem\n",
    "app/src/main/resources/trust.jks": JKS,
    "app/client.properties": "server.ssl.trust-store=classpath:trust.jks\n",
    "certs/root.pem": PEM,
    "deploy/secret.yaml": SECRET,
    "deploy/connect.yaml": CONNECT,
    "device/ca.h": HEADER,
    "chart/values.yaml": "ca: |\n" + "".join(f"  {line}\n" for line in PEM.decode().split("\n")),
}


def test_every_store_and_who_refers_to_it(tmp_path, monkeypatch):
    monkeypatch.chdir(plant(tmp_path, {f"t/{name}": data for name, data in PLANTED.items()}))
    ran = discovered("t")
    stores = {each["source"]: each for each in inventory_of(ran)["stores"]}
    assert sorted(stores) == [
        "t/app/src/main/resources/trust.jks",
        "t/certs/root.pem",
        "t/chart/values.yaml#ca",
        "t/deploy/secret.yaml#data.truststore.jks",
        "t/device/ca.h#ca",
    ]
    users = {
        source: [f"{user['file']}:{user['line']} {user['reader']}" for user in each["users"]]
        for source, each in stores.items()
        if each["users"]
    }
    assert users == {
        "t/app/src/main/resources/trust.jks": ["t/app/client.properties:1 web server"],
        "t/certs/root.pem": ["t/app/application.yml:3 pgjdbc"],
        "t/deploy/secret.yaml#data.truststore.jks": ["t/deploy/connect.yaml:5 Strimzi Connect"],
    }
    assert ran.returncode == 0


def test_the_verdict_is_that_of_the_clients_that_refer_to_the_store(tmp_path):
    """Go accepts the pin alone, OpenSSL does not: root.crt is read by psql, and nothing else."""
    plant(
        tmp_path,
        {"root.crt": PEM, "a.conf": "[p]\nhost=h\nsslmode=verify-full\nsslrootcert=root.crt\n"},
    )
    (store,) = inventory_of(discovered(tmp_path, "--client", "psql"))["stores"]
    assert store["families"] == ["openssl"]
    assert store["verdict"] == "OpenSSL fails today and after"


def test_a_file_that_an_image_or_a_volume_takes_is_found(tmp_path, monkeypatch):
    files = {
        "certs/root.pem": PEM,
        "Dockerfile": "COPY certs/root.pem /etc/app/ca.pem\nENV SSL_CERT_FILE=/etc/app/ca.pem\n",
        "compose.yml": "services:\n  a:\n    environment:\n      NODE_EXTRA_CA_CERTS: /ca/root.pem\n"
        "    volumes:\n      - ./certs:/ca\n",
    }
    monkeypatch.chdir(plant(tmp_path, files))
    found = {each["store"]: (each["places"], each["by"]) for each in references_of(discovered("."))}
    assert found == {
        "/etc/app/ca.pem": (["./certs/root.pem"], "./Dockerfile:1"),
        "/ca/root.pem": (["./certs/root.pem"], "./compose.yml:6"),
    }


def test_what_a_file_itself_tells_of_a_path_is_followed(tmp_path, monkeypatch):
    """A variable, a mounted Secret, a download, and a folder of the host without the file."""
    secret = base64.b64encode(JKS).decode()
    files = {
        "certs/trust.jks": JKS,
        "run.sh": "STORE=certs/trust.jks\njava -Djavax.net.ssl.trustStore=$STORE -jar a.jar\n",
        "pod.yml": "kind: Secret\nmetadata:\n  name: ts\ndata:\n  ts.jks: " + secret + "\n---\n"
        "kind: Pod\nspec:\n  containers:\n  - name: a\n    env:\n    - name: JAVA_OPTS\n"
        "      value: -Djavax.net.ssl.trustStore=/opt/ts/ts.jks\n    volumeMounts:\n"
        "    - {name: v, mountPath: /opt/ts}\n  volumes:\n  - name: v\n    secret: {secretName: ts}\n",
        "Dockerfile": "ENV PGSSLROOTCERT=/etc/ssl/certs/db-ca.crt\n"
        "RUN apt-get update \\\n && curl -fsSL https://ca.example.org/ca.crt \\\n"
        "    --output /etc/ssl/certs/db-ca.crt\n",
        "compose.yml": "services:\n  a:\n    environment:\n      NODE_EXTRA_CA_CERTS: /ca/gone.pem\n"
        "    volumes:\n      - ./certs:/ca\n",
    }
    monkeypatch.chdir(plant(tmp_path, files))
    ran = discovered(".")
    found = {each["store"]: (each["leads"], each["places"]) for each in references_of(ran)}
    assert found == {
        "$STORE": ("here", ["./certs/trust.jks"]),
        "/opt/ts/ts.jks": ("here", ["./pod.yml#data.ts.jks"]),
        "/etc/ssl/certs/db-ca.crt": ("elsewhere", []),
        "/ca/gone.pem": ("missing", []),
    }
    assert findings_of(ran) == [("missing-store", "error", "./compose.yml:4")]


JVM = "java -Djavax.net.ssl.trustStore={}\n"


def test_a_store_that_does_not_exist_is_a_finding(tmp_path, monkeypatch):
    monkeypatch.chdir(plant(tmp_path, {"run.sh": JVM.format("gone.jks"), "trust.jks": JKS}))
    ran = unpin("discover", ".")
    assert ran.returncode == 1
    assert b"gone.jks does not exist: Java silently verifies with cacerts instead" in ran.stdout
    assert findings_of(discovered(".")) == [("missing-store", "error", "./run.sh:1")]


def test_an_absolute_path_may_be_that_of_another_machine(tmp_path):
    plant(tmp_path, {"run.sh": JVM.format("/gone/trust.jks")})
    assert findings_of(discovered(tmp_path)) == [
        ("missing-store", "warning", f"{tmp_path}/run.sh:1")
    ]
    assert discovered(tmp_path, "--fail-on", "error").returncode == 0
    (tmp_path / "root" / "gone").mkdir(parents=True)
    found = discovered(tmp_path / "run.sh", "--root", tmp_path / "root")
    assert findings_of(found) == [("missing-store", "error", f"{tmp_path}/run.sh:1")]
    (tmp_path / "root" / "gone" / "trust.jks").write_bytes(JKS)
    found = discovered(tmp_path / "run.sh", "--root", tmp_path / "root")
    assert (found.returncode, findings_of(found)) == (0, [])


def test_libpq_without_its_file_verifies_nobody(tmp_path):
    text = "DATABASE_URL=postgres://h/a?sslmode=require&sslrootcert=gone.pem\n"
    plant(tmp_path, {"app.env": text})
    ran = unpin("discover", tmp_path, "--client", "psql")
    assert b"gone.pem does not exist: the client then connects without verifying anybody" in (
        b" ".join(ran.stdout.split())
    )


def test_a_runtime_decides(tmp_path):
    plant(tmp_path, {"run.sh": JVM.format("$HOME/a.jks")})
    ran = discovered(tmp_path)
    assert leads(ran) == {"$HOME/a.jks": ("open", [])}
    assert ran.returncode == 0


def test_what_was_not_read_is_no_all_clear(tmp_path):
    ran = unpin("discover", tmp_path / "nothing")
    assert ran.returncode == 3
    assert ran.stdout.decode().splitlines()[1].startswith("INCOMPLETE: 0 stores")
    (tmp_path / "a.txt").write_text("nothing\n")
    assert b"INCOMPLETE" not in unpin("discover", tmp_path).stdout


def test_a_finding_names_the_variable_of_a_manifest(tmp_path):
    plant(tmp_path, {"pod.yml": "kind: Pod\nspec:\n  containers:\n  - name: a\n    env:\n"
                     "    - {name: NODE_EXTRA_CA_CERTS, value: /gone/a.pem}\n"})  # fmt: skip
    page = b" ".join(unpin("discover", tmp_path).stdout.split())
    assert b"NODE_EXTRA_CA_CERTS: /gone/a.pem is not on this machine" in page
    assert b"value: /gone/a.pem is not" not in page


def test_pins_in_code_are_findings(tmp_path):
    plant(tmp_path, {"a.py": 'PIN = "f9388ea2c9b7d632b66a2b0b406df1d37d3901f6"\n'})
    ran = unpin("discover", tmp_path)
    assert ran.returncode == 1
    assert b"pins Microsoft Azure RSA TLS Issuing CA 03, which is no root" in b" ".join(
        ran.stdout.split()
    )


def test_a_download_that_nobody_verifies_is_a_finding(tmp_path):
    url = "https://cacerts.digicert.com/DigiCertGlobalRootG2.crt.pem"
    plant(tmp_path, {"a.sh": f"curl -sk -O {url}\ncurl -s -O {url}\n"})
    assert findings_of(discovered(tmp_path)) == [
        ("unverified-download", "warning", f"{tmp_path}/a.sh:1")
    ]


def jar_of(files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as jar:
        for name, content in files.items():
            jar.writestr(name, content)
    return held.getvalue()


def test_in_a_jar_the_class_path_is_that_of_the_jar(tmp_path, monkeypatch):
    text = "server.ssl.trust-store=classpath:trust.jks\nspring.kafka.ssl.trust-store-location=gone.jks\n"
    jar = jar_of(
        {"BOOT-INF/classes/application.properties": text, "BOOT-INF/classes/trust.jks": JKS}
    )
    monkeypatch.chdir(plant(tmp_path, {"app.jar": jar}))
    ran = discovered("app.jar")
    place = "app.jar!/BOOT-INF/classes"
    assert leads(ran) == {
        "classpath:trust.jks": ("here", [f"{place}/trust.jks"]),
        "gone.jks": ("missing", []),
    }
    assert findings_of(ran) == [("missing-store", "error", f"{place}/application.properties:2")]


def layer_of(files):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as layer:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            layer.addfile(member, io.BytesIO(data))
    return held.getvalue()


def test_in_an_image_absolute_paths_are_its_own(tmp_path, monkeypatch):
    """The configuration of the first layer is deleted by the second."""
    layers = [
        layer_of(
            {
                "etc/app/trust.jks": JKS,
                "run.sh": JVM.format("/etc/app/trust.jks"),
                "old.sh": JVM.format("/old.jks"),
            }
        ),
        layer_of({"new.sh": JVM.format("/etc/app/gone.jks"), ".wh.old.sh": b""}),
    ]
    names = ["1" * 64 + ".tar", "2" * 64 + ".tar"]
    manifest = json.dumps([{"Config": "c.json", "Layers": names}])
    image = layer_of(
        {**dict(zip(names, layers, strict=True)), "manifest.json": manifest, "c.json": "{}"}
    )
    monkeypatch.chdir(plant(tmp_path, {"image.tar": image}))
    ran = discovered("image.tar")
    assert {store: each[0] for store, each in leads(ran).items()} == {
        "/etc/app/trust.jks": "here",
        "/etc/app/gone.jks": "missing",
    }


@pytest.mark.parametrize("layout", [images.oci, images.docker])
def test_an_image_says_how_its_container_starts(layout, tmp_path, monkeypatch):
    """Its variables and its command refer to files of its layers; a server may never read one."""
    started = {
        "Env": ["JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=/opt/t.jks"],
        "Cmd": ["curl", "--cacert", "/gone.pem", "https://a"],
    }
    layer = layer_of({"opt/t.jks": JKS})
    files = layout([layer], started=started) if layout is images.oci else layout(
        layer, started=started
    )  # fmt: skip
    monkeypatch.chdir(plant(tmp_path, {"image.tar": images.layer(files)}))
    images.write(tmp_path / "layout", files)
    for name in ["image.tar", "layout"][: 2 if layout is images.oci else 1]:
        assert {store: each[0] for store, each in leads(discovered(name)).items()} == {
            "/opt/t.jks": "here",
            "/gone.pem": "missing",
        }
        (store,) = json.loads(unpin("audit", name, "--format", "json").stdout)["stores"]
        assert (store["clients"], [user["reader"] for user in store["users"]]) == (
            ["java"],
            ["JVM"],
        )


def test_a_missing_file_of_an_image_is_an_error(tmp_path, monkeypatch):
    started = {"Env": ["NODE_EXTRA_CA_CERTS=/etc/gone.pem"]}
    files = images.docker(layer_of({"opt/t.jks": JKS}), started=started)
    monkeypatch.chdir(plant(tmp_path, {"image.tar": images.layer(files)}))
    assert leads(discovered("image.tar")) == {"/etc/gone.pem": ("missing", [])}


def test_the_settings_of_an_image_are_those_of_one_process(tmp_path, monkeypatch):
    """They stand on one line: a variable is not that of the command, and a URL has the mode."""
    started = {
        "Env": [
            "PGSSLROOTCERT=/opt/gone.crt",
            "DATABASE_URL=postgresql://db.postgres.database.azure.com/x?sslmode=verify-full",
        ],
        "Cmd": ["java", "-Djavax.net.ssl.trustStore=/opt/gone.jks"],
    }
    files = images.docker(layer_of({"opt/t.jks": JKS}), started=started)
    monkeypatch.chdir(plant(tmp_path, {"image.tar": images.layer(files)}))
    ran = discovered("image.tar")
    said = [(each["variable"], each["if_missing"]) for each in references_of(ran)]
    assert said == [("PGSSLROOTCERT", "fails"), (None, "cacerts")]


@pytest.mark.parametrize(
    ("text", "variable", "reader"),
    [
        ('{"env": [{"name": "MAVEN_OPTS", "value": "-D%s"}]}', None, "Maven"),
        ('{"env": {"MAVEN_OPTS": "-Xmx1g", "JAVA_OPTS": "-D%s"}}', None, "JVM"),
        ('{"config": {"Env": ["A_URL=x", "JAVA_OPTS=-D%s"]}}', "JAVA_OPTS", "JVM"),
    ],
)
def test_of_settings_on_a_line_each_has_its_own_variable(text, variable, reader, tmp_path):
    plant(tmp_path, {"c.json": text % "javax.net.ssl.trustStore=/opt/t.jks"})
    (found,) = references_of(unpin("discover", tmp_path, "--format", "json"))
    assert (found["variable"], found["reader"]) == (variable, reader)


@pytest.mark.parametrize(
    ("user", "if_missing"),
    [("", "by-version"), ("  data.redis.ssl.bundle: azure\n", "fails")],
)
def test_a_bundle_that_no_connection_names_may_be_used_by_code(
    user, if_missing, tmp_path, monkeypatch
):
    place = "src/main/resources/"
    text = f"spring:\n  ssl.bundle.jks.azure.truststore.location: classpath:certs/gone.jks\n{user}"
    monkeypatch.chdir(plant(tmp_path, {f"{place}application.yml": text, f"{place}a.txt": ""}))
    ran = discovered(".")
    (found,) = references_of(ran)
    assert (found["role"], found["families"]) == ("trust", ["java"])
    assert (found["if_missing"], found["leads"]) == (if_missing, "missing")
    assert findings_of(ran) == [("missing-store", "error", f"./{place}application.yml:2")]


@pytest.mark.parametrize(
    ("users", "role"),
    [
        ("server.ssl.bundle=web\n", "clients"),
        ("management.server.ssl.bundle=web\n", "clients"),
        ("server.ssl.bundle=web\nspring.rabbitmq.ssl.bundle=web\n", "trust"),
    ],
)
def test_a_bundle_of_a_web_server_judges_clients(users, role, tmp_path):
    text = f"spring.ssl.bundle.jks.web.truststore.location=/opt/clients.jks\n{users}"
    plant(tmp_path, {"application.properties": text})
    (found,) = references_of(discovered(tmp_path))
    assert found["role"] == role
    assert ("Spring Boot web server" in found["reader"]) is (role == "clients")


@pytest.mark.parametrize(
    ("variables", "if_missing"),
    [
        ("", "unknown"),
        ("DATABASE_URL: ${URL}", "unknown"),
        ("PGHOST: db.example.org", "unverified"),
        ("PGSSLMODE: verify-ca", "fails"),
        ("DATABASE_URL: 'postgresql://db.example.org/d?sslmode=verify-full'", "fails"),
    ],
)
def test_without_its_file_libpq_does_what_the_mode_says_if_that_is_known(
    variables, if_missing, tmp_path
):
    text = f"services:\n  a:\n    environment:\n      PGSSLROOTCERT: /gone.crt\n      {variables}\n"
    plant(tmp_path, {"compose.yml": text})
    (found,) = references_of(discovered(tmp_path))
    assert found["if_missing"] == if_missing


def test_files_of_the_host_and_secrets_are_found_in_an_archive(tmp_path, monkeypatch):
    pod = CONNECT  # of the same archive, in another folder
    members = {
        "p/compose.yml": "services:\n  a:\n    environment: {SSL_CERT_FILE: /c/root.pem}\n"
        "    volumes: ['./certs:/c']\n",
        "p/certs/root.pem": PEM,
        "k/connect.yaml": pod,
        "k/secret.yaml": SECRET,
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    monkeypatch.chdir(plant(tmp_path, {"a.zip": held.getvalue()}))
    assert leads(discovered("a.zip")) == {
        "/c/root.pem": ("here", ["a.zip!/p/certs/root.pem"]),
        "Secret kafka-ca/truststore.jks": ("here", ["a.zip!/k/secret.yaml#data.truststore.jks"]),
    }


def test_nothing_found_is_said(tmp_path):
    plant(tmp_path, {"a.txt": "hello\n"})
    assert unpin("discover", tmp_path).returncode == 4


def test_what_is_not_read_is_an_error(tmp_path):
    plant(tmp_path, {"a.yml": "a: sslrootcert\n" + "x: 1\n" * 600_000, "root.pem": PEM})
    ran = unpin("discover", tmp_path)
    assert ran.returncode == 3
    assert b"a.yml: larger than 2 MiB" in ran.stderr


def test_standard_input_is_looked_through():
    ran = unpin("discover", "-", "--format", "json", stdin=b"SSL_CERT_FILE=/gone/a.pem\n")
    assert [each["file"] for each in references_of(ran)] == ["standard input"]


@pytest.mark.parametrize("word", ["--client", "--profile", "--root"])
def test_a_wrong_option_is_said_before_a_file_is_read(tmp_path, word):
    ran = unpin("discover", tmp_path, word, "zq")
    assert ran.returncode in {2, 3}
    assert b"zq" in ran.stderr


def test_many_findings_of_a_file_are_folded(tmp_path):
    """A list of 8 issuing CAs, which a page shows in part, and JSON in full."""
    line = 'A{0} = "f9388ea2c9b7d632b66a2b0b406df1d37d3901f6"\n'
    plant(tmp_path, {"a.py": "".join(line.format(number) for number in range(8))})
    ran = unpin("discover", tmp_path, "--width", "200")
    assert ran.stdout.count(b"pin-in-code") == 6
    assert b"3 more of pin-in-code in" in ran.stdout
    assert unpin("discover", "-v", tmp_path, "--width", "200").stdout.count(b"pin-in-code") == 8
    assert len(findings_of(discovered(tmp_path))) == 8


def test_the_headline_speaks_of_one_store_in_the_singular(tmp_path):
    plant(tmp_path, {"root.pem": PEM})
    assert b"nothing here refers to the store\n" in unpin("discover", tmp_path).stdout
    plant(tmp_path, {"other.pem": PEM})
    assert b"nothing here refers to 2 of the stores\n" in unpin("discover", tmp_path).stdout


def test_strings_are_joined_once(tmp_path):
    joined_strings.cache_clear()
    text = 'System.setProperty("javax.net.ssl.trustStore", "/a/" +\n  "b.jks");\n'
    (found,) = references_in("A.java", text.encode(), None).references
    assert found.store == "/a/b.jks"
    assert joined_strings.cache_info().misses == 1


@pytest.mark.parametrize("there", [True, False])
def test_a_file_that_a_script_takes_its_variables_from_is_none_that_was_not_read(there, tmp_path):
    plant(tmp_path, {"run.sh": ". ./own.sh\n" + JVM.format("/gone/trust.jks")})
    plant(tmp_path, {"own.sh": "export A=b\n"} if there else {})
    ran = unpin("discover", tmp_path)
    assert (ran.returncode, b"error" in ran.stderr) == (1, False)
