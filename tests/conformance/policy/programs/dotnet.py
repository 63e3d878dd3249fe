"""Build each chain as Npgsql does: "store | chain" lines in, each base64 words.

A word that begins with "/" is a PEM bundle.

python dotnet.py FOLDER, the whole path of a folder of .NET 8 or later; needs pythonnet.
"""

import json
import sys
import tempfile

from clr_loader import get_coreclr
from pythonnet import set_runtime

with tempfile.NamedTemporaryFile("w", suffix=".json") as config:
    framework = {"name": "Microsoft.NETCore.App", "version": "8.0.0", "rollForward": "major"}
    json.dump({"runtimeOptions": {"tfm": "net8.0", "framework": framework,
        "configProperties": {"System.Globalization.Invariant": True}}}, config)  # fmt: skip
    config.flush()
    set_runtime(get_coreclr(runtime_config=config.name, dotnet_root=sys.argv[1]))
    import clr

    clr.AddReference("System.Security.Cryptography")
from System import Convert
from System.Security.Cryptography import Oid, X509Certificates

SERVER_AUTH = "1.3.6.1.5.5.7.3.1"


def certificate(word):
    return X509Certificates.X509Certificate2(Convert.FromBase64String(word))


def certificates(word):
    if not word.startswith("/"):
        return [certificate(word)]
    found = X509Certificates.X509Certificate2Collection()
    found.ImportFromPemFile(word)
    return found


def build(store, sent):
    chain = X509Certificates.X509Chain()
    policy = chain.ChainPolicy
    policy.RevocationMode = X509Certificates.X509RevocationMode.NoCheck
    policy.TrustMode = X509Certificates.X509ChainTrustMode.CustomRootTrust
    policy.DisableCertificateDownloads = True
    policy.ApplicationPolicy.Add(Oid(SERVER_AUTH))
    for word in store:
        for one in certificates(word):
            policy.CustomTrustStore.Add(one)
            policy.ExtraStore.Add(one)
    for word in sent[1:]:
        policy.ExtraStore.Add(certificate(word))
    if chain.Build(certificate(sent[0])):
        return "ok"
    return " ; ".join(f"{one.Status}: {one.StatusInformation}" for one in chain.ChainStatus)


for line in sys.stdin.read().splitlines():
    left, right = (half.split() for half in line.split("|"))
    try:
        said = build(left, right)
    except Exception as error:  # noqa: BLE001  (whatever .NET throws is its answer)
        said = str(error)
    print(" ".join(said.split())[:300], flush=True)
