"""The roots under which the JDK refuses server certificates issued after a certain day.

Read, not measured: sun.security.validator.{Symantec,Entrust,Camerfirma,Chunghwa}TLSPolicy of JDK
25.0.3, by jdk.security.caDistrustPolicies (17.0.15 has all but Chunghwa's).
"""

from datetime import date
from typing import Final

_LAST_DAYS: Final = {
    # Symantec
    "ff856a2d251dcd88d36656f450126798cfabaade40799c722de4d2b5db36a73a": date(2019, 4, 16),
    "37d51006c512eaab626421f1ec8c92013fc5f82ae98ee533eb4619b8deb4d06c": date(2019, 4, 16),
    "5edb7ac43b82a06a8761e8d7be4979ebf2611f7dd79bf91c1c6b566a219ed766": date(2019, 4, 16),
    "b478b812250df878635c2aa7ec7d155eaa625ee82916e2cd294361886cd1fbd4": date(2019, 4, 16),
    "a0459b9f63b22559f5fa5d4c6db3f9f72ff19342033578f073bf1d1b46cbb912": date(2019, 4, 16),
    "8d722f81a9c113c0791df136a2966db26c950a971db46b4199f4ea54b78bfb9f": date(2019, 4, 16),
    "a4310d50af18a6447190372a86afaf8b951ffb431d837f1e5688b45971ed1557": date(2019, 4, 16),
    "4b03f45807ad70f21bfc2cae71c9fde4604c064cf5ffb686bae5dbaad7fdd34c": date(2019, 4, 16),
    "3f9f27d583204b9e09c8a3d2066c4b57d3a2479c3693650880505698105dbce9": date(2019, 4, 16),
    "3a43e220fe7f3ea9653d1e21742eac2b75c20fd8980305bc502caf8c2d9b41a1": date(2019, 4, 16),
    "a4b6b3996fc2f306b3fd8681bd63413d8c5009cc4fa329c2ccf0e2fa1b140305": date(2019, 4, 16),
    "83ce3c1229688a593d485f81973c0f9195431eda37cc5e36430e79c7a888638b": date(2019, 4, 16),
    "eb04cf5eb1f39afa762f2bb120f296cba520c1b97db1589565b81cb9a17b7244": date(2019, 4, 16),
    "69ddd7ea90bb57c93e135dc85ea6fcd5480b603239bdc454fc758b2a26cf7f79": date(2019, 4, 16),
    "9acfab7e43c8d880d06b262a94deeee4b4659989c3d0caf19baf6405e41ab7df": date(2019, 4, 16),
    "2399561127a57125de8cefea610ddf2fa078b5c8067f4e828290bfb860e84b3c": date(2019, 4, 16),
    # Entrust
    "73c176434f1bc6d5adf45b0e76e727287c8de57616c1e6e6141a2b2cbc7d8e4c": date(2024, 11, 11),
    "02ed0eb28c14da45165c566791700d6451d7fb56f0b2ab1d3b8eb070e56edff5": date(2024, 11, 11),
    "43df5774b03e7fef5fe40d931a7bedf1bb2e6b42738c4e6d3841103d3aa7f339": date(2024, 11, 11),
    "db3517d1f6732a2d5ab97c533ec70779ee3270a62fb4ac4238372460e6f01e88": date(2024, 11, 11),
    "6dc47172e01cbcb0bf62580d895fe2b8ac9ad4f873801e0c10b9c837d21eb177": date(2024, 11, 11),
    # Camerfirma
    "063e4afac491dfd332f3089b8542e94617d893d7fe944e10a7937ee29d9693c0": date(2025, 4, 15),
    # Chunghwa
    "c0a6f4dc63a24bfdcf54ef2a6a082a0a72de35803e2ff5ff527ae5d87206dfd5": date(2026, 3, 17),
}
_LATER: Final = {
    # two intermediates of Apple's
    "ac2b922ecfd5e01711772fea8ed372de9d1e2245fce3f57a9cdbec77296a424b": date(2019, 12, 31),
    "a4fe7c7f15155f3f0aef7aaa83cf6e06deb97ca3f909df920ac1490882d488ed": date(2019, 12, 31),
}


def last_issuance(root: str, ca: str | None = None) -> date | None:
    """The last day (UTC) on which a server certificate under a distrusted root could be issued.

    `root` and `ca` are the SHA-256 of the anchor and of the CA right below it, if there is one.
    None where the JDK distrusts neither.
    """
    last = _LAST_DAYS.get(root)
    return last if last is None or ca is None else _LATER.get(ca, last)
