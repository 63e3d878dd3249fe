"""The help of commands: options in groups, and examples to paste."""

# ruff: noqa: ANN401, ARG002  (the types of typer's own click have no public names)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from typer.core import TyperCommand, TyperGroup

from unpin.reports.formats import OutputFormat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

READING: Final = "Reading"
CONNECTING: Final = "Connecting"
JUDGING: Final = "Judging"
WRITING: Final = "Writing"
REPORT: Final = "Report"
"""The groups of options; an option without a group is in "Options"."""

_GROUPS: Final = (CONNECTING, JUDGING, WRITING, READING, REPORT)

EXAMPLES: Final = {
    "list": ("unpin list truststore.p12", "unpin list --format json stores/"),
    "audit": (
        "unpin audit truststore.p12",
        "unpin audit --client psql,pgjdbc --profile azure-postgresql stores/",
    ),
    "rehearse": (
        "unpin rehearse --client psql root.crt",
        "unpin rehearse --chain-file sent.pem --host db.example.org truststore.p12",
    ),
    "probe": (
        "unpin probe --store root.crt --client psql db.example.org:5432",
        "unpin probe --save sent.pem db.example.org:5432",
    ),
    "server": (
        'unpin server "host=db.example.org dbname=app user=admin"',
        "unpin server mysql://admin@db.example.org:3306/app",
    ),
    "doctor": (
        "unpin doctor --client psql application.yml",
        'unpin doctor "jdbc:postgresql://db.example.org/app?ssl=true"',
    ),
    "discover": ("unpin discover services/", "unpin discover --format json app.war image.tar"),
    "diff": ("unpin diff truststore.p12", "unpin diff old.jks new.pem"),
    "fix": ("unpin fix truststore.p12", "unpin fix --write --password-file pass.txt my.p12"),
    "convert": (
        "unpin convert download.crt -o root.pem",
        "unpin convert cacerts company-ca.pem -o truststore.p12",
    ),
    "explain": (
        "unpin explain pinned-intermediate",
        "unpin explain PKIX path building failed",
    ),
    "init": (
        "unpin policy init stores/",
        "unpin policy init --profile azure-postgresql -o team/unpin.toml team/stores/",
    ),
    "check": ("unpin policy check", "unpin policy check --at 2027-01-31 team/unpin.toml"),
    "show": (
        "unpin catalogue show digicert-global-root-g2",
        'unpin catalogue show "DigiCert Global Root G2"',
    ),
    "export": (
        "unpin catalogue export > roots.pem",
        "unpin catalogue export --profile azure-mysql > roots.pem",
    ),
    "verify": (
        "unpin catalogue verify",
        "unpin catalogue --catalogue my.toml verify",
    ),
    "fetch": (
        "unpin catalogue fetch",
        "unpin catalogue fetch microsoft-rsa-root-ca-2017",
    ),
}
"""Two calls of each command."""

FIRST_STEPS: Final = """\
unpin finds pinned certificates in the trust stores of Java and database clients, says who breaks at
the next CA rotation, and replaces the pins with roots.

  unpin audit                    the trust stores of this machine
  unpin audit truststore.p12     a store: who breaks, and what to run
  unpin fix truststore.p12       the plan of the fix; --write carries it out
  unpin explain ERROR TEXT       what a client's error message means
  unpin --help                   every command
"""

_CHANGING: Final = ("fix", "convert")

_IN_ONE: Final = {
    "--client": "name several in one: --client java,psql",
    "--chain": "name several in one: --chain current,new",
    "--shape": "name several in one: --shape full,no-bridge",
    "--chain-file": "one file has one server's chain; rehearse each by itself",
}
"""How to give several values to an option."""


class GroupedCommand(TyperCommand):
    """A command whose help has its options in groups, and two examples.

    An option of one value that is given twice is refused: the first value would be lost.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options: Sequence[Any] = self.params
        for parameter in options:
            if "--format" in parameter.opts and self.name:
                told = OutputFormat.__members__.values()
                suited = ", ".join(each for each in told if each.suits(self.name))
                parameter.help = parameter.help.replace(", ".join(told), suited)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse as typer does. Raises UsageError for an option that loses a value."""
        from unpin.model.errors import UsageError

        _, _, given = self.make_parser(ctx).parse_args(args=list(args))
        seen = set()
        for parameter in given:
            several = any(
                getattr(parameter, name, False) for name in ("multiple", "is_flag", "count")
            )
            if parameter.param_type_name != "option" or several:
                continue
            if parameter.name in seen:
                name = max(parameter.opts, key=len)
                raise UsageError(f"{name} is given twice, and takes one value", _IN_ONE.get(name))
            seen.add(parameter.name)
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What stands behind the command: a required argument without typer's braces."""
        pieces = super().collect_usage_pieces(ctx)
        return [piece.removeprefix("{").removesuffix("}") for piece in pieces]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The arguments, then the options group by group."""
        arguments: list[tuple[str, str]] = []
        groups: dict[str, list[tuple[str, str]]] = {name: [] for name in ("Options", *_GROUPS)}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            if parameter.param_type_name == "argument":
                arguments.append(record)
            else:
                group = getattr(parameter, "rich_help_panel", None) or "Options"
                groups[group].append(record)
        if arguments:
            _section(formatter, "Arguments", arguments)
        own = groups.pop("Options")
        for name, records in groups.items():
            if records:
                _section(formatter, name, records)
        _section(formatter, "Options", own)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples."""
        _examples(formatter, EXAMPLES.get(self.name or "", ()))


class GroupedCommands(TyperGroup):
    """A group whose help has the commands that only look before those that change a file."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands in two groups."""
        changing = [name for name in self.list_commands(ctx) if name in _CHANGING]
        looking = [name for name in self.list_commands(ctx) if name not in _CHANGING]
        heading = "Commands that write no store" if changing else "Commands"
        _section(formatter, heading, list(self._rows(ctx, looking)))
        if changing:
            _section(formatter, "Commands that write a store", list(self._rows(ctx, changing)))

    def _rows(self, ctx: Any, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        for name in names:
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                yield name, command.get_short_help_str(1000)


def _section(formatter: Any, name: str, records: Sequence[tuple[str, str]]) -> None:
    with formatter.section(name):
        formatter.write_dl(records)


def _examples(formatter: Any, examples: Sequence[str]) -> None:
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write_text(example)
