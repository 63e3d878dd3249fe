"""Find what a Kafka broker does with its stores: it is a client of its peers, too.

Sources: ChannelBuilders.clientChannelBuilder, ListenerName and KafkaConfig of Kafka.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from unpin.configurations.model import Setting
from unpin.configurations.placeholders import open_names
from unpin.model.values import frozen


@frozen(slots=False)
class BrokerStore:
    """The settings of a store; `listener` is "" for those that hold for every listener.

    `is_for_peers` where the broker verifies other brokers or controllers with it; otherwise it only
    judges the certificates of clients.
    """

    listener: str
    settings: tuple[Setting, ...]
    is_for_peers: bool


def broker_stores(
    common: Sequence[Setting], own: Mapping[str, Sequence[Setting]]
) -> Iterator[BrokerStore]:
    """The stores by the settings of all listeners, and of single ones, which come before them."""
    peers = dict(_peers({each.key: each for each in common}))
    shared = False
    for name, protocol in peers.items():
        if name in own:
            yield BrokerStore(name, (*common, *own[name], protocol), is_for_peers=True)
        elif not shared:
            shared = True
            yield BrokerStore("", (*common, protocol), is_for_peers=True)
    if not shared:
        yield BrokerStore("", tuple(common), is_for_peers=False)
    for name, found in own.items():
        if name not in peers:
            yield BrokerStore(name, tuple(found), is_for_peers=False)


def _peers(values: Mapping[str, Setting]) -> Iterator[tuple[str, Setting]]:
    """The listeners that the broker connects to with TLS, and their protocol."""
    given = values.get("listener.security.protocol.map")
    for key in ("inter.broker.listener.name", "controller.listener.names"):
        setting = values.get(key)
        if setting is not None:
            name = setting.value.split(",")[0].strip()  # of several, the first one
            protocol = replace(setting, key="security.protocol", value=_mapped(name, given))
            if _may_be_tls(protocol.value):
                yield name.lower(), protocol
    setting = values.get("security.inter.broker.protocol")
    if setting is not None and "inter.broker.listener.name" not in values:
        name = setting.value.strip()
        if _may_be_tls(name):
            yield name.lower(), replace(setting, key="security.protocol", value=name)


def _mapped(name: str, given: Setting | None) -> str:
    """The protocol of a listener; the names of the protocols are listeners without a map."""
    if given is None or open_names(name):
        return name
    pairs = (each.partition(":") for each in given.value.split(","))
    found = {key.strip().upper(): protocol.strip() for key, _, protocol in pairs}
    return found.get(name.upper(), given.value if open_names(given.value) else "")


def _may_be_tls(protocol: str) -> bool:
    return protocol.upper() in {"SSL", "SASL_SSL"} or bool(open_names(protocol))
