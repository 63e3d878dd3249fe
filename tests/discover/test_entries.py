"""Stores in Secrets and ConfigMaps: who makes an entry, who takes it, in whichever file."""

import base64
import json

import pytest

from tests.cli.inside import unpin
from tests.discover.listing import findings_of, inventory_of, references_of
from tests.discover.test_tree import JKS, PEM, discovered, plant

BASE64 = base64.b64encode(PEM).decode()
BLOCK = "".join(f"    {line}\n" for line in PEM.decode().split("\n"))
SECRET = f"kind: Secret\nmetadata: {{name: db-ca}}\ndata:\n  ca.crt: {BASE64}\n"
TEXT_SECRET = f"kind: Secret\nmetadata: {{name: db-ca}}\nstringData:\n  ca.crt: |\n{BLOCK}"
CONFIG_MAP = (
    "kind: ConfigMap\nmetadata: {name: db-ca}\nbinaryData:\n"
    f"  ts.jks: {base64.b64encode(JKS).decode()}\n"
)
OTHER_SECRET = "kind: Secret\nmetadata: {name: db-ca}\ndata:\n  other: eA==\n"
VARIABLE = """kind: {kind}
spec:{pod}
      containers:
      - name: web
        env:
        - name: DB_CA_CERT
          valueFrom:
            secretKeyRef:
              name: db-ca
              key: ca.crt
              optional: {optional}
"""
PODS = {
    "Pod": "",
    "Deployment": "\n  template:\n    spec:",
    "StatefulSet": "\n  template:\n    spec:",
    "DaemonSet": "\n  template:\n    spec:",
    "Job": "\n  template:\n    spec:",
    "CronJob": "\n  jobTemplate:\n   spec:\n    template:\n     spec:",
}
MOUNTED = """kind: Deployment
spec:
  template:
    spec:
      containers:
      - name: web
        env:
        - {{name: NODE_EXTRA_CA_CERTS, value: {path}}}
        volumeMounts:
        - {{name: v, mountPath: /etc/ca}}
      volumes:
      - name: v
        {volume}
"""
PLAIN = MOUNTED.format(path="/other", volume="secret: {secretName: db-ca}")


def pod(kind="Deployment", optional="false"):
    return VARIABLE.format(kind=kind, pod=PODS[kind], optional=optional)


def rows(tmp_path, monkeypatch, files):
    """What discover says of each reference: place, variable, store, reader, leads, places."""
    monkeypatch.chdir(plant(tmp_path, files))
    return [
        (
            f"{each['file']}:{each['line']}".removeprefix("./"), each["variable"], each["store"],
            each["reader"], each["leads"], [place.removeprefix("./") for place in each["places"]],
        )
        for each in references_of(discovered("."))
    ]  # fmt: skip


@pytest.mark.parametrize("kind", PODS)
def test_a_variable_of_a_pod_takes_an_entry_of_another_file(kind, tmp_path, monkeypatch):
    found = rows(tmp_path, monkeypatch, {"a.yaml": pod(kind), "z/secret.yaml": SECRET})
    line = pod(kind).split("key: ca.crt")[0].count("\n") + 1
    assert found == [
        (f"a.yaml:{line}", "DB_CA_CERT", "Secret db-ca/ca.crt", "client", "here",
         ["z/secret.yaml#data.ca.crt"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("secret", "key", "place"),
    [
        (SECRET, "Secret db-ca/ca.crt", "b.yaml#data.ca.crt"),
        (TEXT_SECRET, "Secret db-ca/ca.crt", "b.yaml#stringData.ca.crt"),
        (SECRET.replace("kind: Secret", "kind: List\nitems:\n- kind: Secret", 1)
         .replace("\nmetadata", "\n  metadata").replace("\ndata", "\n  data")
         .replace("\n  ca.crt", "\n    ca.crt"),
         "Secret db-ca/ca.crt", "b.yaml#items[0].data.ca.crt"),
        (CONFIG_MAP, "ConfigMap db-ca/ts.jks", "b.yaml#binaryData.ts.jks"),
    ],
)  # fmt: skip
def test_an_entry_may_be_written_in_several_ways(secret, key, place, tmp_path, monkeypatch):
    text = pod().replace("ca.crt", key.rpartition("/")[2])
    text = text.replace("secretKeyRef", "configMapKeyRef") if "ConfigMap" in key else text
    (found,) = rows(tmp_path, monkeypatch, {"a.yaml": text, "b.yaml": secret})
    assert (found[2], found[4], found[5]) == (key, "here", [place])


def test_of_two_secrets_in_a_file_each_is_told_apart(tmp_path, monkeypatch):
    both = f"{SECRET.replace('db-ca', 'x')}---\n{SECRET}"
    (found,) = rows(tmp_path, monkeypatch, {"a.yaml": pod(), "b.yaml": both})
    assert found[-1] == ["b.yaml#data.ca.crt:9"]


def test_a_secret_of_another_namespace_is_another(tmp_path, monkeypatch):
    own = pod().replace("spec:", "metadata: {namespace: one}\nspec:", 1)
    secrets = {
        name: SECRET.replace("db-ca}", f"db-ca, namespace: {name}}}") for name in ("one", "two")
    }
    files = {f"{name}.yaml": text for name, text in secrets.items()} | {"a.yaml": own}
    (found,) = rows(tmp_path, monkeypatch, files)
    assert found[-1] == ["one.yaml#data.ca.crt"]


def test_a_secret_that_nobody_has_is_elsewhere(tmp_path, monkeypatch):
    (found,) = rows(tmp_path, monkeypatch, {"a.yaml": pod()})
    assert found[2:] == ("Secret db-ca/ca.crt", "client", "elsewhere", [])
    assert findings_of(discovered(".")) == []


@pytest.mark.parametrize(("optional", "severity"), [("false", "error"), ("true", "warning")])
def test_a_key_that_a_known_secret_lacks_is_missing(optional, severity, tmp_path, monkeypatch):
    files = {"a.yaml": pod(optional=optional), "b.yaml": OTHER_SECRET}
    (found,) = rows(tmp_path, monkeypatch, files)
    assert found[4] == "missing"
    ran = discovered(".")
    assert findings_of(ran) == [("missing-store", severity, "./a.yaml:12")]
    (finding,) = inventory_of(ran)["findings"]
    starts = "the container starts without it" if optional == "true" else (
        "the container does not start"
    )  # fmt: skip
    assert finding["message"] == f"Secret db-ca/ca.crt does not exist: {starts}"


def test_a_password_that_a_secret_lacks_is_no_store(tmp_path, monkeypatch):
    text = pod().replace("ca.crt", "password").replace("DB_CA_CERT", "DB_PASSWORD")
    assert rows(tmp_path, monkeypatch, {"a.yaml": text, "b.yaml": OTHER_SECRET}) == []


MADE_ELSEWHERE = {
    "sealed": "kind: SealedSecret\nmetadata: {name: db-ca}\nspec:\n  encryptedData:\n    a: AgBy\n",
    "external": "kind: ExternalSecret\nmetadata: {name: x}\nspec:\n  target: {name: db-ca}\n"
    "  data:\n  - secretKey: other\n",
    "cert-manager": "kind: Certificate\nmetadata: {name: x}\nspec:\n  secretName: db-ca\n",
    "no data": "kind: Secret\nmetadata: {name: db-ca}\ntype: Opaque\n",
    "a template": "kind: Secret\nmetadata: {name: db-ca}\ndata:\n  {{- toYaml .Values.s | nindent 2 }}\n",
    "kustomize": "secretGenerator:\n- name: db-ca\n  behavior: merge\n  literals: [a=b]\n",
}


@pytest.mark.parametrize("what", MADE_ELSEWHERE)
def test_a_secret_whose_keys_are_not_known_lacks_none(what, tmp_path, monkeypatch):
    files = {"a.yaml": pod(), "b.yaml": MADE_ELSEWHERE[what]}
    (found,) = rows(tmp_path, monkeypatch, files)
    assert found[4] == "elsewhere"


def test_every_entry_of_a_secret_may_become_a_variable(tmp_path, monkeypatch):
    """envFrom: of the entries only the store is listed."""
    text = (
        "kind: Pod\nspec:\n  containers:\n  - name: a\n    envFrom:\n"
        "    - prefix: DB_\n      secretRef:\n        name: db-ca\n"
    )
    secret = SECRET + "  password: aHVudGVyMg==\n"
    found = rows(tmp_path, monkeypatch, {"a.yaml": text, "b.yaml": secret})
    assert found == [
        ("a.yaml:8", "DB_", "Secret db-ca/ca.crt", "client", "here", ["b.yaml#data.ca.crt"])
    ]
    assert b"hunter2" not in unpin("discover", "-v", ".").stdout


VOLUMES = {
    "a secret": ("secret: {secretName: db-ca}", "/etc/ca/ca.crt"),
    "its items": (
        "secret:\n          secretName: db-ca\n          items:\n          - {key: ca.crt, path: sub/root.pem}",
        "/etc/ca/sub/root.pem",
    ),
    "a projection": (
        "projected:\n          sources:\n          - secret: {name: db-ca}",
        "/etc/ca/ca.crt",
    ),
}


@pytest.mark.parametrize("what", VOLUMES)
def test_a_path_in_a_volume_leads_to_the_entry(what, tmp_path, monkeypatch):
    volume, path = VOLUMES[what]
    text = MOUNTED.format(path=path, volume=volume)
    found = rows(tmp_path, monkeypatch, {"a.yaml": text, "b.yaml": SECRET})
    assert found == [
        ("a.yaml:8", "NODE_EXTRA_CA_CERTS", path, "Node", "here", ["b.yaml#data.ca.crt"])
    ]


def test_a_path_that_a_volume_has_not_is_missing(tmp_path, monkeypatch):
    text = MOUNTED.format(path="/etc/ca/cacert.pem", volume="secret: {secretName: db-ca}")
    found = rows(tmp_path, monkeypatch, {"a.yaml": text, "b.yaml": SECRET})
    assert [(each[2], each[3], each[4]) for each in found] == [
        ("/etc/ca/cacert.pem", "Node", "missing"), ("Secret db-ca/ca.crt", "client", "here"),
    ]  # fmt: skip


def test_a_mounted_store_has_a_user_though_no_path_names_it(tmp_path, monkeypatch):
    found = rows(tmp_path, monkeypatch, {"a.yaml": PLAIN, "b.yaml": SECRET})
    assert found[-1] == (
        "a.yaml:13", None, "Secret db-ca/ca.crt", "client", "here", ["b.yaml#data.ca.crt"]
    )  # fmt: skip


def test_a_volume_of_another_kind_is_provided_elsewhere(tmp_path, monkeypatch):
    text = MOUNTED.format(path="/etc/ca/ca.crt", volume="emptyDir: {}")
    (found,) = rows(tmp_path, monkeypatch, {"a.yaml": text})
    assert found[4] == "elsewhere"
    assert findings_of(discovered(".")) == []


CONFIG = """kind: ConfigMap
metadata: {name: cfg}
data:
  NODE_EXTRA_CA_CERTS: /etc/ca/ca.crt
  root: /etc/ca/ca.crt
  application.yml: |
    spring:
      datasource:
        url: jdbc:postgresql://h/a?sslmode=verify-full&sslrootcert=/etc/ca/ca.crt
"""
TAKES = MOUNTED.format(path="/etc/ca/ca.crt", volume="secret: {secretName: db-ca}").replace(
    "        env:\n        - {name: NODE_EXTRA_CA_CERTS, value: /etc/ca/ca.crt}\n",
    "        envFrom:\n        - configMapRef: {name: cfg}\n"
    "        env:\n        - name: PGSSLROOTCERT\n          valueFrom:\n"
    "            configMapKeyRef: {name: cfg, key: root}\n",
)


def test_paths_in_a_config_map_are_those_of_the_container_that_takes_it(tmp_path, monkeypatch):
    """A variable of a name of its own, a variable by envFrom, and a file in the ConfigMap."""
    files = {"a.yaml": TAKES, "b.yaml": SECRET, "c.yaml": CONFIG}
    found = rows(tmp_path, monkeypatch, files)
    assert [each[:4] for each in found] == [
        ("c.yaml:4", "NODE_EXTRA_CA_CERTS", "/etc/ca/ca.crt", "Node"),
        ("c.yaml:9", None, "/etc/ca/ca.crt", "pgjdbc"),
        ("a.yaml:12", "PGSSLROOTCERT", "/etc/ca/ca.crt", "libpq, lib/pq, pgx"),
    ]
    assert {(each[4], *each[5]) for each in found} == {("here", "b.yaml#data.ca.crt")}
    (store,) = inventory_of(discovered("."))["stores"]
    assert store["families"] == ["openssl", "java", "go"]


def test_two_containers_of_a_pod_have_their_own_places(tmp_path, monkeypatch):
    """Both mount at /etc/ca: another Secret each."""
    text = (
        "kind: Pod\nspec:\n  containers:\n"
        + "".join(
            f"  - name: {name}\n    env:\n    - {{name: NODE_EXTRA_CA_CERTS, value: /ca/ca.crt}}\n"
            f"    volumeMounts:\n    - {{name: {name}, mountPath: /ca}}\n"
            for name in ("one", "two")
        )
        + "  volumes:\n"
        + "".join(
            f"  - {{name: {name}, secret: {{secretName: {name}}}}}\n" for name in ("one", "two")
        )
    )
    text = text.replace(
        "{name: one, secret: {secretName: one}}", "name: one\n    secret: {secretName: one}"
    )
    text = text.replace(
        "{name: two, secret: {secretName: two}}", "name: two\n    secret: {secretName: two}"
    )
    files = {"a.yaml": text} | {
        f"{name}.yaml": SECRET.replace("db-ca", name) for name in ("one", "two")
    }
    found = rows(tmp_path, monkeypatch, files)
    assert [(each[0], each[-1]) for each in found] == [
        ("a.yaml:6", ["one.yaml#data.ca.crt"]), ("a.yaml:11", ["two.yaml#data.ca.crt"]),
    ]  # fmt: skip


def test_a_path_that_two_pods_take_leads_to_the_secret_of_each(tmp_path, monkeypatch):
    """Both take the ConfigMap; at the same place each has another Secret."""
    pods = {
        f"pod-{name}.yaml": TAKES.replace("{secretName: db-ca}", f"{{secretName: {name}}}")
        for name in ("one", "two")
    }
    secrets = {f"{name}.yaml": SECRET.replace("db-ca", name) for name in ("one", "two")}
    found = rows(tmp_path, monkeypatch, {**pods, **secrets, "c.yaml": CONFIG})
    named = {each[0]: each[-1] for each in found}
    assert named["c.yaml:9"] == ["one.yaml#data.ca.crt", "two.yaml#data.ca.crt"]
    stores = inventory_of(discovered("."))["stores"]
    assert all("java" in store["families"] for store in stores)


KUSTOMIZE = """namePrefix: prod-
secretGenerator:
- name: db-ca
  files:
  - ca.crt=certs/root.pem
configMapGenerator:
- name: cfg
  envs: [app.env]
"""


def test_kustomize_makes_a_secret_of_files(tmp_path, monkeypatch):
    files = {
        "k/kustomization.yaml": KUSTOMIZE,
        "k/certs/root.pem": PEM,
        "k/app.env": "NODE_EXTRA_CA_CERTS=/etc/ca/ca.crt\n",
        "k/pod.yaml": TAKES,
    }
    found = rows(tmp_path, monkeypatch, files)
    assert found == [
        ("k/app.env:1", "NODE_EXTRA_CA_CERTS", "/etc/ca/ca.crt", "Node", "here",
         ["k/certs/root.pem"]),
        ("k/pod.yaml:12", "PGSSLROOTCERT", "ConfigMap cfg/root", "client", "elsewhere", []),
    ]  # fmt: skip
    assert references_of(discovered("."))[0]["by"] == "./k/pod.yaml:14"


@pytest.mark.parametrize("literal", ["root=/etc/ca/ca.crt", "'root=/etc/ca/ca.crt'"])
def test_kustomize_makes_a_variable_of_a_literal(literal, tmp_path, monkeypatch):
    files = {
        "kustomization.yaml": f"configMapGenerator:\n- name: cfg\n  literals:\n  - {literal}\n",
        "pod.yaml": TAKES,
        "b.yaml": SECRET,
    }
    (found,) = rows(tmp_path, monkeypatch, files)
    assert found[:2] == ("pod.yaml:12", "PGSSLROOTCERT")
    assert found[-1] == ["b.yaml#data.ca.crt"]


COMMANDS = (
    "kubectl create secret generic db-ca --from-file=ca.crt=certs/root.pem",
    "kubectl -n x create secret generic db-ca \\\n  --from-literal=a=b \\\n  --from-file ca.crt=certs/root.pem",
    "oc create secret generic 'db-ca' --from-file=certs/ca.crt --dry-run=client -o yaml",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_kubectl_makes_a_secret_of_a_file(command, tmp_path, monkeypatch):
    name = "certs/ca.crt" if "certs/ca.crt" in command else "certs/root.pem"
    files = {"up.sh": f"#!/bin/sh\n{command}\n", name: PEM, "a.yaml": pod()}
    (found,) = rows(tmp_path, monkeypatch, files)
    assert found[2:] == ("Secret db-ca/ca.crt", "client", "here", [name])


def test_a_file_outside_of_the_tree_may_be_the_entry(tmp_path, monkeypatch):
    """It is no store of the inventory, and it is there."""
    outside = tmp_path / "outside.pem"
    outside.write_bytes(PEM)
    kustomize = f"secretGenerator:\n- name: db-ca\n  files: [ca.crt={outside}]\n"
    found = rows(tmp_path / "t", monkeypatch, {"a.yaml": pod(), "kustomization.yaml": kustomize})
    assert [each[-2:] for each in found] == [("here", [str(outside)])]


COMPOSE = """---
services:
  web:
    environment:
      NODE_EXTRA_CA_CERTS: /run/secrets/root
    secrets: [root, unseen]
  db:
    configs:
    - source: pg
      target: /etc/pg/ca.pem
secrets:
  root:
    file: ./certs/root.pem
  unseen:
    external: true
configs:
  pg:
    file: certs/pg.pem
"""


def test_secrets_and_configs_of_compose_are_files(tmp_path, monkeypatch):
    files = {"compose.yml": COMPOSE, "certs/root.pem": PEM, "certs/pg.pem": PEM}
    found = rows(tmp_path, monkeypatch, files)
    assert found == [
        ("compose.yml:5", "NODE_EXTRA_CA_CERTS", "/run/secrets/root", "Node", "here",
         ["certs/root.pem"]),
        ("compose.yml:9", None, "certs/pg.pem", "client", "here", ["certs/pg.pem"]),
    ]  # fmt: skip


def test_two_services_have_their_own_places(tmp_path, monkeypatch):
    service = (
        "  {0}:\n    environment:\n      NODE_EXTRA_CA_CERTS: /ca/root.pem\n"
        "    volumes:\n    - ./{0}:/ca\n"
    )
    text = "services:\n" + service.format("one") + service.format("two")
    files = {"compose.yml": text, "one/root.pem": PEM, "two/root.pem": PEM}
    found = rows(tmp_path, monkeypatch, files)
    assert [each[-1] for each in found] == [["one/root.pem"], ["two/root.pem"]]


VALUES = """postgresql:
  tls:
    certificatesSecret: db-ca
    existingSecret: db-ca
web:
  extraEnv:
  - name: DB_CA_CERT
    valueFrom:
      secretKeyRef: {name: db-ca, key: ca.crt}
  extraVolumes:
  - name: v
    secret: {secretName: db-ca}
  extraVolumeMounts:
  - {name: v, mountPath: /ca}
auth:
  existingSecret: db-password
"""


def test_values_of_a_chart_name_secrets(tmp_path, monkeypatch):
    found = rows(tmp_path, monkeypatch, {"values.yaml": VALUES, "b.yaml": SECRET})
    assert [each[0] for each in found] == [
        "values.yaml:9", "values.yaml:12", "values.yaml:3", "values.yaml:4",
    ]  # fmt: skip
    assert {each[-1][0] for each in found} == {"b.yaml#data.ca.crt"}


TEMPLATE = MOUNTED.format(path="/etc/ca/ca.crt", volume="secret: {secretName: db-ca}").replace(
    "{secretName: db-ca}", '\n          secretName: {{ include "app.fullname" . }}-ca'
)
MADE_BY_TEMPLATE = (
    'kind: Secret\nmetadata:\n  name: {{ include "app.fullname" . }}-ca\n'
    "data:\n  ca.crt: {{ .Values.db.ca | b64enc }}\n"
)


def test_a_secret_of_a_chart_has_a_value_of_the_chart(tmp_path, monkeypatch):
    files = {
        "chart/templates/pod.yaml": TEMPLATE,
        "chart/templates/secret.yaml": MADE_BY_TEMPLATE,
        "chart/values.yaml": f"db:\n  ca: |\n{BLOCK}",
    }
    (found,) = rows(tmp_path, monkeypatch, files)
    assert found[-2:] == ("here", ["chart/values.yaml#db.ca"])
    (tmp_path / "chart/values.yaml").write_text("db: {}\n")
    assert [each["leads"] for each in references_of(discovered("."))] == ["open"]


FIELDS = {
    "spec:\n  externalClusters:\n  - sslRootCert:\n      name: db-ca\n      key: ca.crt\n": (
        "client", "trust",
    ),
    "spec:\n  rootCAsSecrets:\n  - db-ca\n": ("client", "trust"),
    "tlsConfig:\n  ca:\n    secret: {name: db-ca, key: ca.crt}\n": ("client", "trust"),
    "tls:\n  caCert:\n    secretName: db-ca\n    key: ca.crt\n": ("client", "trust"),
    "spec:\n  certificates:\n    serverCASecret: db-ca\n": ("client", "trust"),
    "spec:\n  certificates:\n    clientCASecret: db-ca\n": ("client", "clients"),
    "metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/auth-tls-secret: default/db-ca\n": (
        "nginx", "clients",
    ),
    "metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/proxy-ssl-secret: default/db-ca\n": (
        "nginx", "trust",
    ),
    "spec:\n  validation:\n    caCertificateRefs:\n    - name: db-ca\n      kind: Secret\n": (
        "gateway", "trust",
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", FIELDS)
def test_a_field_of_an_operator_names_a_secret(text, tmp_path, monkeypatch):
    monkeypatch.chdir(plant(tmp_path, {"a.yaml": f"kind: X\n{text}", "b.yaml": SECRET}))
    (found,) = references_of(discovered("."))
    assert (found["reader"], found["role"]) == FIELDS[text]
    assert found["places"] == ["./b.yaml#data.ca.crt"]


def test_what_an_issuer_signs_with_is_no_trust_store(tmp_path, monkeypatch):
    issuer = "kind: ClusterIssuer\nspec:\n  ca:\n    secretName: db-ca\n"
    assert rows(tmp_path, monkeypatch, {"a.yaml": issuer, "b.yaml": SECRET}) == []


def test_an_entry_that_holds_no_certificate_is_said(tmp_path, monkeypatch):
    files = {
        "a.yaml": MOUNTED.format(path="/etc/ca/ca.crt", volume="secret: {secretName: db-ca}"),
        "b.yaml": "kind: Secret\nmetadata: {name: db-ca}\nstringData:\n  ca.crt: change me\n",
    }
    monkeypatch.chdir(plant(tmp_path, files))
    ran = discovered(".")
    assert findings_of(ran) == [("no-store", "error", "./a.yaml:8")]
    (finding,) = inventory_of(ran)["findings"]
    assert finding["message"] == "./b.yaml#stringData.ca.crt is a text without a certificate"


def test_an_audit_finds_a_client_that_knows_the_store_by_another_name(tmp_path):
    """The Secret is mounted as corp.bundle, which only a file of variables names."""
    volume = VOLUMES["its items"][0].replace("sub/root.pem", "corp.bundle")
    files = {
        "kustomization.yaml": KUSTOMIZE,
        "certs/root.pem": PEM,
        "app.env": "NODE_EXTRA_CA_CERTS=/etc/ca/corp.bundle\n",
        "pod.yaml": TAKES.replace("secret: {secretName: db-ca}", volume).replace(
            "key: root", "key: x"
        ),
    }
    plant(tmp_path, files)
    ran = unpin("audit", tmp_path, "--format", "json", "--at", "2026-11-24")
    (store,) = json.loads(ran.stdout)["stores"]
    assert [user["reader"] for user in store["users"]] == ["Node"]


@pytest.mark.parametrize(("readers", "text"), [(["Node"], MOUNTED.format(
    path="/etc/ca/ca.crt", volume="secret: {secretName: db-ca}")), ([], PLAIN)])  # fmt: skip
def test_an_audit_judges_for_the_client_that_reads_the_secret(readers, text, tmp_path):
    """A client that nobody names may be any: then it is judged for every client."""
    plant(tmp_path, {"a.yaml": text, "b.yaml": SECRET})
    ran = unpin("audit", tmp_path, "--format", "json", "--at", "2026-11-24")
    (store,) = json.loads(ran.stdout)["stores"]
    assert [user["reader"] for user in store["users"]] == readers
    assert store["clients"] == ["openssl"] if readers else len(store["clients"]) > 1


def test_strimzi_trusts_an_entry_for_oauth(tmp_path, monkeypatch):
    text = (
        "kind: Kafka\nspec:\n  kafka:\n    listeners:\n    - authentication:\n        type: oauth\n"
        "        tlsTrustedCertificates:\n        - secretName: db-ca\n          certificate: ca.crt\n"
    )
    monkeypatch.chdir(plant(tmp_path, {"kafka.yaml": text, "secret.yaml": SECRET}))
    (found,) = references_of(discovered("."))
    assert (found["store"], found["reader"]) == ("Secret db-ca/ca.crt", "Strimzi")
    assert (found["line"], found["places"]) == (9, ["./secret.yaml#data.ca.crt"])
